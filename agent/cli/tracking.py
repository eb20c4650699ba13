"""`shipchat jobs track`: where the parcels are, trouble first."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from agent.cli.batch_id import BATCH
from agent.cli.exits import Exit
from agent.cli.new_file import write_new
from agent.cli.options import as_json
from agent.cli.output import say, tell
from agent.cli.text import table
from agent.ledger.store import Ledger
from agent.servers import ServerManager
from agent.settings import Settings
from agent.tracking.export import tracking_csv
from agent.tracking.following import Followed, follow
from agent.tracking.parcel import DAYS_BACK, HEADER, SHOWN, chosen, in_order, line, summary


@click.command()
@click.argument("job_id", type=BATCH, required=False)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help=f"Labels bought from this day on; the last {DAYS_BACK} days if neither this nor a batch is named.",
)
@click.option("--show", type=click.Choice(SHOWN), default="all", show_default=True, help="Only these.")
@click.option("--export", "file", type=click.Path(path_type=Path), help="Write them as CSV into a new file as well.")
@as_json
def track(job_id: str | None, since: datetime | None, show: str, file: Path | None, as_json: bool) -> None:
    """Show where parcels are: of one batch, or all of the last days. UPS is asked for what has not arrived."""
    if job_id is not None and since is not None:
        raise click.UsageError("Name a batch or a day, not both.")
    settings = Settings.load()
    today = settings.day()
    first = since or datetime.combine(today - timedelta(days=DAYS_BACK), datetime.min.time())
    found = asyncio.run(_follow(settings, job_id, first.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")))
    parcels = in_order(chosen(found.parcels, show, today), today)
    if file is not None:
        write_new(file, tracking_csv(parcels, today))
    if as_json:
        tell([parcel.as_dict(today) for parcel in parcels], indent=1)
    else:
        say(summary(parcels, today))
        for text in table([list(HEADER), *(line(parcel, today) for parcel in parcels)]) if parcels else []:
            say(f"  {text}")
    for refusal in found.refusals[:1]:
        say(f"UPS did not tell of {found.not_asked} of them, which show an earlier state: {refusal}", err=True)
    if found.refusals:
        raise SystemExit(Exit.WITH_WARNINGS)


async def _follow(settings: Settings, job_id: str | None, since: str) -> Followed:
    ledger = Ledger.open(settings.ledger_path)
    try:
        async with ServerManager(settings) as servers:
            ups, environment = servers.caller("ups"), settings.ups_environment
            return await follow(ledger, ups, environment, concurrency=settings.concurrency, job_id=job_id, since=since)
    finally:
        ledger.close()
