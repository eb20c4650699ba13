"""`shipchat jobs track`: where the parcels are, trouble first. The options only, as in `agent.cli.labels`."""

from datetime import datetime
from pathlib import Path

import click

from agent.cli.batch_id import BATCH
from agent.cli.options import as_json
from agent.tracking.parcel import DAYS_BACK, SHOWN


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
    from agent.cli.tracking_work import track_parcels

    raise SystemExit(track_parcels(job_id, since, show, file, as_json=as_json))
