"""The sentence that a person approves: every number from stored data, none from a model's prose."""

from collections.abc import Sequence

from agent.plan.model import Plan
from agent.settings import Settings

ENVIRONMENT_WORDS = {
    "simulator": "PRACTICE - no real label, no real money",
    "test": "UPS TEST - sample labels, no real money",
    "production": "LIVE - real labels, real money",
}


def dollars(amount_cents: int) -> str:
    """`$1,234.50`."""
    return f"${amount_cents // 100:,}.{amount_cents % 100:02d}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `3 rows`, `0 batches`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def masked_account(account_number: str) -> str:
    """The account by its last two characters, as the audit log names it."""
    return f"…{account_number[-2:]}"


def approval_sentence(
    plan: Plan, total_cents: int, tolerance: str, *, estimated: bool, above: Sequence[str] = ()
) -> str:
    """Rows, total, dearest, account, environment, why it is above the limit, and what cannot be undone."""
    shipments = len(plan.shipments)
    noun = "shipment" if shipments == 1 else "shipments"
    rows = f" for {plan.row_count} rows" if plan.row_count != shipments else ""
    about = "about " if estimated else ""
    words = [
        f"{ENVIRONMENT_WORDS[plan.environment]}: create {shipments} {noun}{rows} from {plan.source.name},"
        f" {about}{dollars(total_cents)} in total"
    ]
    quoted = [s for s in plan.shipments if s.quote_cents is not None]
    if quoted:
        dearest = max(quoted, key=lambda s: s.quote_cents or 0)
        words.append(f"dearest row {dearest.sheet_rows[0]} at {dollars(dearest.quote_cents or 0)}")
    words.append(f"billed to account {masked_account(plan.account_number)}")
    words += [f"although {'; '.join(above)}"] if above else []
    if plan.budget.max_total_cents is not None:
        words.append(
            f"stopping at {dollars(plan.budget.max_total_cents)} (a charge may exceed its quote by {tolerance})"
        )
    return ", ".join(words) + ". A label is bought when UPS answers; taking it back means voiding it."


def typed_confirmation(plan: Plan, total_cents: int, settings: Settings) -> str | None:
    """What must be typed when the batch is large or ships again; None when a key is enough (money.md, Identity)."""
    if plan.reship:
        return f"re-ship {counted(plan.row_count, 'row')}"
    if plan.row_count >= settings.typed_approval_rows or total_cents >= settings.typed_approval_cents:
        return f"ship {plan.row_count}"
    return None


def tolerance_words(settings: Settings) -> str:
    """`10 % or $1.00, whichever is more`."""
    return f"{settings.price_tolerance_percent} % or {dollars(settings.price_tolerance_cents)}, whichever is more"
