"""`shipchat [SOURCE]`: the chat in a terminal, or with `-p` one sentence without it."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli.exits import Exit
from agent.cli.options import concurrency, max_rows, max_total, on_error, one_result
from agent.cli.output import say

BROWSER_DRIVER = "tui.browser:BrowserDriver"
"""The TEXTUAL_DRIVER of a chat that `shipchat serve` started: the person is in the browser, not at a terminal."""

if TYPE_CHECKING:
    from agent.chat.options import SessionOptions
    from agent.chat.session import ChatSession
    from agent.settings import Settings


def _defaults(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    if not values:
        return {}
    from agent.errors import ShipchatError
    from agent.mapping.answers import parse_defaults

    try:
        return parse_defaults(values)
    except ShipchatError as refusal:
        raise click.BadParameter(str(refusal)) from None


@click.command()
@click.argument("source", required=False, type=click.Path())
@click.option("-p", "--print", "text", metavar="TEXT", help="Say TEXT, print the result and exit.")
@click.option(
    "--source",
    "source_option",
    type=click.Path(),
    metavar="FILE",
    help="The order sheet (or a database URL, or db:NAME).",
)
@click.option("--sheet", metavar="NAME", help="The worksheet of a workbook, the table of a database.")
@click.option("--model", metavar="NAME", help="offline, claude, a model id, or recorded:FILE.")
@click.option(
    "--mode",
    type=click.Choice(["confirm", "auto"]),
    default="confirm",
    show_default=True,
    help="Ask before each batch, or approve what is within the limit.",
)
@click.option("--plain", is_flag=True, help="The chat as lines, for screen readers and simple terminals.")
@click.option("--yes", is_flag=True, help="Approve the one plan of this run.")
@click.option("--dry-run", is_flag=True, help="Preview only; buy nothing.")
@max_total
@max_rows
@click.option(
    "--default",
    "defaults",
    metavar="FIELD=VALUE",
    multiple=True,
    callback=_defaults,
    help="A value for what the sheet lacks, such as weight=1lb.",
)
@on_error
@concurrency
@click.option(
    "--on",
    type=click.Choice(["here", "temporal"]),
    help="Where batches run: here, or by workers through Temporal (docs/how-to/temporal.md).",
)
@click.option("--jobs-db", type=click.Path(path_type=Path), help="The queue database of the jobs server.")
@click.option("--record", type=click.Path(path_type=Path), help="Write the session to a new file, for recorded:FILE.")
@one_result
def chat(source: str | None, source_option: str | None, text: str | None, jobs_db: Path | None, **given: Any) -> None:
    """Open the chat on SOURCE, or say one sentence with -p."""
    # Late: `shipchat --help` shows these options and needs nothing of this.
    from agent.chat.options import SessionOptions
    from agent.planning.model import Budget
    from agent.settings import Settings

    given_paths = {"jobs_db": jobs_db, "record": given["record"]}
    settings = Settings.load(**{name: path for name, path in given_paths.items() if path})
    options = SessionOptions(
        source=source_option or source,
        source_options={"sheet": given["sheet"]} if given["sheet"] else {},
        model=given["model"],
        mode=given["mode"],
        budget=Budget(given["max_total"], given["max_rows"]),
        # A dry run asks nothing about where results may go.
        defaults=({"add_columns": "no"} if given["dry_run"] else {}) | given["defaults"],
        on_error=given["on_error"],
        concurrency=given["concurrency"],
        on=given["on"],
        offer_recovery=text is None,
        attended=text is None,
    )
    if text is not None:
        from agent.cli.headless import say_once

        raise SystemExit(
            say_once(settings, options, text, given["output_format"], yes=given["yes"], dry_run=given["dry_run"])
        )
    raise SystemExit(open_chat(settings, options, plain=given["plain"]))


def open_chat(settings: "Settings", options: "SessionOptions", *, plain: bool = False) -> int:
    """The chat in a terminal or a browser tab; without either nobody is there to talk to."""
    in_browser = os.environ.get("TEXTUAL_DRIVER") == BROWSER_DRIVER
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        say('There is no terminal here: use shipchat -p "TEXT" --source FILE.', err=True)
        return Exit.USAGE
    if not in_browser and (plain or os.environ.get("TERM") == "dumb"):
        from agent.cli.plain import talk

        return talk(settings, options)
    # The one import of the chat from the agent's side: late, so that -p never loads it.
    from agent.chat.session import ChatSession
    from agent.cli.farewell import Farewell
    from agent.cli.recording import record
    from tui.app import run

    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    farewell = Farewell()
    wanted: SessionOptions | None = options
    code = int(Exit.DONE)
    while wanted is not None:
        opening = wanted

        def session(options: "SessionOptions" = opening) -> ChatSession:
            opened = ChatSession(settings, options)
            opened.subscribe(farewell)
            record(opened)
            return opened

        # A tab's driver belongs to the one picture that was asked for.
        ending = run(session, settings, has_demo=not in_browser)
        code = int(ending.code)
        # The person chose another talk: it gets a session of its own, in confirm mode and without a limit.
        wanted = _resuming(settings, ending.resume) if ending.resume else None
        if ending.demo:
            code = int(run(_demo, settings).code)
    if farewell.text:
        # A tab's stdout is the picture; its stderr is told where the server runs.
        say(farewell.text, err=in_browser)
    return code


def _demo() -> "ChatSession":
    from agent.chat.session import ChatSession
    from agent.scripts.rehearsal import rehearsal

    return ChatSession(*rehearsal())


def _resuming(settings: "Settings", name: str) -> "SessionOptions":
    from agent.chat.options import SessionOptions
    from agent.saved_sessions.resuming import resumed
    from agent.saved_sessions.store import SavedSessions

    return SessionOptions(resumed=resumed(SavedSessions(settings.home / "sessions"), name))
