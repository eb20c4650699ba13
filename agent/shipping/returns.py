"""Returns: what UPS calls their services, who gets the label, and what a return cannot be. Pure.

The parcel starts at the recipient of the order and goes to the shipper of the settings; words never name an address.
"""

from typing import Any, Final

from agent.shipping import faults
from agent.shipping.services import service_label
from agent.shipping.text import key
from agent.shipping.verdict import Ok, Reject, reject

CODES: Final[dict[str, str]] = {"print": "9", "email": "8", "one_attempt": "3", "three_attempts": "5"}
"""Kind -> UPS's code."""
IN_WORDS: Final[dict[str, str]] = {
    "9": "the label is printed here",
    "8": "UPS e-mails the label to the customer",
    "3": "a driver brings the label and picks up, one attempt",
    "5": "a driver brings the label and picks up, three attempts",
}
_CELLS: Final[dict[str, str]] = {
    "print": "9|print|printed|print return label|ups print return label|return label print|prl|rs9|print label",
    "email": "8|email|e mail|electronic|electronic return label|ups electronic return label|erl|rs8|email label"
    "|email return label",
    "one_attempt": "3|1 attempt|one attempt|return service 1 attempt|ups returns 1 attempt|1 pickup attempt"
    "|one pickup attempt|rs1|1 ups pickup attempt",
    "three_attempts": "5|3 attempts|three attempts|return service 3 attempts|ups returns 3 attempts|3 pickup attempts"
    "|three pickup attempts|rs3|3 ups pickup attempts",
}
_KIND_OF: Final = {key(word): kind for kind, words in _CELLS.items() for word in words.split("|")}
_NOT_FOR_RETURNS: Final = frozenset({"13", "14", "59", "92", "93", "94", "95"})
_BROUGHT_BY_UPS: Final = frozenset({"2", "3", "5", "8"})


def return_kind(cell: object) -> str | None:
    """What a cell such as `9`, `Print Return Label` or `ERL` asks for; None where it is none of these."""
    return _KIND_OF.get(key(cell))


def is_return(payload: dict[str, Any]) -> bool:
    """Whether a rendered shipment comes back to the shipper."""
    return bool(payload.get("return_service_code"))


def label_comes_here(payload: dict[str, Any]) -> bool:
    """Whether UPS answers with a label; of other returns the customer gets it by e-mail or from the driver."""
    return payload.get("return_service_code") not in _BROUGHT_BY_UPS


def check_return_service(service: str) -> Ok[None] | Reject:
    """Whether a service takes returns."""
    if service in _NOT_FOR_RETURNS:
        return reject(faults.RETURN_SERVICE, service=service_label(service))
    return Ok(None)
