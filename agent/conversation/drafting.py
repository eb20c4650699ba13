"""From a proposal to a preview: select, map, check, leave out what is held, price, show. Nothing is bought here."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from agent.batch.processes import boot_clock
from agent.conversation.batch_turn import run_batch, tell_unsent
from agent.conversation.building import Built, build_shipments
from agent.conversation.database import settle_results
from agent.conversation.deadlines import overdue_warnings
from agent.conversation.mapping_choice import MappingChoice, choose_mapping, save_mapping
from agent.conversation.opening import read_again
from agent.conversation.order_rows import settle_order_rows, settle_parts
from agent.conversation.order_status import Readiness, readiness_of
from agent.conversation.practice import offer_clearing
from agent.conversation.previewing import preview_of
from agent.conversation.prices import check_prices
from agent.conversation.proposal import Proposal
from agent.conversation.retrying import Amendment, NoPriceError
from agent.conversation.service_choice import choose_services, one_code
from agent.conversation.state import Pending, SessionState
from agent.errors import ErrorKind, error, from_reply, is_refusal
from agent.events import ApprovalGiven, PreviewVoided
from agent.plan.digest import plan_digest
from agent.plan.model import Approval, Plan, PlannedShipment, Selection
from agent.plan.quoting import CURRENCY, Quote, estimate, quote_all
from agent.plan.selection import Condition, Selected, select
from agent.shipping.dates import read_day_first

OVER_BUDGET = ErrorKind(
    "E-2401", "{what} is above the {cap} you allowed.", "Choose fewer rows, or raise the cap (--max-total, --max-rows)."
)
SHEET_CHANGED = ErrorKind(
    "E-2402",
    "{sheet} was changed after the preview ({details}).",
    "Nothing was bought. Say it again for a new preview.",
)


HELD_OUT = "Not sent,"
"""How the warning begins that names rows which another, unfinished batch holds."""


@dataclass(slots=True)
class Draft:
    """A plan with what the preview says beside it."""

    plan: Plan
    total_cents: int
    estimated: bool
    selected: Selected
    mapping: MappingChoice
    built: Built
    warnings: list[str]
    quoted_at: float
    """On the clock that counts sleep: old quotes are asked again before the approval holds."""


async def draft(state: SessionState, proposal: Proposal, amends: Amendment | None = None) -> dict[str, Any]:
    """Make the preview of a proposal and put it before the person; `amends` is the batch whose rows go again.

    Raises:
        ShipchatError: a clause, service or mapping that does not fit, a cap that is exceeded, no price at all.
    """
    built = None
    while built is None:
        # Again whenever the person has fixed a cell in between.
        await read_again(state)
        await settle_results(state)
        await offer_clearing(state)
        mapping = await choose_mapping(state)
        orders = await settle_order_rows(state, mapping.mapping)
        readiness = await readiness_of(state, proposal, mapping.mapping.constants)
        mapping.mapping = replace(mapping.mapping, constants=mapping.mapping.constants | readiness.answers)
        selected = await select(state.data, proposal.wanted(), _must_hold(state, proposal, readiness), orders)
        if orders is not None and amends is None:
            await settle_parts(state, selected, orders)
        _into_result(state, proposal, selected)
        if not selected.rows:
            return _nothing(state, proposal, selected.excluded)
        services = (
            amends.services()
            if amends is not None
            else await choose_services(state, proposal, has_column="service" in mapping.mapping.fields)
        )
        built = await build_shipments(state, mapping, selected.rows, services)
    selected.excluded |= built.excluded
    shipments, held = _not_held(state, built.shipments, selected.excluded, reship=proposal.reship)
    if amends is not None:
        shipments = amends.still_meant(shipments, selected.excluded)
    built.warnings += held
    if not shipments:
        state.result.warnings = held
        return _nothing(state, proposal, selected.excluded)
    _check_rows(state, shipments)
    try:
        finished = await _priced(state, proposal, mapping, built, shipments, selected, amends)
    except NoPriceError as refusal:
        if amends is None:
            raise
        if await amends.fixed_in_between(state, refusal):
            return await draft(state, proposal, amends)
        selected.excluded["UPS gives no price"] = [row for item in shipments for row in item.sheet_rows]
        return _nothing(state, proposal, selected.excluded)
    _warn(state, finished, readiness)
    if amends is not None:
        finished.plan = replace(finished.plan, command=amends.retry.command, amends_job_id=amends.job_id)
        finished.warnings += amends.differences(shipments)
    _show(state, proposal, finished)
    return await _end_of_draft(state, finished)


def _must_hold(state: SessionState, proposal: Proposal, readiness: Readiness) -> list[Condition]:
    processing = (state.require_sheet().answer.get("results") or {}).get("in_doubt_clause")
    if not processing or proposal.reship:
        return readiness.conditions
    in_doubt = Condition(f"NOT ({processing})", "in doubt (the sheet says that a batch was at it)")
    return [*readiness.conditions, in_doubt]


def _warn(state: SessionState, finished: Draft, readiness: Readiness) -> None:
    """What the status and the deadlines of the planned rows say; a deadline alone does not stop the auto mode."""
    rows = {row.row_number: row for row in finished.selected.rows}
    shipments = [[rows[number] for number in item.row_numbers] for item in finished.plan.shipments]
    finished.warnings += readiness.warnings([row for each in shipments for row in each])
    constants = finished.built.constants | finished.mapping.mapping.constants
    late = overdue_warnings(
        state.require_sheet().columns, shipments, read_day_first(constants.get("day_first")), state.settings.day()
    )
    finished.built.warnings = [*late, *readiness.notes, *finished.built.warnings]


def _into_result(state: SessionState, proposal: Proposal, selected: Selected) -> None:
    result = state.result
    result.filter_clause = proposal.where
    result.filter_in_words = proposal.in_words
    result.excluded = selected.excluded


def _nothing(state: SessionState, proposal: Proposal, excluded: dict[str, list[int]]) -> dict[str, Any]:
    """Nothing to ship is an answer with its reasons, not an error."""
    state.pending = None
    state.result.status = "answer"
    state.result.excluded = excluded
    reasons = [f"{reason}: {_rows(rows)}" for reason, rows in excluded.items()]
    why = "; ".join(reasons) if reasons else "no row matches"
    state.say(f"Nothing to ship for “{proposal.in_words}”: {why}.")
    return {"status": "nothing", "excluded": {reason: len(rows) for reason, rows in excluded.items()}}


def _rows(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:12])
    return f"row {shown}" if len(rows) == 1 else f"rows {shown}{' ...' if len(rows) > 12 else ''}"


def _not_held(
    state: SessionState, shipments: list[PlannedShipment], excluded: dict[str, list[int]], *, reship: bool
) -> tuple[list[PlannedShipment], list[str]]:
    """Leave out what another batch holds (money.md, Identity); re-ship lets completed ones in again.

    Besides, a warning for each reason other than that the rows have shipped: they still wait for somebody.
    """
    holdings = state.batches.holdings(state.settings.ups_environment, [item.identity for item in shipments])
    kept, waiting = [], {}
    for item in shipments:
        holding = holdings.get(item.identity)
        if holding is None or (reship and holding.state in {"completed", "closed"}):
            kept.append(item)
            continue
        words = holding_words(holding)
        excluded.setdefault(words, []).extend(item.sheet_rows)
        if holding.state != "completed":
            waiting[words] = excluded[words]
    return kept, [f"{HELD_OUT} {_rows(rows)}: {words}" for words, rows in waiting.items()]


def holding_words(holding: Any) -> str:
    """Why a row is left out, with the batch named."""
    if holding.state == "completed":
        return f"already shipped by batch {holding.job_id} (tracking number {holding.tracking_number})"
    if holding.state == "closed":
        return f"closed in batch {holding.job_id}, where UPS may hold a label for it; “re-ship” includes it"
    if holding.state == "in_doubt":
        return f"in doubt in batch {holding.job_id}: look it up with `shipchat jobs resume {holding.job_id}`"
    return f"belongs to unfinished batch {holding.job_id}: go on with `shipchat jobs resume {holding.job_id}`"


def _check_rows(state: SessionState, shipments: list[PlannedShipment]) -> None:
    cap = state.budget.max_rows
    rows = sum(len(item.row_numbers) for item in shipments)
    if cap is not None and rows > cap:
        raise error(OVER_BUDGET, what=f"{rows} rows", cap=f"{cap} rows")


async def _priced(
    state: SessionState,
    proposal: Proposal,
    mapping: MappingChoice,
    built: Built,
    shipments: list[PlannedShipment],
    selected: Selected,
    amends: Amendment | None,
) -> Draft:
    settings = state.settings
    capped = amends is not None and amends.retry.budgeted
    budgeted = state.budget.max_total_cents is not None or state.mode == "auto" or capped
    everything = proposal.quote_all or state.quote_all or budgeted or settings.ups_environment == "production"
    count = len(shipments) if everything else min(len(shipments), settings.preview_rows)
    quoted_at = boot_clock()
    quotes = await quote_all(state.ups, settings.ups_environment, [item.payload for item in shipments[:count]])
    if all(quote.cents is None for quote in quotes):
        first = quotes[0]
        raise NoPriceError(first.code or "E-3500", f"UPS gives no price: {first.problem}.", first.remedy or "")
    warnings = [*state.doubts, *_quote_warnings(shipments, quotes)]
    if budgeted:
        # A row without a quote is not sendable under a budget (money.md, Plan).
        unpriced = [item for item, quote in zip(shipments, quotes, strict=True) if quote.cents is None]
        if unpriced:
            selected.excluded["UPS gives no price"] = [row for item in unpriced for row in item.sheet_rows]
        pairs = [(item, quote) for item, quote in zip(shipments, quotes, strict=True) if quote.cents is not None]
        shipments, quotes = [item for item, _ in pairs], [quote for _, quote in pairs]
    priced = [
        replace(item, quote_cents=quotes[index].cents if index < len(quotes) else None)
        for index, item in enumerate(shipments)
    ]
    total = estimate(quotes, len(priced))
    cap = state.budget.max_total_cents
    if cap is not None and total > cap:
        raise error(OVER_BUDGET, what=f"${total / 100:,.2f}", cap=f"${cap / 100:,.2f}")
    plan = _plan(state, proposal, mapping, priced, selected)
    return Draft(plan, total, len(quotes) < len(priced), selected, mapping, built, warnings, quoted_at)


def _quote_warnings(shipments: list[PlannedShipment], quotes: list[Quote]) -> list[str]:
    by_problem: dict[str, list[int]] = {}
    for item, quote in zip(shipments, quotes, strict=False):
        if quote.problem is not None:
            by_problem.setdefault(f"{quote.code}: {quote.problem}", []).extend(item.sheet_rows)
    return [f"No price for {_rows(rows)}: {problem}" for problem, rows in by_problem.items()]


def _plan(
    state: SessionState,
    proposal: Proposal,
    mapping: MappingChoice,
    shipments: list[PlannedShipment],
    selected: Selected,
) -> Plan:
    sheet = state.require_sheet()
    sender = state.settings.sender
    wanted = proposal.wanted()
    return Plan(
        command=state.said[-1] if state.said else proposal.in_words,
        environment=state.settings.ups_environment,
        account_number=sender.account_number,
        shipper=sender.model_dump(exclude_none=True),
        label_format=state.settings.label_format,
        currency=CURRENCY,
        source=sheet.source,
        selection=Selection(
            clause=selected.clause,
            in_words=proposal.in_words,
            order_by=wanted.order_by,
            limit=wanted.limit,
            every=wanted.every,
            sample=wanted.sample,
            seed=wanted.seed,
        ),
        mapping=mapping.mapping.as_dict(),
        shipments=tuple(shipments),
        budget=state.budget,
        excluded={reason: tuple(rows) for reason, rows in selected.excluded.items()},
        reship=proposal.reship,
    )


def _show(state: SessionState, proposal: Proposal, finished: Draft) -> None:
    plan = finished.plan
    preview = preview_of(state.settings, plan_digest(plan), finished, proposal)
    result = state.result
    result.status = "preview"
    result.excluded = finished.selected.excluded
    result.row_numbers = sorted(number for item in plan.shipments for number in item.row_numbers)
    result.service_code = one_code([item.service_code for item in plan.shipments])
    result.total_rows = plan.row_count
    result.total_estimated_cost_cents = finished.total_cents
    result.warnings = preview.warnings
    result.mapping = preview.mapping
    result.say("\n".join([preview.approval_sentence, *preview.boundary]))

    async def carry_out(approval: Approval) -> None:
        await _ship(state, finished, approval)

    needs_person = " ".join(state.doubts) or None
    if not (finished.mapping.confirmed or finished.mapping.required_known):
        columns = ", ".join(f"{name} <- {source}" for name, source in preview.mapping)
        needs_person = f"The columns of this sheet were guessed; a person must look at them once. {columns}."
    payloads = [item.payload for item in plan.shipments]
    state.show(Pending(preview, carry_out, payloads=payloads, needs_person=needs_person, typed_only=plan.reship))


async def _end_of_draft(state: SessionState, finished: Draft) -> dict[str, Any]:
    """In auto mode a plan inside the budget, without any warning, approves itself; everything else waits."""
    plan = finished.plan
    pending = state.pending
    automatic = (
        state.mode == "auto"
        and pending is not None
        and pending.needs_person is None
        and not finished.warnings
        and not plan.reship
        and not any(item.warnings for item in plan.shipments)
        and (state.budget.max_total_cents is not None or state.budget.max_rows is not None)
    )
    if automatic and pending is not None:
        sentence = pending.preview.approval_sentence
        state.pending = None
        state.emit(ApprovalGiven(pending.digest, "budget", "auto mode", sentence))
        await pending.carry_out(Approval(pending.digest, "budget", "auto mode", sentence))
        return {"status": state.result.status, "job_id": state.result.job_id}
    return {
        "status": "preview",
        "total_rows": plan.row_count,
        "total_cents": finished.total_cents,
        "excluded": {reason: len(rows) for reason, rows in finished.selected.excluded.items()},
    }


async def _ship(state: SessionState, finished: Draft, approval: Approval) -> None:
    """The sheet must still be the one of the preview; then approval and execution, from the ledger on."""
    sheet = state.require_sheet()
    verdict = await state.data("verify_source", {"source_id": sheet.source_id})
    if is_refusal(verdict):
        raise from_reply(verdict)
    if verdict["changed"] and verdict["fingerprint"] != finished.plan.source.fingerprint:
        details = verdict.get("details") or "its rows are different now"
        state.emit(PreviewVoided(approval.digest, f"{sheet.name} was changed: {details}"))
        raise error(SHEET_CHANGED, where=sheet.name, sheet=sheet.name, details=details)
    await check_prices(state, finished.plan, approval.digest, finished.quoted_at)
    save_mapping(state, finished.mapping, finished.built.constants)
    job_id = await _approved(state, finished.plan, approval)
    work = state.batches.execute(job_id, concurrency=state.concurrency, on_error=state.on_error)
    await run_batch(state, job_id, work, approved_now=True)
    if state.result.status == "completed" and any(line.startswith(HELD_OUT) for line in finished.built.warnings):
        # All that was approved is done, and not all that was asked for.
        state.result.status = "completed_with_warnings"


async def _approved(state: SessionState, plan: Plan, approval: Approval) -> str:
    """The batch's id. Whoever stops the turn while the approval is being written learns which batch waits."""
    approving = asyncio.ensure_future(state.batches.approve(plan, approval, into=state.unplanned_job))
    try:
        job_id = await asyncio.shield(approving)
    except asyncio.CancelledError:
        tell_unsent(state, await approving)
        raise
    state.unplanned_job = None
    return job_id
