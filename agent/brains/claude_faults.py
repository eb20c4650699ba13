"""Tells apart what an endpoint of the Messages API can answer instead of an answer. Imports the SDK."""

import re
from dataclasses import dataclass

import anthropic
import httpx2

from agent.brains.faults import (
    BAD_KEY,
    BROKE_OFF,
    NO_CREDIT,
    NO_SUCH_MODEL,
    NOT_ALLOWED,
    NOT_REACHED,
    NOT_UNDERSTOOD,
    OVERLOADED,
    RATE_LIMITED,
    SERVICE_FAILED,
    TOO_SLOW,
    AskAgain,
    ContextFull,
)
from agent.brains.fencing import plain
from agent.credentials import without_secrets
from agent.errors import ErrorKind, ShipchatError, error

_TOO_LONG = re.compile(r"prompt is too long|context (window|length|limit)|too many (input )?tokens", re.IGNORECASE)
_CREDIT = re.compile(r"credit balance", re.IGNORECASE)

_BY_TYPE: dict[str, tuple[ErrorKind, bool]] = {
    "overloaded_error": (OVERLOADED, True),
    "rate_limit_error": (RATE_LIMITED, True),
    "api_error": (SERVICE_FAILED, True),
    "timeout_error": (SERVICE_FAILED, True),
    "authentication_error": (BAD_KEY, False),
    "permission_error": (NOT_ALLOWED, False),
    "billing_error": (NO_CREDIT, False),
    "not_found_error": (NO_SUCH_MODEL, False),
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


def translated(fault: Exception, model: str, host: str, timeout_s: float) -> Exception:
    """What to raise instead: a ShipchatError, AskAgain or ContextFull. Nothing of the request is in it."""
    return _Translator(model, host, timeout_s).of(fault)


@dataclass(frozen=True, slots=True)
class _Translator:
    model: str
    host: str
    timeout_s: float

    def of(self, fault: Exception) -> Exception:
        if isinstance(fault, anthropic.APIStatusError):
            return self._of_status(fault)
        # Connecting took too long (no network) or reading did (a model that thinks forever): the cause tells.
        cause = fault.__cause__ if isinstance(fault, anthropic.APIConnectionError) else fault
        if isinstance(cause, httpx2.ReadTimeout):
            return AskAgain(error(TOO_SLOW, model=self.model, seconds=f"{self.timeout_s:g}"))
        if isinstance(fault, anthropic.APIConnectionError):
            reason = plain(str(cause)) if cause is not None and str(cause) else "no connection"
            return AskAgain(error(NOT_REACHED, host=self.host, reason=reason))
        if isinstance(fault, httpx2.HTTPError):
            return AskAgain(self._broke_off("the connection was cut"))
        return AskAgain(self._broke_off("it was not in the expected form"))

    def _broke_off(self, reason: str) -> ShipchatError:
        return error(BROKE_OFF, model=self.model, reason=reason)

    def _of_status(self, fault: anthropic.APIStatusError) -> Exception:
        reason = plain(without_secrets(str(fault.api_message or "no reason given"))).rstrip(".")
        if fault.status_code == 413 or (fault.status_code < 500 and _TOO_LONG.search(reason)):
            return ContextFull()
        if _CREDIT.search(reason):
            return error(NO_CREDIT, reason=reason)
        kind, again = self._kind(fault)
        wait_s = _retry_after(fault)
        wait = f"; it asks to wait {wait_s:.0f} s" if wait_s else ""
        refusal = error(kind, model=self.model, host=self.host, status=fault.status_code, reason=reason, wait=wait)
        return AskAgain(refusal, wait_s) if again else refusal

    def _kind(self, fault: anthropic.APIStatusError) -> tuple[ErrorKind, bool]:
        """By the error's own type, which an error in mid-stream has too (its status is 200), else by the status."""
        if fault.type in _BY_TYPE:
            return _BY_TYPE[fault.type]
        if fault.status_code in _BY_STATUS:
            return _BY_STATUS[fault.status_code]
        return (SERVICE_FAILED, True) if fault.status_code >= 500 else (NOT_UNDERSTOOD, False)


def _retry_after(fault: anthropic.APIStatusError) -> float | None:
    try:
        return max(0.0, float(fault.response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
