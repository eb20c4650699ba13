"""What a preview shows, from stored data only."""

from collections.abc import Mapping

from agent.drafting.draft import Draft
from agent.drafting.service_choice import one_code
from agent.drafting.starting import start_of_all, starts_of
from agent.events import PreviewLine, PreviewReady
from agent.mapping.answers import SAID, SERVICE_OF_ALL, SHIP_FROM_OF_ALL, slot_said
from agent.mapping.builder import GroupedChange
from agent.mapping.ship_from import FIELD as SHIP_FROM
from agent.planning.document_lines import document_lines
from agent.planning.model import PlannedShipment
from agent.planning.option_lines import option_lines
from agent.planning.payers import payer_lines
from agent.planning.sentence import approval_sentence, masked_account, tolerance_words, typed_confirmation
from agent.planning.tax_lines import tax_lines
from agent.settings import Settings
from agent.shipping.returns import is_return
from agent.shipping.services import service_label

SHORT_DIGEST = 8


def preview_of(settings: Settings, digest: str, finished: Draft, given: Mapping[str, str]) -> PreviewReady:
    """The preview event of a draft; `given` is what the person answered for it, by slot."""
    plan, chosen = finished.plan, finished.chosen
    request, mapping = chosen.request, chosen.mapping
    waiting = chosen.amends.waiting if chosen.amends is not None else None
    changes = _by_row(chosen.built.changes, len(plan.shipments))
    starts = starts_of(settings, plan.shipments)
    several = len(set(starts)) > 1
    points = {row: str(point) for row, point in chosen.built.points.items()}
    lines = [
        _line(item, changes, plan.currency, start if several else "", points.get(item.sheet_rows[0], ""))
        for item, start in zip(plan.shipments, starts, strict=True)
    ]
    quoted = [line for line in lines if line.cost_cents is not None]
    return PreviewReady(
        digest=digest,
        short_digest=digest[:SHORT_DIGEST],
        command=plan.command,
        filter_in_words=request.in_words,
        filter_sql=request.where,
        total_rows=plan.row_count,
        lines=lines,
        total_cents=finished.total_cents,
        currency=plan.currency,
        estimated=finished.estimated,
        rates=finished.rates,
        cheapest=min(quoted, key=_cost, default=None),
        most_expensive=max(quoted, key=_cost, default=None),
        excluded=chosen.selected.excluded,
        boundary=chosen.selected.boundary,
        warnings=[*start_of_all(settings, plan.shipments), *_warnings(finished)],
        mapping=[line for line in mapping.lines() if line[0] != SHIP_FROM or settings.ship_from],
        mapped_columns=mapping.columns_read,
        mapping_is_new=not mapping.confirmed,
        environment=plan.environment,
        account=masked_account(plan.account_number),
        approval_sentence=approval_sentence(
            plan,
            finished.total_cents,
            tolerance_words(settings),
            estimated=finished.estimated,
            above=finished.above,
            waiting=waiting,
        ),
        typed_confirmation=typed_confirmation(plan, finished.total_cents, settings, waiting),
        purpose="retry" if plan.amends_job_id else "ship",
        allowance=finished.left.words(),
        above=finished.above,
        row_numbers=sorted(number for item in plan.shipments for number in item.row_numbers),
        waiting_rows=waiting.rows if waiting is not None else 0,
        waiting_cents=waiting.cents if waiting is not None else 0,
        given=[
            slot_said(slot, text)
            for slot, text in given.items()
            if slot != SHIP_FROM_OF_ALL and (slot != SERVICE_OF_ALL or request.service is None)
        ],
        returns=request.options.returns is not None,
        service_code=one_code([item.service_code for item in plan.shipments]),
    )


def _warnings(finished: Draft) -> list[str]:
    """What was not used, what UPS remarked, who else pays, and what the rules said of the rows."""
    request, mapping = finished.chosen.request, finished.chosen.mapping
    ignored = [f"I did not use: {', '.join(request.ignored)}."] if request.ignored else []
    payers = payer_lines(finished.plan.shipments, finished.plan.currency)
    asked = [*option_lines(finished.plan.shipments, request.options.references), *tax_lines(finished.plan.shipments)]
    asked += document_lines(finished.plan.shipments)
    built = finished.chosen.built.warnings
    return [*asked, *ignored, *mapping.proposal.unused.values(), *finished.warnings, *payers, *built]


def _cost(line: PreviewLine) -> int:
    return line.cost_cents or 0


def _by_row(changes: tuple[GroupedChange, ...], shipments: int) -> dict[int, list[str]]:
    """Sheet row to what was changed in it, shortly: the preview's warnings say why. What the person said of every row
    is not repeated in each: it would hide what is special about one."""
    found: dict[int, list[str]] = {}
    for change in changes:
        if change.why == SAID and len(change.sheet_rows) == shipments > 1:
            continue
        place = f"{change.column}: " if change.column else ""
        for row in change.sheet_rows:
            found.setdefault(row, []).append(f"{place}{change.before or 'blank'} -> {change.after or 'left out'}")
    return found


def _line(
    item: PlannedShipment, changes: dict[int, list[str]], currency: str, ship_from: str, access_point: str
) -> PreviewLine:
    return PreviewLine(
        sheet_row=item.sheet_rows[0],
        row_number=item.row_numbers[0],
        order_number=item.order_number or "",
        recipient=f"RETURN from {item.recipient} to us" if is_return(item.payload) else item.recipient,
        city_state=item.city_state,
        service=service_label(item.service_code),
        cost_cents=item.quote_cents,
        currency=currency,
        warnings=list(item.warnings),
        changes=[words for row in item.sheet_rows for words in changes.get(row, [])],
        ship_from=ship_from,
        access_point=access_point,
    )
