"""Plays a chat script in one session; the session is the one that every UI uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.errors import ErrorKind, ShipchatError, error
from agent.planning.model import Budget
from agent.scripts.expectation import differences
from agent.scripts.model import ChatScript, Step
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.servers import ServerManager

NO_PREVIEW = ErrorKind("E-2321", "There is no preview to approve at this step.", "Say what to ship first.")


@dataclass(slots=True)
class Played:
    """One step's result and what differs from the expectation."""

    step: Step
    result: dict[str, Any]
    differences: list[str] = field(default_factory=list)


def options_of(script: ChatScript, source: str | None) -> SessionOptions:
    """What the script decides before its session opens. `source` is already resolved."""
    return SessionOptions(
        source=source,
        source_options={"sheet": script.sheet} if script.sheet else {},
        model=script.model,
        mode="auto" if script.mode == "auto" else "confirm",
        budget=Budget(script.budget.max_total, script.budget.max_rows),
        defaults=script.defaults,
    )


async def play(
    script: ChatScript,
    settings: Settings,
    source: str | None,
    listen: Callable[..., None] | None = None,
    servers: "ServerManager | None" = None,
) -> list[Played]:
    """Play all steps; a step after a failed expectation still runs, so that the report is whole."""
    session = session_of(script, settings, source, servers)
    if listen is not None:
        session.subscribe(listen)
    try:
        return await play_in(session, script)
    finally:
        await session.close()


def session_of(
    script: ChatScript, settings: Settings, source: str | None, servers: "ServerManager | None" = None
) -> ChatSession:
    """The session that a script is played in, not open yet."""
    if script.today:
        settings = settings.model_copy(update={"today": script.today})
    return ChatSession(settings, options_of(script, source), servers)


async def play_in(
    session: ChatSession, script: ChatScript, stopping: Callable[[], bool] = lambda: False
) -> list[Played]:
    """Open the session and play the steps in it, until `stopping` says so."""
    played: list[Played] = []
    opened = await session.open()
    if opened["status"] == "refused":
        return [Played(script.steps[0], opened, [f"opening: {opened['error']}"])]
    for step in script.steps:
        if stopping():
            break
        result = await _take(session, step)
        played.append(Played(step, result, differences(step.expect or {}, result)))
    return played


async def _take(session: ChatSession, step: Step) -> dict[str, Any]:
    try:
        if step.say is not None:
            result = await session.send(step.say)
        elif step.answer is not None:
            result = await session.answer(None, step.answer)
        else:
            result = await _decide(session, approve=bool(step.approve))
    except ShipchatError as refusal:
        return {"status": "refused", "error": refusal.as_dict(), "text": refusal.message}
    if session.pending_digest is not None:
        session.preview_painted(session.pending_digest)
    return result


async def _decide(session: ChatSession, *, approve: bool) -> dict[str, Any]:
    digest = session.pending_digest
    if digest is None:
        raise error(NO_PREVIEW)
    if approve:
        return await session.approve(digest, by="script", words="approve: true")
    await session.refuse(digest)
    return {"status": "answer", "text": "", "total_rows": 0}
