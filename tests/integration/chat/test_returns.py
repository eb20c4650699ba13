"""Return labels in the chat: said as returns, bought as returns, kept apart from what was shipped."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.events import PreviewReady
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Phone,Email,Weight (lb)\n"


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    path = tmp_path / "sold.csv"
    path.write_text(
        HEADER
        + "R-1,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,dana@example.com,2\n"
        + "R-2,Amara Okafor,61 Millpond Rd,Fresno,CA,93721,617-555-0103,amara@example.com,4\n"
        + "R-3,Luis Ferrer,880 Harbor View Dr,San Diego,CA,92101,619-555-0102,luis@example.com,3\n"
    )
    return path


def _state_of(session: Any) -> Any:
    return session._turns.state


def text_of(path: Path | str) -> str:
    return Path(path).read_text()


def written(path: Path, text: str) -> None:
    path.write_text(text)


def preview_in(heard: list[Any]) -> PreviewReady:
    found: PreviewReady = next(event for event in reversed(heard) if isinstance(event, PreviewReady))
    return found


@pytest.mark.slow
async def test_a_return_is_said_and_bought_as_one(opened: Opened, sold: Path, tmp_path: Path) -> None:
    session, heard = await opened(sold)
    await session.send("ship orders R-1 and R-2 via ground")
    shipped = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert shipped["rows"]["completed"] == 2
    numbers = [row["tracking_number"] for row in shipped["tracking"]]
    before = text_of(sold)

    shown = await session.send("email return labels to the customers of the last batch by ground")
    preview = preview_in(heard)
    assert shown["row_numbers"] == [1, 2], "those that the batch shipped, and no other"
    assert preview.returns
    assert preview.lines[0].recipient == "RETURN from Dana Whitfield to us"
    assert "buy 2 return labels" in preview.approval_sentence
    assert "Nothing is written into the sheet" in preview.approval_sentence
    done = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert done["rows"]["completed"] == 2, "UPS e-mails the labels: none has to be on the disk"
    assert not {row["tracking_number"] for row in done["tracking"]} & set(numbers)
    assert text_of(sold) == before, "the cells keep the numbers of the way out"

    again = await session.send("make return labels for order R-1 by ground")
    assert (again["status"], again["total_rows"]) == ("answer", 0)
    assert "has a return label" in next(iter(again["excluded"]))
    await session.send("make return labels for order R-1 again by ground")
    assert preview_in(heard).typed_confirmation == "again 1 return"
    await session.send("stop")

    out = await session.send("ship order R-3 via ground")
    assert out["row_numbers"] == [3]
    assert not preview_in(heard).returns
    await session.send("void the last batch")
    await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert text_of(sold) == before, "a void of the returns clears no number of the way out"


async def test_a_return_of_what_was_not_shipped_does_not_ship_it(opened: Opened, sold: Path) -> None:
    session, _heard = await opened(sold)
    await session.send("make return labels for order R-1 by ground")
    bought = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert bought["rows"]["completed"] == 1
    label = text_of(bought["tracking"][0]["label_path"])
    assert label.index("Dana Whitfield") < label.index("SHIP TO:") < label.index("Sample Shop", label.index("SHIP TO:"))
    shown = await session.send("ship order R-1 via ground")
    assert (shown["status"], shown["row_numbers"]) == ("preview", [1])


@pytest.mark.slow
async def test_a_retry_of_a_return_stays_one(opened: Opened, sold: Path) -> None:
    session, heard = await opened(sold)
    await session.send("make return labels for order R-1 by ground")
    ledger = _state_of(session).batches.ledger
    digest = session.pending_digest
    done = await session.approve(digest, by="--yes", words="--yes")
    job_id = done["job_id"]

    def fail(connection: Any) -> None:
        from sqlalchemy import text

        connection.execute(text("UPDATE shipments SET state = 'failed'"))
        connection.execute(text("UPDATE job_rows SET status = 'failed', tracking_number = NULL"))

    await ledger.write_async(fail)
    await session.send(f"retry batch {job_id}")
    preview = preview_in(heard)
    assert (preview.purpose, preview.returns) == ("retry", True)
    planned = _state_of(session).pending.payloads[0]
    assert planned["return_service_code"] == "9"
    assert planned["ship_from"]["name"] == "Dana Whitfield"
    assert json.dumps(planned["ship_to"]).count("Sample Shop") == 1


async def test_no_service_is_taken_from_the_way_out(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "via.csv"
    row = "R-1,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,,2,Next Day Air\n"
    written(path, HEADER.replace("\n", ",Ship Via\n") + row)
    session, _heard = await opened(path)
    asked = await session.send("make return labels for order R-1")
    assert asked["status"] == "needs_input"
    assert "service" in asked["question"]["text"]
