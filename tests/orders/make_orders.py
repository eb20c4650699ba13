"""Makes the order file of a platform: invented people, the payer always another one than the recipient.

The same platform and seed give the same file. `python -m tests.orders.make_orders FOLDER` writes them all.
"""

import csv
import io
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.orders.truth import LINE, Case, Column, Platform, platforms

FIRST: Final = [
    "Ann",
    "Bo",
    "Cyrus",
    "Dina",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "June",
    "Kurt",
    "Lena",
    "Milo",
    "Nora",
    "Otis",
    "Pia",
    "Remy",
    "Sara",
    "Theo",
    "Vera",
]
LAST: Final = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elmore",
    "Firth",
    "Hazel",
    "Ivey",
    "Juniper",
    "Linden",
    "Maple",
    "Oakes",
    "Poplar",
    "Rowan",
    "Willow",
]
PAYER_FIRST: Final = ["Bill", "Grant", "Penny", "Rich", "Sterling", "Mark", "Cash", "Tilly"]
PAYER_LAST: Final = ["Payer", "Chequer", "Purser", "Banker", "Ledger", "Tiller"]
STREETS: Final = [
    "Gift Ln",
    "Harbor View Dr",
    "Juniper Ct",
    "Millpond Rd",
    "Oak Ave",
    "Elm St",
    "Larch Way",
    "Quarry Rd",
]
PAYER_STREETS: Final = ["Invoice Plaza", "Account Rd", "Ledger Blvd", "Cashier Ct"]
PLACES: Final = (
    *(("Boston", "MA", "02116"), ("Sacramento", "CA", "95814"), ("Denver", "CO", "80202"), ("Portland", "OR", "97205")),
    *(("Richmond", "VA", "23219"), ("Trenton", "NJ", "08608"), ("Madison", "WI", "53703"), ("Reno", "NV", "89501")),
)
PAYER_PLACES: Final = (("Austin", "TX", "78701"), ("Chicago", "IL", "60601"), ("Tampa", "FL", "33602"))
STATE_NAMES: Final = {
    **{"MA": "Massachusetts", "CA": "California", "CO": "Colorado", "OR": "Oregon", "VA": "Virginia"},
    **{"NJ": "New Jersey", "WI": "Wisconsin", "NV": "Nevada", "TX": "Texas", "IL": "Illinois", "FL": "Florida"},
}
ITEMS: Final = ("Mug, blue", "Lamp", "Linen towel", "Oak frame", "Wool scarf", "Tea tin")
LATE, SOON = "2026-11-02", "2027-03-01"
"""A deadline that is over, and one that is far: neither is a day of shipment."""
READY: Final = 4
"""Orders that can go, in every file; the other situations come once each."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address."""

    first: str
    last: str
    company: str
    line1: str
    line2: str
    city: str
    state: str
    zip: str
    phone: str

    def cell(self, part: str) -> str:
        """What stands in a column of this part of a block."""
        street = ", ".join(filter(None, (self.line1, self.line2)))
        return {
            "name": f"{self.first} {self.last}",
            "lines": street,
            "statename": STATE_NAMES[self.state],
            "country": "US",
            "countryname": "United States",
            "email": f"{self.first}.{self.last}@mail.example".lower(),
            "citystatezip": f"{self.city}, {self.state} {self.zip}",
            "whole": ",".join((street.replace(",", ""), self.city, STATE_NAMES[self.state], self.zip)),
            "wholename": f"{self.first} {self.last}, {street}, {self.city}, {self.state}, {self.zip}, United States",
        }.get(part) or str(getattr(self, part, ""))


@dataclass(frozen=True, slots=True)
class Order:
    """One order to be written: its number, its situation, its people and how many items it has."""

    number: str
    case: Case
    recipient: Person
    payer: Person
    items: int
    place: int
    """In the file, from 0."""


def make(
    platform: Platform, seed: int = 0, headers: Sequence[str] | None = None, spelt: Mapping[str, str] | None = None
) -> str:
    """The file's text. `headers`: the same columns in another order; `spelt`: header -> how this file spells it."""
    rows = [cells for order in _orders(platform, seed) for cells in _rows(platform, order, seed)]
    names = list(headers or platform.headers)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=platform.delimiter, lineterminator="\n")
    if platform.header:
        writer.writerow([(spelt or {}).get(name, name) for name in names])
    writer.writerows([[cells[name] for name in names] for cells in rows])
    return out.getvalue()


def _orders(platform: Platform, seed: int) -> list[Order]:
    chance = random.Random(f"{platform.name} {seed}")
    ready = [case for case in platform.cases if case.means == "ready"]
    others = [case for case in platform.cases if case.means != "ready"]
    cases = [ready[n % len(ready)] for n in range(max(READY, len(ready)))] + others
    chance.shuffle(cases)
    several = platform.lines != "none"
    first_ready = next(n for n, case in enumerate(cases) if case.means == "ready")
    first_other = next((n for n, case in enumerate(cases) if case.means == "cancelled"), None)
    return [
        Order(
            number=platform.number.replace("{n}", str(1001 + n)),
            case=case,
            recipient=_person(n, chance),
            payer=_payer(chance),
            items=2 if several and n in (first_ready, first_other) else 1,
            place=n,
        )
        for n, case in enumerate(cases)
    ]


def _person(n: int, chance: random.Random) -> Person:
    city, state, code = PLACES[n % len(PLACES)]
    return Person(
        first=FIRST[(n * 7 + chance.randrange(3)) % len(FIRST)],
        last=LAST[n % len(LAST)],
        company="Shopkeep LLC" if n % 3 == 1 else "",
        line1=f"{chance.randrange(2, 998)} {chance.choice(STREETS)}",
        line2=f"Apt {chance.randrange(2, 60)}" if n % 2 else "",
        city=city,
        state=state,
        zip=code,
        phone=f"617555{chance.randrange(100, 200):04d}",
    )


def _payer(chance: random.Random) -> Person:
    city, state, code = chance.choice(PAYER_PLACES)
    first, last = chance.choice(PAYER_FIRST), chance.choice(PAYER_LAST)
    line1 = f"{chance.randrange(1000, 9000)} {chance.choice(PAYER_STREETS)}"
    phone = f"512555{chance.randrange(100, 200):04d}"
    return Person(first, last, "PayerCo Inc", line1, f"Floor {chance.randrange(20, 90)}", city, state, code, phone)


def _rows(platform: Platform, order: Order, seed: int) -> list[dict[str, str]]:
    chance = random.Random(f"{platform.name} {seed} {order.number}")
    made: list[dict[str, str]] = []
    for line in range(order.items):
        cells = {column.header: _cell(column, order, line, chance) for column in platform.columns}
        cells |= order.case.cells
        if made:
            for column in platform.columns:
                if column.of_line:
                    continue
                blank = platform.lines == "blank" and column.header not in platform.kept
                cells[column.header] = "" if blank else made[0][column.header]
        made.append(cells)
    return made


def _cell(column: Column, order: Order, line: int, chance: random.Random) -> str:
    role = column.role.removeprefix(LINE)
    if role.startswith("="):
        return role[1:]
    block, _, part = role.partition(".")
    if block in ("ship", "bill"):
        return (order.recipient if block == "ship" else order.payer).cell(part)
    if block == "date":
        paid = "" if order.case.means == "unpaid" else "2026-11-13"
        return {"due": SOON if order.place % 2 else LATE, "future": SOON, "": "2026-11-13", "paid": paid}.get(part, "")
    if block in ("weight", "part"):
        return _weight(part, chance)
    return {
        "order": order.number,
        "order2": str(770000 + chance.randrange(10**5)),
        "qty": str((order.place + line) % 3 + 1),
        "item": ITEMS[(line + chance.randrange(3)) % len(ITEMS)],
        "sku": f"SKU-{chance.randrange(100, 999)}",
        "no": str(chance.randrange(10**9, 10**10)),
        "money": f"{chance.randrange(5, 90)}.50",
        "unit": "lb",
        "uom": "LB",
        "packages": "1",
        **{"len": "10", "wid": "8", "hei": "6"},
        "residential": "1",
    }.get(role, "")


def _weight(part: str, chance: random.Random) -> str:
    step = chance.randrange(1, 5)
    match part.rpartition(".")[2]:
        case "oz":
            return str(8 * step)
        case "g":
            return str(500 * step)
        case "kg":
            return f"{step / 2:g}"
        case "text":
            return f"{step} lb"
        case _:
            return f"{step / 2 + 1:g}"


def main() -> None:
    """Write every file into a folder, to look at or to try by hand."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for platform in platforms():
        suffix = "tsv" if platform.delimiter == "\t" else "csv"
        (folder / f"{platform.name}.{suffix}").write_text(make(platform), encoding="utf-8")


if __name__ == "__main__":
    main()
