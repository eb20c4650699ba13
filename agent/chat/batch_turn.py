"""A batch as the conversation sees it: its steps become events, its end becomes the turn's result."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from agent.batch.approval import spending
from agent.batch.approval.approving import currency_of
from agent.batch.executor.queries import JobOutcome
from agent.batch.executor.result import BatchResult
from agent.chat.job_words import next_words
from agent.chat.limits import fall_back, tell_limit
from agent.chat.result import grouped
from agent.chat.state import SessionState
from agent.errors import ShipchatError
from agent.events import (
    BatchFinished,
    BatchRefused,
    BatchSelected,
    BatchStarted,
    BatchStopped,
    ErrorShown,
    LabelsVoided,
    RowCompleted,
    RowFailed,
    RowInDoubt,
)
from agent.faultlog import unexpected
from agent.ledger.faults import CELL_CHANGED, DEARER, NO_SUCH_JOB, OTHER_CURRENCY
from agent.planning.sentence import money

SURPRISES = frozenset({DEARER.code, OTHER_CURRENCY.code})
"""A charge was not what its quote said: auto mode counts on quotes."""
MOST_LINES = 10
"""Rows that stayed out, told one by one."""


class BatchNarrator:
    """An observer that turns a batch's steps into the session's events, and remembers what it saw."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self.sheet_opened = False
        """The batch read its own sheet: the data server's active one may be another than the session's."""
        self.began = False
        """Whether this run came as far as sending."""
        self._total_rows = 0
        self._currency = ""
        self._tracking: dict[int, dict[str, Any]] = {}
        self._failed: dict[int, dict[str, Any]] = {}
        self._in_doubt: dict[int, dict[str, Any]] = {}

    def on_batch_started(self, job_id: str, total_rows: int, pending_rows: int, **_more: Any) -> None:
        state = self._state
        self.began, self._total_rows = True, total_rows
        self._currency = state.batches.ledger.read(currency_of, job_id)
        if pending_rows:
            cap = state.batches.ledger.read(spending.cap_of, job_id)
            rows, spent = {}, 0
            if pending_rows < total_rows:
                before = state.batches.outcome(job_id)
                rows, spent = dict(before.rows), before.spent_cents
            environment = state.settings.ups_environment
            state.emit(
                BatchStarted(job_id, total_rows, environment, cap, pending_rows, rows, spent, currency=self._currency)
            )

    def on_row_completed(self, job_id: str, row_number: int, tracking_number: str, **more: Any) -> None:
        seen = RowCompleted(
            job_id=job_id,
            row_number=row_number,
            sheet_row=more.get("sheet_row", row_number),
            recipient=more.get("recipient", ""),
            tracking_number=tracking_number,
            tracking_numbers=more.get("tracking_numbers", [tracking_number]),
            cost_cents=more.get("cost_cents", 0),
            label_path=more.get("label_path") or "",
            currency=self._currency,
        )
        self._tracking[row_number] = {
            "row_number": row_number,
            "sheet_row": seen.sheet_row,
            "tracking_number": tracking_number,
            "tracking_numbers": seen.tracking_numbers,
            "cost_cents": seen.cost_cents,
            "label_path": seen.label_path or None,
            "label_paths": [seen.label_path] if seen.label_path else [],
        }
        self._state.emit(seen)

    def on_row_failed(self, job_id: str, row_number: int, code: str = "", message: str = "", **more: Any) -> None:
        sheet_row, recipient = more.get("sheet_row", row_number), more.get("recipient", "")
        place = {"row_number": row_number, "sheet_row": sheet_row}
        if more.get("in_doubt"):
            reference = more.get("reference", "")
            self._in_doubt[row_number] = place | {"reference": reference, "reason": message}
            self._state.emit(RowInDoubt(job_id, row_number, sheet_row, recipient, reference, message))
        else:
            self._failed[row_number] = place | {"code": code, "message": message}
            self._state.emit(RowFailed(job_id, row_number, sheet_row, recipient, code, message))

    def seen(self, job_id: str) -> JobOutcome:
        """The batch as this run's events tell it; rows of earlier runs are not known to them."""
        tracking, failed, in_doubt = ([found[row] for row in sorted(found)] for found in (
            self._tracking, self._failed, self._in_doubt
        ))  # fmt: skip
        total = self._total_rows or self._state.result.total_rows
        rows = {"completed": len(tracking), "failed": len(failed), "in_doubt": len(in_doubt)}
        rows |= {"pending": max(0, total - sum(rows.values())), "skipped": 0}
        spent = sum(item["cost_cents"] for item in tracking)
        environment = self._state.settings.ups_environment
        unread = "The ledger cannot be read: this is what was seen in this run only."
        return JobOutcome(job_id, "failed", environment, rows, tracking, failed, in_doubt, spent, [unread])

    def explain(self, outcome: JobOutcome) -> None:
        """What this run knows of rows in doubt is more than the ledger has, where that could not be written."""
        for item in outcome.in_doubt:
            known = self._in_doubt.get(item["row_number"])
            if known is not None:
                item["reason"] = known["reason"]

    def on_sheet_opened(self, _job_id: str) -> None:
        self.sheet_opened = True

    def on_warning(self, _job_id: str, text: str) -> None:
        self._state.say(text, "warning")

    def on_batch_failed(self, job_id: str, error: str, stopped_early: bool = True) -> None:
        # Rows that failed are told one by one, and in the end; a batch that tried them all did not stop.
        if stopped_early:
            self._state.emit(BatchStopped(job_id, "failed", str(error)))


async def run_batch(
    state: SessionState,
    job_id: str,
    work: Coroutine[Any, Any, Any],
    *,
    approved_now: bool = False,
    rows_wait: bool = False,
) -> None:
    """Run an approved batch to its end, its stop or its fault, and say what came of it.

    `approved_now`: the yes was given in this turn, so that whatever goes wrong is an end of the batch, not a refusal.
    `rows_wait`: rows that were asked for too wait with another batch.

    Raises:
        ShipchatError: E-4205 where there is no such batch. Any other fault is told, with what was bought.
    """
    observer = BatchNarrator(state)
    state.batches.add_observer(observer)
    state.batch.running = job_id
    state.spending.modes.lock()
    ended: object = None
    fault: BaseException | None = None
    try:
        ended = await work
    except (Exception, asyncio.CancelledError) as raised:  # noqa: BLE001 - after it, what was bought must be told
        fault = raised
    finally:
        state.spending.modes.unlock()
        state.batch.running = None
        state.batches.remove_observer(observer)
    began = approved_now or observer.began
    if fault is None:
        try:
            _tell_selection(state, job_id)
            _put(state, state.batches.outcome(job_id), rows_wait=rows_wait)
            tell_limit(state)
        except Exception as unreadable:  # noqa: BLE001 - the labels are made anyway
            _tell_fault(state, job_id, unreadable, observer, began=began)
    else:
        _tell_fault(state, job_id, fault, observer, began=began)
    if isinstance(ended, BatchResult) and ended.error_code in SURPRISES:
        fall_back(state)
    if isinstance(fault, asyncio.CancelledError):
        raise fault
    if observer.sheet_opened and state.sheet.open is not None:
        with suppress(ShipchatError):
            await state.sheet.open.refresh(state.sheet.data)


def _tell_fault(
    state: SessionState, job_id: str, fault: BaseException, observer: BatchNarrator, *, began: bool
) -> None:
    """The batch as the ledger has it; as this run saw it, where not even the ledger can be read."""
    refusal = fault if isinstance(fault, ShipchatError) else None
    if refusal is None and isinstance(fault, Exception):
        refusal = unexpected(state.settings.home, fault)
    try:
        _tell_selection(state, job_id)
        outcome = state.batches.outcome(job_id)
    except Exception as unreadable:
        if getattr(unreadable, "code", "") == NO_SUCH_JOB.code:
            raise refusal or fault from unreadable
        outcome = observer.seen(job_id)
    observer.explain(outcome)
    if refusal is not None:
        said = f"{refusal.code}: {refusal.message}"
        outcome.warnings += [] if said in outcome.warnings else [said]
        state.emit(ErrorShown(refusal.code, refusal.message, refusal.remedy, refusal.where, ends="batch"))
    if began or refusal is None:
        outcome.status = status_after(outcome, stopped_by_person=refusal is None)
        _put(state, outcome)
        return
    # Nothing of it has begun: a refusal, with the batch as it is.
    state.emit(BatchRefused(job_id=outcome.job_id, warnings=outcome.warnings, **facts_of(outcome)))


def status_after(outcome: JobOutcome, *, stopped_by_person: bool) -> str:
    """What a batch is whose run did not come to its own end."""
    rows = outcome.rows
    if outcome.status == "cancelled":
        return "cancelled"
    if not (rows["failed"] or rows["in_doubt"] or rows["pending"]):
        return "completed" if stopped_by_person and outcome.status == "completed" else "completed_with_warnings"
    if stopped_by_person and not (rows["failed"] or rows["in_doubt"]):
        return "paused"
    return "failed"


def _tell_selection(state: SessionState, job_id: str) -> None:
    """The rows of the whole batch, where this turn itself selected none: from its plan."""
    if state.result.row_numbers:
        return
    planned = state.batches.selected(job_id)
    state.emit(
        BatchSelected(
            job_id=job_id,
            row_numbers=planned.row_numbers,
            filter_clause=planned.filter_clause,
            filter_in_words=planned.filter_in_words,
            excluded=planned.excluded,
            service_code=planned.service_code,
            total_estimated_cost_cents=planned.quoted_cents,
            source=planned.source,
        )
    )


def tell_last(state: SessionState, job_id: str) -> None:
    """How an earlier batch ended, as the ledger has it, because it was asked for."""
    _put(state, state.batches.outcome(job_id), only_told=True)


def tell_unsent(state: SessionState, job_id: str) -> None:
    """A batch that was approved a moment ago and not begun: it waits for `jobs resume`."""
    outcome = state.batches.outcome(job_id)
    outcome.status = status_after(outcome, stopped_by_person=True)
    _put(state, outcome)


def tell_voided(state: SessionState, job_id: str, rows: list[int], voided: list[int] | None) -> None:
    """Which labels of a batch are void, and how it is now; `voided` is None where that broke off."""
    batch = None
    with suppress(ShipchatError):  # a ledger that cannot be read is what broke: its own refusal is told
        batch = facts_of(state.batches.outcome(job_id))
    unconfirmed = [row for row in rows if row not in (voided or [])]
    state.emit(LabelsVoided(job_id, voided, unconfirmed, batch))


def facts_of(outcome: JobOutcome) -> dict[str, Any]:
    """How a batch stands, as its events say it."""
    return {
        "rows": outcome.rows,
        "tracking": outcome.tracking,
        "failed": outcome.failed,
        "in_doubt": outcome.in_doubt,
        "spent_cents": outcome.spent_cents,
    }


def _put(state: SessionState, outcome: JobOutcome, *, rows_wait: bool = False, only_told: bool = False) -> None:
    job_id = outcome.job_id
    text = outcome_text(
        job_id, outcome.rows, money(outcome.spent_cents, outcome.currency), outcome.labels_path, outcome.sheet_text
    )
    stayed = [words for words in outcome.warnings if words.startswith(CELL_CHANGED.code)]
    more = [f"... and {len(stayed) - MOST_LINES} more rows."] if len(stayed) > MOST_LINES else []
    text = "\n".join([text, *grouped(outcome.failed), *stayed[:MOST_LINES], *more])
    state.conversation.last_job_id = job_id
    state.emit(
        BatchFinished(
            job_id=job_id,
            status=outcome.status,
            labels_path=outcome.labels_path,
            sheet=outcome.sheet_text,
            text=text,
            warnings=outcome.warnings,
            rows_wait=rows_wait,
            only_told=only_told,
            next_words=next_steps(state, outcome),
            currency=outcome.currency,
            **facts_of(outcome),
        )
    )


def next_steps(state: SessionState, outcome: JobOutcome) -> list[str]:
    """What can be said about a batch now."""
    waits = False
    with suppress(ShipchatError):  # a ledger that cannot be read: told as such
        waits = state.batches.results_wait(outcome.job_id)
    return next_words(outcome.job_id, outcome.rows, results_wait=waits)


def outcome_text(job_id: str, rows: dict[str, int], spent: str, labels_path: str, sheet_text: str) -> str:
    """`12 shipped for $143.20 (batch 7f3a). Labels: ... Tracking numbers: ...`, and what is left to do."""
    words = [f"{rows.get('completed', 0)} shipped for {spent} (batch {job_id})."]
    if rows.get("failed"):
        words.append(f"{rows['failed']} failed: fix them and say “retry the failed ones”.")
    if rows.get("in_doubt"):
        words.append(
            f"{rows['in_doubt']} in doubt: UPS may have made their labels, so they are not sent again on their own;"
            f" `shipchat jobs resume {job_id}` looks for them at UPS, `jobs show {job_id}` says why."
        )
    if rows.get("pending"):
        words.append(f"{rows['pending']} not sent yet: `shipchat jobs resume {job_id}` continues.")
    if labels_path:
        words.append(f"Labels: {labels_path}.")
    if sheet_text:
        words.append(sheet_text)
    return " ".join(words)
