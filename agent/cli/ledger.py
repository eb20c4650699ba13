"""`shipchat ledger`: where the record of what was bought is, and how it gets from a file to a server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli.exits import Exit
from agent.cli.output import say
from agent.errors import error
from agent.ledger.faults import CANNOT_MOVE
from agent.planning.wording import amount, counted
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.batch.recovery.moving import Moved

MONEY = {
    "shipments.charge_cents": "charged",
    "batch_jobs.spent_cents": "spent and not voided",
    "batch_jobs.reserved_cents": "reserved",
}


@click.group()
def ledger() -> None:
    """Say where the ledger is, or move it from its file to PostgreSQL."""


@ledger.command()
def where() -> None:
    """Print where the ledger is: a file, or a database without its password. Nothing is opened on a server."""
    from agent.ledger.sqlite_file import moved_to

    place = Settings.load().ledger_place
    say(str(place))
    if not isinstance(place, str) and (now_at := moved_to(place)):
        say(f"It was moved, and is refused here: it is now at {now_at}", err=True)


@ledger.command()
@click.option("--to", "url", required=True, metavar="URL", help="postgresql://USER@HOST/DATABASE, an empty database.")
@click.option("--write-settings", is_flag=True, help="Also write the line into settings.toml.")
def move(url: str, write_settings: bool) -> None:
    """Copy the ledger's file into an empty PostgreSQL database, and prove that all of it is there.

    The file stays as it is, but is marked: from then on it is refused. What was interrupted goes on with the same
    command.
    """
    from agent.batch.recovery.moving import move as moved_by
    from agent.home import settings_file
    from agent.setup.settings_file import write_values

    # A password in it is refused here, as in the file.
    settings, now = Settings.load(ledger=url), Settings.load().ledger
    place, file = str(settings.ledger), settings.home / "ledger.sqlite"
    if now not in (None, place):
        remedy = "Only a file is moved; from one server to another a dump goes (docs/scale.md)."
        raise error(CANNOT_MOVE, path=now, reason="it is on a server already", remedy=remedy)
    for line in _proof(moved_by(file, settings), file, place):
        say(line)
    asyncio.run(_guarded(settings))
    if write_settings:
        write_values(settings_file(), {"ledger": place})
        say(f"Written into {settings_file()}:")
    else:
        say(f"Write this line at the top of {settings_file()}:")
    say(f'ledger = "{place}"')
    raise SystemExit(Exit.DONE)


async def _guarded(settings: Settings) -> None:
    """This machine has seen it there: an older file that comes back from a backup is noticed from now on."""
    from agent.batch.recovery.ledger_head import facts
    from agent.batch.recovery.rollback_guard import RollbackGuard
    from agent.ledger.store import Ledger

    opened = Ledger.open(settings.ledger_place)
    try:
        guard = RollbackGuard(opened, settings)
        if "ledger" in await opened.read_async(facts):
            await guard.advance()
        if warning := guard.take_warning():
            say(warning, err=True)
    finally:
        opened.close()


def _proof(moved: "Moved", file: Path, place: str) -> Iterator[str]:
    """What was moved and what was compared, as a person reads it."""
    content = moved.content
    yield f"{file} was moved to {place}" + (" earlier." if moved.earlier else ".")
    width = max(map(len, content.rows))
    for table, count in content.rows.items():
        yield f"  {table:<{width}}  {count:>9,}"
    if moved.earlier:
        yield f"The audit log there goes on after entry {content.end[0]:,}, the last one of the file."
        return
    yield f"Every row of the {counted(len(content.rows), 'table')} is the same there (SHA-256 of each table)."
    sums = ", ".join(f"{words} {amount(content.cents[column])}" for column, words in MONEY.items())
    yield f"Sums are the same: {sums}."
    number, seal = content.end
    yield f"The audit log there is whole from entry 1 to {number:,}; its end is the same ({seal[:16]})."
    yield f"The ledger's id is the same: {content.ledger_id or 'none yet, no batch ran'}."
