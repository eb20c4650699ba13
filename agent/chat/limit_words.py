"""The closed grammar by which a person's words set, change, remove or ask for the limit of a session.

Matched before any brain sees the text, and only when the whole message is nothing else: no model changes a limit.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError

from agent.planning.allowance import Part
from agent.planning.amounts import HOW_TO_WRITE, cents_of, count_of, reading_of
from agent.planning.wording import SIGNS
from agent.shipping.services import SERVICE_WORDS, service_code

_SPOKEN: Final = sorted(
    (re.escape(word) for word in SERVICE_WORDS if len(word) > 2 and not re.search(r"days$|^\d+$|tomorrow|^by ", word)),
    key=len,
    reverse=True,
)
"""Names of services; without “2 days” and the like, which are times here."""

LIMITS: Final = rf"""
limits: _limit ("and"? _limit)*
_limit: _lead? (money | rows | bare) | services | time
_lead: "up" "to" | "with" "a"? "budget" "of" | "for" | "under" | "max" | "at" "most" | "or"
money: "$" AMOUNT -> usd
      | AMOUNT ("dollars" | "usd") -> usd
      | "€" AMOUNT -> eur
      | AMOUNT ("euro" | "euros" | "eur") -> eur
      | "£" AMOUNT -> gbp
      | AMOUNT ("pounds" "sterling"? | "gbp") -> gbp
      | AMOUNT "cad" -> cad
rows: AMOUNT ("row" | "rows" | "orders" | "shipments" | "parcels")
bare: AMOUNT
services: "for"? "only"? SERVICE (("and" | "or") SERVICE)* "only"?
time: ("until" | "till") CLOCK | "for" LENGTH
AMOUNT: /([^\s$€£]\S*)?[\d²³¹]\S*/
SERVICE: /(ups )?({"|".join(_SPOKEN)})/
CLOCK: /(\d{{1,2}}([:.]\d{{2}})?( ?[ap]\.?m\.?)?|noon|midnight)/
LENGTH: /(\d{{1,3}}|an|half an|a) ?(minutes?|min|hours?|h)/
%ignore /\s+/
"""
"""Rules of every grammar that names limits; `bare` is a number that does not say of what."""

_CHANGES: Final = r"""
start: _polite? (change | remove | ask) _polite?
change: (RAISE | LOWER | SET) _the? _noun ("to" | "at" | "of")? limits   -> change_to
      | (RAISE | LOWER) _the? _noun "by" limits                          -> change_by
      | (RAISE | LOWER) IT "to" limits                                   -> change_to
remove: ("remove" | "lift" | "drop" | "clear" | "end" | "take" "away") _the? which? _noun
      | ("no" | "without") "a"? which? _noun ("any" "more" | "anymore")?
ask: ("whats" | "what" "is") "left" _of?                                 -> ask
   | "how" "much" ("money" | "budget")? "is" "left" _of?                 -> ask
   | ("whats" | "what" "is" | "show" "me"?) _the _noun                   -> ask_limit
_of: "of" _the? _noun
which: KIND
KIND: "money" | "price" | "row" | "rows" | "service" | "services" | "time"
_the: "the" | "my" | "our" | "a"
_noun: "limit" | "limits" | "budget" | "cap" | "allowance"
RAISE: "raise" | "increase" | "up"
LOWER: "lower" | "reduce" | "decrease" | "cut"
SET: "set" | "change" | "make"
IT: "it"
_polite: "please" | "thanks" | "thank" "you" | "now"
"""

_PUNCTUATION: Final = re.compile(r"[!?;…]+(?=\s|$)|(?<![ap]\.m)[.:]+(?=\s|$)|,(?=\s|$)|['’]|[—–]")
_KINDS: Final[dict[str, Part]] = {
    "money": "money",
    "price": "money",
    "row": "rows",
    "rows": "rows",
    "service": "services",
    "services": "services",
    "time": "time",
}
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits as they were said; times are still words."""

    max_total_cents: int | None = None
    max_rows: int | None = None
    services: tuple[str, ...] = ()
    at: tuple[int, int] | None = None
    """Hour and minute of this machine's day; (24, 0) is its end."""
    for_s: int | None = None
    currency: str = field(default="", compare=False)
    """Of the money, where it was said."""
    unclear: str | None = None
    """What could not be read in one way only, in words: nothing may be set then."""

    @property
    def named(self) -> bool:
        return self != Limits()


@dataclass(frozen=True, slots=True)
class LimitWords:
    """What a whole message asks of the limit."""

    verb: Literal["raise", "lower", "set", "remove", "ask"]
    limits: Limits = field(default_factory=Limits)
    by: bool = False
    """“by $20”, not “to $20”."""
    part: Part = "all"
    """What is removed."""
    plain: bool = True
    """Whether limit, budget, cap or allowance was said; “lower it” and “what's left?” may mean something else."""


def _money(text: str, currency: str) -> dict[str, object]:
    cents = cents_of(text)
    if cents is None:
        return _unclear(f"{reading_of(text, SIGNS[currency])}. {HOW_TO_WRITE}")
    return {"max_total_cents": cents, "currency": currency}


class ReadLimits(Transformer[Token, Any]):
    """The rules of `LIMITS`."""

    def usd(self, children: list[Token]) -> dict[str, object]:
        return _money(str(children[0]), "USD")

    def eur(self, children: list[Token]) -> dict[str, object]:
        return _money(str(children[0]), "EUR")

    def gbp(self, children: list[Token]) -> dict[str, object]:
        return _money(str(children[0]), "GBP")

    def cad(self, children: list[Token]) -> dict[str, object]:
        return _money(str(children[0]), "CAD")

    def rows(self, children: list[Token]) -> dict[str, object]:
        count = count_of(str(children[0]))
        return {"max_rows": count} if count else _unclear(f"“{children[0]}” is not a number of rows")

    def bare(self, children: list[Token]) -> dict[str, object]:
        text = str(children[0])
        if count_of(text) is None and cents_of(text) is None:
            return _unclear(f"{reading_of(text)}. {HOW_TO_WRITE}")
        return _unclear(f"“{text}” may mean an amount of {text} or {text} rows")

    def services(self, children: list[Token]) -> dict[str, object]:
        codes = [service_code(str(child)) for child in children]
        return {"services": tuple(dict.fromkeys(code for code in codes if code))}

    def time(self, children: list[Token]) -> dict[str, object]:
        return _time(children[0])

    def limits(self, children: list[dict[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for child in children:
            twice = found.keys() & child.keys()
            found |= _unclear("one thing is limited twice") if twice else child
        return {"limits": Limits(**found)}  # type: ignore[arg-type]


class _Read(ReadLimits):
    def change_to(self, children: list[Any]) -> LimitWords:
        return _change(children, by=False)

    def change_by(self, children: list[Any]) -> LimitWords:
        return _change(children, by=True)

    def which(self, children: list[Token]) -> Part:
        return _KINDS[str(children[0])]

    def remove(self, children: list[Any]) -> LimitWords:
        return LimitWords("remove", part=next(iter(children), "all"))

    def ask(self, children: list[Any]) -> LimitWords:
        return LimitWords("ask", plain=False)

    def ask_limit(self, _children: list[Any]) -> LimitWords:
        return LimitWords("ask")

    def start(self, children: list[Any]) -> Any:
        return children[0]


def _change(children: list[Any], *, by: bool) -> LimitWords:
    verbs: dict[str, Literal["raise", "lower", "set"]] = {"RAISE": "raise", "LOWER": "lower", "SET": "set"}
    limits: Limits = next(child["limits"] for child in children if isinstance(child, dict))
    plain = not any(isinstance(child, Token) and child.type == "IT" for child in children)
    return LimitWords(verbs[children[0].type], limits, by, plain=plain)


def _unclear(why: str) -> dict[str, object]:
    return {"unclear": why}


def _time(token: Token) -> dict[str, object]:
    text = str(token)
    if token.type == "LENGTH":
        number, unit = re.fullmatch(r"(\d+|half an|an|a) ?(\w+)", text, re.ASCII).groups()  # type: ignore[union-attr]
        seconds = 3600 if unit.startswith("h") else 60
        count = {"a": 1.0, "an": 1.0, "half an": 0.5}.get(number) or float(number)
        return {"for_s": int(count * seconds)} if count else _unclear(f"“{text}” is not a time")
    if text in {"noon", "midnight"}:
        return {"at": (12, 0) if text == "noon" else (24, 0)}
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?(?: ?([ap])\.?m\.?)?", text, re.ASCII)
    if found is None:
        return _unclear(f"“{text}” is not a time of day")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > (12 if half else 23) or (half and hour == 0):
        return _unclear(f"“{text}” is not a time of day")
    if half is None and (found[2] is None or 1 <= hour <= 12):
        # 17:30 says it; 5 and 5:30 may be morning or afternoon.
        return _unclear(f"“{text}” may be morning or afternoon; say {text} am or {text} pm")
    return {"at": (hour % 12 + 12 * (half == "p") if half else hour, minute)}


@cache
def _parser() -> Lark:
    return Lark(LIMITS + _CHANGES, parser="earley", ambiguity="resolve")


_BEGINNING: Final = re.compile(
    r"(please |now )*(raise|increase|up|lower|reduce|decrease|cut|set|change|make"
    r"|remove|lift|drop|clear|end|take|no|without|whats?|how|show)\b"
)
"""Cheap: most messages never reach the parser."""


def read_limit_words(message: str) -> LimitWords | None:
    """What the message asks of the limit when it is that and nothing else; else None."""
    text = " ".join(_PUNCTUATION.sub(lambda found: "" if found[0] in "'’" else " ", message.casefold()).split())
    if not text or len(text) > _LONGEST or _BEGINNING.match(text) is None:
        return None
    try:
        tree = _parser().parse(text)
    except LarkError:
        return None
    words: LimitWords = _Read().transform(tree)
    return words
