"""`shipchat jobs resume` and `retry`: go on with a batch. The options only, as in `agent.cli.labels`."""

from typing import Any

import click

from agent.cli.batch_id import BATCH
from agent.cli.options import concurrency, max_rows, max_total, on_error, one_result


@click.command()
@click.argument("job_id", type=BATCH)
@click.option(
    "--wait",
    "wait_minutes",
    type=click.IntRange(0),
    default=0,
    help="Keep looking up rows in doubt for so many minutes.",
)
@concurrency
@on_error
@one_result
def resume(job_id: str, output_format: str, **how: Any) -> None:
    """Continue a batch; rows in doubt are looked up at UPS first."""
    from agent.cli.resuming_work import resume_batch

    raise SystemExit(resume_batch(job_id, how, output_format))


@click.command()
@click.argument("job_id", type=BATCH)
@click.option("--yes", is_flag=True, help="Approve the amendment that is shown.")
@click.option("--dry-run", is_flag=True, help="Only show it; ship nothing.")
@max_total
@max_rows
@on_error
@one_result
def retry(job_id: str, *, yes: bool, dry_run: bool, output_format: str, **limits: Any) -> None:
    """Read, check and price the failed rows of a batch again; what differs is shown and needs its own approval."""
    from agent.cli.resuming_work import retry_batch

    raise SystemExit(retry_batch(job_id, limits, output_format, yes=yes, dry_run=dry_run))
