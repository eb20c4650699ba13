"""What a model may use in one session: looked at before each request, so that only the answer to the last goes over."""

from agent.brains.usage import UsageMeter
from agent.errors import ErrorKind, error
from agent.planning.wording import dollars
from agent.settings import Settings

TOKENS_USED_UP = ErrorKind(
    "E-2356",
    "{model} has used {used} tokens in this session, and the limit is {limit}: it was not asked again.",
    "Raise model_budget_tokens, start a new chat, or use --model offline. A preview can still be approved.",
)
COST_USED_UP = ErrorKind(
    "E-2357",
    "{model} has cost {used} in this session, and the limit is {limit}: it was not asked again.",
    "Raise model_budget_cents, start a new chat, or use --model offline. A preview can still be approved.",
)
NO_PRICE_TO_LIMIT = ErrorKind(
    "E-2358",
    "model_budget_cents is set, and {model} has no price: its cost cannot be limited.",
    'Give it one (claude.prices."{model}", or price of your own model), or set model_budget_tokens instead.',
)


def require_price(settings: Settings, model: str, meter: UsageMeter) -> None:
    """Refuse a limit on a cost that nobody can count.

    Raises:
        ShipchatError: E-2358.
    """
    if settings.model_budget_cents is not None and model not in meter.prices:
        raise error(NO_PRICE_TO_LIMIT, model=model)


def check_budget(settings: Settings, model: str, meter: UsageMeter) -> None:
    """Whether one more request may be made.

    Raises:
        ShipchatError: E-2356 or E-2357 where the limit is reached, E-2358 where the cost is not known.
    """
    require_price(settings, model, meter)
    tokens, cents = settings.model_budget_tokens, settings.model_budget_cents
    used = meter.input_tokens + meter.output_tokens
    if tokens is not None and used >= tokens:
        raise error(TOKENS_USED_UP, model=model, used=f"{used:,}", limit=f"{tokens:,}")
    # Exact, so that many small answers are not rounded away.
    if cents is not None and meter.dollars is not None and meter.dollars * 100 >= cents:
        raise error(COST_USED_UP, model=model, used=dollars(meter.cost_cents or 0), limit=dollars(cents))
