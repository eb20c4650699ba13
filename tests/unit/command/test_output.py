"""What a command prints reaches somebody, or nobody; the work and the exit code stay what they are."""

import errno
import io
import json
import sys
from typing import Any

import pytest

from agent.cli import output


class Broken(io.StringIO):
    """A pipe whose reader has gone, or a file on a disk that is full."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def write(self, _text: str) -> int:
        raise OSError(self.number, "gone")


@pytest.fixture(autouse=True)
def nobody_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_gone", set())


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ENOSPC, errno.EIO])
def test_an_answer_that_stdout_does_not_take_goes_to_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(number))
    assert not output.say("row 1")
    output.tell({"job_id": "7f3a"})
    assert json.loads(capsys.readouterr().err) == {"job_id": "7f3a"}


def test_a_closed_stdout_is_like_one_that_breaks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    output.tell({"job_id": "7f3a"})
    assert json.loads(capsys.readouterr().err) == {"job_id": "7f3a"}


def test_nobody_at_all_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(errno.EPIPE))
    monkeypatch.setattr(sys, "stderr", Broken(errno.EIO))
    output.tell({"job_id": "7f3a"})
    assert not output.say("row 1", err=True)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_stays_json_in_every_encoding(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    facts: dict[str, Any] = {"text": "“Renée” \udc80"}
    output.tell(facts)
    assert json.loads(raw.getvalue().decode(encoding)) == facts
