"""From a proposal to a preview: select, map, check, leave out what is held, price, show. Nothing is bought here."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from agent.batch.processes import boot_clock
from agent.batch.written import RESULT_CELLS
from agent.conversation.batch_turn import run_batch, tell_unsent
from agent.conversation.building import Built, build_shipments
from agent.conversation.database import settle_results
from agent.conversation.deadlines import overdue_warnings
from agent.conversation.held_rows import held_out, settle_held
from agent.conversation.limits import show_limit
from agent.conversation.mapping_choice import MappingChoice, choose_mapping, save_mapping
from agent.conversation.opening import read_again
from agent.conversation.order_rows import settle_order_rows, settle_parts
from agent.conversation.order_status import Readiness, readiness_of
from agent.conversation.practice import offer_clearing
from agent.conversation.previewing import preview_of
from agent.conversation.prices import check_prices
from agent.conversation.proposal import Proposal
from agent.conversation.retrying import Amendment, NoPriceError
from agent.conversation.service_choice import choose_services, one_code, service_column
from agent.conversation.state import Pending, SessionState
from agent.errors import ErrorKind, error, from_reply, is_refusal
from agent.events import ApprovalGiven, PreviewVoided
from agent.plan.allowance import Amount, Left
from agent.plan.digest import plan_digest
from agent.plan.model import Approval, Budget, Plan, PlannedShipment, Selection
from agent.plan.quoting import CURRENCY, Quote, estimate, quote_all
from agent.plan.selection import Condition, Selected, select
from agent.shipping.dates import read_day_first

SHEET_CHANGED = ErrorKind(
    "E-2402",
    "{sheet} was changed after the preview ({details}).",
    "Nothing was bought. Say it again for a new preview.",
)


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
    needed: Amount
    """What is held against the session's limit: these rows, and those of an amended batch that go with them."""
    left: Left
    above: list[str]
    """Why it is above what is left: then a person is asked."""
    amends: Amendment | None = None
    """The batch whose failed rows go again."""
    needs_person: str | None = None
    """Why `--yes` may not approve this retry."""


async def draft(state: SessionState, proposal: Proposal, amends: Amendment | None = None) -> dict[str, Any]:
    """Make the preview of a proposal and put it before the person; `amends` is the batch whose rows go again.

    Raises:
        ShipchatError: a clause, service or mapping that does not fit, no price at all.
    """
    built = None
    while built is None:
        # Again whenever the person has fixed a cell in between.
        await read_again(state)
        await settle_results(state)
        await offer_clearing(state)
        mapping = await _mapping_for(state, proposal)
        orders = await settle_order_rows(state, mapping.mapping)
        if amends is not None:
            await amends.find(state, mapping, orders)
            proposal = amends.proposal()
            if not amends.rows:
                return _nothing(state, proposal, amends.missing)
        readiness = await readiness_of(state, proposal, mapping.mapping.constants)
        mapping.mapping = replace(mapping.mapping, constants=mapping.mapping.constants | readiness.answers)
        selected = await select(state.data, proposal.wanted(), _must_hold(state, proposal, readiness), orders)
        if amends is not None:
            selected.excluded |= amends.missing
            selected.rows = amends.only_own(selected.rows, selected.excluded)
        elif orders is not None:
            await settle_parts(state, selected, orders)
        _into_result(state, proposal, selected)
        if not selected.rows:
            return _nothing(state, proposal, selected.excluded)
        services = (
            amends.services()
            if amends is not None
            else await choose_services(state, proposal, selected.rows, has_column="service" in mapping.mapping.fields)
        )
        built = await build_shipments(state, mapping, selected.rows, services)
    selected.excluded |= built.excluded
    known = amends.known() if amends is not None else None
    shipments = await settle_held(
        state, built, selected.excluded, services, orders, reship=proposal.reship, known=known
    )
    if not shipments:
        state.result.warnings = held_out(built)
        return _nothing(state, proposal, selected.excluded)
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
        planned = finished.plan.shipments
        finished.amends, finished.needs_person = amends, amends.needs_person(planned)
        finished.warnings += amends.differences(planned)
        finished.plan = replace(
            finished.plan,
            command=amends.retry.command,
            amends_job_id=amends.job_id,
            shipments=amends.as_planned(planned),
        )
    _show(state, proposal, finished)
    return await _end_of_draft(state, finished)


async def _mapping_for(state: SessionState, proposal: Proposal) -> MappingChoice:
    """The mapping of the sheet, services read from the column that the proposal names."""
    mapping = await choose_mapping(state)
    column = service_column(state, proposal)
    if column is not None:
        mapping.read_services_from(column)
    return mapping


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
    budgeted = state.limit.allowance.max_total_cents is not None or state.mode == "auto" or capped
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
    asked = Amount(total, sum(len(item.row_numbers) for item in priced))
    # Rows of an amended batch that were approved before go with it; their part of what is left is taken.
    along = state.limit.waiting(state.batches.ledger, amends.job_id) if amends is not None else Amount()
    left, needed = show_limit(state), asked + along
    above = left.above(needed, [item.service_code for item in priced])
    warnings += [f"Only with your yes: {reason}." for reason in above]
    approved = _with_result_cells(state, priced, selected)
    plan = _plan(state, proposal, mapping, approved, selected, left.after(along).budget(asked))
    estimated = len(quotes) < len(priced)
    return Draft(plan, total, estimated, selected, mapping, built, warnings, quoted_at, needed, left, above)


def _with_result_cells(
    state: SessionState, shipments: list[PlannedShipment], selected: Selected
) -> list[PlannedShipment]:
    """What the rows' tracking cells, and the times beside them, hold is part of what is approved."""
    managed = state.require_sheet().answer.get("managed_columns") or {}
    cells = {
        row.row_number: {
            role: text for role in RESULT_CELLS if (text := str(row.data.get(managed.get(role, role)) or "").strip())
        }
        for row in selected.rows
    }
    return [
        replace(item, result_cells=tuple(cells.get(number, {}) for number in item.row_numbers)) for item in shipments
    ]


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
    budget: Budget,
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
        budget=budget,
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

    needs_person = " ".join([*state.doubts, *filter(None, [finished.needs_person])]) or None
    if not (finished.mapping.confirmed or finished.mapping.required_known):
        columns = ", ".join(f"{name} <- {source}" for name, source in preview.mapping)
        needs_person = f"The columns of this sheet were guessed; a person must look at them once. {columns}."
    pending = Pending(preview, carry_out, needs_person=needs_person, typed_only=plan.reship)
    pending.payloads = [item.payload for item in plan.shipments]
    pending.needed, pending.above = finished.needed, tuple(finished.above)
    pending.services = tuple({item.service_code for item in plan.shipments})
    state.show(pending)


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
        and state.limit.allowance.bounded
        and not finished.above
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
    state.limit.count(job_id, approval.digest)
    if finished.plan.amends_job_id is not None:
        state.limit.take_on(state.batches.ledger, job_id)
    work = state.batches.execute(job_id, concurrency=state.concurrency, on_error=state.on_error)
    await run_batch(state, job_id, work, approved_now=True)
    if state.result.status == "completed" and held_out(finished.built):
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
