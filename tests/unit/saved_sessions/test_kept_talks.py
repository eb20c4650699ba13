"""Kept talks: what is written and what never is, found again, bounded, told, exported, and what goes on of them."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.errors import ShipchatError
from agent.events import (
    ApprovalGiven,
    AssistantSaid,
    BatchFinished,
    Event,
    ModeChanged,
    NoticeShown,
    PreviewLine,
    PreviewReady,
    PreviewVoided,
    QuestionAnswered,
    QuestionAsked,
    RowCompleted,
    SourceOpened,
    TableShown,
    UserSaid,
)
from agent.saved_sessions.kept import KEPT, kept
from agent.saved_sessions.prompts import KeptPrompts
from agent.saved_sessions.recorder import Recorder
from agent.saved_sessions.resuming import resumed
from agent.saved_sessions.store import MOST_BYTES, SavedSessions
from agent.saved_sessions.telling import markdown, open_command, told
from agent.scripts.model import load_script
from agent.session import script

PERSON = "Ada Brook"
LINE = PreviewLine(2, 1, "SO-1", PERSON, "Fresno, CA", "UPS Ground", 912, [f"{PERSON}: no apartment"])


def preview(digest: str = "d1", command: str = "Ship all California orders via Ground", **more: Any) -> PreviewReady:
    values: dict[str, Any] = {
        "digest": digest, "short_digest": digest, "command": command, "filter_in_words": "orders to California",
        "filter_sql": "State = 'CA'", "total_rows": 1, "lines": [LINE], "total_cents": 912, "estimated": False,
        "cheapest": LINE, "most_expensive": LINE, "excluded": {}, "boundary": [f"{PERSON} is just beyond"],
        "warnings": [PERSON], "mapping": [], "mapping_is_new": False, "environment": "simulator", "account": "SIMSIM",
        "approval_sentence": f"Ship to {PERSON}", "typed_confirmation": None,
    }  # fmt: skip
    return PreviewReady(**(values | more))


def sheet(path: str = "/tmp/orders.csv") -> SourceOpened:
    return SourceOpened("orders.csv", path, 3, [{"name": "Recipient", "type": "text"}], [PERSON])


TALK: list[Event] = [
    sheet(),
    UserSaid("ship the big ones"),
    QuestionAsked("q1", "What makes an order big?", ["Over 10 lb", "Over $100"], True),
    QuestionAnswered("q1", "Over 10 lb"),
    AssistantSaid("Then it is **1 order**."),
    preview(),
    UserSaid("yes"),
    ApprovalGiven("d1", "words", "yes", "Ship to Ada Brook"),
    RowCompleted("b1", 1, 2, PERSON, "1ZSIMSIM0300000001", ["1ZSIMSIM0300000001"], 912, "x.zpl"),
    BatchFinished(
        "b1", "completed", {"completed": 1, "failed": 0}, 912, "/labels", "", "", [{"tracking_number": "1Z"}]
    ),
]


@pytest.fixture
def store(tmp_path: Path) -> SavedSessions:
    return SavedSessions(tmp_path / "sessions")


def record(store: SavedSessions, events: list[Event], *, most: int = 50, session_id: str | None = None) -> Recorder:
    recorder = Recorder(store, most, lambda text: pytest.fail(text), session_id)
    for event in events:
        recorder(event)
    return recorder


def test_no_row_of_a_preview_a_table_or_a_batch_is_written(store: SavedSessions) -> None:
    table = TableShown("orders over $500", ["Recipient"], [[PERSON]], 1)
    recorder = record(store, [*TALK, table, preview("d2")])
    text = store.file(recorder.session_id).read_text(encoding="utf-8")
    assert PERSON not in text
    assert "1Z" not in text
    assert "ship the big ones" in text


def test_every_field_that_is_named_exists() -> None:
    for kind, names in KEPT.items():
        assert set(names) <= set(kind.__dataclass_fields__), kind


def test_a_secret_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UPS_CLIENT_SECRET", "marked-secret-1")
    line = kept(UserSaid("open postgresql://me:marked-word@host/shop with marked-secret-1"))
    assert "marked" not in json.dumps(line)
    prompts = KeptPrompts(tmp_path / "prompts.jsonl")
    prompts.add("open postgresql://me:marked-word@host/shop")
    assert "marked" not in (tmp_path / "prompts.jsonl").read_text(encoding="utf-8")


def test_files_are_their_owners_alone(store: SavedSessions) -> None:
    recorder = record(store, TALK)
    KeptPrompts(store.prompts).add("one")
    for file in (store.file(recorder.session_id), store.prompts):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    store.rename(recorder.session_id, "Spring")
    assert stat.S_IMODE(store.file(recorder.session_id).stat().st_mode) == 0o600


def test_a_talk_in_which_nobody_says_anything_leaves_no_file(store: SavedSessions) -> None:
    record(store, [sheet(), NoticeShown("hello")])
    assert store.all() == []


def test_a_talk_is_listed_found_by_its_words_renamed_and_deleted(store: SavedSessions) -> None:
    recorder = record(store, TALK)
    [one] = store.all()
    assert (one.name, one.sheet, one.messages, one.spent) == ("ship the big ones", "orders.csv", 2, ((912, "USD"),))
    assert store.all("OVER 10 LB") == [one]
    assert store.all("texas") == []
    store.rename(recorder.session_id, "Spring shop")
    assert store.all("spring")[0].name == "Spring shop"
    assert store.find("last") == store.find(recorder.session_id[:10]) == recorder.session_id
    store.delete(recorder.session_id)
    with pytest.raises(ShipchatError, match="no kept session"):
        store.find("last")


@pytest.mark.parametrize("name", ["", "../settings", "/etc/passwd", "prompts"])
def test_only_a_talk_can_be_named(store: SavedSessions, name: str) -> None:
    record(store, TALK)
    KeptPrompts(store.prompts).add("one")
    with pytest.raises(ShipchatError):
        store.find(name)


def test_the_oldest_talks_go_and_a_long_one_ends(store: SavedSessions) -> None:
    for number in range(4):
        record(store, TALK, session_id=f"2026112{number}-000000-abcd")
    told_of: list[str] = []
    recorder = Recorder(store, 2, told_of.append)
    recorder(UserSaid("hello"))
    assert [one.id[:8] for one in store.all()][1:] == ["20261123"]
    for _ in range(MOST_BYTES // 15_000 + 2):
        recorder(AssistantSaid("x" * 15_000))
    assert store.file(recorder.session_id).stat().st_size <= MOST_BYTES
    assert len(told_of) == 1
    assert "as much as one talk may hold" in told_of[0]


def test_a_line_that_broke_off_in_a_crash_is_left_out(store: SavedSessions) -> None:
    recorder = record(store, TALK)
    with store.file(recorder.session_id).open("a", encoding="utf-8") as file:
        file.write('{"event": "UserSa')
    assert store.all()[0].messages == 2


def test_a_folder_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("in the way", encoding="utf-8")
    told_of: list[str] = []
    recorder = Recorder(SavedSessions(tmp_path / "sessions"), 50, told_of.append)
    for event in TALK:
        recorder(event)
    assert len(told_of) == 1


@pytest.mark.parametrize(
    ("after", "command"),
    [
        ([], "Ship all California orders via Ground"),
        ([ApprovalGiven("d1", "key", "", "")], ""),
        ([PreviewVoided("d1", "the sheet has changed")], ""),
        ([preview("d2", "Ship Texas"), PreviewVoided("d1", "replaced")], "Ship Texas"),
        ([preview("d2", "void it", purpose="void")], ""),
    ],
)
def test_only_an_open_preview_to_ship_is_planned_again(after: list[Event], command: str) -> None:
    lines = [line for event in [sheet(), UserSaid("x"), preview(), *after] if (line := kept(event))]
    assert open_command(lines) == command


def test_what_goes_on_holds_words_sheet_and_command_and_no_digest(store: SavedSessions) -> None:
    record(store, [sheet(), UserSaid("ship it all"), preview()])
    found = resumed(store, "last")
    assert found.sheet == "/tmp/orders.csv"
    assert found.command == "Ship all California orders via Ground"
    assert {"role": "you", "text": "ship it all"} in found.talk
    assert "d1" not in json.dumps(found.talk)


def test_it_is_read_as_markdown() -> None:
    lines = [line for event in TALK if (line := kept(event))]
    text = markdown("Spring", "2026-11-30T12:00:00+00:00", lines)
    assert text.startswith("# Spring\n\n2026-11-30")
    assert "**You:** ship the big ones" in text
    assert "> Preview (ship): 1 row, $9.12: orders to California." in text
    assert "> Batch b1: completed, 1 completed, $9.12." in text
    assert len(told(lines)) == 9


def test_the_script_of_it_can_be_played_and_approves_nothing(tmp_path: Path) -> None:
    lines = [line for event in TALK if (line := kept(event))]
    file = tmp_path / "talk.chat.yaml"
    file.write_text(script(lines), encoding="utf-8")
    steps = load_script(file).steps
    assert [(step.say, step.answer) for step in steps] == [("ship the big ones", None), (None, "Over 10 lb")]
    assert all(step.approve is None for step in steps)


@pytest.mark.parametrize(
    ("events", "steps"),
    [
        ([preview(), UserSaid("yes"), AssistantSaid("Too soon")], []),
        ([UserSaid("ship it"), AssistantSaid("There is no preview")], []),
        ([UserSaid("ship 120 rows"), preview(typed_confirmation="ship 120 rows")], []),
        ([UserSaid("switch to auto"), QuestionAsked("q", "How much?", []), QuestionAnswered("q", "$250")], []),
        ([preview(), UserSaid("yes and switch to auto"), QuestionAnswered("q", "$250")], []),
        ([UserSaid("switch to auto up to $90"), ModeChanged("auto", "up to $90.00")], []),
        ([UserSaid("resume batch b1234"), QuestionAnswered("q", "Continue the batch")], []),
        ([UserSaid("ship all"), preview(), ApprovalGiven("d1", "auto", "", ""), QuestionAnswered("q", "1 lb")],
         [{"say": "ship all"}]),
        ([UserSaid("ship all"), UserSaid("yes"), QuestionAnswered("q", "Over 10 lb")],
         [{"say": "ship all"}, {"answer": "Over 10 lb"}]),
        ([UserSaid("set the limit to $100"), UserSaid("print the labels")],
         [{"say": "set the limit to $100"}, {"say": "print the labels"}]),
    ],
)  # fmt: skip
def test_what_would_buy_when_it_is_played_is_left_out_whatever_became_of_it(
    events: list[Event], steps: list[dict[str, str]]
) -> None:
    assert yaml.safe_load(script([line for event in events if (line := kept(event))]))["steps"] == steps


def test_the_prompts_history_is_kept_in_order_and_bounded(tmp_path: Path) -> None:
    kept_prompts = KeptPrompts(tmp_path / "prompts.jsonl")
    for number in range(1_100):
        kept_prompts.add(f"message {number}\nsecond line")
    kept_prompts.add("  ")
    assert len(kept_prompts.read()) == 500
    assert kept_prompts.read()[-1] == "message 1099\nsecond line"
    assert len((tmp_path / "prompts.jsonl").read_text(encoding="utf-8").splitlines()) == 500
    assert KeptPrompts(None).read() == []


def test_a_talk_that_goes_on_in_silence_stays_as_it_was(store: SavedSessions) -> None:
    recorder = record(store, [sheet(), UserSaid("ship it all"), preview()])
    before = store.lines(recorder.session_id)
    record(store, [sheet(), preview("d2")], session_id=recorder.session_id)
    assert store.lines(recorder.session_id) == before
    record(store, [sheet(), preview("d2"), UserSaid("no")], session_id=recorder.session_id)
    assert len(store.lines(recorder.session_id)) == len(before) + 3
    assert [line["event"] for line in store.lines(recorder.session_id)].count("Started") == 1
