"""What a person has said once and for all rows: a weight, a unit, a service, a box, what order lines mean.

Saved with the mapping; each use says where it came from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from agent.errors import error
from agent.mapping import faults
from agent.planning.ship_options import OPTION

ADD_COLUMNS: Final = "add_columns"
ENCODING: Final = "encoding"
SLOTS: Final[dict[str, str]] = {
    "weight": "the weight of a parcel whose row has none, e.g. 1lb",
    "weight_unit": "the unit of weights without one: lb, oz, kg, g",
    "box": "the outer size of a parcel whose row has none, e.g. 12x8x6 in, or a box of the settings",
    "packaging": "UPS's packaging of parcels whose row names none: letter, pak, tube, express box, 10kg box, 25kg box",
    "dimension_unit": "the unit of sizes without one: in, cm",
    "service": "the service where neither words nor row name one, e.g. ground",
    "ship_from": "the place that parcels start from whose row names none: a name of `ship_from` in the settings",
    "country": "the country of rows without one",
    "description": "what is inside, for customs",
    "unit_value": "the value of one item, for customs",
    "total_is": "what the order total is for customs: of the goods alone, or with freight and tax in it",
    "commodity_code": "the harmonized code, for customs",
    "origin_country": "where the goods were made, for customs",
    "eu_low_value": "what 150 EUR are in the currency of the goods, for customs of the EU, e.g. 165 USD",
    "bill_account_is": "whose a UPS account in a column such as Account to Bill is: the receiver's, a third party's",
    "ioss": "your IOSS number, for goods up to 150 EUR to consumers in the EU",
    "sender_eori": "your EORI number, for customs",
    "sender_tax_id": "your tax number, for customs",
    "reason_for_export": "SALE, GIFT, SAMPLE, RETURN or REPAIR",
    "currency": "the currency of amounts without one, e.g. USD",
    "package_weight": "what the weight of a row with several packages is: of each package, of all together",
    "date_system": "where day numbers of a spreadsheet begin: 1900, 1904",
    "day_first": "how dates like 03/04/2026 are written: month first, day first",
    "past_ship_date": "what days in the past of a column such as Ship Date are: gone, overdue",
    "order_lines": "what several rows of one order are: items of one parcel, several parcels, a duplicate",
    "order_lines_weight": "what the weights of items of one parcel are",
    "order_lines_size": "how big the parcel of several rows is: the largest, no size, e.g. 12x8x6 in",
    "order_lines_value": "what the declared values of items of one parcel are",
    "line_weight": "what a line of an order weighs whose row has no weight, e.g. 1lb",
    "quantity": "how many items a row without a quantity has",
    "weight_columns": "what two columns like pounds and ounces are: two parts, the same weight in two units",
    "weight_source": "what counts where a parcel is lighter than its items: the parcel, the items",
    "lost_digits": "what replaces order numbers that lost digits: the row itself, or a column",
    "order_addresses": "what happens with one order number and several addresses",
    "exact_duplicates": "what happens with rows that are exactly the same",
    ENCODING: "the code page of a text file whose letters could be others: cp1252, mac_roman, cp850, shift_jis ...",
    "hidden_rows": "whether hidden rows are shipped: yes, no",
    ADD_COLUMNS: "whether a database table may get columns for the results: yes, no",
    "signature": "what signature every parcel of the plan needs: signature, adult, none",
    "declared_value_over_limit": "whether a declared value above the limit is sent: yes, no",
}
"""Slots a person can fill. Slots with a colon (`service:grund`, `state:wash`) hold the meaning of one cell text."""
OTHER_NAMES: Final = {"dimensions": "box", "size": "box", "unit": "weight_unit", "contents": "description"}
SERVICE_OF_ALL: Final = "service_of_all"
"""The service of a selection whose sheet has no column for it; another slot than `service`, which blank cells take."""
SHIP_FROM_OF_ALL: Final = "ship_from_of_all"
"""The place that a command named for all its parcels; another slot than `ship_from`, which blank cells take."""
NEVER_SAVED: Final = frozenset(
    {
        *("declared_value_over_limit", "eu_low_value", "signature", "packaging", "ship_from"),
        *(ENCODING, SERVICE_OF_ALL, SHIP_FROM_OF_ALL),
    }
)
"""Answers that hold for this session only."""

CELL: Final = "cell:"
"""`cell:14:city` holds what a person said should be in a field of sheet row 14; of this session only."""

SAID = "your answer"
SAVED = "from your saved mapping"


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, and where it came from."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by slot; immutable, so that a plan is built from one state of them."""

    given: dict[str, Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Mapping[str, str] | None = None, saved: Mapping[str, str] | None = None) -> "Answers":
        """Saved constants, overruled by what was said in this session."""
        merged = {OTHER_NAMES.get(slot, slot): Answer(text, SAVED) for slot, text in (saved or {}).items()}
        merged |= {OTHER_NAMES.get(slot, slot): Answer(text, SAID) for slot, text in (said or {}).items()}
        return cls(merged)

    def get(self, slot: str) -> Answer | None:
        return self.given.get(slot)

    def text(self, slot: str) -> str | None:
        """The answer without its origin."""
        answer = self.given.get(slot)
        return answer.text if answer else None

    def said(self, slot: str, text: str) -> "Answers":
        """With one more answer of this session."""
        return replace(self, given={**self.given, slot: Answer(text, SAID)})

    def texts(self) -> dict[str, str]:
        """Slot to text."""
        return {slot: answer.text for slot, answer in self.given.items()}

    def constants(self) -> dict[str, str]:
        """What is saved with the mapping."""
        return {
            slot: text
            for slot, text in self.texts().items()
            if slot not in NEVER_SAVED and not slot.startswith((CELL, OPTION))
        }

    def cells(self) -> dict[int, dict[str, str]]:
        """Sheet row -> field -> the text that a person gave for it."""
        found: dict[int, dict[str, str]] = {}
        for slot, text in self.texts().items():
            if slot.startswith(CELL):
                row, _, name = slot.removeprefix(CELL).partition(":")
                found.setdefault(int(row), {})[name] = text
        return found


def slot_words(slot: str) -> str:
    """What people call a slot: `weight unit`, `city of row 14`, `state “wash”`."""
    if slot == SERVICE_OF_ALL:
        return "service"
    if slot.startswith(CELL):
        row, _, name = slot.removeprefix(CELL).partition(":")
        return f"{name.replace('_', ' ')} of row {row}"
    name, colon, cell = slot.partition(":")
    return name.replace("_", " ") + (f" “{cell}”" if colon else "")


def slot_said(slot: str, text: str) -> str:
    """A slot and what was answered: `weight 2 lb`, `order lines: items of one parcel`."""
    return f"{slot_words(slot)} {text}" if text[:1].isdecimal() else f"{slot_words(slot)}: {text}"


def cell_slot(sheet_row: int, name: str) -> str:
    """The slot of one field of one row."""
    return f"{CELL}{sheet_row}:{name}"


def parse_defaults(texts: Iterable[str]) -> dict[str, str]:
    """`weight=1lb`, `service=ground` as the command line takes them.

    Raises:
        ShipchatError: E-2258 for anything that is not FIELD=VALUE with a known field.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        slot = name.strip().casefold().replace("-", "_")
        slot = OTHER_NAMES.get(slot, slot)
        if not equals or slot not in SLOTS or not value.strip():
            raise error(faults.BAD_DEFAULT, text=text, fields=", ".join(SLOTS))
        found[slot] = value.strip()
    return found
