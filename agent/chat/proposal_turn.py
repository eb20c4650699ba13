"""A request as the conversation sees it: its draft becomes a preview, the yes to it a batch."""

import asyncio
from functools import partial
from typing import Any

from agent.chat.batch_turn import run_batch, tell_unsent
from agent.chat.limits import show_limit
from agent.chat.pending import PendingApproval
from agent.chat.state import SessionState
from agent.drafting.amendment import Amendment
from agent.drafting.detail import detail_of
from agent.drafting.draft import Draft, EmptyDraft
from agent.drafting.held_rows import held_out
from agent.drafting.pipeline import draft, rows_named
from agent.drafting.previewing import preview_of
from agent.drafting.prices import check_prices
from agent.errors import ErrorKind, error, from_reply, is_refusal
from agent.events import NothingToShip, PreviewVoided
from agent.opening.mapping_choice import save_mapping
from agent.planning.digest import plan_digest
from agent.planning.model import Approval, Plan
from agent.planning.ship_request import ShipRequest

SHEET_CHANGED = ErrorKind(
    "E-2402",
    "{sheet} was changed after the preview ({details}).",
    "Nothing was bought. Say it again for a new preview.",
)
GUESSED = "The columns of this sheet were guessed; a person must look at them once. {columns}."
NOTHING = "Nothing to ship for “{request}”: {reasons}."
NO_ROW = "no row matches"


async def propose(
    state: SessionState, request: ShipRequest, amends: Amendment | None = None, *, wait: bool = False
) -> dict[str, Any]:
    """Make the preview of a request and put it before the person; `amends` is the batch whose rows go again. With
    `wait` nothing is bought without a person's yes, also in auto mode: nobody has just said to ship.

    Raises:
        ShipchatError: a clause, service or mapping that does not fit, no price at all.
    """
    finished = await draft(state.drafting(), request, amends)
    if isinstance(finished, EmptyDraft):
        return _nothing(state, finished)
    show_limit(state)
    _show(state, finished)
    return await _end_of_draft(state, finished, wait=wait)


def _nothing(state: SessionState, found: EmptyDraft) -> dict[str, Any]:
    """Nothing to ship is an answer with its reasons, not an error."""
    state.withdraw("what was said after it selects nothing to ship")
    state.emit(NothingToShip(found.excluded, None if found.held is None else list(found.held)))
    reasons = [f"{reason}: {rows_named(rows)}" for reason, rows in found.excluded.items()]
    why = "; ".join(reasons) if reasons else NO_ROW
    state.say(NOTHING.format(request=found.request.in_words, reasons=why))
    return {"status": "nothing", "excluded": {reason: len(rows) for reason, rows in found.excluded.items()}}


def _show(state: SessionState, finished: Draft) -> None:
    plan, mapping = finished.plan, finished.chosen.mapping
    state.person.command = plan.command if plan.amends_job_id is None else state.person.command
    preview = preview_of(state.settings, plan_digest(plan), finished, state.person.given)

    async def carry_out(approval: Approval) -> None:
        await _ship(state, finished, approval)

    needs_person = " ".join([*state.model_turn.doubts, *filter(None, [finished.needs_person])]) or None
    if not (mapping.confirmed or mapping.required_known):
        columns = ", ".join(f"{name} <- {source}" for name, source in preview.mapping)
        needs_person = GUESSED.format(columns=columns)
    pending = PendingApproval(preview, carry_out, needs_person=needs_person, typed_only=plan.reship)
    pending.detail = partial(detail_of, finished)
    pending.payloads = [item.payload for item in plan.shipments]
    pending.needed, pending.above = finished.needed, tuple(finished.above)
    pending.services = tuple({item.service_code for item in plan.shipments})
    state.show(pending)


async def _end_of_draft(state: SessionState, finished: Draft, *, wait: bool) -> dict[str, Any]:
    """In auto mode a plan inside the budget, without any warning, approves itself; everything else waits."""
    plan = finished.plan
    pending = state.pending
    automatic = (
        state.spending.mode == "auto"
        and not wait
        and pending is not None
        and pending.needs_person is None
        and not finished.warnings
        and not plan.reship
        # Files that cells name are sent, and addresses that UPS names are taken, by a person's yes only.
        and not any(item.warnings or item.documents or "access_point" in item.payload for item in plan.shipments)
        and state.spending.limit.allowance.bounded
        and not finished.above
    )
    if automatic and pending is not None:
        await pending.carry_out(state.approved(pending, "budget", "auto mode"))
        return {"status": state.result.status, "job_id": state.result.job_id}
    return {
        "status": "preview",
        "total_rows": plan.row_count,
        "total_cents": finished.total_cents,
        "excluded": {reason: len(rows) for reason, rows in finished.chosen.selected.excluded.items()},
    }


async def _ship(state: SessionState, finished: Draft, approval: Approval) -> None:
    """The sheet must still be the one of the preview; then approval and execution, from the ledger on."""
    sheet = state.sheet.require()
    verdict = await state.sheet.data("verify_source", {"source_id": sheet.source_id})
    if is_refusal(verdict):
        raise from_reply(verdict)
    if verdict["changed"] and verdict["fingerprint"] != finished.plan.source.fingerprint:
        details = verdict.get("details") or "its rows are different now"
        state.emit(PreviewVoided(approval.digest, f"{sheet.name} was changed: {details}"))
        raise error(SHEET_CHANGED, where=sheet.name, sheet=sheet.name, details=details)
    await check_prices(state.drafting(), finished.plan, approval.digest, finished.quoted_at)
    save_mapping(state.sheet, finished.chosen.mapping, finished.chosen.built.constants)
    job_id = await store_approval(state, finished.plan, approval)
    state.spending.limit.count(job_id, approval.digest)
    # What was approved is taken from what is left at once, while it is sent.
    show_limit(state)
    if finished.plan.amends_job_id is not None:
        state.spending.limit.take_on(state.batches.ledger, job_id)
    work = state.batches.execute(job_id, concurrency=state.batch.concurrency, on_error=state.batch.on_error)
    await run_batch(state, job_id, work, approved_now=True, rows_wait=bool(held_out(finished.chosen.built)))


async def store_approval(state: SessionState, plan: Plan, approval: Approval) -> str:
    """The batch's id. Whoever stops the turn while the approval is being written learns which batch waits."""
    approving = asyncio.ensure_future(state.batches.approve(plan, approval, into=state.batch.restarted))
    try:
        job_id = await asyncio.shield(approving)
    except asyncio.CancelledError:
        tell_unsent(state, await approving)
        raise
    state.batch.restarted = None
    return job_id
