"""Order numbers whose digits a spreadsheet lost: they cannot tell orders apart, so a person says what does."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from agent.mapping.answers import Answers
from agent.planning.model import SheetRow
from agent.shipping import faults
from agent.shipping.orders import read_order_number
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Changed, Ok, Reject, Verdict, reject

BY_ROW: Final = "the content of the row itself"
LEAVE_OUT: Final = "leave these rows out"
_COLUMN: Final = "the column "
_SLOT: Final = "lost_digits"
_KEPT: Final = 15
"""A spreadsheet keeps this many digits of a number; it makes zeros of the rest."""
_CHANCE: Final = 3
"""So many zeros behind the kept digits, over all numbers, do not come by chance."""
_NAMES_THINGS: Final = frozenset(
    {
        "id",
        "no",
        "nr",
        "number",
        "num",
        "code",
        "ref",
        "reference",
        "key",
        "order",
        "invoice",
        "po",
        "ticket",
        "receipt",
    }
)
_MOST_COLUMNS: Final = 3


def rounded_numbers(texts: Iterable[str]) -> frozenset[str]:
    """The long numbers of a column of which every one ends in zeros behind the 15th digit: `112345678901234000`."""
    long = {text for text in map(clean, texts) if text.isdecimal() and len(text) > _KEPT}
    zeros = sum(len(text) - _KEPT for text in long)
    return frozenset(long) if zeros >= _CHANCE and not any(text[_KEPT:].strip("0") for text in long) else frozenset()


def order_number_of(
    text: str, data: dict[str, Any], answers: Answers, rounded: frozenset[str] = frozenset()
) -> Verdict[str]:
    """The order number of a row; one that lost digits is replaced by what the person chose, and shown."""
    verdict = _read(text, rounded)
    answer = answers.text(_SLOT)
    if not _is_lost(verdict) or answer is None:
        return verdict
    if answer == BY_ROW:
        return Changed("", clean(text), "", "your spreadsheet lost digits of it; the row goes by its content")
    other = read_order_number(data.get(answer.removeprefix(_COLUMN), ""))
    if isinstance(other, Ok) and other.value:
        why = f"your spreadsheet lost digits; from {answer.removeprefix(_COLUMN)}"
        return Changed(other.value, clean(text), other.value, why)
    return verdict


def key_column(answers: Answers) -> str | None:
    """The column that a person took for order numbers that lost digits."""
    answer = answers.text(_SLOT) or ""
    return answer.removeprefix(_COLUMN) if answer.startswith(_COLUMN) else None


def ask_for_keys(
    rows: Sequence[SheetRow], texts: Sequence[str], answers: Answers, read: Iterable[str], rounded: frozenset[str]
) -> Ask | None:
    """The question what replaces lost order numbers; None where none is lost or the person has answered.

    `read` are the columns that the mapping reads: what is printed on the label is not offered.
    """
    lost = [index for index, text in enumerate(texts) if _is_lost(_read(text, rounded))]
    if not lost or answers.get(_SLOT) is not None:
        return None
    some = [str(rows[index].sheet_row) for index in lost[:4]]
    places = f"row{'s' if len(lost) > 1 else ''} {', '.join(some)}{' ...' if len(lost) > 4 else ''}"
    question = (
        f"Your spreadsheet lost digits of the order numbers in {places} ({clean(texts[lost[0]])}), so they cannot tell"
        " orders apart. What tells these orders apart?"
    )
    columns = [f"{_COLUMN}{column}" for column in _telling_columns(rows, set(read))]
    return Ask(question, (*columns, BY_ROW, LEAVE_OUT), _SLOT)


def _read(text: str, rounded: frozenset[str]) -> Verdict[str]:
    cell = clean(text)
    return reject(faults.LOST_DIGITS, cell, cell=cell) if cell in rounded else read_order_number(text)


def _is_lost(verdict: Verdict[str]) -> bool:
    return isinstance(verdict, Reject) and verdict.code == faults.LOST_DIGITS.code


def _telling_columns(rows: Sequence[SheetRow], read: set[str]) -> list[str]:
    """Columns that name things and have another whole value in every row."""
    found = []
    for column in rows[0].data:
        words = set(key(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)).split())
        if column in read or not words & _NAMES_THINGS:
            continue
        values = [clean(row.data.get(column)) for row in rows]
        whole = all(not is_blank(value) and not _is_lost(read_order_number(value)) for value in values)
        if whole and len(set(values)) == len(values) and not rounded_numbers(values):
            found.append(column)
    return found[:_MOST_COLUMNS]
