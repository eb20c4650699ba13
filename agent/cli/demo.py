"""`shipchat demo`: the chat on a sample sheet with the practice UPS; without a terminal the same, played and told."""

import asyncio
import shutil
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

import click

from agent.cli.exits import Exit
from agent.cli.text import Narrator
from agent.scripts.model import load_script
from agent.scripts.player import play
from agent.session import SessionOptions
from agent.settings import Settings

SAMPLE = "sample_orders.csv"


@click.command()
def demo() -> None:
    """Ship a sample sheet with the practice UPS: no key, no account, no network."""
    settings = Settings.load(ups_environment="simulator", ups_base_url=None, model="offline")
    sheet = copy_of_sample()
    if sys.stdin.isatty() and sys.stdout.isatty():
        from agent.cli.chat import open_chat

        raise SystemExit(open_chat(settings, SessionOptions(source=str(sheet), model="offline")))
    with as_file(files("agent.scripts") / "demo.chat.yaml") as file:
        played = asyncio.run(play(load_script(file), settings, str(sheet), Narrator(show_user=True)))
    faulty = [line for step in played for line in step.differences]
    for line in faulty:
        click.echo(line, err=True)
    click.echo(f"\nThe sheet with its tracking numbers: {sheet}")
    click.echo(f"The labels: {settings.labels_path}")
    raise SystemExit(Exit.ERROR if faulty else Exit.DONE)


def copy_of_sample() -> Path:
    """A fresh copy of the packaged sheet, so that the demo can be repeated."""
    folder = Path(tempfile.mkdtemp(prefix="shipchat-demo-"))
    with as_file(files("agent.scripts") / SAMPLE) as sample:
        return Path(shutil.copy(sample, folder / SAMPLE))
