"""What an answer proves; the table is that of docs/money.md."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.ups.outcome import fault_of, is_transient, outcome_of, reply
from mcp_servers.ups.ups_codes import MEANINGS
from mcp_servers.ups.ups_json import as_list, at, errors_of, is_masked, text_at

NEW = {"response": {"errors": [{"code": "120802", "message": "Address Validation Error on ShipTo address"}]}}
TRANSIT = {"errors": [{"code": "270001", "message": "no"}]}
OLD: dict[str, Any] = {
    "Fault": {"detail": {"Errors": {"ErrorDetail": {"PrimaryErrorCode": {"Code": "120802", "Description": "x"}}}}}
}
PAGE = b"<html>Unauthorized</html>"


def body(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.mark.parametrize(
    ("status", "content", "outcome"),
    [
        (200, {"ShipmentResponse": {}}, "done"),
        (200, b'{"ShipmentResponse": {', "unknown"),
        (200, PAGE, "unknown"),
        (200, b"", "unknown"),
        (200, [1], "unknown"),
        (200, NEW, "unknown"),
        *((status, NEW, "not_done") for status in (400, 401, 402, 403, 404, 422, 429)),
        (400, TRANSIT, "not_done"),
        (400, OLD, "not_done"),
        *((status, PAGE, "unknown") for status in (400, 401, 403, 404, 429)),
        *((status, NEW, "unknown") for status in (408, 409, 425, 499, 500, 502, 503, 504)),
        (503, b"no healthy upstream", "unknown"),
        (302, b"", "unknown"),
        (201, {"ShipmentResponse": {}}, "unknown"),
    ],
)
def test_outcomes(status: int, content: Any, outcome: str) -> None:
    assert outcome_of(reply(status, body(content), "t")) == outcome


@given(status=st.integers(100, 599), content=st.binary(max_size=60))
def test_bytes_that_are_no_ups_answer_prove_nothing_and_break_nothing(status: int, content: bytes) -> None:
    answer = reply(status, content, "t")
    if answer.body is None:
        assert outcome_of(answer) == "unknown"
    assert fault_of(answer).code.startswith("E-")


@pytest.mark.parametrize(
    ("status", "content", "code", "retryable"),
    [
        (400, NEW, "E-3001", False),
        (400, {"response": {"errors": [{"code": "777777", "message": "Own words."}]}}, "E-3001", False),
        (400, {"response": {"errors": [{"code": "120001", "message": "later"}]}}, "E-3002", True),
        (503, b"no healthy upstream", "E-3002", True),
        (429, {"response": {"errors": [{"code": "10429", "message": "Too Many Requests"}]}}, "E-3004", True),
        (403, {"response": {"errors": [{"code": "x", "message": "Blocked Merchant"}]}}, "E-3005", False),
        (200, b"{", "E-3006", True),
        (400, PAGE, "E-3007", False),
        (401, {"response": {"errors": [{"code": "10401", "message": "ClientId is Invalid"}]}}, "E-5002", False),
        (401, {"response": {"errors": [{"code": "250002", "message": "Invalid"}]}}, "E-5003", True),
        (401, PAGE, "E-5003", True),
    ],
)
def test_each_refusal_has_its_code(status: int, content: Any, code: str, retryable: bool) -> None:
    refusal = fault_of(reply(status, body(content), "abc"))
    assert (refusal.code, refusal.retryable) == (code, retryable)
    assert refusal.more["http_status"] == status
    assert refusal.remedy


def test_a_known_code_is_said_in_a_packers_words_and_an_unknown_one_in_ups_own() -> None:
    known = fault_of(reply(400, body(NEW), "t"))
    assert "recipient's city, state and ZIP code do not belong together" in known.message
    assert known.more["ups_message"] == "Address Validation Error on ShipTo address"
    own = fault_of(reply(400, body({"response": {"errors": [{"code": "777777", "message": "Own words."}]}}), "t"))
    assert own.message.startswith("Own words.")


def test_all_errors_are_told() -> None:
    two = {"response": {"errors": [{"code": "120202", "message": "a"}, {"code": "120205", "message": "b"}]}}
    assert [error["code"] for error in fault_of(reply(400, body(two), "t")).more["errors"]] == ["120202", "120205"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_reads_try_these_again(status: int) -> None:
    assert is_transient(reply(status, b"", "t"))


def test_a_refusal_of_ups_is_not_tried_again() -> None:
    assert not is_transient(reply(400, body(NEW), "t"))


@pytest.mark.parametrize(("value", "expected"), [(None, []), ("", []), ({"a": 1}, [{"a": 1}]), ([1, 2], [1, 2])])
def test_trap_1_lists_that_are_none(value: Any, expected: list[Any]) -> None:
    assert as_list(value) == expected


def test_trap_2_empty_strings_where_objects_are_documented() -> None:
    assert at({"TransactionReference": ""}, "TransactionReference", "CustomerContext") is None
    assert text_at({"Description": ""}, "Description") is None


def test_trap_13_carriage_returns() -> None:
    assert text_at({"Code": "&#xD;1"}, "Code") == "1"


@pytest.mark.parametrize("shape", [NEW, TRANSIT, OLD])
def test_traps_16_and_22_errors_in_every_shape(shape: Any) -> None:
    assert len(errors_of(shape)) == 1


@pytest.mark.parametrize(
    "body_of_no_error", [None, [], {}, {"response": {}}, {"response": {"errors": []}}, {"errors": "x"}]
)
def test_other_bodies_have_no_errors(body_of_no_error: Any) -> None:
    assert errors_of(body_of_no_error) == []


def test_masked_numbers_are_recognised() -> None:
    assert is_masked("1ZXXXXXXXXXXXXXXXX")
    assert not is_masked("1ZSIMSIM0300000011")


def test_documented_codes_have_words_and_a_remedy() -> None:
    documented = "120100 120110 120202 120209 120305 120500 120541 120542 120512 120602 120700 120802 121000 121210"
    documented += " 110002 111035 111285 128065 190101 190102 300007 300033 151085 9264030"
    for code in documented.split():
        assert MEANINGS[code].words.endswith(".")
        assert MEANINGS[code].remedy
