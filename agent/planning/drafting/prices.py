"""Prices that were asked a while ago are asked again before money is spent on them (money.md, Plan)."""

from agent.batch.executor.request_holders import boot_clock
from agent.chat.state import SessionState
from agent.errors import ErrorKind, error
from agent.events import PreviewVoided
from agent.planning.model import Plan
from agent.planning.quoting import quote_all
from agent.planning.sentence import dollars

HOLD_S = 900.0
"""How long quotes of a preview are taken for true; a clock that counts sleep."""
MOST_TOLD = 10
PRICES_CHANGED = ErrorKind(
    "E-2407",
    "UPS asks other prices than the preview showed: {details}.",
    "Nothing was bought. Say it again for a new preview.",
)


async def check_prices(state: SessionState, plan: Plan, digest: str, quoted_at: float) -> None:
    """Void a preview whose quotes are old and no longer hold.

    Raises:
        ShipchatError: E-2407 where UPS asks more than a quote and its tolerance. A price that UPS does not give now
            says nothing: charges are checked one by one as they come.
    """
    if boot_clock() - quoted_at < HOLD_S:
        return
    quoted = [item for item in plan.shipments if item.quote_cents is not None]
    quotes = await quote_all(state.ups, plan.environment, [item.payload for item in quoted])
    dearer = [
        f"row {item.sheet_rows[0]} {dollars(item.quote_cents or 0)} -> {dollars(now.cents)}"
        for item, now in zip(quoted, quotes, strict=True)
        if now.cents is not None and now.cents > state.settings.tolerated_cents(item.quote_cents or 0)
    ]
    if dearer:
        more = f" and {len(dearer) - MOST_TOLD} more" if len(dearer) > MOST_TOLD else ""
        details = ", ".join(dearer[:MOST_TOLD]) + more
        state.emit(PreviewVoided(digest, f"prices changed: {details}"))
        raise error(PRICES_CHANGED, details=details)
