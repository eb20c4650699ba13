"""What each item must lead to, worked out from its rule over the raw CSV. Knows no brain, no clause and no server."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FIRST_SHEET_ROW = 2


@dataclass(frozen=True)
class Row:
    """One data row; `number` is the row that a spreadsheet shows."""

    number: int
    cells: dict[str, str]


def rows_of(sheet: str) -> list[Row]:
    """All rows of a sheet of the evaluation."""
    with (FOLDER / "sheets" / f"{sheet}.csv").open(encoding="utf-8", newline="") as file:
        return [Row(number, cells) for number, cells in enumerate(csv.DictReader(file), FIRST_SHEET_ROW)]


def holds(rule: Any, row: Row) -> bool:
    """Whether a rule holds for a row: `all`, {all: [...]}, {any: [...]}, {not: rule} or [column, operator, value]."""
    if rule == "all":
        return True
    if isinstance(rule, dict):
        ((word, inner),) = rule.items()
        if word == "not":
            return not holds(inner, row)
        return (all if word == "all" else any)(holds(part, row) for part in inner)
    column, operator, *value = rule
    if column == "row":
        return _compare(str(row.number), operator, value)
    return _compare(row.cells[column], operator, value)


def selected(sheet: str, item: dict[str, Any]) -> list[Row]:
    """The rows that an item means, in order, cut to what it says."""
    rows = [row for row in rows_of(sheet) if holds(item["rows"], row)]
    if order := item.get("order"):
        column, direction = order
        rows = sorted(rows, key=lambda row: sort_key(row, column), reverse=direction == "desc")
    if every := item.get("every"):
        rows = rows[::every]
    return rows[: item["limit"]] if "limit" in item else rows


def sort_key(row: Row, column: str) -> Any:
    """A cell as something that has an order."""
    if column == "row":
        return row.number
    cell = row.cells[column]
    number = _number(cell)
    return number if number is not None else (_day(cell) or date.min)


def services(item: dict[str, Any], rows: Sequence[Row]) -> dict[int, str]:
    """Row -> service code, by the item's rules; rows of a service column are left out (the plan reads those)."""
    found: dict[int, str] = {}
    for row in rows:
        fitting = [service for rule, service in item.get("rules", []) if holds(rule, row)]
        code = fitting[0] if fitting else item.get("rest", item.get("service"))
        if code not in (None, "column"):
            found[row.number] = str(code)
    return found


def _compare(cell: str, operator: str, value: list[Any]) -> bool:
    text = cell.strip().casefold()
    if operator in ("empty", "filled"):
        return (text == "") == (operator == "empty")
    (wanted,) = value
    if operator == "in":
        return text in {str(one).casefold() for one in wanted}
    if operator == "=":
        number = _number(cell)
        return text == str(wanted).casefold() or (number is not None and number == wanted)
    if operator in ("contains", "starts", "ends"):
        part = str(wanted).casefold()
        return {"contains": part in text, "starts": text.startswith(part), "ends": text.endswith(part)}[operator]
    if operator == "on":
        day = _day(cell)
        return day is not None and _date(wanted[0]) <= day <= _date(wanted[1])
    number = _pounds(cell) if operator.startswith("lb ") else _number(cell)
    if number is None:
        return False
    operator = operator.removeprefix("lb ")
    if operator == "between":
        return bool(wanted[0] <= number <= wanted[1])
    return bool({">": number > wanted, ">=": number >= wanted, "<": number < wanted, "<=": number <= wanted}[operator])


def _number(cell: str) -> float | None:
    try:
        return float(cell.strip().lstrip("$").replace(",", ""))
    except ValueError:
        return None


def _pounds(cell: str) -> float | None:
    """`2 lb 3 oz`, `12 oz`, `1.5 kg`."""
    parts = re.findall(r"([\d.]+) (lb|oz|kg)", cell)
    pounds = {"lb": 1, "oz": 1 / 16, "kg": 2.20462262}
    return sum(float(count) * pounds[unit] for count, unit in parts) if parts else None


def _day(cell: str) -> date | None:
    text = cell.strip()
    for form, length in (("%Y-%m-%d", 10), ("%m/%d/%Y", 10), ("%d.%m.%Y", 10), ("%b-%d-%y", 9), ("%d %b %Y", 11)):
        try:
            return datetime.strptime(text[:length], form).date()  # noqa: DTZ007 - a day as the cell says it
        except ValueError:
            continue
    return None


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
