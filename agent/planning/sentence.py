"""The sentence that a person approves: every number from stored data, none from a model's prose."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.planning.document_lines import uploads_in_words
from agent.planning.model import Plan, PlannedShipment
from agent.planning.payers import payer_in_words
from agent.planning.wording import counted as counted
from agent.planning.wording import masked_account as masked_account
from agent.planning.wording import money as money
from agent.settings import Settings

ENVIRONMENT_WORDS = {
    "simulator": "PRACTICE - no real label, no real money",
    "test": "UPS TEST - sample labels, no real money",
    "production": "LIVE - real labels, real money",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was approved before, was not sent yet, and goes with a retry."""

    shipments: int
    rows: int
    cents: int
    unquoted: int = 0
    most_expensive: tuple[int, int] | None = None
    """(sheet row, cents)."""


NOTHING_WAITS = Waiting(0, 0, 0)


def approval_sentence(
    plan: Plan,
    total_cents: int,
    tolerance: str,
    *,
    estimated: bool,
    above: Sequence[str] = (),
    waiting: Waiting | None = None,
) -> str:
    """Rows, total, most expensive row, account, what others pay, environment, why it is above the limit, and what
    cannot be undone: of all that the yes sends; and where it writes."""
    waits = waiting or NOTHING_WAITS
    shipments, row_count = len(plan.shipments) + waits.shipments, plan.row_count + waits.rows
    returns = bool(plan.options.get("returns"))
    verb, noun = ("buy", "return label") if returns else ("create", "shipment")
    noun += "" if shipments == 1 else "s"
    rows = f" for {row_count} rows" if row_count != shipments else ""
    again = (
        f" ({len(plan.shipments)} sent again, {waits.shipments} approved before and not sent yet)" if waiting else ""
    )
    about = "about " if estimated or waits.unquoted else ""
    words = [
        f"{ENVIRONMENT_WORDS[plan.environment]}: {verb} {shipments} {noun}{rows} from {plan.source.name}{again},"
        f" {about}{money(total_cents + waits.cents, plan.currency)} in total"
    ]
    quotes = [(s.sheet_rows[0], s.quote_cents) for s in plan.shipments if s.quote_cents is not None]
    quotes += [waits.most_expensive] if waits.most_expensive is not None else []
    if quotes:
        row, cents = max(quotes, key=lambda pair: pair[1])
        # Rows without a quote may cost more: then it is only the dearest of those that have one.
        among = "most expensive of the quoted rows: row" if estimated or waits.unquoted else "most expensive row"
        words.append(f"{among} {row} at {money(cents, plan.currency)}")
    words.append(f"billed to account {masked_account(plan.account_number)}")
    words += _others(plan.shipments, plan.currency)
    files = uploads_in_words(plan.shipments)
    words += [f"with {files} of yours uploaded to UPS for customs"] if files else []
    words += [f"although {'; '.join(above)}"] if above else []
    if plan.budget.max_total_cents is not None:
        words.append(
            f"stopping at {money(plan.budget.max_total_cents, plan.currency)} (a charge may exceed its quote by"
            f" {tolerance})"
        )
    return f"{', '.join(words)}. A label is bought when UPS answers; taking it back means voiding it. {_written(plan)}"


def _written(plan: Plan) -> str:
    """That the yes changes the person's file too; the number of a return stays in the ledger."""
    if plan.options.get("returns"):
        return "The customers send, you receive. Nothing is written into the sheet."
    name = plan.source.name
    place = f"a file beside {name}, which is read only" if plan.source.descriptor.get("read_only") else name
    return f"Tracking numbers are written into {place}."


def _others(shipments: Sequence[PlannedShipment], currency: str) -> list[str]:
    """`but 2 of these ($34.20) to a third party (account …3C, 10001 US)`, where another account pays."""
    found = [shipment for shipment in shipments if "billing" in shipment.payload]
    price = money(sum(shipment.quote_cents or 0 for shipment in found), currency)
    whom = {payer_in_words(shipment.payload["billing"]) for shipment in found}
    named = whom.pop() if len(whom) == 1 else "accounts of others"
    return [f"but {len(found)} of these ({price}) to {named}"] if found else []


def typed_confirmation(plan: Plan, total_cents: int, settings: Settings, waiting: Waiting | None = None) -> str | None:
    """What must be typed when the batch is large or ships again; None when a key is enough."""
    if plan.reship and plan.options.get("returns"):
        return f"again {counted(plan.row_count, 'return')}"
    if plan.reship:
        return f"re-ship {counted(plan.row_count, 'row')}"
    rows, cents = plan.row_count, total_cents
    if waiting is not None:
        rows, cents = rows + waiting.rows, cents + waiting.cents
    if rows >= settings.typed_approval_rows or cents >= settings.typed_approval_cents:
        return f"ship {rows}"
    return None


def tolerance_words(settings: Settings) -> str:
    """`10 % or $1.00, whichever is more`."""
    least = money(settings.price_tolerance_cents, settings.billing_currency)
    return f"{settings.price_tolerance_percent} % or {least}, whichever is more"
