"""Tells apart what an endpoint of the Messages API can answer instead of an answer. Imports the SDK."""

from dataclasses import dataclass

import anthropic
import httpx2

from agent.brains.faults import BROKE_OFF, NOT_REACHED, TOO_SLOW, AskAgain
from agent.brains.fencing import plain
from agent.brains.status_faults import of_status, wait_of
from agent.credentials import without_secrets
from agent.errors import ShipchatError, error


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
        headers = fault.response.headers
        said = str(fault.api_message or _cloud_says(fault.body) or "no reason given")
        reason = plain(without_secrets(said)).rstrip(".")
        kind = fault.type or headers.get("x-amzn-errortype", "").partition(":")[0] or None
        return of_status(
            fault.status_code, kind, reason, wait_of(headers.get("retry-after")), model=self.model, host=self.host
        )


def _cloud_says(body: object) -> object:
    """The words of an error that is not in Anthropic's form: `{message}` of AWS, `[{error: {message}}]` of Google."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return None
    inner = body.get("error")
    return (inner if isinstance(inner, dict) else body).get("message") or body.get("Message")
