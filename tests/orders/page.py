"""The tables of docs/order-files.md: what the files say, and how many rows come out right."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.orders.judge import KINDS
from tests.orders.truth import LINE, Platform, platforms

PAGE: Final = Path(__file__).parents[2] / "docs" / "order-files.md"
LINES: Final = {
    "none": "one row per order",
    "repeat": "a row per item, every cell repeated",
    "blank": "a row per item, the order's cells only on its first row",
}
Counts = Mapping[str, Mapping[str, int]]


def write(before: Counts, now: Counts) -> None:
    """Put both tables into the page, between their marks."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_put(_put(text, "files", files()), "figures", figures(before, now)), encoding="utf-8")


def part(name: str) -> list[str]:
    """The lines of a table as the page has it."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, name
    return found[1].split("\n")


def _put(text: str, name: str, lines: list[str]) -> str:
    body = "\n".join(lines)
    return re.sub(
        rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", lambda found: found[1] + body + found[2], text, flags=re.DOTALL
    )


def files() -> list[str]:
    """What each file says, from the truth."""
    rows = ["| file | recipient | ready to ship | stays | weight | rows | header |", "|---|---|---|---|---|---|---|"]
    for platform in platforms():
        cells = (platform.title, _recipient(platform), _words(platform, ready=True), _words(platform, ready=False))
        source = "looked up" if platform.checked else "from knowledge"
        rows.append(f"| {' | '.join((*cells, _weight(platform), LINES[platform.lines], source))} |")
    return rows


def _recipient(platform: Platform) -> str:
    name = platform.of("ship.name") or platform.of("ship.first")
    street = platform.of("ship.whole") or platform.of("ship.line1") or platform.of("ship.lines")
    return f"`{name}`, `{street}` ..." if platform.header else "columns 1 to 10"


def _words(platform: Platform, *, ready: bool) -> str:
    """The words of its status columns, each once, behind the column's name."""
    ready_cells = [case.cells for case in platform.cases if case.means == "ready"]
    told: dict[str, dict[str, None]] = {}
    for case in platform.cases:
        if (case.means == "ready") != ready:
            continue
        for header, cell in case.cells.items():
            differs = any(other.cells[header] != cell for other in platform.cases)
            if differs and (ready or all(cells[header] != cell for cells in ready_cells)):
                told.setdefault(header, {})[("filled" if _is_value(cell) else cell) or "empty"] = None
    words = "; ".join(f"`{header}`: {', '.join(cells)}" for header, cells in told.items())
    return words or ("every row" if ready else "-")


def _is_value(cell: str) -> bool:
    """Whether a cell is a date or a number of its own, not a word."""
    return len(cell) > 3 and any(character.isdecimal() for character in cell)


def _weight(platform: Platform) -> str:
    columns = [column for column in platform.columns if column.role.removeprefix(LINE).startswith(("weight", "part"))]
    if not columns:
        return "none: the person says it"
    names = " + ".join(f"`{column.header}`" for column in columns)
    return f"{names} of each piece" if columns[0].of_line else names


def figures(before: Counts, now: Counts) -> list[str]:
    """Rows by kind, of each file and of all: first run, and now."""
    rows = [
        f"| file | first run: {' | '.join(KINDS)} | now: {' | '.join(KINDS)} |",
        f"|{'---|' * (1 + 2 * len(KINDS))}",
    ]
    totals = (Counter[str](), Counter[str]())
    for platform in platforms():
        if platform.name not in now:
            continue
        both = before.get(platform.name, {}), now[platform.name]
        for total, counts in zip(totals, both, strict=True):
            total.update(counts)
        rows.append(_line(platform.title, *both))
    return [*rows, _line("**all**", *totals)]


def _line(title: str, first: Mapping[str, int], now: Mapping[str, int]) -> str:
    cells = [str(counts.get(kind, "")) for counts in (first, now) for kind in KINDS]
    return f"| {title} | {' | '.join(cells)} |"
