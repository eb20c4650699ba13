"""Each way in which a preview stops being the current one says so: screen and session never disagree."""

import random
from pathlib import Path

import pytest

from agent.chat.session import ChatSession
from agent.events import ApprovalRefused, PreviewReady, PreviewVoided
from tests.integration.chat.conftest import HEADER, Opened
from tui.model.session_view import SessionView

pytestmark = pytest.mark.asyncio(loop_scope="module")
ALL = "Ship all California orders via Ground"
MORE = (
    "only row 2",
    "make it 2nd day",
    "yes",
    "void it",
    "what failed?",
    "never mind",
    "undo that",
    "switch to confirm",
)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "other.csv"
    path.write_text(HEADER + "G-1,Rosa Lind,12 Alder Way,Denver,CO,80202,303-555-0104,5\n")
    return path


def ways(other: Path) -> dict[str, str]:
    return {
        "nothing is selected": "ship only the orders over 90 lb via Ground",
        "another sheet": f"open {other}",
        "a mode whose limit it is above": "switch to auto up to $1",
        "a limit that it is above": "set the limit to $1",
        "another mapping": 'set the company to row["City"]',
        "a no": "no",
        "another preview": "Ship row 3 via 2nd Day",
    }


def disagree(session: ChatSession, view: SessionView) -> str:
    question = session.open_question
    told = (
        view.preview.digest if view.preview else None,
        view.question.question_id if view.question else None,
    )
    kept = (session.pending_digest, question["question_id"] if question else None)
    return "" if told == kept else f"told {told}, kept {kept}"


@pytest.mark.parametrize("way", list(ways(Path())))
async def test_a_preview_that_went_is_told(opened: Opened, sheet: Path, other: Path, way: str) -> None:
    session, heard = await opened(sheet)
    view = SessionView()
    session.subscribe(view.apply)
    await session.send(ALL)
    first = view.preview
    assert first is not None, [event for event in heard if not isinstance(event, PreviewReady)]
    await session.send(ways(other)[way])
    assert view.preview is not first
    gone = [event for event in heard if isinstance(event, PreviewVoided | ApprovalRefused)]
    assert [event.digest for event in gone] == [first.digest]
    assert not disagree(session, view)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_random_talk_never_parts_them(opened: Opened, sheet: Path, other: Path, seed: int) -> None:
    session, _heard = await opened(sheet)
    view = SessionView()
    session.subscribe(view.apply)
    chance = random.Random(seed)
    said: list[str] = []
    for _ in range(12):
        words = chance.choice([ALL, ALL, *ways(other).values(), f"open {sheet}", *MORE])
        said.append(words)
        try:
            await session.send(words)
        except Exception as refusal:  # noqa: BLE001 - what is refused must not part them either
            said.append(f"({type(refusal).__name__})")
        if view.preview is not None:
            session.preview_painted(view.preview.digest)
        assert not disagree(session, view), said
