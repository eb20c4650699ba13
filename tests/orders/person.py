"""Somebody who knows the platform, sits before the screen and answers what is asked, as the truth has it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tests.orders.drive import Answer
from tests.orders.judge import DEFAULT_WEIGHT
from tests.orders.truth import LINE, Means, Platform

ALWAYS: Final = ("items of one parcel", "Leave these rows out")
"""What lines of an order are, and what happens with rows that cannot go, is the same on every platform."""
SPEAKS_OF: Final[dict[Means, str]] = {
    "ready": r"\bready\b|can go|\bto ship\b|ship (it|them|these)",
    "shipped": r"already|\bshipped\b",
    "cancelled": r"cancel|refund",
    "unpaid": r"unpaid|not paid|fail|payment",
    "held": r"\bhold\b|wait",
    "digital": r"no parcel|nothing to ship|digital|pick",
}
STAYS: Final = re.compile(r"\b(not|already|leave|out|stays?|wait|hold|cancel\w*|refund\w*|unpaid)\b", re.IGNORECASE)
OF_EACH: Final = re.compile(r"times|each (item|piece)|per (item|piece|unit)|one (item|piece)|quantity", re.IGNORECASE)
OF_ALL: Final = re.compile(r"weight of the whole|whole parcel|as it is|in total", re.IGNORECASE)
SHORTEST: Final = 3
"""A cell below that many letters (`MA`) says nothing about whose it is."""


def defaults(platform: Platform) -> dict[str, str]:
    """What the person says beside the sentence: the weight, where the file has none."""
    return {} if platform.weighs() else {"weight": DEFAULT_WEIGHT}


def sensible(platform: Platform, spelt: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> Answer:
    """Answers of such a person; None where a question is not foreseen. `spelt`: header -> how the file spells it."""

    def answer(question: str, options: list[str]) -> str | None:
        known = [option for words in ALWAYS for option in options if words in option]
        if known:
            return known[0]
        if "weigh" in question or {"lb", "oz"} <= set(options):
            return _weight(platform, spelt, options)
        return _status(platform, spelt, question, options) or _whose(platform, spelt, rows, options)

    return answer


def _weight(platform: Platform, spelt: Mapping[str, str], options: list[str]) -> str | None:
    if {"lb", "oz"} <= set(options):
        return "lb"
    columns = [column for column in platform.columns if column.role.removeprefix(LINE).startswith(("weight", "part"))]
    by_line = any(column.of_line for column in columns)
    both = [option for option in options if len(columns) > 1 and re.search(r"\b(both|together|add)\b", option)]
    named = [option for option in options if option in {spelt[column.header] for column in columns}]
    counted = [option for option in options if (OF_EACH if by_line else OF_ALL).search(option)]
    return next(iter((both or named) if named else counted), None)


def _status(platform: Platform, spelt: Mapping[str, str], question: str, options: list[str]) -> str | None:
    """What a word of a status column means; None where it is no question of that kind, or one over unlike words."""
    columns = {header for case in platform.cases for header in case.cells}
    if not any(spelt[header] in question for header in columns):
        return None
    meanings = {
        case.means
        for case in platform.cases
        for cell in case.cells.values()
        if cell and re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", question)
    }
    if len(meanings) != 1:
        return None
    (means,) = meanings
    fitting = [option for option in options if re.search(SPEAKS_OF[means], option, re.IGNORECASE)]
    if means == "ready":
        fitting = [option for option in fitting if not STAYS.search(option)]
    return next(iter(fitting or [option for option in options if means != "ready" and STAYS.search(option)]), None)


def _whose(
    platform: Platform, spelt: Mapping[str, str], rows: Sequence[Mapping[str, str]], options: list[str]
) -> str | None:
    """The choice that speaks of the recipient, by its columns or by its cells, and of nobody else."""
    ship, bill = ({spelt[header] for header in platform.block(block)} for block in ("ship.", "bill."))
    ship |= {spelt[header] for header in platform.roles.get("order", ())}
    theirs, others = (
        {row[header] for row in rows for header in platform.block(block) if len(row[header]) >= SHORTEST}
        for block in ("ship.", "bill.")
    )
    good, bad = (ship | theirs) - (bill | others), (bill | others) - (ship | theirs)

    def weight(option: str) -> int:
        return 100 * (option in ship) + sum(text in option for text in good) - sum(text in option for text in bad)

    best = sorted(options, key=weight, reverse=True)
    if not best or weight(best[0]) <= 0 or (len(best) > 1 and weight(best[1]) == weight(best[0])):
        return None
    return best[0]
