"""The closed grammar by which a person's words approve, refuse or change the mode (money.md, Approval).

It is matched before any brain sees the text, only while a preview is pending, and only when the whole message is
nothing else. What is not in here is ordinary talk.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError

from agent.plan.amounts import cents_of

_GRAMMAR = r"""
start: _polite? approval ("and"? switch)? _polite? -> approve
     | switch                                      -> switch_only
     | refusal                                     -> refuse

approval: agreement ("and"? agreement)*
agreement: "yes" | "y" | "yep" | "yeah" | "ok" | "okay" | "sure" | "lgtm" | "perfect" | "great"
         | "approve" "it"? | "approved" | "confirm" "it"? | "confirmed" | "agreed" | "correct"
         | ("looks" | "sounds" | "all") ("good" | "right" | "fine" | "great")
         | "that" ("looks" | "is") ("good" | "right" | "fine" | "great" | "correct")
         | "just"? "go" "ahead"? | "just"? "do" "it" | "just"? "run" _them | "just"? "ship" _them | "just"? "send" _them
         | "just"? "proceed" | "just"? "continue" | "lets" "go" | "please" "do" | "make" "it" "so" | "go" "for" "it"
_them: ("it" | "them" | "these" | "those") "all"? | "all" "of" ("it" | "them" | "these" | "those")
switch: _then? ("switch" "to" | "go" | "use" | "turn" "on") mode "mode"? budget?
_then: "then"
mode: AUTO | CONFIRM
AUTO: "auto" | "automatic"
CONFIRM: "confirm" | "confirmation" | "manual"
budget: ("up" "to" | "with" "a"? "budget" "of" | "for" | "under" | "max")? money (("and" | "or")? rows)?
      | ("up" "to" | "for" | "max") rows
money: "$" AMOUNT | AMOUNT ("dollars" | "usd")
rows: COUNT ("rows" | "orders" | "shipments" | "parcels")
refusal: denial ("and"? denial)* _polite?
denial: "no" "thanks"? | "n" | "nope" | "cancel" _that? | "stop" _that? | "abort" | "refuse" _that? | "dont" _dont?
      | "never" "mind" | "nevermind" | "forget" _that | "discard" _that? | "not" "now" | "leave" "it" | "drop" _that
_dont: _them | ("ship" | "send" | "do" | "run" | "buy") (_them | _that)?
_that: "it" | "that" | "this" | "the" "preview"
_polite: "please" | "thanks" | "thank" "you" | "now"
AMOUNT.2: /\d{1,3}(,\d{3})+(\.\d\d)?|\d+(\.\d\d)?/
COUNT.1: /\d+/
%ignore /\s+/
"""

_PUNCTUATION = re.compile(r"[!.;:…]+(?=\s|$)|,(?!\d)|['’]|(?<=[\w\s])-(?=\s)|[—–]")

_NAMED = re.compile(r"\b(?:approved?|ship|send)\b")

_parser = Lark(_GRAMMAR, parser="earley", ambiguity="resolve")


@dataclass(frozen=True, slots=True)
class Words:
    """What a whole message means under the closed grammar."""

    verdict: Literal["approve", "refuse", "switch"]
    mode: Literal["auto", "confirm"] | None = None
    max_total_cents: int | None = None
    max_rows: int | None = None
    names_it: bool = False
    """Whether the words say what is approved (“ship them”, “approve it”) instead of agreeing to what was said last."""


class _Read(Transformer[Token, Words]):
    def mode(self, children: list[Token]) -> dict[str, object]:
        return {"mode": "auto" if children[0].type == "AUTO" else "confirm"}

    def money(self, children: list[Token]) -> dict[str, object]:
        return {"max_total_cents": cents_of(str(children[0]))}

    def rows(self, children: list[Token]) -> dict[str, object]:
        return {"max_rows": int(str(children[0]).replace(",", ""))}

    def budget(self, children: list[dict[str, object]]) -> dict[str, object]:
        return {key: value for child in children for key, value in child.items()}

    switch = budget

    def approve(self, children: list[object]) -> Words:
        return Words("approve", **_words(children))

    def switch_only(self, children: list[object]) -> Words:
        return Words("switch", **_words(children))

    def refuse(self, _children: list[object]) -> Words:
        return Words("refuse")


def _words(children: list[object]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in children:
        if isinstance(child, dict):
            found |= child
    return found


def read_words(message: str) -> Words | None:
    """What the message means when it is an approval, a refusal or a switch of mode and nothing else; else None."""
    text = " ".join(_PUNCTUATION.sub(" ", message.casefold().replace("'", "").replace("’", "")).split())
    if not text or len(text) > 120:
        return None
    try:
        tree = _parser.parse(text)
    except LarkError:
        return None
    words: Words = _Read().transform(tree)
    return replace(words, names_it=words.verdict == "approve" and _NAMED.search(text) is not None)
