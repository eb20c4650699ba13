"""The closed grammar by which a person's words approve, refuse or change the mode.

It is matched before any brain sees the text, only while a preview is pending, and only when the whole message is
nothing else. What is not in here is ordinary talk.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from lark import Lark, Token
from lark.exceptions import LarkError

from agent.chat.limit_words import LIMITS, Limits, ReadLimits

_GRAMMAR = (
    r"""
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
switch: _then? ("switch" "to" | "go" | "use" | "turn" "on") mode "mode"? limits?
_then: "then"
mode: AUTO | CONFIRM
AUTO: "auto" | "automatic"
CONFIRM: "confirm" | "confirmation" | "manual"
refusal: denial ("and"? denial)* _polite?
denial: "no" "thanks"? | "n" | "nope" | "cancel" _that? | "stop" _that? | "abort" | "refuse" _that? | "dont" _dont?
      | "never" "mind" | "nevermind" | "forget" _that | "discard" _that? | "not" "now" | "leave" "it" | "drop" _that
_dont: _them | ("ship" | "send" | "do" | "run" | "buy") (_them | _that)?
_that: "it" | "that" | "this" | "the" "preview"
_polite: "please" | "thanks" | "thank" "you" | "now"
"""
    + LIMITS
)

_PUNCTUATION = re.compile(r"[!.;:…]+(?=\s|$)|,(?!\d)|['’]|(?<=[\w\s])-(?=\s)|[—–]")

_NAMED = re.compile(r"\b(?:approved?|ship|send)\b")


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="earley", ambiguity="resolve")


@dataclass(frozen=True, slots=True)
class Words:
    """What a whole message means under the closed grammar."""

    verdict: Literal["approve", "refuse", "switch"]
    mode: Literal["auto", "confirm"] | None = None
    max_total_cents: int | None = None
    max_rows: int | None = None
    names_it: bool = False
    """Whether the words say what is approved (“ship them”, “approve it”) instead of agreeing to what was said last."""
    limits: Limits = field(default_factory=Limits, compare=False)
    """All limits that the words name for auto mode; those of money and rows are repeated above."""


class _Read(ReadLimits):
    def mode(self, children: list[Token]) -> dict[str, object]:
        return {"mode": "auto" if children[0].type == "AUTO" else "confirm"}

    def switch(self, children: list[dict[str, object]]) -> dict[str, object]:
        return {key: value for child in children for key, value in child.items()}

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
    limits: Limits = found.get("limits", Limits())
    return found | {"max_total_cents": limits.max_total_cents, "max_rows": limits.max_rows}


def read_words(message: str) -> Words | None:
    """What the message means when it is an approval, a refusal or a switch of mode and nothing else; else None."""
    text = " ".join(_PUNCTUATION.sub(" ", message.casefold().replace("'", "").replace("’", "")).split())
    if not text or len(text) > 120:
        return None
    try:
        tree = _parser().parse(text)
    except LarkError:
        return None
    words: Words = _Read().transform(tree)
    return replace(words, names_it=words.verdict == "approve" and _NAMED.search(text) is not None)
