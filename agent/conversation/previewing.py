"""What a preview shows, from stored data only."""

from typing import TYPE_CHECKING

from agent.conversation.proposal import Proposal
from agent.events import PreviewLine, PreviewReady
from agent.plan.model import PlannedShipment
from agent.plan.sentence import approval_sentence, masked_account, tolerance_words, typed_confirmation
from agent.settings import Settings
from agent.shipping.services import service_label

if TYPE_CHECKING:
    from agent.conversation.drafting import Draft

SHORT_DIGEST = 8


def preview_of(settings: Settings, digest: str, finished: "Draft", proposal: Proposal) -> PreviewReady:
    """The preview event of a draft."""
    plan = finished.plan
    waiting = finished.amends.waiting if finished.amends is not None else None
    lines = [_line(item) for item in plan.shipments]
    quoted = [line for line in lines if line.cost_cents is not None]
    ignored = [f"I did not use: {', '.join(proposal.ignored)}."] if proposal.ignored else []
    return PreviewReady(
        digest=digest,
        short_digest=digest[:SHORT_DIGEST],
        command=plan.command,
        filter_in_words=proposal.in_words,
        filter_sql=proposal.where,
        total_rows=plan.row_count,
        lines=lines,
        total_cents=finished.total_cents,
        estimated=finished.estimated,
        rates=finished.rates,
        cheapest=min(quoted, key=_cost, default=None),
        dearest=max(quoted, key=_cost, default=None),
        excluded=finished.selected.excluded,
        boundary=finished.selected.boundary,
        warnings=[*ignored, *finished.mapping.proposal.unused.values(), *finished.warnings, *finished.built.warnings],
        mapping=finished.mapping.lines(),
        mapping_is_new=not finished.mapping.confirmed,
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
    )


def _cost(line: PreviewLine) -> int:
    return line.cost_cents or 0


def _line(item: PlannedShipment) -> PreviewLine:
    return PreviewLine(
        sheet_row=item.sheet_rows[0],
        row_number=item.row_numbers[0],
        order_number=item.order_number or "",
        recipient=item.recipient,
        city_state=item.city_state,
        service=service_label(item.service_code),
        cost_cents=item.quote_cents,
        warnings=list(item.warnings),
    )
