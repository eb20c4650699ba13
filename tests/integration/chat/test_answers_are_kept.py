"""What a person answered about a sheet is kept for all they say of it, shown, and asked again once it is taken back."""

from pathlib import Path
from typing import Any

import pytest

from agent.events import ApprovalGiven, PreviewReady, PreviewVoided, QuestionAsked
from agent.planning.model import Budget
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Phone\n"
ROWS = (
    "F-1,Luis Ferrer,880 Harbor View Dr,San Diego,CA,92101,619-555-0102",
    "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101",
    "F-3,Amara Okafor,61 Millpond Rd,Boston,MA,02116,617-555-0103",
)
ALL = "Ship all orders via Ground"
WEIGHT = "The sheet has no weights. How heavy is a parcel?"


@pytest.fixture
def light(tmp_path: Path) -> Path:
    """Orders without weights."""
    path = tmp_path / "light.csv"
    path.write_text(HEADER + "\n".join(ROWS) + "\n")
    return path


def previews(heard: list[Any]) -> list[PreviewReady]:
    return [event for event in heard if isinstance(event, PreviewReady)]


def asked(heard: list[Any]) -> list[str]:
    return [event.text for event in heard if isinstance(event, QuestionAsked)]


async def weighed(opened: Opened, path: Path) -> tuple[Any, list[Any]]:
    session, heard = await opened(path)
    await session.send(ALL)
    await session.answer(None, "2 lb")
    return session, heard


async def test_a_weight_is_asked_once_for_all_that_is_said_of_the_sheet(opened: Opened, light: Path) -> None:
    session, heard = await weighed(opened, light)
    for refined in ("only those to California", "make it 2nd day", "leave out row 2", ALL):
        assert (await session.send(refined))["status"] == "preview", refined
    assert asked(heard) == [WEIGHT]
    assert [preview.given for preview in previews(heard)] == [["weight 2 lb"]] * 5


async def test_taking_an_answer_back_buys_nothing_by_itself_in_auto_mode(opened: Opened, light: Path) -> None:
    session, heard = await opened(light, mode="auto", budget=Budget(max_total_cents=6_000))
    await session.send(ALL)
    heavy = await session.answer(None, "60 lb")
    assert heavy["status"] == "preview", "beyond the limit"
    await session.send("forget the weight")
    fits = await session.answer(None, "1 lb")
    assert (fits["status"], previews(heard)[-1].above) == ("preview", [])
    assert not [event for event in heard if isinstance(event, ApprovalGiven)]


async def test_a_weight_that_is_taken_back_is_asked_again_at_once(opened: Opened, light: Path) -> None:
    session, heard = await weighed(opened, light)
    await session.send("only those to California")
    await session.send("forget the weight")
    assert asked(heard) == [WEIGHT, WEIGHT]
    assert [event.reason for event in heard if isinstance(event, PreviewVoided)][-1] == "you took back weight 2 lb"
    await session.answer(None, "5 lb")
    last = previews(heard)[-1]
    assert (last.given, last.total_rows) == (["weight 5 lb"], 2), "the selection is the one that waited"


async def test_nothing_is_approved_after_an_answer_was_taken_back(opened: Opened, light: Path) -> None:
    session, heard = await weighed(opened, light)
    session.preview_painted(session.pending_digest)
    await session.send("forget the weight")
    assert session.pending_digest is None
    await session.send("yes")
    assert not [event for event in heard if isinstance(event, ApprovalGiven)]


async def test_which_answer_is_taken_back_is_a_choice_where_there_are_several(opened: Opened, light: Path) -> None:
    session, heard = await opened(light)
    await session.send("ship all orders")
    await session.answer(None, "UPS Ground")
    await session.answer(None, "2 lb")
    assert previews(heard)[-1].given == ["service: UPS Ground", "weight 2 lb"]
    await session.send("forget what I gave")
    choice = next(event for event in reversed(heard) if isinstance(event, QuestionAsked))
    assert choice.options == ["service: UPS Ground", "weight 2 lb", "All of them", "None of them"]
    await session.answer(None, 1)
    assert asked(heard)[-1] == "Which UPS service should they go by?"
    await session.answer(None, "UPS 2nd Day Air")
    assert previews(heard)[-1].given == ["weight 2 lb", "service: UPS 2nd Day Air"]
    await session.send("make it ground")
    assert previews(heard)[-1].given == ["weight 2 lb"], "a service that is named goes before the answer"


async def test_another_sheet_forgets_them(opened: Opened, light: Path, tmp_path: Path) -> None:
    session, heard = await weighed(opened, light)
    other = tmp_path / "other.csv"
    other.write_text(HEADER + "G-1,Peter Lindqvist,5 Granite Way,Fresno,CA,93721,559-555-0105\n")
    await session.send(f"open {other}")
    assert (await session.send(ALL))["status"] == "needs_input"
    assert asked(heard) == [WEIGHT, WEIGHT]


async def test_the_same_sheet_opened_again_keeps_them(opened: Opened, light: Path) -> None:
    session, heard = await weighed(opened, light)
    await session.send(f"open {light}")
    assert (await session.send(ALL))["status"] == "preview"
    assert asked(heard) == [WEIGHT]


async def test_a_value_for_a_cell_is_kept_until_the_sheet_changes(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "blank.csv"
    lines = ["F-1,Luis Ferrer,880 Harbor View Dr,San Diego,CA,,619-555-0102", *ROWS[1:]]
    path.write_text(HEADER + "\n".join(lines) + "\n")
    session, heard = await opened(path, defaults={"weight": "2lb"})
    await session.send(ALL)
    await session.answer(None, "Give a value")
    await session.answer(None, "92101")
    await session.send("only those to California")
    assert previews(heard)[-1].given == ["postal code of row 2 92101"]
    assert len(asked(heard)) == 2
    path.write_text(HEADER + "\n".join([lines[0].replace("Luis Ferrer", "Ida Moss"), *ROWS[1:]]) + "\n")
    assert (await session.send(ALL))["status"] == "needs_input", "row 2 may be somebody else's order now"


async def test_an_answer_that_was_not_understood_is_not_kept(opened: Opened, light: Path) -> None:
    session, heard = await opened(light)
    await session.send(ALL)
    result = await session.answer(None, "feather light")
    assert "'feather light' is not a weight" in result["warnings"][-1]
    await session.stop_turn()
    await session.send(ALL)
    assert asked(heard)[2:] == [WEIGHT]


async def test_what_was_saved_with_an_approval_is_taken_back_too(opened: Opened, light: Path) -> None:
    session, heard = await weighed(opened, light)
    await session.send("only those to California")
    session.preview_painted(session.pending_digest)
    shipped = await session.send("yes, ship them")
    (batch,) = session._turns.state.batches.jobs()
    assert batch.name.removesuffix(" (light.csv)") == f"{ALL}; then only those to California"[:60], shipped["job_id"]
    await session.send(ALL)
    assert asked(heard) == [WEIGHT]
    await session.send("forget the weight")
    assert asked(heard) == [WEIGHT, WEIGHT]


async def test_a_weight_said_by_words_goes_before_an_answer_and_with_the_sheet(
    opened: Opened, light: Path, tmp_path: Path
) -> None:
    session, heard = await weighed(opened, light)
    await session.send("every parcel weighs 3 lb")
    await session.send(ALL)
    assert previews(heard)[-1].given == ["weight 3 lb"]
    await session.send("forget the weight")
    assert asked(heard) == [WEIGHT, WEIGHT]


async def test_what_was_not_given_cannot_be_taken_back(opened: Opened, light: Path) -> None:
    session, _heard = await opened(light)
    assert (await session.send("forget the weight"))["text"] == "You gave no weight for this sheet."
    assert (await session.send("forget what I gave"))["text"] == "You gave no answers for this sheet."
