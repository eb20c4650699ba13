"""Customs invoices of a batch's labels: written beside them, or printed once on a printer for paper."""

from pathlib import Path

from agent.errors import ShipchatError, error
from agent.labels.faults import INVOICE_PRINTER
from agent.labels.invoices import Invoices, file_name, invoices_of
from agent.labels.label import Label, read
from agent.labels.printed import note_not_printed, note_printing, printed_at
from agent.labels.printing import NOTHING_CAME_OUT, Printer, parse_printer, send
from agent.labels.request import LabelRequest, Tell
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


def write_invoices(labels: list[Label], to: Path, tell: Tell) -> None:
    """A PDF for each invoice, into the folder of the labels."""
    invoices = invoices_of(labels)
    for invoice in invoices.found:
        path = to / file_name(invoice)
        path.write_bytes(read(invoice))
        tell(str(path))
    _tell_missing(invoices, tell)


def print_invoices(
    ledger: Ledger, labels: list[Label], request: LabelRequest, printer: Printer | None, tell: Tell
) -> None:
    """Each once, as labels are; without a printer for paper it is said where they are."""
    invoices = invoices_of(labels)
    before = {} if request.reprint else ledger.read(printed_at, request.job_id)
    new = [invoice for invoice in invoices.found if invoice.key not in before]
    if printer is None and new:
        rows = ", ".join(str(invoice.sheet_row) for invoice in new)
        tell(f"customs invoices, not printed (name a printer with --invoice-printer): rows {rows}", err=True)
        for invoice in new:
            tell(f"  {invoice.path}", err=True)
    if printer is not None:
        for invoice in new:
            _print(ledger, invoice, request, printer, tell)
    _tell_missing(invoices, tell)


def _print(ledger: Ledger, invoice: Label, request: LabelRequest, printer: Printer, tell: Tell) -> None:
    content = read(invoice)
    job_id, reprint, states = request.job_id, request.reprint, request.states
    if not ledger.write(note_printing, job_id, [invoice], str(printer), reprint=reprint, states=states):
        return  # another terminal took or voided it a moment ago
    try:
        send(printer, content, raw=False)
    except ShipchatError as refusal:
        if refusal.code in NOTHING_CAME_OUT:
            ledger.write(note_not_printed, job_id, [invoice], str(printer), refusal.code)
        raise
    tell(f"{file_name(invoice)}: sent to {printer}")


def _tell_missing(invoices: Invoices, tell: Tell) -> None:
    if invoices.missing:
        rows = ", ".join(map(str, invoices.missing))
        tell(f"no customs invoice was saved, although the goods need one: rows {rows}", err=True)
