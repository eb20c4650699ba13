"""What an HTTP status and an error's own type mean, whichever protocol a model speaks. Pure."""

import re

from agent.brains.faults import (
    BAD_KEY,
    NO_CREDIT,
    NO_SUCH_MODEL,
    NOT_ALLOWED,
    NOT_UNDERSTOOD,
    OVERLOADED,
    RATE_LIMITED,
    SERVICE_FAILED,
    AskAgain,
    ContextFull,
)
from agent.errors import ErrorKind, error

_TOO_LONG = re.compile(
    r"prompt is too long|context[ _](window|length|limit)|too many (input )?tokens|maximum context", re.IGNORECASE
)
_CREDIT = re.compile(r"credit balance|insufficient_quota|exceeded your current quota", re.IGNORECASE)

_BY_TYPE: dict[str, tuple[ErrorKind, bool]] = {
    "overloaded_error": (OVERLOADED, True),
    "rate_limit_error": (RATE_LIMITED, True),
    "api_error": (SERVICE_FAILED, True),
    "timeout_error": (SERVICE_FAILED, True),
    "authentication_error": (BAD_KEY, False),
    "permission_error": (NOT_ALLOWED, False),
    "billing_error": (NO_CREDIT, False),
    "not_found_error": (NO_SUCH_MODEL, False),
    "invalid_api_key": (BAD_KEY, False),
    "model_not_found": (NO_SUCH_MODEL, False),
}
_BY_STATUS: dict[int, tuple[ErrorKind, bool]] = {
    401: (BAD_KEY, False),
    402: (NO_CREDIT, False),
    403: (NOT_ALLOWED, False),
    404: (NO_SUCH_MODEL, False),
    408: (SERVICE_FAILED, True),
    429: (RATE_LIMITED, True),
    529: (OVERLOADED, True),
}


def of_status(
    status: int, kind_name: str | None, reason: str, wait_s: float | None, *, model: str, host: str
) -> Exception:
    """A ShipchatError, AskAgain or ContextFull. `kind_name` is the error's own type, which an error in mid-stream has
    too (its status is 200); `wait_s` is what the service asks to wait; `reason` holds no secret."""
    if status == 413 or (status < 500 and _TOO_LONG.search(f"{kind_name} {reason}")):
        return ContextFull()
    if _CREDIT.search(f"{kind_name} {reason}"):
        return error(NO_CREDIT, reason=reason)
    kind, again = _kind(status, kind_name)
    wait = f"; it asks to wait {wait_s:.0f} s" if wait_s else ""
    refusal = error(kind, model=model, host=host, status=status, reason=reason, wait=wait)
    return AskAgain(refusal, wait_s) if again else refusal


def wait_of(header: str | None) -> float | None:
    """Seconds of a `Retry-After`; None where it names none."""
    try:
        return max(0.0, float(header)) if header is not None else None
    except ValueError:
        return None


def _kind(status: int, kind_name: str | None) -> tuple[ErrorKind, bool]:
    if kind_name in _BY_TYPE:
        return _BY_TYPE[kind_name]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return (SERVICE_FAILED, True) if status >= 500 or status == 200 else (NOT_UNDERSTOOD, False)
