"""Prices that were asked a while ago are asked again before money is spent on them."""

from agent.batch.executor.request_holders import boot_clock
from agent.drafting.state import DraftingContext
from agent.errors import ErrorKind, error
from agent.events import PreviewVoided
from agent.planning.model import Plan
from agent.planning.quoting import quote_all
from agent.planning.wording import money

HOLD_S = 900.0
"""How long quotes of a preview are taken for true; a clock that counts sleep."""
MOST_TOLD = 10
PRICES_CHANGED = ErrorKind(
    "E-2407",
    "UPS's prices have changed since the preview: {details}.",
    "Nothing was bought. Say it again for a new preview.",
)


async def check_prices(context: DraftingContext, plan: Plan, digest: str, quoted_at: float) -> None:
    """Void a preview whose quotes are old and no longer hold.

    Raises:
        ShipchatError: E-2407 where UPS asks more than a quote and its tolerance. A price that UPS does not give now
            says nothing: charges are checked one by one as they come.
    """
    if boot_clock() - quoted_at < HOLD_S:
        return
    quoted = [item for item in plan.shipments if item.quote_cents is not None]
    quotes = await quote_all(context.ups, plan.environment, [item.payload for item in quoted], plan.currency)
    raised = [
        f"row {item.sheet_rows[0]} {money(item.quote_cents or 0, plan.currency)} -> {money(now.cents, plan.currency)}"
        for item, now in zip(quoted, quotes, strict=True)
        if now.cents is not None and now.cents > context.settings.tolerated_cents(item.quote_cents or 0)
    ]
    if raised:
        more = f" and {len(raised) - MOST_TOLD} more" if len(raised) > MOST_TOLD else ""
        details = ", ".join(raised[:MOST_TOLD]) + more
        context.dialogue.emit(PreviewVoided(digest, f"prices changed: {details}"))
        raise error(PRICES_CHANGED, details=details)
