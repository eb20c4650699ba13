"""What a person asks of a batch's labels: files, or the printer. The command line and the chat both come here."""

from dataclasses import dataclass
from pathlib import Path

from agent.batch.executor.queries import job_of
from agent.errors import ShipchatError, error
from agent.labels.faults import NO_PRINTER, NOTHING_TO_PRINT, PICTURES_TO_SOCKET, PRINTER_SILENT
from agent.labels.fetch import pictures_from_ups
from agent.labels.invoice_work import invoice_printer, print_invoices, write_invoices
from agent.labels.label import Label
from agent.labels.output import Form, Prepared, prepare
from agent.labels.printed import note_not_printed, note_printing, printed_at
from agent.labels.printing import NOTHING_CAME_OUT, Printer, parse_printer, send
from agent.labels.request import LabelRequest, Tell
from agent.labels.stored import labels_of, left_out
from agent.ledger.store import Ledger
from agent.settings import Settings
from agent.tool_caller import ToolCaller


@dataclass(frozen=True, slots=True)
class Printers:
    """Where labels go, and their customs invoices."""

    labels: Printer
    invoices: Printer | None

    @classmethod
    def of(cls, settings: Settings, labels: str | None, invoices: str | None = None) -> "Printers":
        """The printers that were named, else those of the settings.

        Raises:
            ShipchatError: E-4326 where no printer is set, E-4307 and E-4313 for what is none.
        """
        named = labels or settings.printer
        if not named:
            raise error(NO_PRINTER)
        return cls(parse_printer(named), invoice_printer(invoices or settings.invoice_printer))


@dataclass(slots=True)
class Chosen:
    """The labels that were asked for, in the sheet's order."""

    labels: list[Label]
    missing: dict[str, list[int]]
    """Sheet rows without a label to take, by their state."""


def choose(ledger: Ledger, request: LabelRequest, tell: Tell) -> Chosen:
    """The labels of a request; rows that have none are said.

    Raises:
        ShipchatError: E-4205 no such batch, E-4306 not one label.
    """
    found = ledger.read(labels_of, request.job_id, request.rows, request.states)
    missing = ledger.read(left_out, request.job_id, request.rows, request.states)
    for state, sheet_rows in missing.items():
        named = ", ".join(map(str, sheet_rows))
        tell(f"no label for rows that are {state.replace('_', ' ')}: rows {named}", err=True)
    if not found:
        raise error(NOTHING_TO_PRINT)
    return Chosen(found, missing)


async def drawn_by_ups(ledger: Ledger, ups: ToolCaller, job_id: str, labels: list[Label]) -> list[Label]:
    """The same labels as pictures that UPS sends again; nothing is bought."""
    environment = (await ledger.read_async(job_of, job_id)).environment
    return await pictures_from_ups(ups, environment, labels)


def write_labels(ordered: list[Label], request: LabelRequest, to: Path, tell: Tell) -> list[Path]:
    """Write them in their order, and the invoices beside; the paths of the labels."""
    prepared = _prepared(ordered, request.form, request.job_id, tell)
    to.mkdir(parents=True, exist_ok=True)
    paths = []
    for output in prepared.outputs:
        path = to / output.name
        path.write_bytes(output.content)
        tell(str(path))
        paths.append(path)
    write_invoices(ordered, to, tell)
    return paths


def print_labels(
    ledger: Ledger, ordered: list[Label], request: LabelRequest, printers: Printers, tell: Tell
) -> list[Label]:
    """Each one once, then its invoices; which labels went to the printer."""
    printed = _print(ledger, ordered, request, printers.labels, tell)
    print_invoices(ledger, ordered, request, printers.invoices, tell)
    return printed


def _print(ledger: Ledger, ordered: list[Label], request: LabelRequest, printer: Printer, tell: Tell) -> list[Label]:
    """Note first, print then: after a crash a label counts as printed (agent.labels.printed)."""
    job_id = request.job_id
    form = request.form if printer.host is None else _for_socket(printer, ordered, request.form)
    before = {} if request.reprint else ledger.read(printed_at, job_id)
    new = [label for label in ordered if label.key not in before]
    _tell_printed_before(ordered, before, request, tell)
    if not new:
        return []
    prepared = _prepared(new, form, job_id, tell)  # what cannot be converted is refused before anything is noted
    noted = ledger.write(note_printing, job_id, new, str(printer), reprint=request.reprint, states=request.states)
    if len(noted) < len(new):
        # Another terminal took or voided the others a moment ago.
        prepared = _prepared(noted, form, job_id, tell) if noted else Prepared()
    for number, output in enumerate(prepared.outputs):
        try:
            send(printer, output.content, raw=output.raw)
        except ShipchatError as refusal:
            if number or refusal.code not in NOTHING_CAME_OUT:
                raise error(PRINTER_SILENT, printer=printer, detail=refusal.message) from refusal
            ledger.write(note_not_printed, job_id, noted, str(printer), refusal.code)
            raise
        tell(f"{output.name}: sent to {printer}")
    return noted


def _for_socket(printer: Printer, ordered: list[Label], form: Form | None) -> Form | None:
    """A label printer reads its own language only; pictures of UPS become dots of ZPL."""
    if form in ("pdf", "png"):
        raise error(PICTURES_TO_SOCKET, printer=printer)
    return "zpl" if any(label.format == "gif" for label in ordered) else form


def _tell_printed_before(ordered: list[Label], before: dict[str, str], request: LabelRequest, tell: Tell) -> None:
    old = [label for label in ordered if label.key in before]
    if old:
        rows = ", ".join(str(row) for row in sorted({label.sheet_row for label in old}))
        last = max(before[label.key] for label in old)
        tell(f"printed before (last {last[:16]}Z), not again {request.otherwise}: rows {rows}", err=True)


def _prepared(ordered: list[Label], form: Form | None, job_id: str, tell: Tell) -> Prepared:
    prepared = prepare(ordered, form, f"labels-{job_id}")
    for doubt in prepared.doubts:
        tell(f"drawn here, not by a printer: {doubt}", err=True)
    return prepared
