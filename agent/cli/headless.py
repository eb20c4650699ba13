"""`shipchat -p`: one sentence, one result. Only data on stdout, talk on stderr, an honest exit code."""

import asyncio
import shlex
import signal
from typing import Any

from agent.cli.exits import Exit, exit_for
from agent.cli.terminal import echo, echo_json
from agent.cli.text import Narrator
from agent.errors import ShipchatError
from agent.session import ChatSession, SessionOptions, open_result
from agent.settings import Settings


def say_once(
    settings: Settings, options: SessionOptions, text: str, output_format: str, *, yes: bool, dry_run: bool
) -> int:
    """Run the sentence and print what came of it; the exit code tells money states apart."""
    session = ChatSession(settings, options)
    if output_format == "stream-json":
        session.subscribe(lambda event: echo_json(event.to_json()))
    else:
        session.subscribe(Narrator(err=output_format == "json"))
    try:
        result, interrupted = asyncio.run(_run(session, text, yes=yes, dry_run=dry_run))
    except ShipchatError as refusal:
        result, interrupted = refused(settings, refusal, output_format), False
    if output_format == "json":
        echo_json(result, indent=1)
    elif not interrupted and (words := what_next(result["status"], options.source, dry_run=dry_run)):
        echo(words, err=True)
    return Exit.INTERRUPTED if interrupted else exit_for(result, dry_run=dry_run)


def refused(settings: Settings, refusal: ShipchatError, output_format: str) -> dict[str, Any]:
    """What was refused before a turn began, as the object that a program reads; the words go to stderr.

    Raises:
        ShipchatError: the refusal itself, where no object is printed.
    """
    if output_format != "json":
        raise refusal
    echo(str(refusal), err=True)
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
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    work = asyncio.create_task(_converse(session, text, yes=yes, dry_run=dry_run))
    stop = asyncio.create_task(interrupted.wait())
    try:
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        if interrupted.is_set():
            # What is in flight is finished and recorded; the rest waits for `jobs resume`.
            await session.pause_batch()
            await session.stop_turn()
        return await work, interrupted.is_set()
    finally:
        stop.cancel()
        await session.close()


async def _converse(session: ChatSession, text: str, *, yes: bool, dry_run: bool) -> dict[str, Any]:
    result = await session.open()
    if result["status"] in ("refused", "needs_input"):
        return result
    result = await session.send(text)
    digest = session.pending_digest
    if yes and not dry_run and digest is not None and result["status"] == "preview":
        return await session.approve(digest, by="--yes", words="--yes")
    return result
