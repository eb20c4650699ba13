"""`shipchat -p`: one sentence, one result. Only data on stdout, talk on stderr, an honest exit code."""

import asyncio
import shlex
from typing import Any

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession, open_result
from agent.cli.output import say, tell
from agent.cli.stopping import code_of, on_signals, until_stopped
from agent.cli.text import Narrator
from agent.errors import ShipchatError
from agent.faultlog import unexpected
from agent.settings import Settings


def say_once(
    settings: Settings, options: SessionOptions, text: str, output_format: str, *, yes: bool, dry_run: bool
) -> int:
    """Run the sentence and print what came of it; the exit code tells money states apart."""
    session = ChatSession(settings, options)
    if output_format == "stream-json":
        session.subscribe(lambda event: tell(event.to_json()))
    else:
        session.subscribe(Narrator(err=output_format == "json"))
    try:
        result, interrupted = asyncio.run(_run(session, text, yes=yes, dry_run=dry_run))
    except Exception as fault:  # noqa: BLE001 - a program gets its object, a person one clear line
        refusal = fault if isinstance(fault, ShipchatError) else unexpected(settings.home, fault)
        result, interrupted = refused(settings, refusal, output_format), False
    if output_format == "json":
        tell(result, indent=1)
    elif (
        not interrupted
        and not (yes and result["status"] == "preview")
        and (words := what_next(result["status"], options.source, dry_run=dry_run))
    ):
        say(words, err=True)
    return code_of(result, interrupted=interrupted, dry_run=dry_run)


def refused(settings: Settings, refusal: ShipchatError, output_format: str) -> dict[str, Any]:
    """What was refused before a turn began, as the object that a program reads; the words go to stderr.

    Raises:
        ShipchatError: the refusal itself, where no object is printed.
    """
    if output_format != "json":
        raise refusal
    say(str(refusal), err=True)
    result = open_result(settings)
    result.refuse(refusal)
    return result.as_dict()


def what_next(status: str, source: str | None, *, dry_run: bool) -> str | None:
    """How to go on after a result that waits for the person; None = nothing waits."""
    # A database URL may hold a password: it is never repeated.
    known = "SOURCE" if source and "://" in source else shlex.quote(source) if source else ""
    chat = f"shipchat {known}".rstrip()
    if status == "preview" and not dry_run:
        return f"Nothing was bought. Approve this plan with --yes, or talk about it: {chat}"
    if status == "needs_input":
        return f"Nothing was bought. Say it again with the answer in the sentence, or answer in the chat: {chat}"
    return None


async def _run(session: ChatSession, text: str, *, yes: bool, dry_run: bool) -> tuple[dict[str, Any], bool]:
    stopping = asyncio.Event()
    on_signals(stopping.set)
    try:
        work = _converse(session, text, stopping, yes=yes, dry_run=dry_run)
        return await until_stopped(session, work, stopping), stopping.is_set()
    finally:
        await session.close()


async def _converse(
    session: ChatSession, text: str, stopping: asyncio.Event, *, yes: bool, dry_run: bool
) -> dict[str, Any]:
    result = await session.open()
    if stopping.is_set() or result["status"] in ("refused", "needs_input"):
        return result
    result = await session.send(text)
    digest = session.pending_digest
    if stopping.is_set():
        return result
    if yes and not dry_run and digest is not None and result["status"] == "preview":
        return await session.approve(digest, by="--yes", words="--yes")
    return result
