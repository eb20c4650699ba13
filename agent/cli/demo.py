"""`shipchat demo`: the chat on a sample sheet with the practice UPS; without a terminal the same, played and told."""

import asyncio
import sys
from importlib.resources import as_file, files

import click

from agent.cli.exits import Exit
from agent.cli.output import say
from agent.cli.text import Narrator
from agent.scripts.model import load_script
from agent.scripts.player import play
from agent.scripts.rehearsal import rehearsal


@click.command()
@click.option("--plain", is_flag=True, help="The chat as lines, for screen readers and simple terminals.")
def demo(*, plain: bool) -> None:
    """Ship a sample sheet with the practice UPS: no key, no account, no network."""
    settings, options = rehearsal()
    sheet = str(options.source)
    if sys.stdin.isatty() and sys.stdout.isatty():
        from agent.cli.chat import open_chat

        raise SystemExit(open_chat(settings, options, plain=plain))
    with as_file(files("agent.scripts") / "demo.chat.yaml") as file:
        played = asyncio.run(play(load_script(file), settings, sheet, Narrator(show_user=True)))
    faulty = [line for step in played for line in step.differences]
    for line in faulty:
        say(line, err=True)
    say(f"\nThe sheet with its tracking numbers: {sheet}")
    say(f"The labels: {settings.labels_path}")
    raise SystemExit(Exit.ERROR if faulty else Exit.DONE)
