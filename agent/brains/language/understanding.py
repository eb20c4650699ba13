"""From a message to tokens: typing errors put right, vague and unknown words asked about before anything is decided."""

import re
from itertools import pairwise
from typing import Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.choices import for_vague, item_with, name_probes, nearest, probes
from agent.brains.language.cursor import Token
from agent.brains.language.requesting import OFFERED
from agent.brains.language.resolving import Resolver
from agent.brains.language.scanner import Lexeme, scan
from agent.brains.language.settling import settle
from agent.brains.language.spelling import correct
from agent.brains.language.words import cut, stem
from agent.shipping.services import read_service, service_code
from agent.shipping.verdict import Ask as ServiceQuestion

_ROUNDS: Final = 8
_IN_NAMES: Final = frozenset({"VALUE", "PLACE", "COLUMN", "NOUN", "ITEMS", "UNKNOWN"})
_VIA: Final = frozenset({"via", "using", "through", "thru"})
_SIGNATURES: Final = frozenset({"SIGNATURE", "ADULT_SIGNATURE"})
_NEGATED: Final = re.compile(
    r"\b(?:no|not|without|do ?n[o'’]?t|dont|never|unless|neither|nor|skip|drop|omit|waive|except)\b[^,.;]{0,25}$",
    re.IGNORECASE,
)
"""A signature behind a no is nothing that is ordered: a person is asked."""
_EMPTY_WORDS: Final = frozenset("NOUN FILLER SHIP AND OR COMMA BE REST HAVE FOR IN RELATIVE".split())  # noqa: SIM905


def understand(text: str, resolver: Resolver, ignored: list[str]) -> tuple[str, list[Token]]:
    """The message as it is read, and its tokens.

    Raises:
        AskError: for vague words ("the big ones") and for words that nothing in the sheet or in the language explains.
    """
    for _ in range(_ROUNDS):
        lexemes = scan(text, resolver.facts, resolver.today, resolver.answers)
        corrected = _corrected(text, lexemes, resolver, ignored)
        if corrected is not None:
            text = corrected
            continue
        try:
            tokens = settle(text, lexemes, resolver.today)
        except AskError as fault:
            text = _with_answer(text, fault.ask, resolver)
            continue
        replaced = _explained(text, tokens, resolver, ignored)
        if replaced is None:
            return text, tokens
        text = replaced
    raise AskError(Ask("I do not understand that. Please say it in other words.", (), "words", True))


def _corrected(text: str, lexemes: list[Lexeme], resolver: Resolver, ignored: list[str]) -> str | None:
    for lexeme in lexemes:
        if "UNKNOWN" not in lexeme.kinds:
            continue
        named = lexeme.start > 0 and lexeme.text[:1].isupper() and not text.isupper()
        if named and correct(lexeme.text, resolver.facts, proper=True) is None:
            continue
        found = correct(lexeme.text, resolver.facts)
        if found is not None:
            if stem(found.said.casefold()) != stem(found.meant):
                ignored.append(f"read {found.said!r} as {found.meant!r}")
            meant = found.meant.title() if lexeme.text[:1].isupper() else found.meant
            return text[: lexeme.start] + meant + text[lexeme.end :]
    return None


def _explained(text: str, tokens: list[Token], resolver: Resolver, ignored: list[str]) -> str | None:
    """The message with a word replaced by what the person said it means; None when nothing is open."""
    for index, token in enumerate(tokens):
        if token.kind == "VAGUE":
            question, options = f'What do you mean by "{token.text}"?', for_vague(token.text)
            answer = resolver.ask(question, options, "words", free_text=True)
            return _replaced(text, token, _telling(answer, Ask(question, options, "words", True), resolver))
        if token.kind == "TAKEN_BACK" and (parts := _parted(text, token)):
            return resolver.ask("You took something back. What do you mean?", parts, "words", free_text=True)
        if token.kind == "OPTION" or (token.kind in _SIGNATURES and _NEGATED.search(text[: token.start])):
            leave = f'leave "{token.text}" out'
            question = f'"{token.text}" is nothing that I can order with words. Go on without it?'
            if resolver.ask(question, (leave,), "words", free_text=True).casefold() != leave.casefold():
                raise AskError(Ask(question, (leave,), "words", True))
            ignored.append(token.text)
            return _replaced(text, token, "")
        if token.kind == "UNKNOWN" and not _is_value_of_a_column(tokens, index):
            if _before(text, token) in _VIA:
                return _replaced(text, token, _service(token.text, resolver))
            if (whole := _shared_noun(tokens, index, resolver)) is not None:
                return _replaced(text, token, whole)
            if (item := item_with(token.text, resolver.facts)) is not None:
                return _replaced(text, token, item)
            near = nearest(token.text, resolver.facts)
            leave = f'leave "{token.text}" out'
            question = f'I do not know "{token.text}" here. What do you mean?'
            names = _whole_names(tokens, index, text)
            possible = (*probes(token.text, resolver.facts), *name_probes(list(names), resolver.facts))
            answer = resolver.ask(question, (*near, leave), "value", free_text=True, probes=possible)
            if answer.casefold() == leave.casefold():
                ignored.append(token.text)
                return _replaced(text, token, "")
            asked = Ask(question, (*near, leave), "value", True, possible)
            if (named := next((name for name in names if answer.endswith(f'is "{name}"')), None)) is not None:
                start, end = names[named]
                return f"{text[:start]}{answer}{text[end:]}"
            return _replaced(text, token, _telling(answer, asked, resolver))
    return None


def _with_answer(text: str, asked: Ask, resolver: Resolver) -> str:
    """The message with an answer in the place that it is about.

    Raises:
        AskError: while there is none, or it has no such place.
    """
    answer = resolver.answers.get(asked.question)
    if answer is None or asked.place is None:
        raise AskError(asked)
    start, end = asked.place
    return f"{text[:start]}{_telling(answer, asked, resolver)}{text[end:]}"


def _parted(text: str, token: Token) -> tuple[str, ...]:
    """What was said before and after something was taken back, the later first; nothing where only one was said."""
    before, after = text[: token.start].strip(" ,;:.-"), text[token.end :].strip(" ,;:.-")
    return (after, before) if before and after else ()


def _whole_names(tokens: list[Token], index: int, text: str) -> dict[str, tuple[int, int]]:
    """The unknown word with the words beside it -> where they stand: `Quill` may be half of `Quill Books`."""
    found: dict[str, tuple[int, int]] = {}
    for first, last in ((0, 1), (0, 2), (1, 0), (1, 1)):
        low, high = index - first, index + last
        if low < 0 or high >= len(tokens):
            continue
        around = tokens[low : high + 1]
        gaps = [text[one.end : after.start] for one, after in pairwise(around)]
        others = [token for token in around if token is not tokens[index]]
        if all(token.kind in _IN_NAMES for token in others) and all(gap == " " for gap in gaps):
            found[text[around[0].start : around[-1].end]] = (around[0].start, around[-1].end)
    return found


def _shared_noun(tokens: list[Token], index: int, resolver: Resolver) -> str | None:
    """`tea and snack boxes` of `Tea Box` and `Snack Box`: the last word belongs to both."""
    listed = tokens[index + 1 :]
    while listed and listed[0].kind in ("AND", "OR", "COMMA", "UNKNOWN"):
        listed = listed[1:]
    if not listed or listed[0].kind != "VALUE":
        return None
    whole = f"{tokens[index].text} {listed[0].text.split()[-1]}"
    lexemes = scan(whole, resolver.facts, resolver.today, {})
    return whole if len(lexemes) == 1 and "VALUE" in lexemes[0].kinds else None


def _before(text: str, token: Token) -> str:
    words = cut(text[: token.start])
    return words[-1].key if words else ""


def _service(said: str, resolver: Resolver) -> str:
    """`via Teleport`: which of the services that UPS has.

    Raises:
        AskError: while it is not answered by one of them.
    """
    verdict = read_service(said)
    options = tuple(verdict.options) if isinstance(verdict, ServiceQuestion) else OFFERED
    question = f'Which UPS service is "{said}"?'
    answer = resolver.ask(question, options, "service", free_text=True)
    if service_code(answer) is None and answer.casefold() not in {option.casefold() for option in options}:
        raise AskError(Ask(question, options, "service", True))
    return answer


def _telling(answer: str, asked: Ask, resolver: Resolver) -> str:
    """An answer in free words; one that names nothing would widen the command, so the question is asked again.

    Raises:
        AskError: for such an answer.
    """
    lexemes = scan(answer, resolver.facts, resolver.today, resolver.answers)
    if not any(_tells(lexeme) for lexeme in lexemes):
        raise AskError(asked)
    return answer


def _tells(lexeme: Lexeme) -> bool:
    """Whether a word names something; `orders` does not, also where a column is called Order."""
    named = set(lexeme.kinds) - _EMPTY_WORDS
    return bool(named - {"COLUMN"} if "NOUN" in lexeme.kinds else named)


def _is_value_of_a_column(tokens: list[Token], index: int) -> bool:
    """`customer is Jane Doe`: what follows a column is looked for in it."""
    before = index - 1
    while before >= 0 and tokens[before].kind in ("BE", "CMP", "NOT"):
        before -= 1
    return 0 <= before < index - 1 and tokens[before].kind == "COLUMN"


def _replaced(text: str, token: Token, words: str) -> str:
    return f"{text[: token.start]}{words}{text[token.end :]}"
