"""`shipchat demo`: the chat on a sample sheet with the practice UPS; without a terminal the same, played and told."""

import asyncio
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

import click

from agent.chat.options import SessionOptions
from agent.cli.exits import Exit
from agent.cli.output import say
from agent.cli.text import Narrator
from agent.scripts.model import load_script
from agent.scripts.player import play
from agent.settings import Settings

SAMPLE = "sample_orders.csv"


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


def rehearsal() -> tuple[Settings, SessionOptions]:
    """A session over a copy of the sample."""
    settings = _home_of_its_own()
    return settings, SessionOptions(source=str(_copy_of_sample(settings.home)), model="offline")


def _home_of_its_own() -> Settings:
    """A home of its own for every run: else the sample's orders would count as shipped by the run before."""
    folder = Settings.load().home / "demo"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    home = Path(tempfile.mkdtemp(prefix=f"{datetime.now(UTC):%Y%m%d-%H%M%S}-", dir=folder))
    return Settings.load(home=home, ups_environment="simulator", ups_base_url=None, model="offline", shipper=None)


def _copy_of_sample(folder: Path) -> Path:
    with as_file(files("agent.scripts") / SAMPLE) as sample:
        return Path(shutil.copy(sample, folder / SAMPLE))
