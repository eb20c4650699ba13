"""Batches that workers run: the promise holds through kills, pauses and second starts, and Temporal learns ids only."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.worker import Replayer

from agent.dispatch.dispatcher import Dispatcher
from agent.dispatch.orders import BatchOrder
from agent.dispatch.workflow import BatchWorkflow
from agent.errors import ShipchatError
from agent.temporal_settings import TemporalSettings
from tests.faults.process_shop import ROWS, SECRET, expected_orders
from tests.integration.dispatch.worker_shop import WorkerShop, result_of, worker_shop
from tests.postgres_server import cluster

pytestmark = [pytest.mark.slow, pytest.mark.fault]
ORDERS = len(expected_orders())


@pytest.fixture
def shop(tmp_path: Path, address: str) -> Iterator[WorkerShop]:
    with worker_shop(tmp_path, address) as made:
        yield made


def check(shop: WorkerShop) -> None:
    """All is settled: one label a row, none lost, everything on record."""
    assert shop.judged() == []
    assert len(shop.records()) == ORDERS


def labels_a_row(shop: WorkerShop) -> "Counter[str]":
    return Counter(label.order for label in shop.records())


async def test_a_batch_is_approved_here_and_run_by_a_worker(shop: WorkerShop) -> None:
    worker = shop.worker()
    said = shop.start(*shop.sentence("--on", "temporal", "--output-format", "stream-json"))
    out, err = said.communicate(timeout=240)
    assert said.returncode == 0, err
    events = [json.loads(line) for line in out.splitlines()]
    kinds = Counter(event["event"] for event in events)
    assert (kinds["RowCompleted"], kinds["BatchStarted"], kinds["BatchFinished"]) == (ORDERS, 1, 1)
    assert len(shop.cells()) == ORDERS, "the worker wrote the numbers into the sheet"
    assert {event["operation"] for event in shop.events()} <= {"token", "ship", "rate"}, "nothing had to be looked up"
    check(shop)

    history = await shop.history()
    told = "".join(str(event) for event in history.events)
    assert shop.job_ids()[0] in told, "payloads can be read here"
    shipments = shop.query("SELECT reference, identity, shipment_number FROM shipments")
    secrets = {SECRET, *(word for row in ROWS for word in row if len(word) > 2), *(f"K-{n}" for n in range(1, 9))}
    secrets |= {str(value) for one in shipments for value in one} | {str(shop.home), shop.shop.simulator.url}
    assert [secret for secret in secrets if secret in told] == []
    await Replayer(workflows=[BatchWorkflow]).replay_workflow(history)

    (job,) = shop.job_ids()
    dispatcher = Dispatcher(TemporalSettings(address=shop.address, task_queue=shop.queue))
    (plan,) = shop.query("SELECT max(plan_id) FROM shipments")[0]
    with pytest.raises(ShipchatError, match="E-4352"):
        await dispatcher.start(BatchOrder(job, 2, "stop", 5.0), plan)
    assert await shop.workflows() == [history.workflow_id]
    assert shop.stop_worker(worker) == ""


def test_a_worker_killed_after_the_label_leaves_a_doubt_that_resume_settles(shop: WorkerShop) -> None:
    shop.fault("slow-answer@ship:1")
    worker, said = shop.worker(), shop.say("--concurrency", "1")
    shop.wait_for(said, "held")
    shop.kill_worker(worker)
    shop.faults_off()
    assert Counter(shop.states()) == {"submitting": 1, "pending": ORDERS - 1}
    assert len(shop.records()) == 1, "the label was made"
    (job,) = shop.job_ids()
    shown = shop.run("jobs", "show", job, "--json")
    assert shown["rows"]["in_doubt"] == 1

    resumed = shop.run("jobs", "resume", job, "--output-format", "json")
    assert (resumed["status"], resumed["rows"]["completed"]) == ("completed", ORDERS)
    told, code, _err = result_of(said)
    assert (code, told["rows"]["completed"]) == (0, ORDERS), "whoever watches sees the end"
    # The workflow is still there: a worker that comes finds nothing to send.
    shop.stop_worker(shop.worker())
    check(shop)


@pytest.mark.parametrize("ledger", ["file", "postgresql"])
def test_two_workers_that_both_die_buy_nothing_twice_and_lose_nothing(
    tmp_path: Path, address: str, ledger: str
) -> None:
    """Each with a row at UPS, once after the label was made and once before; then a third one comes."""
    shared = cluster().new_database() if ledger == "postgresql" else None
    with worker_shop(tmp_path, address, shared) as shop:
        shop.fault("slow-answer@ship:1")
        shop.worker()
        shop.worker()
        said = shop.say("--concurrency", "2", "--on-error", "continue")
        shop.wait_for(said, "held")
        shop.kill_worker(shop.worker_at_ups())
        shop.faults_off()
        shop.fault("hang-before-commit@ship:1")
        shop.wait_for(said, "held", 2)
        shop.kill_worker(shop.worker_at_ups())
        shop.faults_off()
        shop.worker()
        told, _code, _err = result_of(said)
        assert told["rows"]["failed"] + told["rows"]["skipped"] == 0, "so many doubts may stop it; none is lost"
        assert max(labels_a_row(shop).values()) == 1
        (job,) = shop.job_ids()
        for _ in range(3):
            if shop.run("jobs", "resume", job, "--output-format", "json")["rows"]["in_doubt"]:
                shop.run("jobs", "release", job, "--yes", "--now")
        check(shop)


@pytest.mark.parametrize(
    ("mutant", "labels"), [("", 1), ("attempts", 1), ("intent", 1), ("attempts intent", 2)], ids=str
)
def test_only_without_both_defences_is_a_row_bought_twice(shop: WorkerShop, mutant: str, labels: int) -> None:
    """The answers that were on the first worker's disk are gone with it: they protect nobody here."""
    shop.variables = {"SHIPCHAT_TEST_MUTANT": mutant}
    shop.fault("slow-answer@ship:1")
    first, said = shop.worker(mutant=True), shop.say("--concurrency", "1", "--on-error", "continue")
    shop.wait_for(said, "held")
    shop.kill_worker(first)
    for path in (shop.home / "spool" / "simulator").glob("*"):
        path.unlink()
    shop.faults_off()
    shop.worker(mutant=True)
    told, _code, err = result_of(said)
    assert max(labels_a_row(shop).values()) == labels, f"{told} {err}"


def test_a_worker_that_is_stopped_leaves_the_rest_to_the_next(shop: WorkerShop) -> None:
    shop.fault("slow-answer@ship:1")
    worker, said = shop.worker(), shop.say("--concurrency", "1")
    shop.wait_for(said, "held")
    worker.terminate()
    shop.faults_off()
    worker.communicate(timeout=240)
    assert worker.returncode == 0
    assert set(shop.states()) <= {"completed", "pending"}, "what was in flight is on record"
    assert (shop.status(), shop.states().count("pending") > 0) == ("running", True)
    shop.worker()
    told, code, _err = result_of(said)
    assert (code, told["status"]) == (0, "completed")
    check(shop)


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_jobs_pause_and_cancel_reach_a_worker(shop: WorkerShop, verb: str) -> None:
    shop.fault("slow-answer@ship:1")
    shop.worker()
    said = shop.say("--concurrency", "1")
    shop.wait_for(said, "held")
    (job,) = shop.job_ids()
    shop.run("jobs", verb, job)
    shop.faults_off()
    told, _code, _err = result_of(said)
    rest = {"pause": "pending", "cancel": "skipped"}[verb]
    assert told["status"] == {"pause": "paused", "cancel": "cancelled"}[verb]
    assert (told["rows"]["completed"], told["rows"][rest]) == (1, ORDERS - 1)
    assert len(shop.records()) == 1
    if verb == "pause":
        assert shop.run("jobs", "resume", job, "--output-format", "json")["status"] == "completed"
        check(shop)


@pytest.mark.parametrize("signal", ["pause", "cancel", "terminate"])
async def test_what_is_asked_of_temporal_itself_reaches_the_ledger(shop: WorkerShop, signal: str) -> None:
    shop.fault("slow-answer@ship:1")
    shop.worker()
    said = shop.say("--concurrency", "1")
    shop.wait_for(said, "held")
    handle = (await shop.client()).get_workflow_handle((await shop.workflows())[0])
    await (handle.terminate() if signal == "terminate" else handle.signal(signal))
    shop.faults_off()
    told, _code, err = result_of(said)
    if signal == "terminate":
        assert "E-4354" in err
        (job,) = shop.job_ids()
        shop.run("jobs", "resume", job, "--output-format", "json")
    else:
        assert told["status"] == {"pause": "paused", "cancel": "cancelled"}[signal]
        assert told["rows"]["completed"] == 1
    assert max(labels_a_row(shop).values()) == 1


def test_ctrl_c_pauses_a_batch_that_no_worker_takes(shop: WorkerShop) -> None:
    said = shop.say()
    while shop.status_or_none() != "running":
        assert said.poll() is None
    assert said.stderr is not None
    while "E-4353" not in said.stderr.readline():
        assert said.poll() is None
    said.send_signal(2)
    out, _err = said.communicate(timeout=240)
    assert (said.returncode, json.loads(out)["status"]) == (130, "paused")
    assert shop.records() == []


def test_without_a_server_nothing_is_approved(shop: WorkerShop) -> None:
    shop.address = "127.0.0.1:9"
    told, code, _err = result_of(shop.say())
    assert (code, told["error"]["code"]) == (1, "E-4351")
    assert shop.job_ids() == []
    words = shop.run("worker")
    assert (words["code"], words["stderr"].startswith("E-4351")) == (1, True)


async def test_the_rate_of_the_queue_is_the_servers_to_keep(shop: WorkerShop) -> None:
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

    shop.variables = {"SHIPCHAT_TEMPORAL__ROWS_PER_SECOND": "7.5"}
    shop.worker()
    asked = DescribeTaskQueueRequest(
        namespace="default",
        task_queue=TaskQueue(name=shop.queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    client = await shop.client()
    told = await client.workflow_service.describe_task_queue(asked)
    while not told.pollers:
        told = await client.workflow_service.describe_task_queue(asked)
    assert told.pollers[0].rate_per_second == 7.5
