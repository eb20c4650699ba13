"""What `shipchat jobs track` does: asks, tells, writes the export."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

from agent.cli.exits import Exit
from agent.cli.output import say, tell
from agent.cli.table import table
from agent.ledger.new_file import write_new
from agent.ledger.store import Ledger
from agent.settings import Settings
from agent.station import servers_of
from agent.tracking.export import tracking_csv
from agent.tracking.following import Followed, follow
from agent.tracking.parcel import DAYS_BACK, HEADER, chosen, in_order, line, summary


def track_parcels(job_id: str | None, since: datetime | None, show: str, file: Path | None, *, as_json: bool) -> Exit:
    """Of a batch, or of labels bought since a day of this machine; the exit code."""
    settings = Settings.load()
    today = settings.day()
    first = since.date() if since is not None else today - timedelta(days=DAYS_BACK)
    found = asyncio.run(_follow(settings, job_id, first))
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
    return Exit.WITH_WARNINGS if found.refusals else Exit.DONE


async def _follow(settings: Settings, job_id: str | None, since: date) -> Followed:
    ledger = Ledger.open(settings.ledger_place)
    try:
        async with servers_of(settings) as servers:
            ups, environment = servers.caller("ups"), settings.ups_environment
            return await follow(ledger, ups, environment, concurrency=settings.concurrency, job_id=job_id, since=since)
    finally:
        ledger.close()
