"""`shipchat script run FILE`: play a chat script and compare."""

import asyncio
from pathlib import Path

import click

from agent.cli.exits import Exit, exit_for
from agent.cli.options import output_format
from agent.cli.output import say, tell
from agent.cli.stopping import on_signals, until_stopped
from agent.cli.text import Narrator
from agent.scripts.model import ChatScript, load_script
from agent.scripts.player import Played, play_in, session_of
from agent.settings import Settings


@click.group()
def script() -> None:
    """Play conversations that are written as NAME.chat.yaml."""


@script.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_format(text="plain lines", json="one JSON object a step")
def run(file: Path, output_format: str) -> None:
    """Play FILE in one session; exit 1 if an expectation fails, 6 if a row is in doubt that no expectation named."""
    conversation = load_script(file)
    source = str((file.parent / conversation.source).resolve()) if conversation.source else None
    listen = Narrator(show_user=True) if output_format == "text" else None
    played, interrupted = asyncio.run(_play(conversation, source, listen))
    if output_format == "json":
        for step in played:
            tell(step.result)
    for step in played:
        if step.differences:
            say(f"not as expected after “{step.step.words}”:", err=True)
        for line in step.differences:
            say(f"  {line}", err=True)
    raise SystemExit(code_of(played, interrupted=interrupted))


async def _play(conversation: ChatScript, source: str | None, listen: Narrator | None) -> tuple[list[Played], bool]:
    stopping = asyncio.Event()
    on_signals(stopping.set)
    session = session_of(conversation, Settings.load(), source)
    if listen is not None:
        session.subscribe(listen)
    try:
        work = play_in(session, conversation, stopping.is_set)
        return await until_stopped(session, work, stopping), stopping.is_set()
    finally:
        await session.close()


JUDGED = frozenset({"status", "rows", "in_doubt", "failed"})
"""An expectation of one of these says itself what the batch of its step must come to."""


def code_of(played: list[Played], *, interrupted: bool) -> Exit:
    """What the whole run came to: a doubt or a failure that no expectation named is not passed over in silence."""
    unjudged = [step for step in played if not JUDGED & set(step.step.expect or {})]
    codes = {exit_for(step.result) for step in unjudged if step.result.get("rows")}
    if Exit.IN_DOUBT in codes:
        return Exit.IN_DOUBT
    if interrupted:
        return Exit.INTERRUPTED
    if any(step.differences for step in played):
        return Exit.ERROR
    return Exit.ROWS_FAILED if Exit.ROWS_FAILED in codes else Exit.DONE
