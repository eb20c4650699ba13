"""`shipchat config`: what is set, by whom, and where to change it."""

import os

import click

from agent.cli.exits import Exit
from agent.cli.output import say, tell
from agent.home import settings_file
from agent.settings import Settings


@click.group()
def config() -> None:
    """Show, find or edit the settings."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON: [{name, value, origin}].")
def show(as_json: bool) -> None:
    """Every setting, its value, and where that comes from: the environment, the file, or the default."""
    from agent.setup.origins import in_force
    from agent.setup.settings_file import read_document

    settings, file = Settings.load(), settings_file()
    found = in_force(settings, os.environ, file, read_document(file))
    if as_json:
        tell([{"name": one.name, "value": one.value, "origin": one.origin} for one in found])
        return
    widest = max(len(one.name) for one in found)
    for one in found:
        say(f"{one.name:<{widest}}  {one.value}  ({one.origin})")


@config.command()
def path() -> None:
    """Print the path of the settings file."""
    say(str(settings_file()))


@config.command()
def edit() -> None:
    """Open the settings file in your editor ($VISUAL, $EDITOR), then check it."""
    file = settings_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    click.edit(filename=str(file))
    Settings.load()
    say(f"The settings fit: {file}", err=True)
    raise SystemExit(Exit.DONE)


@config.command()
def schema() -> None:
    """Print the JSON Schema of the settings file, for editors."""
    tell(Settings.model_json_schema(), indent=2)
