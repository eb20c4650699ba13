"""Second pass: what each stretch of words is, decided by its neighbours.

The result is the list of tokens that the grammar reads. Nothing that carries meaning is dropped here: what no rule
places stays an `UNKNOWN`, and the interpreter asks about it.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.counting_rules import CountingRules
from agent.brains.language.cursor import Token
from agent.brains.language.naming import ColumnMention
from agent.brains.language.number_rules import NumberRules
from agent.brains.language.scanner import Lexeme
from agent.brains.language.word_rules import WordRules


class Settler(NumberRules, CountingRules, WordRules):
    """Walks over the lexemes once; the first rule that fits takes its words."""

    def settle(self) -> list[Token]:
        rules: tuple[Callable[[], bool], ...] = (
            self._number_list,
            self._value_of_column,
            self._name,
            self._text_match,
            self._item_counts,
            self._flag_as_noun,
            self._counted_list,
            self._counted_column,
            self._unflag,
            self._parted_verb,
            self._shipping_day,
            self._age,
            self._period_range,
            self._amount,
            self._service,
            self._each_amount,
            self._every,
            self._hold_back,
            self._stays,
            self._outside,
            self._small_words,
            self._column,
            self._plain,
        )
        while self.at < len(self.lexemes):
            before = self.at
            if not any(rule() and self.at > before for rule in rules):
                self._put("UNKNOWN", None)
        return self.tokens


_IS_NOT: Final = re.compile(r"(?:is|are|was|were)\b ?(?:not|n['’]?t)\b|(?:is|are|was|were)n['’]?t\b", re.IGNORECASE)
_CLAIMED: Final = re.compile(r"\b(?:an?|any|some)\b", re.IGNORECASE)
_RELATIVE: Final = re.compile(r"\b(?:that|which)\b", re.IGNORECASE)


def settle(text: str, lexemes: list[Lexeme], today: date) -> list[Token]:
    """The tokens of a message."""
    return _claimed(_listed_texts(_linked(_merged(Settler(text, lexemes, today).settle(), text), text)), text)


def _merged(tokens: list[Token], text: str) -> list[Token]:
    """Unknown words that stand together are one phrase."""
    found: list[Token] = []
    for token in tokens:
        before = found[-1] if found else None
        if (
            before is not None
            and before.kind == token.kind == "UNKNOWN"
            and not text[before.end : token.start].strip(" -")
        ):
            found[-1] = Token("UNKNOWN", None, text[before.start : token.end], before.start, token.end)
        else:
            found.append(token)
    return found


def _linked(tokens: list[Token], text: str) -> list[Token]:
    """`status paid` says `status is paid`: a column followed by something that it can be gets its `BE`."""
    tokens = _listed_services(tokens)
    found: list[Token] = []
    for index, token in enumerate(tokens):
        found.append(token)
        if (
            token.kind != "COLUMN"
            or index + 1 == len(tokens)
            or (found[-2:-1] and found[-2].kind in ("EMPTY", "IN", "BY"))
        ):
            continue
        negated = tokens[index + 1].kind == "NOT" and index + 2 < len(tokens)
        after = tokens[index + 1 + negated]
        between = text[token.end : after.start].strip()  # "average price | of | coffee boxes"
        if (
            negated
            and _holds_words(token.value)
            and after.kind in ("PLACE", "VALUE", "COLUMN", "ORDERS", "ROWS")
            and not _fits(token.value, after)
        ):
            found.append(Token("NOUN", None, "ones", token.end, token.end))  # "with a company not going to Texas"
            continue
        denied = negated and after.kind == "UNKNOWN" and _IS_NOT.match(tokens[index + 1].text) is not None
        if _fits(token.value, after) or (denied and len(token.value.columns) == 1):
            found.append(Token("BE", None, "", token.end, token.end))
        elif after.kind in ("CMP", "AMOUNT", "SPAN") and _holds_words(token.value) and _measured(tokens[index + 1 :]):
            found.append(Token("NOUN", None, "ones", token.end, token.end))  # "with a company over $100"
        elif (
            after.kind == "VALUE"
            and not between
            and token.value.columns
            and not (token.value.is_flag or _is_verb(token))
        ):
            both = f"{token.text} {after.text}"
            options = (token.text, after.text)
            raise AskError(Ask(f'How do you mean "{both}"?', options, "words", True, place=(token.start, after.end)))
    return found


def _listed_texts(tokens: list[Token]) -> list[Token]:
    """`product in ('Mug', 'Bowl')`: a quoted text that is listed with one of a column is of that column, too."""
    found: list[Token] = []
    lead: list[Token] = []
    for index, token in enumerate(tokens):
        before = [one.kind for one in tokens[max(0, index - 4) : index]]
        if token.kind == "TEXT" and (before[-2:] == ["COLUMN", "BE"] or before[-3:] == ["COLUMN", "BE", "NOT"]):
            start = index - before[::-1].index("COLUMN") - 1
            lead = tokens[start : start + 2]
        elif token.kind == "TEXT" and lead and tokens[index - 2].kind == "TEXT":
            found += [replace(one, text="", start=token.start, end=token.start) for one in lead]
        elif token.kind not in ("COMMA", "OR", "AND"):
            lead = []
        found.append(token)
    return found


def _claimed(tokens: list[Token], text: str) -> list[Token]:
    """`with a memo that isn't X` wants a memo, too; `whose memo isn't X` takes the empty ones."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        found.append(token)
        if token.kind != "COLUMN" or not index or tokens[index - 1].kind != "HAVE" or token.value.is_flag:
            continue
        after = [one for one in tokens[index + 1 : index + 3] if one.kind != "BE"][:1]
        if not after or after[0].kind != "NOT":
            continue
        article = _CLAIMED.search(text, tokens[index - 1].start, token.start)
        if article is not None or _RELATIVE.search(text, token.end, after[0].end) is not None:
            found.append(token)
    return found


def _holds_words(column: ColumnMention) -> bool:
    measured = column.is_number or column.role in ("weight", "total", "quantity", "order_date", "due_date", "paid_date")
    return bool(column.columns) and not measured


def _measured(tokens: list[Token]) -> bool:
    """Whether money, a weight or items come next, after a comparison perhaps."""
    operand = tokens[1] if tokens[0].kind == "CMP" and len(tokens) > 1 else tokens[0]
    return operand.kind in ("AMOUNT", "SPAN") and getattr(operand.value, "measure", "money") != "plain"


def _listed_services(tokens: list[Token]) -> list[Token]:
    """`NextDay or SecondDay orders`: what is listed with a value of the sheet is one too."""
    found = list(tokens)
    for at in range(len(found) - 3, -1, -1):
        listed = found[at].kind == "SERVICE" and found[at + 1].kind == "OR"
        if listed and found[at + 2].kind == "SERVICE_VALUE" and not (at and found[at - 1].kind == "VIA"):
            found[at] = replace(found[at], kind="SERVICE_VALUE", value=(found[at].value, None))
    return found


def _takes_no_value(token: Token) -> bool:
    return bool(token.value.columns) and not token.value.is_flag and not _is_verb(token)


def _is_verb(token: Token) -> bool:
    """`placed`, `came in`: how every order came to be."""
    return token.value.role == "order_date" and token.text not in token.value.columns


def _fits(column: ColumnMention, token: Token) -> bool:
    if token.kind == "VALUE":
        return any(name in column.columns for name, _ in token.value.places)
    if token.kind == "PLACE":
        named = any(name in column.columns for name, _ in token.value.others)
        return named or column.role in ("state", "city", "country", "region")
    if token.kind == "UNKNOWN":  # "store Hearth Shop"
        return token.text[:1].isupper() and len(column.columns) == 1 and not (column.is_flag or column.is_number)
    if token.kind == "SERVICE":
        return column.role == "service"
    return token.kind in ("NUMBER", "AMOUNT", "SPAN", "TEXT", "ID")
