"""Statements inside a command, which choose no rows: `ship the CA orders, each weighs 2 lb, by ground`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.understanding.requests import Ask, ToolRequest
from agent.understanding.sheet import Sheet

_NUMBER: Final = r"(?:\d*\.?\d+|a|one|two|three|four|five|ten|half a)"
_WEIGHT: Final = rf"(?P<{{0}}>{_NUMBER}\s?(?:lbs?|pounds?|oz|ounces?|kgs?|kilos?|g|grams?))"
_STATED: Final = re.compile(
    r"[,;(]?\s*(?:and )?\b(?:"
    r"(?:each|every|all|they|these|those)(?: (?:one|order|package|parcel|box|of (?:them|which))s?)?(?: all| each)?"
    rf" (?:weigh(?:s|ing)?|(?:is|are)(?: at)?|at) (?:exactly |about )?{_WEIGHT.format('a')}(?: each| a ?piece)?"
    rf"|(?:weighing |at |assume |assuming |with )?{_WEIGHT.format('b')}"
    r" (?:each|a ?piece|per (?:order|package|parcel|box)))\)?(?=\W|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A weight that is stated of what is shipped, with the words around it."""

    before: str
    said: str
    weight: str
    after: str


def cut_statement(text: str) -> Statement | None:
    """The message cut at its statement; None when it states nothing."""
    found = _STATED.search(text)
    if found is None:
        return None
    said = found[0].strip(" ,;()")
    return Statement(text[: found.start()], said, found["a"] or found["b"], text[found.end() :])


def stated(text: str, sheet: Sheet, answers: Mapping[str, str]) -> tuple[str, ToolRequest | None] | Ask:
    """(the command itself, what to note beside it): a weight for the rows without one, or a condition after all.

    Where the sheet has weights, the statement may just as well choose among them: the person says which.
    """
    cut = cut_statement(text)
    if cut is None:
        return text, None
    note = ToolRequest("set_default", {"field": "weight", "value": cut.weight})
    bare = f"{cut.before} {cut.after}".strip(" ,;")
    if not sheet.of("weight"):
        return bare, note
    only, lacking = f"only those that weigh {cut.weight}", f"take {cut.weight} where the sheet has no weight"
    question = f'What about "{cut.said}"?'
    answer = answers.get(question, "").casefold()
    if answer == lacking.casefold():
        return bare, note
    if answer == only.casefold():
        return f"{cut.before} that weigh {cut.weight} {cut.after}".strip(" ,;"), None
    return Ask(question, (only, lacking), "words")
