"""From a request to a draft: select, map, check, leave out what is held, price. Nothing is bought here."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from agent.batch.executor.request_holders import boot_clock
from agent.batch.writeback.sheet_tracking import RESULT_CELLS
from agent.drafting.amendment import Amendment, NoPriceError
from agent.drafting.arriving import choose_in_time
from agent.drafting.building import Built, build_shipments, places_of
from agent.drafting.checked_addresses import without_surcharges
from agent.drafting.deadlines import overdue_warnings
from agent.drafting.draft import Chosen, Draft, EmptyDraft
from agent.drafting.held_rows import SentHow, held_out, settle_held
from agent.drafting.of_batch import only_of_batch
from agent.drafting.order_status import Readiness, readiness_of
from agent.drafting.packing import answers_of
from agent.drafting.practice import offer_clearing
from agent.drafting.service_choice import ServiceChoice, choose_services, service_column, service_of_returns
from agent.drafting.starting import check_place
from agent.drafting.state import DraftingContext
from agent.errors import ErrorKind
from agent.opening.database import settle_results
from agent.opening.mapping_choice import MappingChoice, choose_mapping
from agent.opening.order_rows import settle_order_rows, settle_parts
from agent.opening.order_sheet import read_again
from agent.opening.sheet_state import SheetState
from agent.planning.allowance import Amount
from agent.planning.model import Budget, Plan, PlannedShipment, Selection, SheetRow
from agent.planning.quote_notes import quote_notes, rates_in_words
from agent.planning.quoting import Quote, estimate, quote_all
from agent.planning.selection import Condition, Selected, select
from agent.planning.ship_request import ShipRequest
from agent.shipping.dates import read_day_first

NO_PRICE = ErrorKind("E-3500", "UPS gives no price: {problem}.", "{remedy}")
UNPRICED = "UPS gives no price"
IN_DOUBT = "in doubt (the sheet says that a batch was working on it)"
ONLY_WITH_YES = "Only with your yes: {reason}."
MOST_NAMED = 12
"""Rows that a warning names."""


async def draft(context: DraftingContext, request: ShipRequest, amends: Amendment | None = None) -> Draft | EmptyDraft:
    """Make the draft of a request; `amends` is the batch whose rows go again.

    Raises:
        ShipchatError: a clause, service or mapping that does not fit, no price at all.
    """
    sheet, person, dialogue = context.sheet, context.person, context.dialogue
    check_place(context.settings, request.ship_from)
    built = None
    while built is None:
        # Again whenever the person has fixed a cell in between.
        await read_again(sheet, person, dialogue)
        person.read_sheet(sheet.require().source.fingerprint)
        await settle_results(sheet, person, dialogue)
        await offer_clearing(context)
        request = await only_of_batch(context, request)
        mapping = await _mapping_for(context, request)
        orders = await settle_order_rows(sheet, mapping.mapping)
        if amends is not None:
            await amends.find(context, mapping, orders)
            request = amends.request()
            if not amends.rows:
                return EmptyDraft(request, amends.missing)
        readiness = await readiness_of(context, request, mapping.mapping.constants)
        mapping.mapping = replace(mapping.mapping, constants=mapping.mapping.constants | readiness.answers)
        must_hold = _must_hold(sheet, request, readiness)
        selected = await select(sheet.data, request.wanted(), must_hold, orders)
        if amends is not None:
            selected.excluded |= amends.missing
            selected.rows = amends.only_own(selected.rows, selected.excluded)
        elif orders is not None:
            await settle_parts(dialogue, selected, orders)
        dialogue.rows_selected(request.where, request.in_words, selected.excluded)
        if not selected.rows:
            return EmptyDraft(request, selected.excluded)
        made = await _build(context, request, mapping, selected, amends)
        if made is not None:
            built, services = made
    selected.excluded |= built.excluded
    dialogue.rows_selected(request.where, request.in_words, selected.excluded)
    known = amends.known() if amends is not None else None
    how = SentHow(services, orders, request.reship, known)
    shipments = await settle_held(context, built, selected.excluded, how)
    if not shipments:
        return EmptyDraft(request, selected.excluded, tuple(held_out(built)))
    dialogue.rows_selected(request.where, request.in_words, selected.excluded)
    chosen = Chosen(request, mapping, selected, built, amends)
    try:
        finished = await _priced(context, chosen, shipments)
    except NoPriceError as refusal:
        if amends is None:
            raise
        if await amends.fixed_in_between(dialogue, refusal):
            return await draft(context, request, amends)
        selected.excluded[UNPRICED] = [row for item in shipments for row in item.sheet_rows]
        return EmptyDraft(request, selected.excluded)
    _warn(context, finished, readiness)
    return finished if amends is None else _amended(finished, amends)


async def _build(
    context: DraftingContext, request: ShipRequest, mapping: MappingChoice, selected: Selected, amends: Amendment | None
) -> tuple[Built, ServiceChoice] | None:
    """The shipments of the selected rows and how they go; None = the person has fixed the sheet."""
    if amends is not None:
        services, said = amends.services(), request.answers() | amends.answers()
    elif request.in_time:
        arriving = await choose_in_time(context, request, mapping, selected.rows)
        if arriving is None:
            return None
        selected.rows = arriving.rows
        if not arriving.rows:
            return Built([], arriving.excluded), arriving.services
        again = await build_shipments(context, mapping, arriving.rows, arriving.services, arriving.given)
        if again is not None:
            again.excluded = arriving.excluded | again.excluded
            again.warnings = [*arriving.lines, *again.warnings]
        return None if again is None else (again, arriving.services)
    else:
        has_column = "service" in mapping.mapping.fields
        places = partial(places_of, context, mapping, selected.rows)
        if request.options.returns and not (request.service or request.service_column or request.service_rules):
            services = await service_of_returns(context, places)
        else:
            services = await choose_services(context, request, selected.rows, has_column=has_column, places=places)
        said = await answers_of(context, request)
    built = await build_shipments(context, mapping, selected.rows, services, said)
    return None if built is None else (built, services)


def _amended(finished: Draft, amends: Amendment) -> Draft:
    """The draft as an amendment of its batch, with what goes otherwise than before."""
    planned = finished.plan.shipments
    finished.needs_person = amends.needs_person(planned)
    finished.warnings += amends.differences(planned)
    finished.plan = replace(
        finished.plan,
        command=amends.retry.command,
        amends_job_id=amends.job_id,
        shipments=amends.as_planned(planned),
    )
    return finished


async def _mapping_for(context: DraftingContext, request: ShipRequest) -> MappingChoice:
    """The mapping of the sheet, services read from the column that the request names."""
    mapping = await choose_mapping(context.sheet, context.person, context.dialogue, context.home_country)
    column = service_column(context.sheet, request)
    if column is not None:
        mapping.read_services_from(column)
    return mapping


def _must_hold(sheet: SheetState, request: ShipRequest, readiness: Readiness) -> list[Condition]:
    processing = (sheet.require().answer.get("results") or {}).get("in_doubt_clause")
    if not processing or request.reship or request.options.returns:
        return readiness.conditions
    return [*readiness.conditions, Condition(f"NOT ({processing})", IN_DOUBT)]


def _warn(context: DraftingContext, finished: Draft, readiness: Readiness) -> None:
    """What the status and the deadlines of the planned rows say; a deadline alone does not stop the auto mode."""
    built, mapping = finished.chosen.built, finished.chosen.mapping.mapping
    rows: dict[int, SheetRow] = {row.row_number: row for row in finished.chosen.selected.rows}
    shipments = [[rows[number] for number in item.row_numbers] for item in finished.plan.shipments]
    finished.warnings += readiness.warnings([row for each in shipments for row in each])
    constants = built.constants | mapping.constants
    columns, day_first = context.sheet.require().columns, read_day_first(constants.get("day_first"))
    # The days of a row are about its way out.
    going = [] if finished.chosen.request.options.returns else shipments
    late = overdue_warnings(columns, going, day_first, context.settings.day())
    built.warnings = [*late, *readiness.notes, *built.warnings]


def rows_named(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:MOST_NAMED])
    return f"row {shown}" if len(rows) == 1 else f"rows {shown}{' ...' if len(rows) > MOST_NAMED else ''}"


async def _priced(context: DraftingContext, chosen: Chosen, shipments: Sequence[PlannedShipment]) -> Draft:
    settings, spending, ledger = context.settings, context.spending, context.batches.ledger
    amends, selected = chosen.amends, chosen.selected
    capped = amends is not None and amends.retry.budgeted
    budgeted = spending.limit.allowance.max_total_cents is not None or spending.mode == "auto" or capped
    everything = chosen.request.quote_all or chosen.request.in_time or context.quote_all or budgeted
    everything = everything or settings.ups_environment == "production"
    count = len(shipments) if everything else min(len(shipments), settings.preview_rows)
    quoted_at = boot_clock()
    quotes = await quote_all(
        context.ups, settings.ups_environment, [item.payload for item in shipments[:count]], settings.billing_currency
    )
    if all(quote.cents is None for quote in quotes):
        first = quotes[0]
        message, remedy = NO_PRICE.message.format(problem=first.problem), first.remedy or ""
        raise NoPriceError(first.code or NO_PRICE.code, message, remedy)
    warnings = [*context.model_turn.doubts, *_quote_warnings(shipments, quotes)]
    built = chosen.built
    built.warnings = [*quote_notes([item.sheet_rows for item in shipments], quotes), *built.warnings]
    if budgeted:
        # A row without a quote cannot be held against a budget, so it is not sent.
        unpriced = [item for item, quote in zip(shipments, quotes, strict=True) if quote.cents is None]
        if unpriced:
            selected.excluded[UNPRICED] = [row for item in unpriced for row in item.sheet_rows]
        pairs = [(item, quote) for item, quote in zip(shipments, quotes, strict=True) if quote.cents is not None]
        shipments, quotes = [item for item, _ in pairs], [quote for _, quote in pairs]
    priced = [
        replace(item, quote_cents=quotes[index].cents if index < len(quotes) else None)
        for index, item in enumerate(shipments)
    ]
    total = estimate(quotes, len(priced))
    asked = Amount(total, sum(len(item.row_numbers) for item in priced))
    # Rows of an amended batch that were approved before go with it; their part of what is left is taken.
    along = spending.limit.waiting(ledger, amends.job_id) if amends is not None else Amount()
    left, needed = spending.limit.left(ledger), asked + along
    above = left.above(needed, [item.service_code for item in priced])
    warnings += [ONLY_WITH_YES.format(reason=reason) for reason in above]
    approved = _with_result_cells(context.sheet, priced, selected)
    plan = _plan(context, chosen, approved, left.after(along).budget(asked))
    estimated = len(quotes) < len(priced)
    rates = ", ".join(filter(None, (rates_in_words(quotes), without_surcharges(priced, built.homes_open))))
    return Draft(chosen, plan, total, estimated, quoted_at, needed, left, above, warnings, rates=rates)


def _with_result_cells(
    sheet: SheetState, shipments: list[PlannedShipment], selected: Selected
) -> list[PlannedShipment]:
    """What the rows' tracking cells, and the times beside them, hold is part of what is approved."""
    managed = sheet.require().managed_columns
    cells = {
        row.row_number: {
            role: text for role in RESULT_CELLS if (text := str(row.data.get(managed.get(role, role)) or "").strip())
        }
        for row in selected.rows
    }
    return [
        replace(item, result_cells=tuple(cells.get(number, {}) for number in item.row_numbers)) for item in shipments
    ]


def _quote_warnings(shipments: Sequence[PlannedShipment], quotes: list[Quote]) -> list[str]:
    by_problem: dict[str, list[int]] = {}
    for item, quote in zip(shipments, quotes, strict=False):
        if quote.problem is not None:
            by_problem.setdefault(f"{quote.code}: {quote.problem}", []).extend(item.sheet_rows)
    return [f"No price for {rows_named(rows)}: {problem}" for problem, rows in by_problem.items()]


def _plan(context: DraftingContext, chosen: Chosen, shipments: Sequence[PlannedShipment], budget: Budget) -> Plan:
    settings, sender = context.settings, context.settings.sender
    request, selected, wanted = chosen.request, chosen.selected, chosen.request.wanted()
    return Plan(
        command=context.person.whole_command(request.in_words),
        environment=settings.ups_environment,
        account_number=sender.account_number,
        shipper=sender.model_dump(exclude_none=True),
        label_format=settings.label_format,
        currency=settings.billing_currency,
        source=context.sheet.require().source,
        selection=Selection(
            clause=selected.clause,
            in_words=request.in_words,
            order_by=wanted.order_by,
            limit=wanted.limit,
            every=wanted.every,
            sample=wanted.sample,
            seed=wanted.seed,
        ),
        mapping=chosen.mapping.mapping.as_dict(),
        shipments=tuple(shipments),
        budget=budget,
        excluded={reason: tuple(rows) for reason, rows in selected.excluded.items()},
        reship=request.reship,
        options=request.options.model_dump(mode="json", exclude_defaults=True),
    )
