"""The cursor keeps a position exactly and accepts nothing but itself."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.jobs.cursor import Position, decode, encode
from mcp_servers.jobs.faults import JobsFault
from mcp_servers.jobs.schemas import LARGEST_ID

INTEGERS = st.integers(-LARGEST_ID - 1, LARGEST_ID)
DAMAGED = st.binary(max_size=20).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
STORED = st.one_of(st.none(), INTEGERS, st.floats(allow_nan=False), st.text(), DAMAGED, st.binary(max_size=20))


def token(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


@settings(max_examples=300)
@given(STORED, INTEGERS)
def test_what_is_encoded_is_decoded(captured_at: int | float | str | bytes | None, id_: int) -> None:
    position = decode(encode(Position(captured_at, id_)))
    assert position == Position(captured_at, id_)
    assert type(position.captured_at) is type(captured_at)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(JobsFault, match="VALIDATION_ERROR: cursor is malformed"):
        decode(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "' OR 1=1 --",
        token([]),
        token([None]),
        token([None, 1, 2]),
        token({"captured_at": None, "id": 1}),
        token([None, "1"]),
        token([None, True]),
        token([None, 1.0]),
        token([None, 2**63]),
        token([2**63, 1]),
        token([True, 1]),
        token([["2026"], 1]),
        token([{"blob": "zz"}, 1]),
        token([{"other": "00"}, 1]),
        token([{"blob": "00", "more": 1}, 1]),
        token([float("nan"), 1]),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"[null, 1]").decode(),
        encode(Position(None, 1)) + "=",
        " " + encode(Position(None, 1)),
        encode(Position("2026-01-01", 1))[:-4],
    ],
)
def test_malformed_cursors_are_refused(text: str) -> None:
    with pytest.raises(JobsFault) as caught:
        decode(text)
    assert caught.value.as_dict()["error"]["code"] == "VALIDATION_ERROR"
