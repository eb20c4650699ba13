"""What `shipchat jobs labels` and `jobs summary` do: files, the printer, the day added up."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.batch.executor.queries import job_of, unsettled
from agent.cli.exits import Exit
from agent.cli.invoices import invoice_printer, print_invoices, write_invoices
from agent.cli.new_file import write_new
from agent.cli.options import row_numbers
from agent.cli.output import say, tell
from agent.cli.table import table
from agent.errors import ShipchatError, error
from agent.labels.day import shipped_on
from agent.labels.faults import NO_PRINTER, NOTHING_TO_PRINT, PICTURES_TO_SOCKET, PRINTER_SILENT
from agent.labels.fetch import pictures_from_ups
from agent.labels.label import Label
from agent.labels.output import Form, Prepared, prepare
from agent.labels.paper import (
    SHIPPED_HEADER,
    pick_list,
    printable,
    shipped_csv,
    shipped_rows,
    summarize,
    summary_lines,
)
from agent.labels.printed import note_not_printed, note_printing, printed_at
from agent.labels.printing import NOTHING_CAME_OUT, Printer, parse_printer, send
from agent.labels.sort import column_of, in_print_order
from agent.labels.stored import GOOD, WITH_VOID, labels_of, left_out
from agent.ledger.store import Ledger
from agent.planning.sentence import ENVIRONMENT_WORDS
from agent.servers import ServerManager
from agent.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `jobs labels`."""

    rows: tuple[str, ...]
    sort: str
    form: Form | None
    from_ups: bool
    to: Path
    printer: str | None
    reprint: bool
    include_void: bool
    only_list: bool
    invoice_printer: str | None

    @property
    def states(self) -> tuple[str, ...]:
        """The states of shipments whose labels are taken."""
        return WITH_VOID if self.include_void else GOOD


def output_labels(job_id: str, options: dict[str, Any]) -> None:
    """What `jobs labels` does."""
    asked = Asked(**options)
    settings = Settings.load()
    target = None if asked.printer is None else _printer(asked.printer or settings.printer)
    paper = invoice_printer(asked.invoice_printer or settings.invoice_printer)
    ledger = Ledger.open(settings.ledger_path)
    try:
        _name_unfinished(ledger)
        chosen = row_numbers(asked.rows)
        found = ledger.read(labels_of, job_id, chosen, asked.states)
        missing = ledger.read(left_out, job_id, chosen, asked.states)
        for state, sheet_rows in missing.items():
            named = ", ".join(map(str, sheet_rows))
            say(f"no label for rows that are {state.replace('_', ' ')}: rows {named}", err=True)
        if not found:
            raise error(NOTHING_TO_PRINT)
        ordered = in_print_order(found, column_of(found, asked.sort))
        if asked.from_ups and asked.form in ("pdf", "png"):
            ordered = _from_ups(settings, ledger, job_id, ordered)
        if asked.only_list:
            _list(ordered, err=False)
        elif target is not None:
            _print(ledger, job_id, ordered, target, asked)
            print_invoices(ledger, job_id, ordered, paper, reprint=asked.reprint, states=asked.states)
        else:
            _write(ordered, asked.form, job_id, asked.to)
        if chosen is not None and missing:
            raise SystemExit(Exit.WITH_WARNINGS)
    finally:
        ledger.close()


def _printer(named: str | None) -> Printer:
    if not named:
        raise error(NO_PRINTER)
    return parse_printer(named)


def _name_unfinished(ledger: Ledger) -> None:
    for job in ledger.read(unsettled):
        say(f"unfinished: {job.job_id} {job.prompt}", err=True)


def _from_ups(settings: Settings, ledger: Ledger, job_id: str, found: list[Label]) -> list[Label]:
    environment = ledger.read(job_of, job_id).environment

    async def fetch() -> list[Label]:
        async with ServerManager(settings) as servers:
            return await pictures_from_ups(servers.caller("ups"), environment, found)

    return asyncio.run(fetch())


def _write(ordered: list[Label], form: Form | None, job_id: str, to: Path) -> None:
    prepared = _prepared(ordered, form, job_id)
    to.mkdir(parents=True, exist_ok=True)
    for output in prepared.outputs:
        path = to / output.name
        path.write_bytes(output.content)
        say(str(path))
    write_invoices(ordered, to)
    _list(ordered, err=True)


def _print(ledger: Ledger, job_id: str, ordered: list[Label], printer: Printer, asked: Asked) -> None:
    """Note first, print then: after a crash a label counts as printed (agent.labels.printed)."""
    form = asked.form if printer.host is None else _for_socket(printer, ordered, asked.form)
    before = {} if asked.reprint else ledger.read(printed_at, job_id)
    new = [label for label in ordered if label.key not in before]
    _tell_printed_before(ordered, before)
    if not new:
        return
    prepared = _prepared(new, form, job_id)  # what cannot be converted is refused before anything is noted
    noted = ledger.write(note_printing, job_id, new, str(printer), reprint=asked.reprint, states=asked.states)
    if len(noted) < len(new):
        # Another terminal took or voided the others a moment ago.
        prepared = _prepared(noted, form, job_id) if noted else Prepared()
    for number, output in enumerate(prepared.outputs):
        try:
            send(printer, output.content, raw=output.raw)
        except ShipchatError as refusal:
            if number or refusal.code not in NOTHING_CAME_OUT:
                raise error(PRINTER_SILENT, printer=printer, detail=refusal.message) from refusal
            ledger.write(note_not_printed, job_id, noted, str(printer), refusal.code)
            raise
        say(f"{output.name}: sent to {printer}")
    _list(noted, err=True)


def _for_socket(printer: Printer, ordered: list[Label], form: Form | None) -> Form | None:
    """A label printer reads its own language only; pictures of UPS become dots of ZPL."""
    if form in ("pdf", "png"):
        raise error(PICTURES_TO_SOCKET, printer=printer)
    return "zpl" if any(label.format == "gif" for label in ordered) else form


def _tell_printed_before(ordered: list[Label], before: dict[str, str]) -> None:
    old = [label for label in ordered if label.key in before]
    if old:
        rows = ", ".join(str(row) for row in sorted({label.sheet_row for label in old}))
        last = max(before[label.key] for label in old)
        say(f"printed before (last {last[:16]}Z), not again without --reprint: rows {rows}", err=True)


def _prepared(ordered: list[Label], form: Form | None, job_id: str) -> Prepared:
    prepared = prepare(ordered, form, f"labels-{job_id}")
    for doubt in prepared.doubts:
        say(f"drawn here, not by a printer: {doubt}", err=True)
    return prepared


def _list(ordered: list[Label], *, err: bool) -> None:
    for line in pick_list(ordered):
        say(line, err=err)


def show_summary(day: datetime | None, file: Path | None, *, listed: bool, as_json: bool) -> None:
    """What `jobs summary` does."""
    settings = Settings.load()
    date = day.date() if day else settings.day()
    ledger = Ledger.open(settings.ledger_path)
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
