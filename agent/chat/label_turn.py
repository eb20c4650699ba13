"""Labels by words: what `shipchat jobs labels` does, through the same code (agent.labels.work)."""

import asyncio
from dataclasses import replace
from functools import partial

from agent.chat.job_words import JobWords
from agent.chat.label_order import in_order_of
from agent.chat.state import SessionState
from agent.chat.to_its_end import to_its_end
from agent.chat.which_batch import batch_meant
from agent.errors import ShipchatError
from agent.events import AssistantSaid, TableShown
from agent.labels.faults import CANNOT_CONVERT
from agent.labels.label import Label
from agent.labels.paper import printable
from agent.labels.request import LabelRequest
from agent.labels.stored import labels_of
from agent.labels.viewing import open_file
from agent.labels.work import Printers, choose, drawn_by_ups, print_labels, write_labels
from agent.ledger.new_file import path_named
from agent.planning.wording import counted, money

PRINT, OPEN, SAVE = "Print them", "Open them", "Save them as PDF"
WHAT = "What shall be done with the labels?"
PICK_LIST = ["Row", "Order", "Recipient", "Label"]
NUMBERS = ["Row", "Order", "Recipient", "Tracking number", "Cost"]
MOST_SHOWN = 500
NOT_AGAIN = "unless you say “again”"


class Lines:
    """What label work says, kept until the turn can tell it: the work runs beside the session's loop."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def __call__(self, text: str, *, err: bool = False) -> None:
        self.said.append((text, "warning" if err else "info"))

    def tell(self, state: SessionState) -> None:
        """All of it, once."""
        for text, level in self.said:
            state.say(text[:1].upper() + text[1:], level)
        self.said.clear()


async def do_with_labels(state: SessionState, words: JobWords) -> None:
    """Print, open or save labels, or list what a packer or a customer needs.

    Raises:
        ShipchatError: E-4205 no such batch, or what the label work refuses (E-43xx).
    """
    job_id = batch_meant(state, words.batch)
    if words.verb == "numbers":
        show_numbers(state, job_id, words.rows)
        return
    rows = list(words.rows) if words.rows is not None else None
    request = LabelRequest(job_id, rows, words.form, words.again, otherwise=NOT_AGAIN)
    lines = Lines()
    try:
        chosen = await asyncio.to_thread(choose, state.batches.ledger, request, lines)
    finally:
        lines.tell(state)
    ordered = await in_order_of(state, job_id, chosen.labels, words.sort)
    state.conversation.last_job_id = job_id
    if words.verb == "pick_list":
        _pick_list(state, ordered, f"Pick list of batch {job_id}")
        return
    verb = words.verb if words.verb != "labels" else await _asked(state, words)
    if verb == "print":
        await _print(state, ordered, request, words.printer)
    else:
        await _save(state, ordered, request, words, opened=verb == "open")


async def _asked(state: SessionState, words: JobWords) -> str:
    if words.form is not None:
        return "save"
    choice = await state.ask(WHAT, [PRINT, OPEN, SAVE], remember=False)
    return {PRINT: "print", OPEN: "open", SAVE: "save"}[choice]


async def _print(state: SessionState, ordered: list[Label], request: LabelRequest, printer: str | None) -> None:
    """Each label once; what has begun to print is not stopped half way."""
    printers, lines = Printers.of(state.settings, printer), Lines()
    work = asyncio.to_thread(partial(print_labels, state.batches.ledger, ordered, request, printers, lines))

    def told(printed: list[Label]) -> None:
        lines.tell(state)
        if printed:
            _pick_list(state, printed, f"Sent to {printers.labels}")

    try:
        await to_its_end(work, told)
    finally:
        lines.tell(state)


async def _save(
    state: SessionState, ordered: list[Label], request: LabelRequest, words: JobWords, *, opened: bool
) -> None:
    """As files; pictures that cannot be drawn here come from UPS, where nothing is bought for it."""
    pictures = opened or words.verb == "labels"
    request = replace(request, form=words.form or ("pdf" if pictures else None))
    to = state.settings.labels_path if opened else path_named(words.to or ".")
    lines = Lines()
    if words.from_ups and request.form in ("pdf", "png"):
        ordered = await _from_ups(state, ordered, request)
    try:
        paths = await asyncio.to_thread(write_labels, ordered, request, to, lines)
    except ShipchatError as refusal:
        if refusal.code != CANNOT_CONVERT.code or words.from_ups or request.form == "zpl":
            raise
        lines.said.clear()
        drawn = await _from_ups(state, ordered, request)
        paths = await asyncio.to_thread(write_labels, drawn, request, to, lines)
        lines("UPS sent pictures of the labels; nothing was bought for that.")
    finally:
        lines.tell(state)
    if opened:
        open_file(paths[0])
        state.emit(AssistantSaid(f"{counted(len(ordered), 'label')} opened."))


async def _from_ups(state: SessionState, ordered: list[Label], request: LabelRequest) -> list[Label]:
    return await drawn_by_ups(state.batches.ledger, state.ups, request.job_id, ordered)


def _pick_list(state: SessionState, labels: list[Label], title: str) -> None:
    rows = [
        [
            str(label.sheet_row),
            printable(label.order_number),
            printable(label.columns.get("recipient")),
            label.tracking_number[-4:],
        ]
        for label in labels
    ]
    text = f"{title}: {counted(len(rows), 'label')}."
    state.emit(TableShown(title, PICK_LIST, rows[:MOST_SHOWN], len(rows), text))


def show_numbers(state: SessionState, job_id: str, rows: tuple[int, ...] | None) -> None:
    """Row, order, recipient, tracking numbers and cost of what was shipped in a batch."""
    outcome = state.batches.outcome(job_id)
    known = {label.sheet_row: label.columns for label in state.batches.ledger.read(labels_of, job_id, None)}
    table = [
        [
            str(item["sheet_row"]),
            printable(known.get(item["sheet_row"], {}).get("order")),
            printable(known.get(item["sheet_row"], {}).get("recipient")),
            ", ".join(item["tracking_numbers"] or [item["tracking_number"]]),
            money(item["cost_cents"], outcome.currency),
        ]
        for item in outcome.tracking
        if rows is None or item["sheet_row"] in rows
    ]
    state.conversation.last_job_id = job_id
    if not table:
        state.emit(AssistantSaid(f"No tracking number was made for {'these rows' if rows else 'any row'} of {job_id}."))
        return
    title = f"Tracking numbers of batch {job_id}"
    text = f"{title}: {counted(len(table), 'row')}."
    state.emit(TableShown(title, NUMBERS, table[:MOST_SHOWN], len(table), text))
