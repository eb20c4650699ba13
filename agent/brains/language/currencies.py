"""Money in several currencies: amounts are compared, summed and ordered within one of them, never across."""

from collections.abc import Mapping
from typing import Final

from agent.brains.language import roles
from agent.brains.language.actions import Ask, AskError, SayError
from agent.brains.language.conditions import Condition, Everything, IsOneOf
from agent.brains.language.facts import SheetFacts
from agent.brains.language.headers import header_words

_OF_WORD: Final[dict[str, str]] = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "cad": "CAD", "usd": "USD",
}  # fmt: skip
_DOLLARS: Final = frozenset({"USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD"})
_MONEY: Final = frozenset({"total", "subtotal", "amount", "price", "value", "cost", "sum"})


def currency_of(word: str) -> str | None:
    """The currency that a sign or word names; None for dollars, which several countries have."""
    return _OF_WORD.get(word.casefold())


def within_one(
    said: str | None, column: str, facts: SheetFacts, answers: Mapping[str, str], mentioned: frozenset[str]
) -> Condition:
    """What must hold so that amounts of this column are in one currency; `said` is the currency that was named.

    Raises:
        AskError: where the sheet has several and none was named (`mentioned` = columns whose values the message names).
        SayError: where the sheet has only others than the one that was named.
    """
    currencies = roles.columns_for(facts, "currency")
    if not (roles.own_role(facts, column) == "total" or set(header_words(column)) & _MONEY):
        return Everything()
    if not currencies:
        return _trusted(said, column, answers)
    by_code = {value.strip().upper(): value for value, _ in facts.column(currencies[0]).values}
    if said is not None and said not in by_code:
        raise SayError(f"No amount of this sheet is in {said}; {currencies[0]} says {', '.join(sorted(by_code))}.")
    if said is not None and len(by_code) > 1:
        return IsOneOf(currencies[0], (by_code[said],))
    if len(by_code) < 2 or currencies[0] in mentioned:
        return Everything()
    question = f"{column} is in several currencies. Which one do you mean?"
    answer = answers.get(question, "").strip().upper()
    if answer not in by_code:
        raise AskError(Ask(question, tuple(sorted(by_code, key=_dollars_first)), "value"))
    return IsOneOf(currencies[0], (by_code[answer],))


def _trusted(said: str | None, column: str, answers: Mapping[str, str]) -> Condition:
    """Where the sheet names no currency, one that was said is taken only when the header or the person confirms it."""
    if said in (None, "USD") or str(said).casefold() in header_words(column):
        return Everything()
    question = f"The sheet does not say its currency. Are the amounts in {column} in {said}?"
    sure = f"yes, in {said}"
    if answers.get(question, "").casefold() != sure.casefold():
        raise AskError(Ask(question, (sure,), "words", True))
    return Everything()


def _dollars_first(code: str) -> tuple[bool, str]:
    return code not in _DOLLARS, code
