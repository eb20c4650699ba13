"""E-mail notices that UPS sends to a recipient: what each is about, and its code. Source: UPS Shipping."""

import re
from typing import Final

from agent.shipping.text import key

EVENTS: Final = ("ship", "exception", "delivery")
IN_WORDS: Final[dict[str, str]] = {
    "ship": "it ships",
    "exception": "something goes wrong",
    "delivery": "it is delivered",
}
_WORDS: Final[dict[str, str]] = {
    "ship": r"ship|ships|shipped|shipping|shipment|sent|pickup|in transit",
    "exception": r"exception|exceptions|delay|delays|delayed|problem|problems",
    "delivery": r"delivery|delivered|deliver|delivers|arrival|arrives",
}
_ALL: Final = frozenset({"all", "any", "everything", "every event", "all events", "all notices", "all notifications"})


def notice_events(text: object, *, anything: bool = False) -> tuple[str, ...]:
    """`Delivery`, `ship and exception`, `all` -> the events, in order; with `anything` all where none is named."""
    words = key(text)
    found = tuple(event for event in EVENTS if re.search(rf"\b(?:{_WORDS[event]})\b", words))
    return EVENTS if not found and (anything or words in _ALL) else found
