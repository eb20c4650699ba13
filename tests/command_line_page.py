"""Writes docs/command-line.md from the commands themselves (`python -m tests.command_line_page`); a test keeps it true."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import click

from agent.cli.exits import Exit
from agent.cli.main import VERBS, cli
from mcp_servers.ups.simulator.__main__ import command_line

PAGE = Path(__file__).parents[1] / "docs" / "command-line.md"
_INTRODUCTION = """\
# The command line

Generated from the commands by `python -m tests.command_line_page`; `--help` behind any of them says the same. What is not a
command is the chat: `shipchat orders.csv` opens it on a sheet, `shipchat -p "TEXT" --source orders.csv` says one sentence.
Data goes to stdout, talk to stderr. Where a batch is named, the beginning of its id is enough, and `last` is the newest.
"""
_EXITS = {
    Exit.DONE: "done",
    Exit.ERROR: "an error; the code `E-....` says which",
    Exit.USAGE: "the command was not written as it must be",
    Exit.NEEDS_INPUT: "an answer or an approval is missing, or a limit asks first; nothing was bought",
    Exit.ROWS_FAILED: "some rows failed, none is in doubt",
    Exit.WITH_WARNINGS: "done, with warnings",
    Exit.IN_DOUBT: "something is in doubt, or the ledger could not be written during a batch",
    Exit.INTERRUPTED: "interrupted",
}


def page() -> str:
    """The whole page."""
    lines = [_INTRODUCTION]
    context = click.Context(cli, info_name="shipchat")
    for verb in VERBS:
        command = cli.get_command(context, verb)
        assert command is not None
        lines += _simulator() if verb == "simulator" else _section(command, f"shipchat {verb}", context)
    lines += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code.value} | {_EXITS[code]} |" for code in Exit]
    return "\n".join(lines).rstrip() + "\n"


def _section(command: click.Command, name: str, parent: click.Context, level: str = "##") -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name.rsplit(" ", 1)[-1])
    if isinstance(command, click.Group):
        yield from (f"{level} {name}", "", _sentence(command), "")
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _section(found, f"{name} {inner}", context, level + "#")
        return
    usage = [part for part in command.collect_usage_pieces(context) if part != "[OPTIONS]"]
    said = "shipchat" if name == "shipchat chat" else name
    yield from (f"{level} {name}", "", f"`{' '.join([said, *usage])}`", "", _sentence(command), "")
    options = [found for one in command.params if (found := _record(one, context))]
    if options:
        yield from ("| option | what it does |", "|---|---|", *(_row(*option) for option in options), "")


def _record(parameter: click.Parameter, context: click.Context) -> tuple[str, str] | None:
    return parameter.get_help_record(context) if isinstance(parameter, click.Option) else None


def _sentence(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _simulator() -> Iterator[str]:
    """It has a parser of its own, because it runs without the rest."""
    parser = command_line()
    serving = "Serves the practice UPS over HTTP. Its first line is its address: `SHIPCHAT_UPS_BASE_URL` points shipchat at it."
    yield from ("## shipchat simulator", "", "`shipchat simulator`", "", serving, "")
    yield from ("| option | what it does |", "|---|---|")
    yield from (
        _row(_names(one), one.help or "") for one in parser._actions if one.option_strings and one.dest != "help"
    )
    listing = "`shipchat simulator records FILE [--json]`"
    yield from ("", "### shipchat simulator records", "", listing, "", "Lists the labels in a file of records.", "")


def _names(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    return f"{', '.join(action.option_strings)}{value}"


def _row(*cells: str) -> str:
    names, text = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| `{names}` | {text} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
