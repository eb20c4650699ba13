"""What a person asks of a batch by words (docs/commands.md, “After a batch”), done by the code of `shipchat jobs`."""

from contextlib import suppress

from agent.chat.action_preview import action_preview
from agent.chat.batch_turn import tell_last
from agent.chat.doubt_turn import settle_doubts
from agent.chat.job_words import DOUBT_VERBS, LABEL_VERBS, JobWords
from agent.chat.pending import PendingApproval
from agent.chat.state import SessionState
from agent.chat.tools import history
from agent.chat.which_batch import batch_meant
from agent.errors import ShipchatError, error
from agent.events import AssistantSaid
from agent.ledger.faults import NOT_WATCHED
from agent.ledger.new_file import path_named, write_new
from agent.mapping.builder import rows_in_words
from agent.planning.model import Approval
from agent.planning.sentence import ENVIRONMENT_WORDS

NOT_WHOLE = "Not everything is in the sheet yet; say it again once the sheet can be written."
VOID_LABEL = "void the label {number} of batch {job}, which was given up and is at UPS. It must not be used any more."
NOT_CONFIRMED = "UPS did not confirm it; say it again, repeating it is safe."
DISMISS = "give up writing {rows} of batch {job} into the sheet. The tracking numbers stay in the ledger only."


async def do_with_batch(state: SessionState, words: JobWords) -> None:
    """Follow words about a batch.

    Raises:
        ShipchatError: what the work itself refuses; E-4205 or E-2322 where no one batch is meant.
    """
    if words.verb in LABEL_VERBS:
        # Late: drawing labels loads what no other turn needs.
        from agent.chat.label_turn import do_with_labels

        await do_with_labels(state, words)
    elif words.verb in DOUBT_VERBS:
        await settle_doubts(state, words)
    elif words.verb == "void_label":
        _propose_void_of(state, words.numbers[0], words.batch)
    else:
        await _go_on(state, batch_meant(state, words.batch), words)


async def _go_on(state: SessionState, job_id: str, words: JobWords) -> None:
    state.conversation.last_job_id = job_id
    # The person asked for it themselves: no model is at work that could be corrected.
    state.model_turn.at_work = False
    rows = list(words.rows) if words.rows is not None else None
    match words.verb:
        case "show":
            tell_last(state, job_id)
        case "void":
            await history.propose_void(state, history.VoidArguments(job_id=job_id, sheet_rows=rows))
        case "retry":
            await history.propose_retry(state, history.JobArguments(job_id=job_id))
        case "resume":
            await history.resume_batch(state, history.JobArguments(job_id=job_id))
        case "cancel":
            await history.cancel_batch(state, history.JobArguments(job_id=job_id))
        case "export":
            _export(state, job_id, words.to)
        case "dismiss_sheet":
            _propose_dismissal(state, job_id, rows)
        case _:
            await write_sheet(state, job_id, rows, words.to)


async def write_sheet(state: SessionState, job_id: str, rows: list[int] | None, to: str | None) -> None:
    """Finish writing tracking numbers, into the batch's own sheet or a copy of it."""
    text = await state.batches.writeback(job_id, rows, to=path_named(to) if to else None)
    state.emit(AssistantSaid(text))
    if state.batches.results_wait(job_id):
        state.say(NOT_WHOLE, "warning")
    if state.sheet.open is not None:
        # The batch's sheet was opened for it, which may be another than the session's.
        with suppress(ShipchatError):
            await state.sheet.open.refresh(state.sheet.data)


def _propose_dismissal(state: SessionState, job_id: str, rows: list[int] | None) -> None:
    named = rows_in_words(rows) if rows else "what is left"
    sentence = f"{ENVIRONMENT_WORDS[state.settings.ups_environment]}: {DISMISS.format(rows=named, job=job_id)}"

    async def carry_out(_approval: Approval) -> None:
        state.emit(AssistantSaid(await state.batches.writeback(job_id, rows, dismiss=True)))

    preview = action_preview(state, "writeback", sentence, len(rows or ()), {"job": job_id, "rows": rows})
    state.show(PendingApproval(preview, carry_out))


def _propose_void_of(state: SessionState, number: str, batch: str | None) -> None:
    """The label that an alarm of the watch list names: the one way to take it back."""
    alarmed = [one.job_id for one in state.batches.watch_list() if number in (one.alarm or "")]
    job_id = alarmed[0] if alarmed and batch is None else batch_meant(state, batch)
    if job_id not in alarmed:
        raise error(NOT_WATCHED, number=number, job_id=job_id)
    sentence = VOID_LABEL.format(number=number, job=job_id)

    async def carry_out(_approval: Approval) -> None:
        done = await state.batches.void_watched(job_id, number)
        state.emit(AssistantSaid(f"Void: {number}." if done else NOT_CONFIRMED))

    sentence = f"{ENVIRONMENT_WORDS[state.settings.ups_environment]}: {sentence}"
    preview = action_preview(state, "void", sentence, 1, {"job": job_id, "label": number})
    state.show(PendingApproval(preview, carry_out))


def _export(state: SessionState, job_id: str, to: str | None) -> None:
    path = path_named(to or f"batch-{job_id}.csv")
    write_new(path, state.batches.export_csv(job_id))
    state.emit(AssistantSaid(f"{path} written."))
