"""Questions about addresses: `check the addresses of the California orders`, `are these addresses ok?`."""

import re
from dataclasses import dataclass
from typing import Final

from agent.understanding.tokens import straight

_MINE: Final = r"(?:all )?(?:of )?(?:the |these |those |my |our |their |all )*"
_KIND: Final = r"(?:ship(?:ping)?(?:[ -]to)? |delivery |customer )?address(?:es)?"
_GOOD: Final = r"(?:ok|okay|valid|good|right|correct|real|deliverable|fine|complete)"
_BAD: Final = r"(?:bad|wrong|invalid|not valid|incorrect|unknown|faulty|undeliverable)"
_WHICH: Final = r"(?P<which>(?!ship)[\w .'-]+? )??"
_LEAD: Final = (
    r"^(?:please |can you |could you |now |so |and |then |ok(?:ay)?,? )*"
    r"(?:tell me |show me |give me |i(?:'d| would) like to know |do you know |find out )?"
)
_FORMS: Final = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_LEAD}(?:re-?)?(?:check|verify|validate|confirm|test|double-?check) (?:that |if |whether )?"
        rf"{_MINE}{_WHICH}{_KIND}"
        rf"(?: (?P<again>again|anew|once more))?(?: (?:are|is) {_GOOD})?(?: (?:of|for|on|in) (?P<rest>.+?))?"
        r"(?: (?P<anew>again|anew|once more))?$",
        rf"^(?:so |and |ok(?:ay)?,? )*(?:are|is) {_MINE}{_WHICH}{_KIND} "
        rf"(?:(?:of|for|on|in) (?P<rest>.+?) )?(?:all )?{_GOOD}$",
        rf"^(?:which|what) {_WHICH}addresses (?:(?:of|for|in) (?P<rest>.+?) )?(?:are|is|look) {_BAD}$",
        r"^are (?:there )?any addresses (?:bad|wrong|invalid)$",
        r"^(?:which|what|how many) (?:of (?:the|these|those) )?(?:addresses|orders) (?:are|go to|are going to)"
        r" (?:homes|residential|businesses|commercial|private homes|residences|home addresses)$",
    )
]
_POINTING: Final = frozenset({"", "these", "those", "them", "it", "these orders", "those orders", "the preview"})
_ALL: Final = frozenset({"all", "all orders", "everything", "all of them", "all the orders"})


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """A question about addresses, and the words for the rows whose they are."""

    rows: str
    """Empty where none are named: those of the preview, those that were counted last, else all."""
    everything: bool
    again: bool
    """Whether UPS shall be asked anew."""


def address_check(text: str) -> AddressCheck | None:
    """What is asked about addresses; None for any other message."""
    plain = straight(text).strip(" .!?")
    found = next((match for form in _FORMS if (match := form.match(plain))), None)
    if found is None:
        return None
    parts = found.groupdict()
    rest = (parts.get("which") or parts.get("rest") or "").strip()
    said = rest.casefold()
    rows = "" if said in _POINTING | _ALL else rest
    return AddressCheck(rows, said in _ALL, bool(parts.get("again") or parts.get("anew")))
