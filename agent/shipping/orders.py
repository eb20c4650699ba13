"""Order numbers, and rows that share one: items of one parcel, several parcels, or a duplicate (docs/money.md).

Asked once, saved with the mapping: shops export one row per item.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.shipping import faults
from agent.shipping.names import latin
from agent.shipping.text import clean, is_blank, without_float_tail
from agent.shipping.verdict import Ask, Changed, Ok, Reject, Verdict, reject

ONE_PARCEL: Final = "items of one parcel"
SEVERAL_PARCELS: Final = "several parcels"
DUPLICATE: Final = "a duplicate"
ORDER_LINES: Final = (ONE_PARCEL, SEVERAL_PARCELS, DUPLICATE)
SHIP_ONCE: Final = "ship it once"
SHIP_EACH: Final = "ship every one"
EXACT_DUPLICATES: Final = (SHIP_ONCE, SHIP_EACH)
SEPARATE: Final = "a parcel to each address"
LEAVE_OUT: Final = "leave these rows out"
ORDER_ADDRESSES: Final = (SEPARATE, LEAVE_OUT)
_SCIENTIFIC = re.compile(r"^\d([.,]\d+)?e\+?\d+$", re.IGNORECASE)
_DOUBLE_DIGITS = 15
"""A spreadsheet keeps 15 digits of a number; the rest of a longer one are zeros it made up."""


def read_order_number(text: object) -> Verdict[str]:
    """The order number as text; blank is none. `1.23457E+11` and a rounded 18-digit id are refused as a key."""
    cell = clean(text)
    if is_blank(cell):
        return Ok("")
    whole = without_float_tail(cell)
    was_float = whole != cell
    if _SCIENTIFIC.match(cell) or (was_float and len(whole) > _DOUBLE_DIGITS):
        return reject(faults.LOST_DIGITS, cell, cell=cell)
    return Ok(latin(whole))


def canonical_number(number: str) -> str:
    """One text for one order, however it is typed: `#1001`, `001001`, `1001.0` and full-width digits are `1001`, `A-1`
    is `a-1`. Other signs stay, so that different orders stay different: `10-01` is not `1001`."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean(number)).casefold())
    # A sheet program makes long dashes of short ones while somebody types.
    text = clean("".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in text))
    whole = without_float_tail(text.lstrip("#' ")) or text
    if not whole.isdecimal():
        return whole
    return "".join(str(unicodedata.decimal(digit)) for digit in whole).lstrip("0") or "0"


def order_key(number: Verdict[str]) -> str:
    """What rows of one order have in common; blank for none. A broken number groups nothing: its row is rejected."""
    return canonical_number(number.value) if isinstance(number, Ok | Changed) else ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """What grouping needs of a row."""

    sheet_row: int
    order: str
    """Blank for none."""
    address: str
    """A comparable form of name and address; blank where the row leaves it to the row above."""
    content: str
    """A comparable form of all its cells (its checksum)."""
    continues: bool = False
    """Whether it leaves the order's own cells blank: then it is one more item of the order's parcel."""


@dataclass(frozen=True, slots=True)
class Group:
    """Positions of rows that make one shipment."""

    positions: tuple[int, ...]
    parcel: int | None = None
    """1, 2, ... where one order number makes several shipments."""


@dataclass(slots=True)
class Grouping:
    """Groups in sheet order, and what stands against them."""

    groups: list[Group] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    """Position -> reason, by the person's own answer."""
    asks: dict[str, Ask] = field(default_factory=dict)
    rejected: dict[int, Reject] = field(default_factory=dict)


def group_orders(rows: Sequence[OrderRow], answers: dict[str, str]) -> Grouping:
    """Which rows make one shipment. Open questions are in `asks`; their rows still get a group, so that they are seen.

    One row with the order's address and rows that continue it are one parcel: nothing is asked about that.

    `answers`: `order_lines`, `exact_duplicates`, `order_addresses`, each one of the option texts.
    """
    result = Grouping()
    by_order: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        by_order.setdefault(f"o:{row.order}" if row.order else f"c:{row.content}", []).append(position)
    for same in by_order.values():
        addresses = list(dict.fromkeys(rows[position].address for position in same if rows[position].address))
        if len(same) == 1 or sum(not rows[position].continues for position in same) <= 1:
            result.groups.append(Group(tuple(same)))
        elif len({rows[position].content for position in same}) == 1:
            _exact_duplicates(rows, same, answers, result)
        elif len(addresses) > 1:
            _several_addresses(rows, same, answers, result)
        else:
            _order_lines(rows, same, answers, result)
    result.groups.sort(key=lambda group: group.positions)
    return result


def _exact_duplicates(rows: Sequence[OrderRow], same: list[int], answers: dict[str, str], result: Grouping) -> None:
    said = answers.get("exact_duplicates")
    if said == SHIP_EACH:
        result.groups += [Group((position,), number) for number, position in enumerate(same, start=1)]
        return
    if said is None:
        question = f"{_rows(rows, same)} are exactly the same. What should happen to such rows?"
        result.asks.setdefault("exact_duplicates", Ask(question, EXACT_DUPLICATES, "exact_duplicates"))
    result.groups.append(Group((same[0],)))
    for position in same[1:]:
        result.left_out[position] = f"repeats row {rows[same[0]].sheet_row}"


def _several_addresses(rows: Sequence[OrderRow], same: list[int], answers: dict[str, str], result: Grouping) -> None:
    said = answers.get("order_addresses")
    if said == LEAVE_OUT:
        result.left_out |= dict.fromkeys(same, "one order number with several addresses")
        return
    if said is None:
        question = f"Order {rows[same[0]].order} goes to several addresses ({_rows(rows, same)}). What should happen?"
        result.asks.setdefault("order_addresses", Ask(question, ORDER_ADDRESSES, "order_addresses"))
    by_address: dict[str, list[int]] = {}
    last = rows[same[0]].address
    for position in same:
        last = rows[position].address or last
        by_address.setdefault(last, []).append(position)
    for number, positions in enumerate(by_address.values(), start=1):
        result.groups.append(Group(tuple(positions), number))
        if len(positions) > 1 and "order_lines" not in answers:
            _ask_lines(rows, positions, result)


def _order_lines(rows: Sequence[OrderRow], same: list[int], answers: dict[str, str], result: Grouping) -> None:
    said = answers.get("order_lines")
    if said == DUPLICATE:
        result.groups.append(Group((same[0],)))
        for position in same[1:]:
            result.left_out[position] = f"repeats order {rows[same[0]].order} of row {rows[same[0]].sheet_row}"
        return
    if said is None:
        _ask_lines(rows, same, result)
    result.groups.append(Group(tuple(same)))


def _ask_lines(rows: Sequence[OrderRow], same: list[int], result: Grouping) -> None:
    question = f"Order {rows[same[0]].order} is on several rows ({_rows(rows, same)}). What are such rows?"
    result.asks.setdefault("order_lines", Ask(question, ORDER_LINES, "order_lines"))


def _rows(rows: Sequence[OrderRow], same: list[int]) -> str:
    shown = [str(rows[position].sheet_row) for position in same[:4]]
    return f"rows {', '.join(shown)}{' ...' if len(same) > 4 else ''}"
