"""The order sheet of a shop as people and spreadsheet programs treat it, and the real parcels behind its rows.

The list of parcels never enters the sheet: it is the judge's alone. Each parcel has a weight of its own (truly
identical ones share it), which no edit changes, so that a label tells which parcel it is for.
"""

import csv
import io
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

HEADER = ["Order Number", "Recipient Name", "Address", "City", "State", "ZIP", "Weight (lb)", "Packages"]
ORDER, NAME, STREET, CITY, STATE, ZIP, WEIGHT, PACKAGES = range(8)
TRACKING = "tracking_number"

PEOPLE = (
    ("Amara Okafor", "61 Millpond Rd", "Boston", "MA", "02116"),
    ("Dana Whitfield", "14 Juniper Court", "Sacramento", "CA", "95814"),
    ("Luis Ferrer", "880 Harbor View Dr", "San Diego", "CA", "92101"),
    ("Peter Lindqvist", "5 Granite Way", "Fresno", "CA", "93721"),
    ("Mei Tanaka", "77 Orchard Ln", "Oakland", "CA", "94607"),
    ("Grace Holloway", "302 Sycamore Ave", "Newark", "NJ", "07102"),
    ("Omar Haddad", "9 Cedar Loop", "Long Beach", "CA", "90802"),
    ("Ines Duarte", "410 Willow St", "San Jose", "CA", "95112"),
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing that really has to be sent, once."""

    truth: int
    """Its number in the judge's list; identical parcels have different ones."""
    person: tuple[str, str, str, str, str]
    weight: str
    order: str = ""
    packages: int = 1

    @property
    def kind(self) -> Decimal:
        """What tells parcels apart, as far as anything does: truly identical ones have the same."""
        return Decimal(self.weight)

    def cells(self) -> list[str]:
        return [self.order, *self.person, self.weight, str(self.packages)]


@dataclass(slots=True)
class OrderSheet:
    """A CSV file; `parcels` says which parcel each data row is really about."""

    path: Path
    parcels: list[Parcel] = field(default_factory=list)
    typed: dict[int, str] = field(default_factory=dict)
    """Parcel (its truth) -> the tracking number that a person typed into the row's cell."""

    def write(self, parcels: list[Parcel]) -> None:
        """A fresh export of these orders."""
        self.parcels = list(parcels)
        self._save(list(HEADER), [parcel.cells() for parcel in parcels])

    def read(self) -> tuple[list[str], list[list[str]]]:
        """Header and data rows as they are on disk."""
        header, *rows = csv.reader(io.StringIO(self.path.read_text(encoding="utf-8"), newline=""))
        return header, [row + [""] * (len(header) - len(row)) for row in rows]

    def cell(self, position: int, column: str) -> str:
        header, rows = self.read()
        return rows[position][header.index(column)] if column in header else ""

    def number_in_cell(self, parcel: Parcel) -> str:
        return next((self.cell(at, TRACKING) for at, one in enumerate(self.parcels) if one.truth == parcel.truth), "")

    def address_of(self, position: int) -> tuple[str, str]:
        """Name and street, as a label would show them."""
        row = self.read()[1][position]
        return row[NAME], row[STREET]

    # What people and programs do with it

    def sort(self, column: int, *, descending: bool) -> None:
        header, rows = self.read()
        order = sorted(range(len(rows)), key=lambda at: (rows[at][column], at), reverse=descending)
        self.parcels = [self.parcels[at] for at in order]
        self._save(header, [rows[at] for at in order])

    def add(self, parcel: Parcel, position: int) -> None:
        header, rows = self.read()
        self.parcels.insert(position, parcel)
        rows.insert(position, parcel.cells() + [""] * (len(header) - len(HEADER)))
        self._save(header, rows)

    def remove(self, position: int) -> Parcel:
        header, rows = self.read()
        del rows[position]
        gone = self.parcels.pop(position)
        self.typed.pop(gone.truth, None)
        self._save(header, rows)
        return gone

    def change(self, position: int, column: int, text: str) -> None:
        header, rows = self.read()
        rows[position][column] = text
        self._save(header, rows)

    def add_column(self, name: str, values: str) -> None:
        header, rows = self.read()
        if name not in header:
            self._save([*header, name], [[*row, values] for row in rows])

    def save_as_spreadsheet(self) -> None:
        """What a spreadsheet program makes of a CSV: numbers lose zeros before and behind."""
        header, rows = self.read()
        for row in rows:
            for column in (ORDER, ZIP):
                if row[column].isdecimal():
                    row[column] = str(int(row[column]))
            row[WEIGHT] = f"{Decimal(row[WEIGHT]).normalize():f}"
        self._save(header, rows)

    def type_number(self, position: int, number: str) -> None:
        """A person writes a tracking number of their own beside an order."""
        header, rows = self.read()
        if TRACKING not in header:
            header, rows = [*header, TRACKING], [[*row, ""] for row in rows]
        rows[position][header.index(TRACKING)] = number
        self.typed[self.parcels[position].truth] = number
        self._save(header, rows)

    def lost_typing(self) -> list[str]:
        """Cells that no longer hold what a person typed."""
        lost = []
        for at, parcel in enumerate(self.parcels):
            typed, found = self.typed.get(parcel.truth), self.cell(at, TRACKING)
            if typed is not None and found != typed:
                lost.append(f"the cell of row {at + 2} held {typed}, typed by a person; it holds {found!r}")
        return lost

    # Copies

    def copy(self) -> tuple[str, list[Parcel], dict[int, str]]:
        return self.path.read_text(encoding="utf-8"), list(self.parcels), dict(self.typed)

    def restore(self, copy: tuple[str, list[Parcel], dict[int, str]]) -> None:
        text, parcels, typed = copy
        self.path.write_text(text, encoding="utf-8", newline="")
        self.parcels, self.typed = list(parcels), dict(typed)

    def _save(self, header: list[str], rows: list[list[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([header, *rows])
        self.path.write_text(text.getvalue(), encoding="utf-8", newline="")


def spelled(order: str, style: str) -> str:
    """Another way to write the same order number."""
    bare = order.lstrip("#0") or order
    if style == "hash":
        return f"#{bare}"
    if style == "zeros":
        return f"00{bare}" if bare.isdecimal() else bare
    if style == "case":
        return bare.swapcase()
    return bare


SPELLINGS = ("bare", "hash", "zeros", "case")


class ParcelList:
    """The judge's list; hands out parcels with weights of their own."""

    def __init__(self) -> None:
        self.all: list[Parcel] = []

    def new(self, order: str = "", packages: int = 1, person: int | None = None) -> Parcel:
        truth = len(self.all)
        who = PEOPLE[(truth if person is None else person) % len(PEOPLE)]
        return self._kept(Parcel(truth, who, f"{Decimal(11 + truth) / 10}0", order, packages))

    def twin(self, parcel: Parcel) -> Parcel:
        """A second parcel that nothing on paper tells from the first: two of the same gift to the same person."""
        return self._kept(replace(parcel, truth=len(self.all)))

    def of_kind(self, kind: Decimal) -> list[Parcel]:
        return [parcel for parcel in self.all if parcel.kind == kind]

    def _kept(self, parcel: Parcel) -> Parcel:
        self.all.append(parcel)
        return parcel
