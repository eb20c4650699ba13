"""What an answer, or its absence, says about a request that costs money. Pure; the rules of the money contract."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from mcp_servers.shared.faults import ToolFault, fault
from mcp_servers.ups.backoff import named_pause_s
from mcp_servers.ups.faults import (
    BAD_CREDENTIALS,
    BLOCKED,
    NO_TOKEN,
    SLOW_DOWN,
    TOKEN_REFUSED,
    UNREADABLE,
    UPS_REFUSED,
    UPS_TRANSIENT,
    UPS_UNNAMED,
)
from mcp_servers.ups.ups_codes import TRANSIENT, meaning
from mcp_servers.ups.ups_json import UpsError, errors_of

Outcome = Literal["done", "not_done", "unknown"]

_UNSURE_STATUSES = frozenset({408, 409, 425, 499})
_CREDENTIAL_CODES = frozenset({"10400", "10401", "250003", "250004", "250005", "250006", "250007", "250009"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer read to its end. `body` is None where the text is not a JSON object."""

    status: int
    text: str
    body: dict[str, Any] | None
    trans_id: str
    retry_after_s: float | None = None
    """How long UPS asks to wait, where it says so."""


def reply(status: int, content: bytes, trans_id: str, retry_after: str | None = None) -> Reply:
    """Read an answer's bytes; wrong charsets and broken JSON end in `body` None, not in an exception."""
    text = content.decode("utf-8", errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    return Reply(status, text, body if isinstance(body, dict) else None, trans_id, named_pause_s(retry_after))


def outcome_of(answer: Reply) -> Outcome:
    """`done` on a readable 200; `not_done` on a 4xx with UPS's own error body; otherwise `unknown`."""
    if answer.status == 200:
        return "done" if answer.body is not None and not errors_of(answer.body) else "unknown"
    if 400 <= answer.status < 500 and answer.status not in _UNSURE_STATUSES and errors_of(answer.body):
        return "not_done"
    return "unknown"


def is_transient(answer: Reply) -> bool:
    """Worth another try where trying is safe."""
    if answer.status in {408, 425, 429, 500, 502, 503, 504}:
        return True
    return any(error.code in TRANSIENT for error in errors_of(answer.body)) or (
        answer.status == 200 and answer.body is None
    )


def fault_of(answer: Reply, wait_s: float = 0.0) -> ToolFault:
    """The refusal for an answer that is not a success, with `ups_code`, `ups_message`, `http_status`, `trans_id`."""
    errors = errors_of(answer.body)
    first = errors[0] if errors else UpsError("", "")
    more: dict[str, Any] = {"http_status": answer.status, "trans_id": answer.trans_id}
    if errors:
        more |= {"ups_code": first.code, "ups_message": first.message}
    if len(errors) > 1:
        more["errors"] = [{"code": error.code, "message": error.message} for error in errors]
    if answer.status == 429 or first.code == "10429":
        wait = max(1.0, round(wait_s, 1))
        return fault(SLOW_DOWN, wait_s=wait, more=more | {"retry_after_s": wait})
    if answer.status == 401 or first.code in _CREDENTIAL_CODES:
        return _fault_of_401(first, more)
    if answer.status == 403:
        return fault(BLOCKED, detail=f", {first.code}: {first.message}" if first.code else "", more=more)
    if answer.status >= 500 or first.code in TRANSIENT:
        return fault(UPS_TRANSIENT, detail=_detail(answer, first), more=more)
    if errors:
        known = meaning(first.code, first.message)
        return fault(
            UPS_REFUSED,
            words=known.words,
            ups_code=first.code,
            ups_words=first.message,
            remedy=known.remedy,
            more=more,
        )
    if answer.status == 200:
        return fault(UNREADABLE, detail=_detail(answer, first), trans_id=answer.trans_id, more=more)
    return fault(UPS_UNNAMED, status=answer.status, trans_id=answer.trans_id, more=more)


def token_fault_of(answer: Reply, wait_s: float = 0.0) -> ToolFault:
    """The refusal for an answer of the token host: whatever it refuses without a reason, it refuses the credentials."""
    if answer.status in {400, 401} and not errors_of(answer.body):
        return fault(NO_TOKEN, status=answer.status, more={"http_status": answer.status})
    refusal = fault_of(answer, wait_s)
    if answer.status != 401 or refusal.code == BAD_CREDENTIALS.code:
        return refusal
    error = errors_of(answer.body)[0]
    return fault(BAD_CREDENTIALS, ups_code=error.code, ups_words=error.message, more=refusal.more)


def is_answer(answer: Reply) -> bool:
    """A read's readable success; Time in Transit answers an ambiguous address with 206 and the places it could be."""
    return outcome_of(answer) == "done" or (
        answer.status == 206 and answer.body is not None and not errors_of(answer.body)
    )


def _fault_of_401(error: UpsError, more: dict[str, Any]) -> ToolFault:
    kind = BAD_CREDENTIALS if error.code in _CREDENTIAL_CODES else TOKEN_REFUSED
    return fault(kind, ups_code=error.code or "401", ups_words=error.message or "no reason given", more=more)


def _detail(answer: Reply, error: UpsError) -> str:
    if error.code:
        return f"{error.code}: {error.message}"
    words = (
        "a web page" if answer.text.lstrip().startswith("<") else repr(answer.text[:60]) if answer.text else "no text"
    )
    return f"status {answer.status}, {words}"
