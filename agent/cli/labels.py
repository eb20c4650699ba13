"""`shipchat jobs labels` and `jobs summary`: labels in the order of packing, printed once; the day added up.

The options only: a shell that completes them, and `--help`, load nothing of the work.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from agent.cli.batch_id import BATCH
from agent.cli.options import as_json


@click.command()
@click.argument("job_id", type=BATCH)
@click.option("--rows", multiple=True, metavar="N", help="Row numbers as in the sheet (3, 5-9); all rows if omitted.")
@click.option(
    "--sort",
    default="row",
    show_default=True,
    metavar="COLUMN",
    help="row, order, recipient, attention, street, city, state, zip, country, service, weight, description, cost"
    " or tracking.",
)
@click.option(
    "--format", "form", type=click.Choice(["zpl", "pdf", "png"]), help="The format; as UPS sent them if omitted."
)
@click.option("--from-ups", is_flag=True, help="For pdf and png: get pictures of ZPL labels from UPS again.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write into; this one if omitted.",
)
@click.option(
    "--print",
    "printer",
    metavar="[PRINTER|HOST:9100]",
    is_flag=False,
    flag_value="",
    help="Print the labels instead, each one once; without a name on the printer of the settings.",
)
@click.option("--invoice-printer", metavar="PRINTER", help="With --print: the printer of customs invoices.")
@click.option("--reprint", is_flag=True, help="Also print labels that were printed before.")
@click.option("--include-void", is_flag=True, help="Also void labels, in files only: never put one on a parcel.")
@click.option(
    "--pick-list", "only_list", is_flag=True, help="Only the list: row, order, last four characters of the number."
)
def labels(job_id: str, **options: Any) -> None:
    """Merge the labels of a batch into one file, or print them; the pick list goes with them."""
    from agent.cli.label_work import output_labels

    output_labels(job_id, options)


@click.command()
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The local day; today if omitted."
)
@click.option("--list", "listed", is_flag=True, help="Every tracking number as well.")
@click.option("--export", "file", type=click.Path(path_type=Path), help="Write those as CSV into a new file.")
@as_json
def summary(day: datetime | None, listed: bool, file: Path | None, as_json: bool) -> None:
    """Sum up a day: shipments and cost by service and ship-from place, and what was voided."""
    from agent.cli.label_work import show_summary

    show_summary(day, file, listed=listed, as_json=as_json)
