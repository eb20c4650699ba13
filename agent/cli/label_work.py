"""What `shipchat jobs labels` and `jobs summary` do: files, the printer, the day added up."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.batch.executor.queries import unsettled
from agent.cli.exits import Exit
from agent.cli.options import row_numbers
from agent.cli.output import say, tell
from agent.cli.table import table
from agent.labels.day import shipped_on
from agent.labels.invoice_work import invoice_printer
from agent.labels.label import Label
from agent.labels.paper import (
    SHIPPED_HEADER,
    pick_list,
    printable,
    shipped_csv,
    shipped_rows,
    summarize,
    summary_lines,
)
from agent.labels.request import LabelRequest
from agent.labels.sort import column_of, in_print_order
from agent.labels.work import Printers, choose, drawn_by_ups, print_labels, write_labels
from agent.ledger.new_file import write_new
from agent.ledger.store import Ledger
from agent.planning.sentence import ENVIRONMENT_WORDS
from agent.settings import Settings
from agent.station import servers_of


def output_labels(job_id: str, options: dict[str, Any]) -> None:
    """What `jobs labels` does."""
    request = LabelRequest(
        job_id, row_numbers(options["rows"]), options["form"], options["reprint"], options["include_void"]
    )
    settings, printer, to = Settings.load(), options["printer"], options["to"]
    invoice_printer(options["invoice_printer"] or settings.invoice_printer)  # what is no printer is refused first
    printers = None if printer is None else Printers.of(settings, printer, options["invoice_printer"])
    ledger = Ledger.open(settings.ledger_place)
    try:
        _name_unfinished(ledger)
        chosen = choose(ledger, request, say)
        ordered = in_print_order(chosen.labels, column_of(chosen.labels, options["sort"]))
        if options["from_ups"] and request.form in ("pdf", "png"):
            ordered = asyncio.run(_from_ups(settings, ledger, job_id, ordered))
        if options["only_list"]:
            _list(ordered, err=False)
        elif printers is not None:
            if printed := print_labels(ledger, ordered, request, printers, say):
                _list(printed, err=True)
        else:
            write_labels(ordered, request, to, say)
            _list(ordered, err=True)
        if request.rows is not None and chosen.missing:
            raise SystemExit(Exit.WITH_WARNINGS)
    finally:
        ledger.close()


def _name_unfinished(ledger: Ledger) -> None:
    for job in ledger.read(unsettled):
        say(f"unfinished: {job.job_id} {job.prompt}", err=True)


async def _from_ups(settings: Settings, ledger: Ledger, job_id: str, found: list[Label]) -> list[Label]:
    async with servers_of(settings) as servers:
        return await drawn_by_ups(ledger, servers.caller("ups"), job_id, found)


def _list(ordered: list[Label], *, err: bool) -> None:
    for line in pick_list(ordered):
        say(line, err=err)


def show_summary(day: datetime | None, file: Path | None, *, listed: bool, as_json: bool) -> None:
    """What `jobs summary` does."""
    settings = Settings.load()
    date = day.date() if day else settings.day()
    ledger = Ledger.open(settings.ledger_place)
    try:
        _name_unfinished(ledger)
        shipped = ledger.read(shipped_on, date, settings.ups_environment, settings.places)
    finally:
        ledger.close()
    total = summarize(shipped)
    if file is not None:
        write_new(file, shipped_csv(shipped))
    if as_json:
        facts: dict[str, Any] = {"date": date.isoformat(), "environment": settings.ups_environment}
        numbers = {"tracking_numbers": [number for one in shipped if not one.voided for number in one.tracking_numbers]}
        tell(facts | {"shipments": total.shipments} | asdict(total) | numbers, indent=1)
        return
    say(f"{date.isoformat()}  {ENVIRONMENT_WORDS[settings.ups_environment]}")
    for line in summary_lines(total):
        say(printable(line))
    if listed and shipped:
        for line in table([list(SHIPPED_HEADER), *shipped_rows(shipped)]):
            say(line)
