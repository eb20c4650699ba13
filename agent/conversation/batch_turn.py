"""A batch as the conversation sees it: its steps become events, its end becomes the turn's result."""

from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, cast

from agent.batch import spending
from agent.batch.result import BatchResult
from agent.conversation.limits import fall_back, tell_limit
from agent.conversation.result import Status, grouped
from agent.conversation.state import SessionState
from agent.errors import ShipchatError
from agent.events import BatchFinished, BatchStarted, BatchStopped, RowCompleted, RowFailed, RowInDoubt
from agent.ledger.faults import CELL_CHANGED, DEARER, OTHER_CURRENCY
from agent.plan.sentence import dollars

SURPRISES = frozenset({DEARER.code, OTHER_CURRENCY.code})
"""A charge was not what its quote said: auto mode counts on quotes."""
MOST_LINES = 10
"""Rows that stayed out, told one by one."""


class BatchNarrator:
    """An observer (DESIGN 4.5) that turns a batch's steps into the session's events."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self.sheet_opened = False
        """The batch read its own sheet: the data server's active one may be another than that on the desk."""

    def on_batch_started(self, job_id: str, total_rows: int, pending_rows: int, **_more: Any) -> None:
        state = self._state
        if pending_rows:
            cap = state.batches.ledger.read(spending.cap_of, job_id)
            state.emit(BatchStarted(job_id, total_rows, state.settings.ups_environment, cap, pending_rows))

    def on_row_completed(self, job_id: str, row_number: int, tracking_number: str, **more: Any) -> None:
        self._state.emit(
            RowCompleted(
                job_id=job_id,
                row_number=row_number,
                sheet_row=more.get("sheet_row", row_number),
                recipient=more.get("recipient", ""),
                tracking_number=tracking_number,
                tracking_numbers=more.get("tracking_numbers", [tracking_number]),
                cost_cents=more.get("cost_cents", 0),
                label_path=more.get("label_path") or "",
            )
        )

    def on_row_failed(self, job_id: str, row_number: int, code: str = "", message: str = "", **more: Any) -> None:
        sheet_row, recipient = more.get("sheet_row", row_number), more.get("recipient", "")
        if more.get("in_doubt"):
            self._state.emit(RowInDoubt(job_id, row_number, sheet_row, recipient, more.get("reference", ""), message))
        else:
            self._state.emit(RowFailed(job_id, row_number, sheet_row, recipient, code, message))

    def on_sheet_opened(self, _job_id: str) -> None:
        self.sheet_opened = True

    def on_warning(self, _job_id: str, text: str) -> None:
        self._state.say(text, "warning")

    def on_batch_failed(self, job_id: str, error: str, stopped_early: bool = True) -> None:
        # Rows that failed are told one by one, and in the end; a batch that tried them all did not stop.
        if stopped_early:
            self._state.emit(BatchStopped(job_id, "failed", str(error)))


async def run_batch(state: SessionState, job_id: str, work: Coroutine[Any, Any, Any]) -> None:
    """Run an approved batch to its end (or its stop) and say what came of it."""
    observer = BatchNarrator(state)
    state.batches.add_observer(observer)
    state.running_job = job_id
    state.modes.lock()
    ended = None
    try:
        ended = await work
    finally:
        state.modes.unlock()
        state.running_job = None
        state.batches.remove_observer(observer)
        if observer.sheet_opened and state.sheet is not None:
            with suppress(ShipchatError):
                await state.sheet.refresh(state.data)
    _tell_selection(state, job_id)
    tell_outcome(state, job_id)
    tell_limit(state)
    if isinstance(ended, BatchResult) and ended.error_code in SURPRISES:
        fall_back(state)


def _tell_selection(state: SessionState, job_id: str) -> None:
    """The rows of the whole batch, where this turn itself selected none: from its plan."""
    result = state.result
    if result.row_numbers:
        return
    planned = state.batches.selected(job_id)
    result.row_numbers, result.total_rows = planned.row_numbers, len(planned.row_numbers)
    result.filter_clause, result.filter_in_words = planned.filter_clause, planned.filter_in_words
    result.service_code, result.excluded = planned.service_code, planned.excluded
    result.total_estimated_cost_cents = planned.quoted_cents
    result.source = planned.source


def tell_outcome(state: SessionState, job_id: str) -> None:
    """Put the job's state, as the ledger has it, into the turn's result, and say it."""
    outcome = state.batches.outcome(job_id)
    result = state.result
    result.status = cast(Status, outcome.status)
    result.job_id = job_id
    result.rows = outcome.rows
    result.tracking = outcome.tracking
    result.failed = outcome.failed
    result.in_doubt = outcome.in_doubt
    result.spent_cents = outcome.spent_cents
    result.warnings += outcome.warnings
    text = outcome_text(job_id, outcome.rows, outcome.spent_cents, outcome.labels_path, outcome.sheet_text)
    stayed = [words for words in outcome.warnings if words.startswith(CELL_CHANGED.code)]
    more = [f"... and {len(stayed) - MOST_LINES} more rows."] if len(stayed) > MOST_LINES else []
    text = "\n".join([text, *grouped(outcome.failed), *stayed[:MOST_LINES], *more])
    result.say(text)
    state.conversation.last_job_id = job_id
    state.emit(
        BatchFinished(
            job_id=job_id,
            status=outcome.status,
            rows=outcome.rows,
            spent_cents=outcome.spent_cents,
            labels_path=outcome.labels_path,
            sheet=outcome.sheet_text,
            text=text,
        )
    )


def outcome_text(job_id: str, rows: dict[str, int], spent_cents: int, labels_path: str, sheet_text: str) -> str:
    """`12 shipped for $143.20 (batch 7f3a). Labels: ... Tracking numbers: ...`, and what is left to do."""
    words = [f"{rows.get('completed', 0)} shipped for {dollars(spent_cents)} (batch {job_id})."]
    if rows.get("failed"):
        words.append(f"{rows['failed']} failed: fix them and say “retry the failed ones”.")
    if rows.get("in_doubt"):
        words.append(
            f"{rows['in_doubt']} in doubt: UPS may have made their labels, so they are not sent again on their own;"
            f" `shipchat jobs resume {job_id}` looks for them at UPS, `jobs show {job_id}` says why."
        )
    if rows.get("pending"):
        words.append(f"{rows['pending']} not sent yet: `shipchat jobs resume {job_id}` goes on.")
    if labels_path:
        words.append(f"Labels: {labels_path}.")
    if sheet_text:
        words.append(sheet_text)
    return " ".join(words)
