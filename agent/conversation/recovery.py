"""Unfinished batches are the first thing a session says, before any new order is taken."""

from agent.conversation.batch_turn import run_batch
from agent.conversation.state import SessionState
from agent.events import NoticeShown, RecoveryOffered

RESUME = "Resume"
LATER = "Later"
CANCEL = "Cancel the rest"


async def offer_recovery(state: SessionState, *, ask: bool) -> None:
    """Name every job with rows submitting, in doubt or created, or with results not yet in the sheet.

    With `ask` the person decides; without (a single sentence, a script) it is only said: nothing is resumed
    behind a person's back.
    """
    for job in state.batches.unsettled():
        if not ask:
            state.say(
                f"Unfinished batch {job.job_id}: {job.prompt} Continue it with `shipchat jobs resume {job.job_id}`."
            )
            continue
        options = [RESUME, LATER, CANCEL]
        state.emit(RecoveryOffered(job.job_id, job.job_name, job.prompt, options, f"recover-{job.job_id}"))
        choice = await state.ask(f"Batch {job.job_name}: {job.prompt}", options, remember=False)
        if choice == RESUME:
            await run_batch(state, job.job_id, state.batches.resume(job.job_id))
        elif choice == CANCEL:
            await state.batches.cancel(job.job_id)
            state.emit(NoticeShown(f"Batch {job.job_id}: what was pending is skipped."))
    for alarm in await state.batches.check_watch_list():
        state.say(alarm.text, "alarm")
