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
    r"prompt is too long|context[ _](window|length|limit)|too many (input )?tokens|maximum context"
    r"|input is too long",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"credit balance|insufficient_quota|exceeded your current quota", re.IGNORECASE)

_NO_SUCH_MODEL = re.compile(r"model identifier is invalid|on-demand throughput isn.t supported", re.IGNORECASE)
"""How Bedrock says it."""

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
    # AWS, before a stream (in a header) or in it.
    "throttlingexception": (RATE_LIMITED, True),
    "servicequotaexceededexception": (RATE_LIMITED, True),
    "modelnotreadyexception": (OVERLOADED, True),
    "serviceunavailableexception": (OVERLOADED, True),
    "internalserverexception": (SERVICE_FAILED, True),
    "modelerrorexception": (SERVICE_FAILED, True),
    "modelstreamerrorexception": (SERVICE_FAILED, True),
    "modeltimeoutexception": (SERVICE_FAILED, True),
    "unrecognizedclientexception": (BAD_KEY, False),
    "invalidsignatureexception": (BAD_KEY, False),
    "incompletesignatureexception": (BAD_KEY, False),
    "missingauthenticationtokenexception": (BAD_KEY, False),
    "expiredtokenexception": (BAD_KEY, False),
    "accessdeniedexception": (NOT_ALLOWED, False),
    "resourcenotfoundexception": (NO_SUCH_MODEL, False),
    "validationexception": (NOT_UNDERSTOOD, False),
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
    kind, again = (NO_SUCH_MODEL, False) if _NO_SUCH_MODEL.search(reason) else _kind(status, kind_name)
    # "Too many tokens" in a minute is not too many in one request.
    if status == 413 or (status < 500 and kind is not RATE_LIMITED and _TOO_LONG.search(f"{kind_name} {reason}")):
        return ContextFull()
    if _CREDIT.search(f"{kind_name} {reason}"):
        return error(NO_CREDIT, reason=reason)
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
    known = _BY_TYPE.get((kind_name or "").casefold())
    if known is not None:
        return known
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return (SERVICE_FAILED, True) if status >= 500 or status == 200 else (NOT_UNDERSTOOD, False)
