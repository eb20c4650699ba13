"""Rows in doubt by words: shown as they stand; released, adopted or closed after the person's own yes.

What a yes sets off is what `shipchat jobs release`, `adopt` and `close` do (agent.batch.service): nothing here decides.
"""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from agent.batch.recovery.resolving_doubts import Released
from agent.chat.action_preview import action_preview
from agent.chat.batch_turn import facts_of, next_steps
from agent.chat.job_words import JobWords
from agent.chat.pending import PendingApproval
from agent.chat.state import SessionState
from agent.chat.to_its_end import Stopping, to_its_end
from agent.chat.which_batch import batch_in_doubt, batch_meant
from agent.errors import ShipchatError, error
from agent.events import AssistantSaid, DoubtsSettled, TableShown
from agent.events.history import DoubtLine
from agent.ledger.faults import NO_SUCH_ROW
from agent.mapping.builder import rows_in_words
from agent.planning.model import Approval
from agent.planning.sentence import ENVIRONMENT_WORDS, counted

HEADER = ["Row", "Order", "Recipient", "Sent", "Looked up", "What it showed", "Why in doubt", "Batch"]
NOTHING = "Nothing is in doubt{where}."
RELEASE = (
    "give up the doubt about {rows} of batch {job} and plan {them} again. UPS is asked twice more before; what it finds"
    " is recorded and not sent again. If UPS did make the first label and does not show it, the next resume buys a"
    " second one."
)
WAIVED = " The wait of {minutes} minutes since the attempt is waived."
ADOPT = (
    "record {numbers}, which you saw at UPS, as the label of row {row} of batch {job}. UPS is asked whether it is this"
    " row's; nothing is bought."
)
UNCHECKED = " It is recorded even if UPS cannot confirm it now."
CLOSE = "stop looking for {rows} of batch {job}: no label here, and {they} not shipped again."
UNDO = "take back the number that was recorded for row {row} of batch {job}: the row is in doubt again."
SEND = " Say “resume batch {job}” to send {them}."


async def settle_doubts(state: SessionState, words: JobWords) -> None:
    """Show doubts, have them looked up, or put a decision before the person.

    Raises:
        ShipchatError: E-2323, E-4207 for rows that are not in doubt, and what `which_batch` refuses.
    """
    if words.verb == "doubts":
        await show_doubts(state, batch_meant(state, words.batch) if words.batch else None)
        return
    if words.verb == "undo_adoption":
        _propose(state, batch_meant(state, words.batch), words)
        return
    job_id = await batch_in_doubt(state, words.batch, words.rows)
    state.conversation.last_job_id = job_id
    if words.verb == "look_up":
        await _look_up(state, job_id)
        return
    known = (await state.batches.rows_in_doubt()).get(job_id, set())
    for row in words.rows or ():
        if row not in known:
            raise error(NO_SUCH_ROW, job_id=job_id, row=row, state=" that is in doubt")
    _propose(state, job_id, words if words.rows else replace(words, rows=tuple(sorted(known))))


async def show_doubts(state: SessionState, job_id: str | None) -> int:
    """A table of the rows in doubt of one batch, or of all; how many there are."""
    found = await state.batches.doubts(job_id)
    if not found:
        state.emit(AssistantSaid(NOTHING.format(where=f" in batch {job_id}" if job_id else "")))
        return 0
    title = f"{counted(len(found), 'row')} in doubt{f' in batch {job_id}' if job_id else ''}"
    state.emit(TableShown(title, HEADER, [_cells(line) for line in found], len(found), f"{title}."))
    waits = {line.waits_for for line in found if line.waits_for}
    if waits:
        until = max((line.waits_until or "" for line in found), default="")
        more = f", at the latest until {until[11:16]} UTC" if until else ""
        state.say(f"Not to be released yet: {' and '.join(sorted(waits))}{more}.")
    return len(found)


def _cells(line: DoubtLine) -> list[str]:
    looked = f"{line.looked_up_at[:16]}Z ({line.look_ups})" if line.looked_up_at else "not yet"
    sent = f"{line.sent_at[:16]}Z" if line.sent_at else ""
    return [
        *(str(line.sheet_row), line.order_number, line.recipient, sent, looked),
        *(line.found or "-", line.why, line.job_id),
    ]


async def _look_up(state: SessionState, job_id: str) -> None:
    """Ask UPS once more; sends nothing."""
    before = {line.sheet_row for line in await state.batches.doubts(job_id)}
    await state.batches.settle(job_id)
    left = {line.sheet_row for line in await state.batches.doubts(job_id)}
    found = sorted(before - left)
    text = f"Found at UPS and recorded: {rows_in_words(found)}." if found else "UPS does not show any of them."
    state.emit(_settled(state, job_id, "looked_up", found, sorted(left), text))
    if left:
        await show_doubts(state, job_id)


def _propose(state: SessionState, job_id: str, words: JobWords) -> None:
    """Put it before the person; nothing is done without their yes."""
    rows = list(words.rows or ())
    sentence = f"{ENVIRONMENT_WORDS[state.settings.ups_environment]}: {_sentence(state, job_id, words, rows)}"
    stopping = Stopping()
    carried: dict[str, Callable[[], Coroutine[Any, Any, DoubtsSettled]]] = {
        "release": lambda: _release(state, job_id, rows, words, stopping),
        "adopt": lambda: _adopt(state, job_id, rows[0], words),
        "close": lambda: _close(state, job_id, rows),
        "undo_adoption": lambda: _undo(state, job_id, rows[0]),
    }

    async def carry_out(_approval: Approval) -> None:
        await to_its_end(carried[words.verb](), state.emit, stopping)

    content = {"job": job_id, "rows": rows, "numbers": words.numbers, "now": words.now, "unchecked": words.unchecked}
    preview = action_preview(state, words.verb, sentence, len(rows), content)
    state.show(PendingApproval(replace(preview, job_id=job_id), carry_out))


def _sentence(state: SessionState, job_id: str, words: JobWords, rows: list[int]) -> str:
    named, one = rows_in_words(rows), len(rows) == 1
    if words.verb == "release":
        waived = WAIVED.format(minutes=state.settings.release_wait_s // 60) if words.now else ""
        return RELEASE.format(rows=named, job=job_id, them="it" if one else "them") + waived
    if words.verb == "adopt":
        numbers = ", ".join(words.numbers)
        return ADOPT.format(numbers=numbers, row=rows[0], job=job_id) + (UNCHECKED if words.unchecked else "")
    if words.verb == "close":
        return CLOSE.format(rows=named, job=job_id, they="it is" if one else "they are")
    return UNDO.format(row=rows[0], job=job_id)


async def _release(
    state: SessionState, job_id: str, rows: list[int], words: JobWords, stopping: Stopping
) -> DoubtsSettled:
    told = await state.batches.release_each(job_id, rows, now=words.now, stopping=stopping)
    if len(told.kept) == len(rows) == 1:
        raise next(iter(told.kept.values()))
    return _settled(state, job_id, "released", told.released, [*told.kept, *told.untouched], _words(told, job_id))


def _words(told: Released, job_id: str) -> str:
    lines = []
    if told.released:
        them = "it" if len(told.released) == 1 else "them"
        lines.append(f"Planned again: {rows_in_words(told.released)}.{SEND.format(job=job_id, them=them)}")
    if told.found:
        lines.append(f"Found at UPS and recorded, not released: {rows_in_words(told.found)}.")
    if told.void:
        lines.append(f"Void at UPS, not released: {rows_in_words(told.void)}.")
    lines += [f"Still in doubt: row {row}: {refusal}" for row, refusal in told.kept.items()]
    if told.untouched:
        lines.append(f"Still in doubt, not looked at: {rows_in_words(told.untouched)}.")
    return "\n".join(lines)


async def _adopt(state: SessionState, job_id: str, row: int, words: JobWords) -> DoubtsSettled:
    how = await state.batches.adopt(job_id, row, *words.numbers, unchecked=words.unchecked)
    more = ", unchecked" if how == "unchecked" else ""
    return _settled(state, job_id, "adopted", [row], [], f"Row {row}: {', '.join(words.numbers)} recorded{more}.")


async def _close(state: SessionState, job_id: str, rows: list[int]) -> DoubtsSettled:
    closed = await state.batches.close(job_id, rows)
    return _settled(state, job_id, "closed", closed, [], f"Closed: {rows_in_words(closed)}.")


async def _undo(state: SessionState, job_id: str, row: int) -> DoubtsSettled:
    numbers = await state.batches.undo_adoption(job_id, row)
    text = f"Row {row}: {', '.join(numbers)} taken back; it is in doubt again."
    return _settled(state, job_id, "taken_back", [row], [row], text)


def _settled(
    state: SessionState, job_id: str, decision: str, rows: list[int], left: list[int], text: str
) -> DoubtsSettled:
    """What was decided, with the batch as it stands now."""
    batch: dict[str, Any] | None = None
    words: list[str] = []
    with suppress(ShipchatError):  # a ledger that cannot be read is told where it is asked for
        outcome = state.batches.outcome(job_id)
        batch, words = facts_of(outcome), next_steps(state, outcome)
    return DoubtsSettled(job_id, decision, rows, left, text, batch, words)
