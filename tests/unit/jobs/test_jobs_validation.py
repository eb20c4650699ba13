"""What the jobs server says of arguments, before any database is opened."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.jobs.faults import JobsFault
from mcp_servers.jobs.schemas import LARGEST_ID, STATUSES, UpdateArguments, input_schema
from mcp_servers.jobs.validation import judge, read_request, update_answer, update_request

SQL = "1'); DROP TABLE jobs; --"


def refusal(arguments: dict[str, Any], *, path_is_fixed: bool = False, read: bool = False) -> str:
    judged = read_request if read else update_request
    with pytest.raises(JobsFault) as caught:
        judged(arguments, path_is_fixed=path_is_fixed)
    error = caught.value.as_dict()["error"]
    assert error.keys() == {"code", "message", "retryable"}
    assert (error["code"], error["retryable"]) == ("VALIDATION_ERROR", False)
    return str(error["message"])


def verdict(update: object) -> str | None:
    """The fault of one update, in a table that has every id."""
    (item,) = update_request({"updates": [update]}, path_is_fixed=False).items
    (found,) = judge([item], range(1, LARGEST_ID))
    return found


class TestRequest:
    def test_updates_is_required(self) -> None:
        assert "updates is missing" in refusal({})

    @pytest.mark.parametrize("updates", [None, "[]", 1, 1.5, True, {"id": 1, "status": "new"}])
    def test_updates_is_a_list(self, updates: object) -> None:
        assert "must be a list" in refusal({"updates": updates})

    @pytest.mark.parametrize("count", [0, 1, 100])
    def test_up_to_100_updates(self, count: int) -> None:
        updates = [{"id": number, "status": "new"} for number in range(1, count + 1)]
        assert len(update_request({"updates": updates}, path_is_fixed=False).items) == count

    @pytest.mark.parametrize("count", [101, 100_000])
    def test_more_than_100_updates(self, count: int) -> None:
        updates = [{"id": number, "status": "new"} for number in range(1, count + 1)]
        assert f"holds {count} items" in refusal({"updates": updates})

    def test_size_is_judged_before_duplicates(self) -> None:
        assert "holds 101 items" in refusal({"updates": [{"id": 1, "status": "new"}] * 101})

    def test_duplicates_are_listed_once_each(self) -> None:
        ids = [7, 1, 7, 3, 7, 3, 2]
        message = refusal({"updates": [{"id": id_, "status": "new"} for id_ in ids]})
        assert message.startswith("Duplicate ids come more than once: 7, 3.")

    def test_duplicates_are_judged_before_items(self) -> None:
        assert "more than once: 4." in refusal({"updates": [{"id": 4}, {"id": None}, {"id": 4, "status": "x"}]})

    def test_a_boolean_or_a_fraction_is_no_duplicate_of_an_integer(self) -> None:
        updates = [{"id": id_, "status": "new"} for id_ in (1, True, 1.0, "1", None, None)]
        request = update_request({"updates": updates}, path_is_fixed=False)
        assert [item.id for item in request.items] == [1, None, None, None, None, None]

    def test_unknown_arguments_are_refused_without_their_names(self) -> None:
        message = refusal({"updates": [], SQL: 1})
        assert "unknown argument" in message
        assert "DROP" not in message

    @pytest.mark.parametrize("path", [1, True, [], {}, "", "  ", "jobs\0.db", "half a pair \ud800"])
    def test_db_path_is_a_file_name(self, path: object) -> None:
        assert "db_path" in refusal({"updates": [], "db_path": path})
        assert "db_path" in refusal({"db_path": path}, read=True)

    def test_a_fixed_path_makes_db_path_unknown(self) -> None:
        assert "unknown argument" in refusal({"updates": [], "db_path": "jobs.db"}, path_is_fixed=True)
        assert "unknown argument" in refusal({"db_path": "jobs.db"}, path_is_fixed=True, read=True)
        assert "unknown argument" in refusal({"db_path": None}, path_is_fixed=True, read=True)


class TestItem:
    @pytest.mark.parametrize("status", STATUSES)
    def test_every_status_is_accepted_as_written(self, status: str) -> None:
        assert verdict({"id": 1, "status": status}) is None

    @pytest.mark.parametrize(
        ("update", "told"),
        [
            ({"status": "new"}, "id is missing"),
            ({"id": None, "status": "new"}, "id must be an integer, not null"),
            ({"id": True, "status": "new"}, "id must be an integer, not a boolean"),
            ({"id": "1", "status": "new"}, "id must be an integer, not text"),
            ({"id": 1.0, "status": "new"}, "id must be an integer, not a number that is not an integer"),
            ({"id": [1], "status": "new"}, "id must be an integer, not a list"),
            ({"id": {"id": 1}, "status": "new"}, "id must be an integer, not an object"),
            ({"id": 0, "status": "new"}, "id 0 must be 1 or more"),
            ({"id": -3, "status": "new"}, "id -3 must be 1 or more"),
            ({"id": 2**63, "status": "new"}, "id 9223372036854775808 is beyond the largest possible one"),
            ({"id": 10**100, "status": "new"}, "id is beyond the largest possible one"),
            ({"id": -(10**5000), "status": "new"}, "id must be 1 or more"),
            ({"id": 1}, "id 1: status is missing"),
            ({"id": 1, "status": None}, "id 1: status must be text, not null"),
            ({"id": 1, "status": 3}, "id 1: status must be text, not a number"),
            ({"id": 1, "status": ""}, "id 1: status is empty"),
            ({"id": 1, "status": " \t"}, "id 1: status is empty"),
            ({"id": 1, "status": "done"}, "id 1: status is unknown; it must be one of new, shortlist, reviewed"),
            ({"id": 1, "status": "Reviewed"}, "id 1: status must be written exactly reviewed"),
            ({"id": 1, "status": " reviewed"}, "id 1: status must be written exactly reviewed"),
            ({"id": 1, "status": "reviewed\n"}, "id 1: status must be written exactly reviewed"),
            ({"id": 1, "status": "new", "title": "x"}, "id 1: an update has no other fields"),
            ([1, "new"], "must be an object"),
            (None, "must be an object"),
        ],
    )
    def test_a_faulty_item_is_told_what_is_wrong(self, update: object, told: str) -> None:
        found = verdict(update)
        assert found is not None
        assert told in found

    def test_an_item_with_several_faults_is_told_all_of_them(self) -> None:
        (item,) = update_request({"updates": [{"id": 9, "status": "x", "title": 1}]}, path_is_fixed=False).items
        (found,) = judge([item], {1})
        assert found is not None
        unknown = "id 9: status is unknown; it must be one of new, shortlist, reviewed, reject, resume_written, applied"
        assert found == f"no job with id 9; {unknown}; id 9: an update has no other fields than id and status"

    def test_nothing_that_was_sent_is_repeated_in_a_message(self) -> None:
        for update in ({"id": SQL, "status": SQL}, {SQL: SQL}, SQL, {"id": 1, "status": SQL, SQL: SQL}):
            assert "DROP" not in str(verdict(update))


class TestAnswer:
    def test_innocent_items_of_a_faulty_batch_have_no_error(self) -> None:
        updates = [{"id": 1, "status": "new"}, {"id": 2, "status": "x"}, {"id": 3, "status": "new"}]
        items = update_request({"updates": updates}, path_is_fixed=False).items
        answer = update_answer(items, judge(items, {1, 2}))
        assert (answer["updated_count"], answer["failed_count"]) == (0, 2)
        assert [result["id"] for result in answer["results"]] == [1, 2, 3]
        assert [result["success"] for result in answer["results"]] == [False, False, False]
        assert ["error" in result for result in answer["results"]] == [False, True, True]

    @pytest.mark.parametrize(
        ("id_", "shown"), [("x", "x"), (True, True), (1.5, 1.5), (None, None), ([1], None), (float("nan"), None)]
    )
    def test_the_id_is_shown_as_submitted_where_it_is_a_plain_value(self, id_: object, shown: object) -> None:
        items = update_request({"updates": [{"id": id_, "status": "new"}]}, path_is_fixed=False).items
        assert update_answer(items, judge(items, set()))["results"][0]["id"] == shown


class TestReadRequest:
    def test_defaults(self) -> None:
        request = read_request({}, path_is_fixed=False)
        assert (request.limit, request.after, request.path) == (50, None, None)

    @pytest.mark.parametrize("limit", [1, 1000])
    def test_limits(self, limit: int) -> None:
        assert read_request({"limit": limit}, path_is_fixed=False).limit == limit

    @pytest.mark.parametrize("limit", [0, -1, 1001, 2**63, True, None, "10", 10.0, [10]])
    def test_refused_limits(self, limit: object) -> None:
        assert "limit must be an integer from 1 to 1000" in refusal({"limit": limit}, read=True)

    @pytest.mark.parametrize("cursor", [1, True, [], {}])
    def test_a_cursor_is_text(self, cursor: object) -> None:
        assert "cursor must be text" in refusal({"cursor": cursor}, read=True)

    def test_null_means_the_first_page_and_the_default_database(self) -> None:
        request = read_request({"cursor": None, "db_path": None}, path_is_fixed=False)
        assert (request.after, request.path) == (None, None)


PIECES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2**64), st.floats(), st.text(max_size=8), st.sampled_from(STATUSES)
)
UPDATES = st.one_of(
    st.fixed_dictionaries({"id": st.integers(1, LARGEST_ID), "status": st.sampled_from(STATUSES)}),
    st.dictionaries(st.sampled_from(["id", "status", "title"]), PIECES, max_size=3),
    PIECES,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(UPDATES, max_size=4))
def test_the_published_schema_and_the_judgement_agree(updates: list[Any]) -> None:
    schema = input_schema(UpdateArguments, path_is_fixed=False)
    whole = any(isinstance(update, dict) and isinstance(update.get("id"), float) for update in updates)
    try:
        items = update_request({"updates": updates}, path_is_fixed=False).items
    except JobsFault:
        return  # the same id twice: JSON Schema cannot say it
    accepted = not any(item.problems for item in items)
    if accepted or not whole:  # JSON Schema counts 1.0 as an integer, the contract does not
        assert accepted == jsonschema.Draft202012Validator(schema).is_valid({"updates": updates})
