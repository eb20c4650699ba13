"""Keep the history of one hand-out of the present workflow: `python -m tests.unit.dispatch NAME`."""

import asyncio
import json
import sys
import tempfile
import uuid
from pathlib import Path

from temporalio.worker import Worker

from agent.dispatch.connecting import connect
from agent.dispatch.orders import NOT_BEGUN, WORKFLOW, BatchEnd, BatchOrder, RowEnd, RowOrder
from agent.dispatch.workflow import BatchWorkflow
from agent.temporal_settings import TemporalSettings
from tests.integration.dispatch.server import temporal_server
from tests.integration.dispatch.test_workflow import Rows

FOLDER = Path(__file__).parent / "kept_histories"


def row(rows: Rows, order: RowOrder) -> RowEnd:
    """One is given back, one is lost, one is in doubt."""
    if order.shipment_id == 3 and rows.calls.count(3) == 1:
        return RowEnd(NOT_BEGUN)
    if order.shipment_id == 5:
        raise RuntimeError("lost")
    return RowEnd("in_doubt" if order.shipment_id == 7 else "completed")


async def keep(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, temporal_server(Path(folder)) as address:
        client, rows, queue = await connect(TemporalSettings(address=address), "client"), Rows(9, row), uuid.uuid4().hex
        order = BatchOrder("0123456789ab", 2, "continue", 30.0, "7:abc")
        options = {"workflows": [BatchWorkflow], "activities": rows.activities(), "identity": "worker"}
        async with Worker(client, task_queue=queue, **options):  # type: ignore[arg-type]
            handle = await client.start_workflow(WORKFLOW, order, id=queue, task_queue=queue, result_type=BatchEnd)
            await handle.result()
        history = await handle.fetch_history()
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(json.loads(history.to_json()), indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(keep(sys.argv[1]))
