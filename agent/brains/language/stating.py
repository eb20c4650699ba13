"""Statements inside a command, which choose no rows: `ship the CA orders, each weighs 2 lb, by ground`."""

import re
from dataclasses import dataclass
from typing import Final

from agent.brains.language import roles
from agent.brains.language.actions import Ask, AskError, ToolRequest
from agent.brains.language.resolving import Resolver

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


def stated(statement: Statement, resolver: Resolver) -> tuple[ToolRequest | None, str]:
    """(what to note, words to add to the command): a weight for the rows without one, or a condition after all.

    Where the sheet has weights, the statement may just as well choose among them: the person says which.
    """
    said, weight = statement.said, statement.weight
    default = ToolRequest("set_default", {"field": "weight", "value": weight})
    if not roles.columns_for(resolver.facts, "weight"):
        return default, ""
    only, lacking = f"only those that weigh {weight}", f"take {weight} where the sheet has no weight"
    answer = resolver.ask(f'What about "{said}"?', (only, lacking), "words").casefold()
    if answer not in (only.casefold(), lacking.casefold()):
        raise AskError(Ask(f'What about "{said}"?', (only, lacking), "words"))
    return (None, f" that weigh {weight}") if answer == only.casefold() else (default, "")
