"""What holds for every batch and every way of paging, over random ones."""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

STATUSES = ["new", "shortlist", "reviewed", "reject", "resume_written", "applied"]
EXISTING = range(1, 131)
SQL = ["1; DROP TABLE jobs", "x'); DELETE FROM jobs; --", "reviewed' OR '1'='1", "' UNION SELECT * FROM jobs --"]

many = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

sound = st.fixed_dictionaries({"id": st.sampled_from(EXISTING), "status": st.sampled_from(STATUSES)})
no_ids = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(max_value=0),
    st.integers(min_value=131, max_value=2**80),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(SQL),
    st.lists(st.integers(), max_size=2),
)
no_statuses = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(SQL),
    st.sampled_from(STATUSES).map(str.upper),
    st.sampled_from(STATUSES).map(lambda status: f" {status}"),
    st.text(max_size=8).filter(lambda text: text not in STATUSES),
)
faulty = st.one_of(
    st.fixed_dictionaries({"id": no_ids, "status": st.sampled_from(STATUSES)}),
    st.fixed_dictionaries({"id": st.sampled_from(EXISTING), "status": no_statuses}),
    st.fixed_dictionaries({"id": no_ids, "status": no_statuses}),
    st.fixed_dictionaries({"status": st.sampled_from(STATUSES)}),
    st.fixed_dictionaries({"id": st.sampled_from(EXISTING)}),
    st.none(),
    st.text(max_size=5),
)


def id_of(update: Any) -> Any:
    """The id for the rule that none comes twice: only integers count, and True is none."""
    id_ = update.get("id") if isinstance(update, dict) else None
    return id_ if type(id_) is int else object()


def without_repeats(batch: list[Any]) -> list[Any]:
    """The batch with the first of each id only."""
    return list({id_of(update): update for update in reversed(batch)}.values())


sound_batches = st.lists(sound, max_size=100, unique_by=id_of)
mixed_batches = st.builds(
    lambda faults, others, random: sorted(without_repeats([*faults, *others]), key=lambda _: random.random()),
    st.lists(faulty, min_size=1, max_size=10),
    st.lists(st.one_of(sound, faulty), max_size=30),
    st.randoms(),
)
repeating_batches = st.lists(sound, min_size=1, max_size=50, unique_by=id_of).flatmap(
    lambda batch: st.lists(st.sampled_from(batch), min_size=1, max_size=50).flatmap(
        lambda again: st.permutations([*batch, *again])
    )
)


@pytest.fixture
def queue(make_queue: Callable[..., Any]) -> Any:
    """130 records that carry their own traces in every field."""
    traced = ("job_id", "title", "company", "description", "url", "location", "source", "captured_at")
    return make_queue([{"id": id_} | {name: f"{name} {id_}" for name in traced} for id_ in EXISTING])


def is_sound(update: Any) -> bool:
    """The contract's rules for one item, said once more in the test's own words."""
    return (
        isinstance(update, dict)
        and type(update.get("id")) is int
        and update["id"] in EXISTING
        and update.get("status") in STATUSES
        and update.keys() == {"id", "status"}
    )


@many
@given(batch=sound_batches)
def test_a_sound_batch_is_written_whole(server: Any, queue: Any, batch: list[Any]) -> None:
    expected = queue.statuses() | {update["id"]: update["status"] for update in batch}
    answer = server.update(queue.path, batch)
    assert (answer["updated_count"], answer["failed_count"]) == (len(batch), 0)
    assert queue.statuses() == expected


@many
@given(batch=mixed_batches)
def test_a_batch_with_a_faulty_item_writes_nothing_and_reports_each(server: Any, queue: Any, batch: list[Any]) -> None:
    before = queue.rows()
    answer = server.update(queue.path, batch)
    faults = [not is_sound(update) for update in batch]
    assert ["error" in result for result in answer["results"]] == faults
    assert (answer["updated_count"], answer["failed_count"]) == (0, sum(faults))
    assert not any(result["success"] for result in answer["results"])
    assert queue.rows() == before


@many
@given(batch=st.one_of(sound_batches, mixed_batches))
def test_an_answer_is_complete_in_order_and_serialisable(server: Any, queue: Any, batch: list[Any]) -> None:
    answer = server.update(queue.path, batch)
    text = json.dumps(answer, allow_nan=False)
    assert json.loads(text) == answer
    assert len(answer["results"]) == len(batch)
    for update, result in zip(batch, answer["results"], strict=True):
        assert result.keys() <= {"id", "success", "error"}
        if type(id_of(update)) is int:
            assert result["id"] == update["id"]
    assert not re.search(r"job_id \d|title \d|company \d", text)


@many
@given(batch=sound_batches)
def test_only_two_fields_of_the_named_records_change(server: Any, queue: Any, batch: list[Any]) -> None:
    before = queue.rows()
    server.update(queue.path, batch)
    named = {update["id"] for update in batch}
    for id_, row in queue.rows().items():
        changed = {name for name in row if row[name] != before[id_][name]}
        assert changed <= ({"status", "updated_at"} if id_ in named else set())


moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001


@many
@given(batch=sound_batches.filter(bool), moment=moments)
def test_one_timestamp_for_all_of_a_batch(make_server: Any, queue: Any, batch: list[Any], moment: datetime) -> None:
    make_server(now=lambda: moment).update(queue.path, batch)
    rows = queue.rows()
    (written,) = {rows[update["id"]]["updated_at"] for update in batch}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written)
    late = (moment.astimezone(UTC) - datetime.fromisoformat(written)).total_seconds()
    assert 0 <= late < 0.001


@many
@given(batch=sound_batches)
def test_sending_a_batch_again_changes_no_status(server: Any, queue: Any, batch: list[Any]) -> None:
    first = server.update(queue.path, batch)
    statuses = queue.statuses()
    assert server.update(queue.path, batch) == first
    assert queue.statuses() == statuses


@many
@given(batch=repeating_batches)
def test_ids_that_come_twice_are_refused_and_listed(server: Any, queue: Any, batch: list[Any]) -> None:
    twice = [id_ for id_, times in Counter(update["id"] for update in batch).items() if times > 1]
    before = queue.rows()
    error = server.update(queue.path, batch)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert [int(number) for number in re.findall(r"\d+", error["message"])] == twice
    assert queue.rows() == before


@many
@given(count=st.integers(0, 300))
def test_a_batch_of_any_size_is_written_up_to_100_and_refused_beyond(server: Any, make_queue: Any, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        queue = make_queue(count, name=str(Path(folder) / "jobs.db"))
        answer = server.update(queue.path, [{"id": id_, "status": "reject"} for id_ in range(1, count + 1)])
        rejected = sum(status == "reject" for status in queue.statuses().values())
    assert rejected == (count if count <= 100 else 0)
    assert ("error" in answer) == (count > 100)


@many
@given(statuses=st.lists(st.one_of(st.sampled_from(STATUSES), no_statuses), min_size=1, max_size=20))
def test_exactly_the_six_statuses_are_accepted(server: Any, queue: Any, statuses: list[Any]) -> None:
    answer = server.update(queue.path, [{"id": id_, "status": status} for id_, status in enumerate(statuses, start=1)])
    assert ["error" in result for result in answer["results"]] == [status not in STATUSES for status in statuses]


@many
@given(
    batch=st.lists(
        st.fixed_dictionaries({"id": st.one_of(st.sampled_from(EXISTING), no_ids), "status": st.just("reviewed")}),
        min_size=1,
        max_size=20,
        unique_by=id_of,
    )
)
def test_exactly_the_ids_of_the_table_are_accepted(server: Any, queue: Any, batch: list[Any]) -> None:
    answer = server.update(queue.path, batch)
    accepted = ["error" not in result for result in answer["results"]]
    assert accepted == [type(update["id"]) is int and update["id"] in EXISTING for update in batch]


arguments = st.dictionaries(
    st.sampled_from(["updates", "limit", "cursor", "db_path", "status", *SQL]),
    st.one_of(st.sampled_from(SQL), st.lists(st.sampled_from(SQL), max_size=2), st.none(), st.integers()),
)


@many
@given(more=arguments, texts=st.lists(st.sampled_from(SQL), min_size=3, max_size=3), read=st.booleans())
def test_sql_is_data_wherever_it_is_put(server: Any, queue: Any, more: Any, texts: list[str], read: bool) -> None:
    before = queue.rows()
    update = {"id": texts[0], "status": texts[1], texts[2]: texts[0]}
    answer = (
        server.call("bulk_read_new_jobs", {"db_path": str(queue.path)} | more)
        if read
        else server.call("bulk_update_job_status", {"db_path": str(queue.path), "updates": [update]} | more)
    )
    assert queue.rows() == before
    for result in [answer, *answer.get("results", [])]:
        told = result.get("error", "")
        message = told["message"] if isinstance(told, dict) else told
        if "There is no database file" not in message:  # a base name is told as it is
            assert not re.search("DROP|DELETE|UNION|OR '1'", message)


times = st.sampled_from([None, "", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"])


def leaving(data: st.DataObject, ids: list[int]) -> Iterator[set[int]]:
    """Before every page, some of the records that leave the queue."""
    remaining = set(ids)
    while True:
        gone = data.draw(st.sets(st.sampled_from(sorted(remaining)), max_size=3)) if remaining else set()
        remaining -= gone
        yield gone


@pytest.mark.slow
@many
@given(
    captured=st.lists(times, max_size=25),
    limit=st.integers(1, 8),
    mode=st.sampled_from(["DELETE", "WAL"]),
    data=st.data(),
)
def test_paging_reads_each_record_that_stays_exactly_once(
    server: Any, make_queue: Any, captured: list[str | None], limit: int, mode: str, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [{"id": id_, "captured_at": time} for id_, time in enumerate(captured, start=1)]
        queue = make_queue(rows, name=str(Path(folder) / "jobs.db"))
        queue.execute(f"PRAGMA journal_mode = {mode}")
        read, cursor, gone = [], None, set()
        for leavers in leaving(data, [row["id"] for row in rows]):
            if leavers:
                server.update(queue.path, [{"id": id_, "status": "reject"} for id_ in sorted(leavers)])
            gone |= leavers
            page = server.read(queue.path, limit=limit, cursor=cursor)
            assert not gone & {job["id"] for job in page["jobs"]}
            assert page["count"] == limit or not page["has_more"]
            read += page["jobs"]
            cursor = page["next_cursor"]
            if not page["has_more"]:
                break
    ids = [job["id"] for job in read]
    assert len(set(ids)) == len(ids)
    assert {row["id"] for row in rows} - gone <= set(ids)
    order = [(job["captured_at"] is not None, job["captured_at"] or "", job["id"]) for job in read]
    assert order == sorted(order, reverse=True)
