"""`shipchat jobs labels`: the labels of a batch in one file, in the order of packing, printed if a printer is named."""

from pathlib import Path
from typing import Any

import click

from agent.batch.labelling import labels_of
from agent.cli.exits import Exit
from agent.labels.output import prepare
from agent.labels.paper import pick_list
from agent.labels.printing import parse_printer, send
from agent.labels.sort import in_print_order
from agent.ledger.store import Ledger
from agent.settings import Settings


@click.command()
@click.argument("job_id")
@click.option("--rows", multiple=True, metavar="N", help="Rows as the sheet numbers them; all without it.")
@click.option("--sort", type=click.Choice(["row", "order"]), default="row", show_default=True)
@click.option("--format", "form", type=click.Choice(["zpl", "pdf", "png"]), help="As UPS sent them without it.")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="The folder to write into."
)
@click.option("--print", "printer", metavar="PRINTER|HOST:9100", help="Send them to a printer instead.")
def labels(job_id: str, rows: tuple[str, ...], sort: str, form: Any, to: Path, printer: str | None) -> None:
    """Merge the labels of a batch into a file, or print them; a pick list goes with them."""
    from agent.cli.jobs import row_numbers

    ledger = Ledger.open(Settings.load().ledger_path)
    try:
        found = ledger.read(lambda connection: labels_of(connection, job_id, row_numbers(rows)))
    finally:
        ledger.close()
    if not found:
        click.echo(f"Batch {job_id} has no labels for that.", err=True)
        raise SystemExit(Exit.ERROR)
    ordered = in_print_order(found, by_cell=sort == "order")
    target = parse_printer(printer) if printer else None
    for output in prepare(ordered, form, f"labels-{job_id}"):
        if target is not None:
            send(target, output.content, raw=output.raw)
            click.echo(f"{output.name}: sent to {printer}")
        else:
            path = to / output.name
            path.write_bytes(output.content)
            click.echo(str(path))
    for line in pick_list(ordered):
        click.echo(line)
