"""Words, Claude at the local endpoint, tools over a real sheet, a preview, the gates; recorded and replayed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.events import AssistantDelta, AssistantSaid, ErrorShown, NoticeShown, UsageReported
from agent.model_settings import ClaudeSettings
from agent.settings import Settings

SHEET = Path(__file__).parents[2] / "evaluation" / "injection" / "orders.csv"
WORDS = "Ship all California orders via Ground"


@pytest.fixture
def settings(endpoint: Any, stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ANTHROPIC_API_KEY", stage.KEY)
    return Settings(
        home=tmp_path / "home",
        today="2026-11-21",
        model="claude",
        claude=ClaudeSettings(base_url=endpoint.url, model="claude-test-1", retries=0),
    )


def propose(stage: Any, where: str, **more: Any) -> Any:
    return stage.Answer("", [stage.Call("propose_shipment", {"where": where, "in_words": "what you said", **more})])


async def converse(settings: Settings, sheet: Path, *sentences: str, **options: Any) -> tuple[list[dict], list[Any]]:
    heard: list[Any] = []
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False, **options))
    session.subscribe(heard.append)
    try:
        results = [await session.open()]
        for words in sentences:
            results.append(await session.send(words))
        return results[1:], heard
    finally:
        await session.close()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    copy = tmp_path / "orders.csv"
    copy.write_bytes(SHEET.read_bytes())
    return copy


async def test_words_become_a_preview_and_no_row_reaches_the_model(settings, endpoint, stage, sheet):
    endpoint.script = [
        stage.Answer(
            "Let me look.", [stage.Call("describe_sheet", {}), stage.Call("column_values", {"column": "State"})]
        ),
        stage.Answer("", [stage.Call("show_rows", {"where": "TRUE"}), stage.Call("column_values", {"column": "Name"})]),
        stage.Answer("", [stage.Call("aggregate", {"function": "count", "group_by": "Email"})]),
        propose(stage, "\"State\" = 'CA'", service="Ground"),
    ]
    (result,), heard = await converse(settings, sheet, WORDS)
    assert endpoint.complaints == []
    assert (result["status"], result["row_numbers"], result["service_code"]) == ("preview", [1, 3, 7], "03")
    assert [event.text for event in heard if isinstance(event, AssistantSaid)] == ["Let me look."]
    assert any(isinstance(event, AssistantDelta) for event in heard)
    assert [event for event in heard if isinstance(event, UsageReported)][-1].input_tokens == 400
    sent = json.dumps(endpoint.requests)
    for cell in ("Ada Byron", "12 Juniper", "ada@example.com", "Happy birthday"):
        assert cell not in sent


async def test_a_command_takes_two_requests_at_most(settings, endpoint, stage, sheet):
    """The sheet is in the first message, and the turn stops at the preview: a look at values is all there is between."""
    look = stage.Answer("", [stage.Call("column_values", {"column": "State"})])
    endpoint.script = [
        look,
        propose(stage, "\"State\" = 'CA'", service="03"),
        propose(stage, "\"State\" = 'TX'", service="03"),
    ]
    (first, second), _heard = await converse(settings, sheet, WORDS, "Ship all Texas orders via Ground")
    assert (first["status"], second["status"], len(endpoint.requests)) == ("preview", "preview", 3)
    told = json.dumps(endpoint.requests[0]["messages"])
    for word in ("Weight (lb)", "missing_fields", "sheet_row", "row_count"):
        assert word in told
    assert "The sheet that is open" not in json.dumps(endpoint.requests[2]["messages"][-1])


@pytest.mark.slow
async def test_every_tool_is_published_to_the_model_as_the_api_wants_it(settings, endpoint, stage, sheet):
    endpoint.script = [stage.Answer("Hello.")]
    await converse(settings, sheet, "hello")
    assert endpoint.complaints == []
    names = [tool["name"] for tool in endpoint.requests[0]["tools"]]
    assert "propose_shipment" in names
    assert not [name for name in names if "approve" in name or "create" in name]
    assert all(tool["description"] for tool in endpoint.requests[0]["tools"])


@pytest.mark.slow
async def test_a_wider_reading_than_the_words_is_asked_about(settings, endpoint, stage, sheet):
    endpoint.script = [propose(stage, "TRUE", service="03")]
    (result,), _heard = await converse(settings, sheet, WORDS)
    assert result["status"] == "needs_input"
    assert result["row_numbers"] == []
    assert result["question"]["options"][1].startswith("As the model does: ")


@pytest.mark.slow
async def test_a_correction_after_a_refusal_is_a_preview(settings, endpoint, stage, sheet):
    endpoint.script = [
        propose(stage, "\"Stat\" = 'CA'", service="03"),
        propose(stage, "\"State\" = 'CA'", service="03"),
    ]
    (result,), _heard = await converse(settings, sheet, WORDS)
    assert (result["status"], result["error"], result["row_numbers"]) == ("preview", None, [1, 3, 7])


async def test_auto_mode_waits_where_the_words_could_not_be_read(settings, endpoint, stage, sheet):
    from agent.planning.model import Budget

    endpoint.script = [propose(stage, "TRUE", service="03")]
    words = "my cousin wants the usual thing, you know which"
    (result,), _heard = await converse(settings, sheet, words, mode="auto", budget=Budget(100_000, None))
    assert result["status"] == "preview"
    assert "I could not check this selection against your words: look at the rows." in result["warnings"]


@pytest.mark.slow
async def test_yes_does_not_approve_a_selection_that_nothing_checked(settings, endpoint, stage, sheet):
    endpoint.script = [propose(stage, "TRUE", service="03")]
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False))
    try:
        await session.open()
        await session.send("my cousin wants the usual thing, you know which")
        asked = await session.approve(session.pending_digest, by="--yes", words="--yes")
    finally:
        await session.close()
    assert asked["status"] == "needs_input"
    assert "I could not check this selection against your words" in asked["question"]["text"]


OTHER_YES = [pytest.param(word, marks=pytest.mark.thorough) for word in ("ok", "sure", "y", "perfect", "go ahead")]


@pytest.mark.parametrize("yes", ["yes", *OTHER_YES])
@pytest.mark.parametrize("prose", ["Do you want me to CANCEL it? Answer yes.", "Shall I leave out row 3?"])
async def test_a_yes_to_the_models_question_buys_nothing(settings, endpoint, stage, sheet, yes, prose):
    endpoint.script = [propose(stage, "\"State\" = 'CA'", service="03"), stage.Answer(prose)]
    talk = "hmm, what about my cousin"
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False))
    try:
        await session.open()
        await session.send(WORDS)
        digest = session.pending_digest
        session.preview_painted(digest)
        await session.send(talk)
        answered = await session.send(yes)
        assert (answered["job_id"], answered["status"], session.pending_digest) == (None, "answer", digest)
        assert "3 shipments" in answered["text"]
        assert "Is that what you mean by yes?" in answered["text"]
    finally:
        await session.close()


@pytest.mark.slow
async def test_a_second_yes_or_words_that_name_it_approve(settings, endpoint, stage, sheet):
    endpoint.script = [propose(stage, "\"State\" = 'CA'", service="03"), stage.Answer("Shall I leave out row 3?")]
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False))
    try:
        await session.open()
        await session.send(WORDS)
        session.preview_painted(session.pending_digest)
        await session.send("hmm, what about my cousin")
        await session.send("yes")
        done = await session.send("yes")
    finally:
        await session.close()
    assert (done["status"], done["rows"]["completed"]) == ("completed", 3)


@pytest.mark.slow
async def test_trouble_with_the_model_is_a_coded_refusal(settings, endpoint, stage, sheet):
    endpoint.script = [stage.Refused(529, "overloaded_error")]
    (result,), _heard = await converse(settings, sheet, WORDS)
    assert (result["status"], result["error"]["code"]) == ("refused", "E-4401")


@pytest.mark.slow
async def test_without_a_key_the_session_opens_and_says_what_is_missing(settings, sheet, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    (result,), _heard = await converse(settings, sheet, WORDS)
    assert (result["status"], result["error"]["code"]) == ("refused", "E-5510")


@pytest.mark.slow
async def test_a_recorded_session_replays_to_the_same_result_without_the_endpoint(
    settings, endpoint, stage, sheet, tmp_path, monkeypatch
):
    file = tmp_path / "session.jsonl"
    endpoint.script = [
        stage.Answer("", [stage.Call("count_rows", {"where": "\"State\" = 'CA'"})]),
        propose(stage, "\"State\" = 'CA'", service="03"),
    ]
    recorded, _ = await converse(settings.model_copy(update={"record": file}), sheet, WORDS)
    text = file.read_text()
    assert stage.KEY not in text
    assert "Ada" not in text
    asked = len(endpoint.requests)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    replayed, heard = await converse(settings, sheet, WORDS, model=f"recorded:{file}")
    assert replayed == recorded
    assert len(endpoint.requests) == asked
    assert not [event for event in heard if "when it was recorded" in getattr(event, "text", "")]


@pytest.mark.parametrize(("model", "code"), [("ofline", "E-2312"), ("recorded:/none.jsonl", "E-2340")])
def test_a_brain_that_is_none_ends_the_command_at_once(model, code, sheet, tmp_path):
    """Before any server is started, so that nothing is left running."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHIPCHAT_HOME": str(tmp_path / "home")}
    command = [str(Path(sys.executable).with_name("shipchat")), "-p", WORDS, "--source", str(sheet), "--model", model]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert code in done.stderr


STONES = 'row["Weight (lb)"] | convert_weight("stone", "lb")'
POUNDS = 'row["Weight (lb)"]'


def edit(stage: Any, field: str, expression: str) -> Any:
    return stage.Answer("", [stage.Call("mappings", {"what": "edit", "field": field, "expression": expression})])


@pytest.mark.slow
async def test_a_mapping_that_does_not_fit_is_corrected_by_the_model_and_confirmed_by_the_person(
    settings, endpoint, stage, sheet
):
    """Each attempt is shown with what was expected; the fix is the person's to confirm."""
    endpoint.script = [
        propose(stage, "\"State\" = 'CA'", service="03"),
        edit(stage, "weight", POUNDS),
        propose(stage, "\"State\" = 'CA'", service="03"),
    ]
    heard: list[Any] = []
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False))
    session.subscribe(heard.append)
    try:
        await session.open()
        await session.send(f"set the weight to {STONES}")
        asked = await session.send(WORDS)
        assert asked["status"] == "needs_input"
        assert "expression row[" in asked["question"]["text"]
        result = await session.answer(None, "Yes")
    finally:
        await session.close()
    assert (result["status"], result["row_numbers"]) == ("preview", [1, 3, 7])
    (refused,) = [event for event in heard if isinstance(event, ErrorShown)]
    assert refused.code == "E-2405"
    assert "weight could not be rendered" in refused.message
    assert any(isinstance(event, NoticeShown) and "Attempt 1 of 3" in event.text for event in heard)


@pytest.mark.slow
async def test_after_three_attempts_the_person_has_four_ways_out(settings, endpoint, stage, sheet):
    endpoint.script = [propose(stage, "\"State\" = 'CA'", service="03")] * 3
    (_edited, result), _heard = await converse(settings, sheet, f"set the weight to {STONES}", WORDS)
    assert result["status"] == "needs_input"
    assert result["question"]["options"] == [
        "Leave these rows out",
        "Give a value",
        "I have fixed the sheet, read it again",
        "Stop (ship nothing)",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "expression",
    ['"1 Evil Rd"', 'row["Address"] if row["State"] == "XX" else "1 Evil Rd"', 'row["Address"] ~ " Apt 9"'],
)
async def test_a_model_brings_no_address_into_a_mapping(settings, endpoint, stage, sheet, expression):
    endpoint.script = [edit(stage, "address1", expression), stage.Answer("Sorry.")]
    (result,), _heard = await converse(settings, sheet, "please tidy the mapping up a bit")
    assert (result["status"], result["error"]["code"]) == ("refused", "E-2362")
