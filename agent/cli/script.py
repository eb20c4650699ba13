"""`shipchat script run FILE`: play a chat script and compare."""

import asyncio
from pathlib import Path

import click

from agent.cli.exits import Exit
from agent.cli.terminal import echo, echo_json
from agent.cli.text import Narrator
from agent.scripts.model import load_script
from agent.scripts.player import play
from agent.settings import Settings


@click.group()
def script() -> None:
    """Play conversations written down as NAME.chat.yaml."""


@script.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def run(file: Path, output_format: str) -> None:
    """Play FILE in one session; exit 1 where an expectation fails."""
    conversation = load_script(file)
    source = str((file.parent / conversation.source).resolve()) if conversation.source else None
    listen = Narrator(show_user=True) if output_format == "text" else None
    played = asyncio.run(play(conversation, Settings.load(), source, listen))
    if output_format == "json":
        for step in played:
            echo_json(step.result)
    failed = [step for step in played if step.differences]
    for step in failed:
        echo(f"not as expected after “{step.step.words}”:", err=True)
        for line in step.differences:
            echo(f"  {line}", err=True)
    raise SystemExit(Exit.ERROR if failed else Exit.DONE)
