"""`shipchat sessions`: talks that are kept - look, go on, export, delete."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.exits import Exit
from agent.cli.options import as_json, confirm
from agent.cli.output import say, tell
from agent.ledger.new_file import write_new

if TYPE_CHECKING:
    from agent.saved_sessions.store import SavedSessions


@click.group()
def sessions() -> None:
    """List, continue, export and delete the talks that are kept."""


def _store() -> "SavedSessions":
    from agent.saved_sessions.store import SavedSessions
    from agent.settings import Settings

    return SavedSessions(Settings.load().home / "sessions")


@sessions.command("list")
@click.option("--search", default="", help="Only talks in which these words occur.")
@as_json
def list_sessions(search: str, as_json: bool) -> None:
    """List kept talks, newest first."""
    from dataclasses import asdict

    from agent.cli.table import table
    from agent.planning.wording import totals_in_words

    found = _store().all(search)
    if as_json:
        tell([asdict(one) for one in found])
        return
    if not found:
        say("No talk is kept." if not search else f"No kept talk holds “{search}”.")
        return
    rows = [[one.id, one.started, one.sheet, str(one.messages), totals_in_words(one.spent), one.name] for one in found]
    for line in table([["Id", "Started (UTC)", "Sheet", "Messages", "Spent", "Name"], *rows]):
        say(line)


@sessions.command()
@click.argument("session", metavar="ID")
@click.option("--plain", is_flag=True, help="The chat as lines, for screen readers and simple terminals.")
def resume(session: str, plain: bool) -> None:
    """Go on with a talk: its words, its sheet, and a new preview of what was open. Nothing is approved by it."""
    from agent.chat.options import SessionOptions
    from agent.cli.chat import open_chat
    from agent.saved_sessions.resuming import resumed
    from agent.settings import Settings

    options = SessionOptions(resumed=resumed(_store(), session))
    raise SystemExit(open_chat(Settings.load(), options, plain=plain))


@sessions.command()
@click.argument("session", metavar="ID")
@click.argument("name")
def rename(session: str, name: str) -> None:
    """Give a talk another name."""
    store = _store()
    store.rename(store.find(session), name)


@sessions.command()
@click.argument("session", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "script"]),
    default="markdown",
    show_default=True,
    help="To read, or to play again (a chat script, without approvals).",
)
@click.option("--output", type=click.Path(path_type=Path), help="A new file; otherwise it is printed.")
def export(session: str, form: str, output: Path | None) -> None:
    """Print a talk as Markdown or as a chat script."""
    from agent.chat.talk_script import script
    from agent.saved_sessions.telling import markdown

    store = _store()
    session_id = store.find(session)
    lines, about = store.lines(session_id), store.told(session_id)
    text = script(lines) if form == "script" else markdown(about.name, about.started, lines)
    if output is None:
        say(text.rstrip("\n"))
    else:
        write_new(output, text)


@sessions.command()
@click.argument("session", metavar="ID", required=False)
@click.option("--all", "every", is_flag=True, help="All talks, and what was typed into the prompt.")
@confirm
def delete(session: str | None, every: bool, yes: bool) -> None:
    """Delete a kept talk, or all of them. Batches, labels and the ledger stay."""
    store = _store()
    if (session is None) == (not every):
        raise click.UsageError("Name one session, or give --all.")
    ids = [one.id for one in store.all()] if session is None else [store.find(session)]
    if not yes:
        say(f"{len(ids)} to delete: {', '.join(ids) or 'none'}. Add --yes to delete.", err=True)
        raise SystemExit(Exit.NEEDS_INPUT)
    for one in ids:
        store.delete(one)
    if every:
        store.prompts.unlink(missing_ok=True)
    say(f"{len(ids)} deleted.", err=True)
