"""Customs invoices in `shipchat jobs labels`: written beside the labels, or printed once on a printer for paper."""

from pathlib import Path

from agent.cli.output import say
from agent.errors import ShipchatError, error
from agent.labels.faults import INVOICE_PRINTER
from agent.labels.invoices import Invoices, file_name, invoices_of
from agent.labels.label import Label, read
from agent.labels.printed import note_not_printed, note_printing, printed_at
from agent.labels.printing import NOTHING_CAME_OUT, Printer, parse_printer, send
from agent.ledger.store import Ledger


def invoice_printer(named: str | None) -> Printer | None:
    """The queue for paper.

    Raises:
        ShipchatError: E-4313 for the address of a label printer, E-4307 for what is no printer.
    """
    printer = parse_printer(named) if named else None
    if printer is not None and printer.host is not None:
        raise error(INVOICE_PRINTER, printer=printer)
    return printer


def write_invoices(labels: list[Label], to: Path) -> None:
    """A PDF for each invoice, into the folder of the labels."""
    invoices = invoices_of(labels)
    for invoice in invoices.found:
        path = to / file_name(invoice)
        path.write_bytes(read(invoice))
        say(str(path))
    _tell_missing(invoices)


def print_invoices(
    ledger: Ledger, job_id: str, labels: list[Label], printer: Printer | None, *, reprint: bool, states: tuple[str, ...]
) -> None:
    """Each once, as labels are; without a printer for paper it is said where they are."""
    invoices = invoices_of(labels)
    before = {} if reprint else ledger.read(printed_at, job_id)
    new = [invoice for invoice in invoices.found if invoice.key not in before]
    if printer is None and new:
        rows = ", ".join(str(invoice.sheet_row) for invoice in new)
        say(f"customs invoices, not printed (name a printer with --invoice-printer): rows {rows}", err=True)
        for invoice in new:
            say(f"  {invoice.path}", err=True)
    if printer is not None:
        for invoice in new:
            _print(ledger, job_id, invoice, printer, reprint=reprint, states=states)
    _tell_missing(invoices)


def _print(
    ledger: Ledger, job_id: str, invoice: Label, printer: Printer, *, reprint: bool, states: tuple[str, ...]
) -> None:
    content = read(invoice)
    if not ledger.write(note_printing, job_id, [invoice], str(printer), reprint=reprint, states=states):
        return  # another terminal took or voided it a moment ago
    try:
        send(printer, content, raw=False)
    except ShipchatError as refusal:
        if refusal.code in NOTHING_CAME_OUT:
            ledger.write(note_not_printed, job_id, [invoice], str(printer), refusal.code)
        raise
    say(f"{file_name(invoice)}: sent to {printer}")


def _tell_missing(invoices: Invoices) -> None:
    if invoices.missing:
        rows = ", ".join(map(str, invoices.missing))
        say(f"no customs invoice was saved, although the goods need one: rows {rows}", err=True)
