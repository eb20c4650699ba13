"""The truth about the files of platforms, as written by hand in `platforms.toml`: which column is what.

Nothing of the product is used here: what the files mean is said by a person, not by the code that is judged.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

FILE: Final = Path(__file__).with_name("platforms.toml")
Means = Literal["ready", "shipped", "cancelled", "unpaid", "held", "digital"]
LINE: Final = "line."
"""Roles of an item, not of its order, begin so."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file."""

    header: str
    role: str

    @property
    def of_line(self) -> bool:
        return self.role.startswith(LINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A situation of an order: the cells that say so, by header, and what they mean."""

    means: Means
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Platform:
    """One kind of file."""

    name: str
    title: str
    columns: tuple[Column, ...]
    cases: tuple[Case, ...]
    lines: Literal["repeat", "blank", "none"]
    kept: tuple[str, ...] = ()
    """Order-level columns that are filled on every line although `lines` is "blank"."""
    number: str = "{n}"
    delimiter: str = ","
    header: bool = True
    """Whether the file has a row of column names."""
    checked: bool = False
    """Whether the header was looked up in public code."""
    roles: dict[str, list[str]] = field(default_factory=dict)
    """Role -> headers, in the file's order."""

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    def of(self, role: str) -> str | None:
        """The first column of a role."""
        return next(iter(self.roles.get(role, ())), None)

    def block(self, *beginnings: str) -> frozenset[str]:
        """The headers whose roles begin so."""
        return frozenset(column.header for column in self.columns if column.role.startswith(beginnings))

    def weighs(self) -> bool:
        """Whether any column holds a weight."""
        return any("weight" in column.role or column.role.startswith("part.") for column in self.columns)


@cache
def platforms() -> tuple[Platform, ...]:
    """All of them, in the file's order."""
    with FILE.open("rb") as file:
        return tuple(_platform(name, table) for name, table in tomllib.load(file).items())


def named(name: str) -> Platform:
    """One of them."""
    return next(platform for platform in platforms() if platform.name == name)


def _platform(name: str, table: dict[str, Any]) -> Platform:
    columns = tuple(_columns(table["columns"].splitlines()))
    headers = [column.header for column in columns]
    assert len(set(headers)) == len(headers), (name, [header for header in headers if headers.count(header) > 1])
    cases = tuple(Case(case["means"], case["cells"]) for case in table["cases"])
    for case in cases:
        assert set(case.cells) <= set(headers), (name, set(case.cells) - set(headers))
    roles: dict[str, list[str]] = {}
    for column in columns:
        roles.setdefault(column.role, []).append(column.header)
    return Platform(
        name=name,
        title=table["title"],
        columns=columns,
        cases=cases,
        lines=table["lines"],
        kept=tuple(table.get("kept", ())),
        number=table.get("number", "{n}"),
        delimiter={"tab": "\t"}.get(table.get("delimiter", ","), table.get("delimiter", ",")),
        header=table.get("header", True),
        checked=table["checked"],
        roles=roles,
    )


def _columns(lines: Iterable[str]) -> Iterable[Column]:
    for line in lines:
        headers, _, role = line.partition(" | ")
        for header in headers.split("; "):
            if header.strip():
                yield Column(header.strip(), role.strip())
