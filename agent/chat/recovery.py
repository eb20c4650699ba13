"""Unfinished batches are the first thing a session says, before any new order is taken."""

from agent.batch.approval.approving import plan_header
from agent.batch.executor.queries import InterruptedJob
from agent.chat.batch_turn import run_batch
from agent.chat.sheet_turn import open_source
from agent.chat.state import SessionState
from agent.errors import ShipchatError
from agent.events import ErrorShown, NoticeShown, RecoveryOffered

RESUME = "Resume"
RESTART = "Start over"
LATER = "Later"
CANCEL = "Cancel the rest"


async def offer_recovery(state: SessionState, *, ask: bool) -> str | None:
    """Name every job with rows submitting, in doubt or created, or with results not yet in the sheet.

    With `ask` the person decides; without (a single sentence, a script) it is only said: nothing is resumed
    behind a person's back. Answers the words to plan anew where the person starts a batch over.
    """
    again = None
    await state.batches.deliver_pending()
    for job in state.batches.unsettled():
        if not ask:
            state.say(
                f"Unfinished batch {job.job_id}: {job.prompt} Continue it with `shipchat jobs resume {job.job_id}`."
            )
            continue
        options = choices_for(job)
        question_id = state.dialogue.questions.reserve()
        state.emit(RecoveryOffered(job.job_id, job.job_name, job.prompt, options, question_id))
        words = f"Batch {job.job_name}: {job.prompt}"
        choice = await state.dialogue.ask(words, options, remember=False, question_id=question_id)
        if choice == RESUME:
            state.spending.limit.take_on(state.batches.ledger, job.job_id)
            await run_batch(state, job.job_id, state.batches.resume(job.job_id))
        elif choice == CANCEL:
            await state.batches.cancel(job.job_id)
            state.emit(NoticeShown(f"Batch {job.job_id}: what was pending is skipped."))
        elif choice == RESTART:
            again = await _start_over(state, job.job_id) or again
    for alarm in await state.batches.check_watch_list():
        state.say(alarm.text, "alarm")
    return again


def choices_for(job: InterruptedJob) -> list[str]:
    """What can be done with it: an ended batch has no rest, and over a doubt nothing starts anew."""
    if job.status in {"completed", "completed_with_warnings", "cancelled"}:
        return [RESUME, LATER]
    return [RESUME, RESTART, LATER, CANCEL] if job.in_doubt == 0 else [RESUME, LATER, CANCEL]


async def _start_over(state: SessionState, job_id: str) -> str | None:
    """Cancel it; its words are planned again over the sheet as it is now, and asked about (docs/money.md)."""
    header = state.batches.ledger.read(plan_header, job_id)
    try:
        state.batch.restarted = state.batches.restart(job_id)
    except ShipchatError as refusal:
        state.emit(ErrorShown(refusal.code, refusal.message, refusal.remedy, refusal.where))
        return None
    command = str(header.get("command") or "")
    if not command:
        state.say("Its command is no longer stored: say again what to ship.")
        return None
    await open_source(state, header.get("source") or {})
    state.say(f"“{command}” is planned again; what has shipped stays out.")
    return command
