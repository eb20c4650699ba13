"""Tools over earlier batches: what became of them, and taking up, giving up or taking back."""

from dataclasses import replace
from typing import Any, Literal

from agent.chat.action_preview import action_preview
from agent.chat.batch_turn import run_batch, tell_last, tell_voided
from agent.chat.doubt_turn import show_doubts
from agent.chat.limits import may_continue, tell_limit
from agent.chat.pending import PendingApproval
from agent.chat.proposal_turn import propose
from agent.chat.sheet_turn import open_source
from agent.chat.state import SessionState
from agent.chat.tools.registry import NoArguments, ToolArguments, tool
from agent.chat.which_batch import NO_BATCH, batch_meant
from agent.drafting.amendment import Amendment
from agent.errors import ErrorKind, error
from agent.events import TableShown
from agent.ledger.summaries import HEADER, spent_in_words
from agent.planning.model import Approval
from agent.planning.sentence import ENVIRONMENT_WORDS, counted

NOTHING_TO_VOID = ErrorKind(
    "E-2316", "Batch {job_id} holds no label that can be voided.", "See `shipchat jobs show {job_id}`."
)


class BatchesArguments(ToolArguments):
    what: Literal["last", "list", "failed", "in_doubt", "costs", "find"]
    since: str | None = None
    until: str | None = None
    name: str | None = None
    job_id: str | None = None


class JobArguments(ToolArguments):
    job_id: str | None = None


class VoidArguments(ToolArguments):
    job_id: str | None = None
    sheet_rows: list[int] | None = None


@tool(BatchesArguments)
async def batches(state: SessionState, arguments: BatchesArguments) -> dict[str, Any]:
    if arguments.what in {"list", "costs", "find"}:
        return _listed(state, arguments)
    if arguments.what == "in_doubt":
        return {"count": await show_doubts(state, arguments.job_id and batch_meant(state, arguments.job_id))}
    job_id = batch_meant(state, arguments.job_id)
    outcome = state.batches.outcome(job_id)
    if arguments.what == "last":
        tell_last(state, job_id)
        return {"job_id": job_id, "status": outcome.status, "rows": outcome.rows}
    rows = [[str(item["sheet_row"]), item["code"] or "", item["message"] or ""] for item in outcome.failed]
    title = f"{counted(len(rows), 'row')} failed in batch {job_id}"
    state.emit(TableShown(title, ["Row", "Code", "Why"], rows, len(rows), f"{title}."))
    return {"job_id": job_id, "count": len(rows)}


def _listed(state: SessionState, arguments: BatchesArguments) -> dict[str, Any]:
    found = state.batches.jobs(since=arguments.since, name=arguments.name)
    if arguments.until:
        found = [job for job in found if job.created_at[:10] <= arguments.until]
    rows = [job.cells() for job in found]
    spent = sum(job.spent_cents for job in found)
    state.emit(
        TableShown(
            f"{counted(len(rows), 'batch', 'batches')}, {spent_in_words(found)}",
            list(HEADER),
            rows,
            len(rows),
            f"{counted(len(rows), 'batch', 'batches')}, {spent_in_words(found)} in total.",
        )
    )
    return {"count": len(rows), "spent_cents": spent}


@tool(JobArguments)
async def propose_retry(state: SessionState, arguments: JobArguments) -> dict[str, Any]:
    job_id = batch_meant(state, arguments.job_id)
    if not state.batches.outcome(job_id).failed:
        state.say(f"No row failed in batch {job_id}.")
        return {"status": "told", "failed": 0}
    retry = state.batches.retry_rows(job_id)
    await open_source(state, retry.plan.get("source") or {})
    amendment = Amendment(retry)
    return await propose(state, amendment.request(), amendment)


@tool(VoidArguments)
async def propose_void(state: SessionState, arguments: VoidArguments) -> dict[str, Any]:
    job_id = batch_meant(state, arguments.job_id)
    rows = state.batches.voidable(job_id, arguments.sheet_rows)
    if not rows:
        raise error(NOTHING_TO_VOID, job_id=job_id)
    shown = ", ".join(str(row) for row in rows[:20])
    sentence = (
        f"{ENVIRONMENT_WORDS[state.settings.ups_environment]}: void {counted(len(rows), 'shipment')} of batch {job_id}"
        f" (row{'' if len(rows) == 1 else 's'} {shown})."
        " Their labels must not be used any more; this cannot be undone."
    )

    async def carry_out(_approval: Approval) -> None:
        try:
            voided = await state.batches.void(job_id, rows)
        except BaseException:
            # A fault in between leaves some of them void: the answer says which labels stand.
            tell_voided(state, job_id, rows, None)
            raise
        tell_voided(state, job_id, rows, voided)
        left = [row for row in rows if row not in voided]
        more = (
            f" Rows {', '.join(map(str, left))}: UPS did not confirm; ask again, repeating it is safe." if left else ""
        )
        state.say(f"{counted(len(voided), 'shipment')} {'is' if len(voided) == 1 else 'are'} void.{more}")
        tell_limit(state)

    preview = action_preview(state, "void", sentence, len(rows), {"job": job_id, "rows": rows})
    state.show(PendingApproval(replace(preview, job_id=job_id), carry_out))
    return {"status": "preview", "rows": len(rows)}


@tool(JobArguments)
async def resume_batch(state: SessionState, arguments: JobArguments) -> dict[str, Any]:
    """Continuing what was approved needs no second approval."""
    unfinished = state.batches.unsettled()
    job_id = arguments.job_id or (unfinished[-1].job_id if unfinished else batch_meant(state, None))
    if not await may_continue(state, job_id):
        state.say(f"Batch {job_id} was left as it is.")
        return {"job_id": job_id, "status": "left"}
    state.spending.limit.take_on(state.batches.ledger, job_id)
    await run_batch(state, job_id, state.batches.resume(job_id, on_error=state.batch.on_error))
    return {"job_id": job_id, "status": state.result.status}


@tool(JobArguments)
async def cancel_batch(state: SessionState, arguments: JobArguments) -> dict[str, Any]:
    job_id = batch_meant(state, arguments.job_id)
    await state.batches.cancel(job_id)
    state.say(f"Batch {job_id}: what was pending is skipped; what was bought stays.")
    return {"job_id": job_id, "status": "cancelled"}


@tool(NoArguments)
async def pause_batch(state: SessionState, _arguments: NoArguments) -> dict[str, Any]:
    if state.batch.running is None:
        raise error(NO_BATCH)
    await state.batches.pause(state.batch.running)
    return {"status": "pausing"}
