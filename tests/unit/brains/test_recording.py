"""A recorded session plays again the same way, and holds no secret."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.brains.protocol import Conversation
from agent.brains.recorded import RecordedBrain
from agent.brains.recording import Recorder, RecordingBrain
from agent.brains.redaction import Veil
from agent.credentials import without_secrets
from agent.errors import ErrorKind, ShipchatError, error

TALK = Conversation(today=date(2026, 11, 21))


class Tools:
    def __init__(self, answer: dict) -> None:
        self.answer, self.calls = answer, []

    def published(self) -> list[dict]:
        return []

    async def call(self, name: str, arguments: dict) -> dict:
        self.calls.append((name, arguments))
        return self.answer


class Ear:
    def __init__(self) -> None:
        self.heard = []

    async def __call__(self, text: str) -> None:
        self.heard.append(("say", text))

    def delta(self, text: str) -> None:
        self.heard.append(("delta", text))

    def notice(self, text: str, level: str = "info") -> None:
        self.heard.append(("notice", text, level))

    def used(self, *counts: int | None) -> None:
        self.heard.append(("used", *counts))


class Scripted:
    """A brain that counts what it is told, says so, and gives up on `stop`."""

    name = "scripted"

    async def turn(self, said, conversation, toolbox, say) -> None:
        if said == "stop":
            raise error(ErrorKind("E-2350", "Declined.", "Say it in other words."))
        await toolbox.call("count_rows", {"where": f"email = '{said.split()[-1]}'"})
        say.notice("counted", "warning")
        say.used(10, 2, None)
        await say(f"Counted {said}.")


async def record(path: Path, answer: dict, *sentences: str) -> tuple[Tools, Ear]:
    tools, ear = Tools(answer), Ear()
    brain = RecordingBrain(Scripted(), Recorder.create(path, "scripted"))
    for words in sentences:
        try:
            await brain.turn(words, TALK, tools, ear)
        except ShipchatError as refusal:
            ear.heard.append(refusal.as_dict())
    return tools, ear


async def replay(path: Path, answer: dict, *sentences: str) -> tuple[Tools, Ear]:
    tools, ear = Tools(answer), Ear()
    brain = RecordedBrain.read(path)
    for words in sentences:
        try:
            await brain.turn(words, TALK, tools, ear)
        except ShipchatError as refusal:
            ear.heard.append(refusal.as_dict())
    return tools, ear


async def test_a_replay_calls_and_says_the_same(tmp_path):
    file = tmp_path / "session.jsonl"
    sentences = ("orders of ada@example.com", "stop", "orders of none")
    first = await record(file, {"count": 3}, *sentences)
    second = await replay(file, {"count": 3}, *sentences)
    assert second[0].calls == first[0].calls
    assert second[1].heard == first[1].heard
    assert first[0].calls[0][1] == {"where": "email = 'ada@example.com'"}


async def test_a_recording_holds_numbers_and_codes_of_answers_and_no_contact_data(tmp_path):
    file = tmp_path / "session.jsonl"
    answer = {"count": 3, "status": "ok", "rows": [["Ada Byron", "12 Elm St"]], "message": "Ada Byron", "name": "a.csv"}
    await record(file, answer, "orders of ada@example.com")
    text = file.read_text()
    assert "ada@example.com" not in text
    assert "Ada" not in text
    assert "Elm" not in text
    assert json.loads(text.splitlines()[2])["answer"] == {"count": 3, "status": "ok"}
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_replay_names_what_differs_now(tmp_path):
    file = tmp_path / "session.jsonl"
    await record(file, {"count": 3}, "orders of none")
    _tools, ear = await replay(file, {"count": 4}, "orders of none")
    said = "count_rows answered {'count': 3} when it was recorded, and {'count': 4} now."
    assert ("notice", said, "warning") in ear.heard


async def test_other_words_and_more_words_are_refused(tmp_path):
    file = tmp_path / "session.jsonl"
    await record(file, {"count": 3}, "orders of none")
    tools, ear = await replay(file, {"count": 3}, "something else", "orders  of none", "and more")
    assert [item["code"] for item in ear.heard if isinstance(item, dict)] == ["E-2341", "E-2342"]
    assert len(tools.calls) == 1


def test_a_recording_never_overwrites_a_file(tmp_path):
    sheet = tmp_path / "orders.csv"
    sheet.write_text("order\n1\n")
    with pytest.raises(ShipchatError) as caught:
        Recorder.create(sheet, "offline")
    assert caught.value.code == "E-4410"
    assert sheet.read_text() == "order\n1\n"
    with pytest.raises(ShipchatError) as caught:
        Recorder.create(tmp_path / "missing" / "x.jsonl", "offline")
    assert caught.value.code == "E-4411"


@pytest.mark.parametrize(
    "content",
    ["", "no json", '{"recording": 99}', '{"recording": 1}\n{"say": "before any turn"}', '{"recording": 1}\n[1]'],
)
def test_what_is_no_recording_is_refused(tmp_path, content):
    file = tmp_path / "x.jsonl"
    file.write_text(content)
    with pytest.raises(ShipchatError) as caught:
        RecordedBrain.read(file)
    assert caught.value.code == "E-2340"


@pytest.mark.parametrize(
    "secret",
    [
        "sk-ant-api03-abcDEF123456",
        "Bearer abcdefgh12345678",
        "postgresql://shop:hunter2@db/orders",
        "password=hunter2",
        '"api_key": "hunter2000"',
        "ada@example.com",
        "(410) 555-0100",
        "+1 410-555-0100",
        "1Z999AA10123456784",
    ],
)
def test_secrets_and_contact_data_are_veiled_and_can_be_put_back(secret):
    veil = Veil()
    said = f"look at {secret} please"
    hidden = veil.hide({"turn": said})
    for part in ("hunter2", "sk-ant", "abcdefgh", "ada@", "555", "1Z9"):
        assert part not in hidden["turn"]
    assert veil.show(hidden) == {"turn": said}


@pytest.mark.parametrize("order", ["114-3941689-8772232", "410-555-01001", "SO-410-555-0100", "02116-1234"])
def test_order_numbers_stay(order):
    assert Veil().hide(f"order {order}") == f"order {order}"


@given(st.text(max_size=60))
def test_a_veil_can_always_be_lifted(text):
    veil = Veil()
    assert veil.show(veil.hide(text)) == text


def test_messages_of_an_endpoint_lose_secrets():
    assert without_secrets("invalid key sk-ant-0123456789, sent Bearer abcdefgh12345678") == (
        "invalid key ***, sent Bearer ***"
    )
