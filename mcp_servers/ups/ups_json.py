"""Reading UPS's JSON as it really comes: objects where arrays are documented, "" for empty, errors in three shapes."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class UpsError:
    """One of UPS's errors, in its own words."""

    code: str
    message: str


def as_list(value: Any) -> list[Any]:
    """Whatever stands where a list should: None and "" are empty, one object is a list of one."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def at(body: Any, *path: str) -> Any:
    """The value at a path of keys, None where it ends early; of a list the first element is followed."""
    for key in path:
        if isinstance(body, list):
            body = body[0] if body else None
        if not isinstance(body, dict):
            return None
        body = body.get(key)
    return body


def text_at(body: Any, *path: str) -> str | None:
    """The text at a path, trimmed; numbers become text, anything else is None. Empty is None."""
    value = at(body, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return clean(str(value)) or None


def clean(text: str) -> str:
    """Without the escaped carriage returns that CIE has been seen to put before values."""
    return text.replace("&#xD;", "").strip()


def errors_of(body: Any) -> list[UpsError]:
    """The errors of an answer in any documented shape; empty when it is not a UPS error body."""
    found = as_list(at(body, "response", "errors")) or as_list(at(body, "errors"))
    errors = [
        UpsError(text_at(entry, "code") or "", text_at(entry, "message") or "")
        for entry in found
        if isinstance(entry, dict)
    ]
    details = as_list(at(body, "Fault", "detail", "Errors", "ErrorDetail"))
    errors += [
        UpsError(
            text_at(entry, "PrimaryErrorCode", "Code") or "", text_at(entry, "PrimaryErrorCode", "Description") or ""
        )
        for entry in details
    ]
    return [error for error in errors if error.code or error.message]


def context_of(response: Any) -> str | None:
    """The `CustomerContext` that UPS echoes in a `Response`: what the request was sent with; optional in its schema."""
    return text_at(response, "TransactionReference", "CustomerContext")


def money_of(charge: Any) -> tuple[str, str] | None:
    """(amount, currency) of a charge object, or None."""
    amount, currency = text_at(charge, "MonetaryValue"), text_at(charge, "CurrencyCode")
    return (amount, currency) if amount and currency else None


def is_masked(tracking_number: str) -> bool:
    """CIE gives the same masked number for every shipment: it identifies nothing."""
    return "XXXX" in tracking_number.upper()
