"""Random clauses over random small tables: what the guard's SQL finds in DuckDB against what the documented rules say.

Every piece of a clause carries its text and its meaning in plain Python, written from docs/data-server.md (Clauses) and
not from the guard. A disagreement prints the seed, the table and the clause.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from random import Random

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.table.loading import load_rows
from mcp_servers.data.table.source import SourceTable, open_connection
from mcp_servers.shared.faults import ToolFault

TODAY = date(2026, 11, 21)
SHEET_OFFSET = 3
COLUMNS = ("Kind", "Other", "Qty", "Price", "Day", "Mixed", "Flag")
WORDS = ["CA", " ca ", "Ca", "TX", "tx\t", "o'Neil", "100%_", "West Virginia", "Köln", "'0042", "", "", " ", "x"]
POOLS = {
    "Kind": WORDS,
    "Other": WORDS,
    "Qty": ["5", "12", "-3", "0", " 7 ", "", "100000", "1"],
    "Price": ["1,234.50", "$12.00", "5.0", "0.5", "-3.25", "", "12", "$1,000.25", "0.10"],
    "Day": ["2026-11-01", "2026-11-05", "2026-12-31", "2024-02-29", "", "2026-11-21"],
    "Mixed": ["5", "5.0", "n/a", "", "12.50", "$7", "see note", "-1"],
    "Flag": ["yes", "no", "", "Yes", "NO"],
}
CERTAIN = {"Kind": "CA", "Other": "TX", "Qty": "12", "Price": "0.5", "Day": "2026-11-05", "Mixed": "n/a", "Flag": "yes"}
"""A cell that makes the column what it is meant to be; the first row has it."""
TEXTS = ["CA", " ca", "TX", "o'neil", "100%_", "west virginia", "köln", "0042", "none", "", "zz", "X"]
BLANKS = " \t\r\n\u00a0"

Row = dict[str, str]
Value = str | Decimal | date | bool | int | None


@dataclass(frozen=True)
class Part:
    """A piece of a clause: its text, and what it is for a row (None = nothing there)."""

    sql: str
    of: Callable[[Row], Value]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def text_of(cell: str) -> str | None:
    """A cell as text: without outer blanks and the spreadsheet's apostrophe; nothing when nothing is left."""
    text = cell.strip(BLANKS)
    return (text[1:] if re.match(r"'[0-9=+@-]", text) else text) or None


def number_of(cell: str) -> Decimal | None:
    """A cell by value however it is written: `$1,234.50`."""
    text = (text_of(cell) or "").replace("$", "").replace(",", "")
    return Decimal(text) if re.fullmatch(r"-?\d*\.?\d+", text) else None


def day_of(cell: str) -> date | None:
    text = text_of(cell)
    return date.fromisoformat(text) if text else None


def folded(text: Value) -> str:
    """For equality: without case and outer blanks; nothing is ''."""
    return str(text or "").strip(BLANKS).lower()


class Clauses:
    """Makes random pieces."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def condition(self, depth: int = 0) -> Part:
        kinds = [self.texts, self.texts, self.numbers, self.numbers, self.days, self.empties, self.flags, self.likes]
        kinds += [self.both, self.both, self.negated, self.negated] if depth < 3 else []
        return self.random.choice(kinds)(depth + 1)

    # Conditions of conditions; every condition is true or false, so plain logic holds.
    def both(self, depth: int) -> Part:
        first, second = self.condition(depth), self.condition(depth)
        if self.random.random() < 0.5:
            return Part(f"({first.sql} AND {second.sql})", lambda row: bool(first.of(row)) and bool(second.of(row)))
        return Part(f"({first.sql} OR {second.sql})", lambda row: bool(first.of(row)) or bool(second.of(row)))

    def negated(self, depth: int) -> Part:
        inner = self.condition(depth)
        return Part(f"NOT ({inner.sql})", lambda row: not inner.of(row))

    def texts(self, _depth: int = 0) -> Part:
        left, choice = self.text(), self.random.choice
        words = [choice(TEXTS) for _ in range(self.random.randint(1, 4))]
        operator = choice(["=", "=", "<>", "!=", "IN", "NOT IN", "<", ">=", "IS NOT DISTINCT FROM", "IS DISTINCT FROM"])
        if operator.endswith("IN"):
            listed = ", ".join(map(quoted, words))
            found = self._among(left, words)
            return Part(
                f"{left.sql} {operator} ({listed})", (lambda row: not found(row)) if operator != "IN" else found
            )
        if operator in ("<", ">="):
            word = choice(["ca", "MM", "tx", "west virginia"])
            less = operator == "<"

            def ordered(row: Row) -> bool:
                value = left.of(row)
                return value is not None and (folded(value) < word.lower() if less else folded(value) >= word.lower())

            return Part(f"{left.sql} {operator} {quoted(word)}", ordered)
        right = self.text() if self.random.random() < 0.2 else Part(quoted(words[0]), lambda _row: words[0])
        equal = operator in ("=", "IS NOT DISTINCT FROM")
        return Part(
            f"{left.sql} {operator} {right.sql}", lambda row: (folded(left.of(row)) == folded(right.of(row))) is equal
        )

    def _among(self, left: Part, words: list[str]) -> Callable[[Row], bool]:
        wanted = {folded(word) for word in words}
        return lambda row: folded(left.of(row)) in wanted

    def text(self, depth: int = 0) -> Part:
        """Something that is text."""
        name = self.random.choice(["Kind", "Other"])
        cell = Part(self._column(name), lambda row: text_of(row[name]))
        if depth > 1 or self.random.random() < 0.5:
            return cell
        inner = self.text(depth + 1)
        count = self.random.randint(1, 4)

        def on(change: Callable[[str], str]) -> Callable[[Row], Value]:
            return lambda row: None if inner.of(row) is None else change(str(inner.of(row)))

        def joined(row: Row) -> str:
            return f"{inner.of(row) or ''}-{cell.of(row) or ''}"

        options: list[Part] = [
            Part(f"lower({inner.sql})", on(str.lower)),
            Part(f"upper({inner.sql})", on(str.upper)),
            Part(f"left({inner.sql}, {count})", on(lambda text: text[:count])),
            Part(f"right({inner.sql}, {count})", on(lambda text: text[-count:])),
            Part(f"substr({inner.sql}, {count}, 2)", on(lambda text: text[count - 1 : count + 1])),
            Part(f"replace({inner.sql}, 'A', 'oo')", on(lambda text: text.replace("A", "oo"))),
            Part(f"coalesce({inner.sql}, 'none')", lambda row: inner.of(row) if inner.of(row) is not None else "none"),
            Part(f"nullif({inner.sql}, 'CA')", lambda row: None if folded(inner.of(row)) == "ca" else inner.of(row)),
            Part(f"concat({inner.sql}, '-', {cell.sql})", joined),
        ]
        return self.random.choice(options)

    def numbers(self, _depth: int = 0) -> Part:
        left, choice = self.number(), self.random.choice
        values = [choice(["5", "12", "0", "-3", "0.5", "1234.5", "100", "7.25"]) for _ in range(3)]
        operator = choice(["=", "<>", "<", "<=", ">", ">=", "IN", "NOT IN", "BETWEEN", "NOT BETWEEN"])
        numbers = [Decimal(value) for value in values]
        if operator.endswith("BETWEEN"):
            low, high = sorted(numbers[:2])
            sql = f"{left.sql} {operator} {low} AND {high}"
            return self._with(sql, left, lambda value: low <= value <= high, operator)
        if operator.endswith("IN"):
            return self._with(
                f"{left.sql} {operator} ({', '.join(values)})", left, lambda value: value in numbers, operator
            )
        right = numbers[0]
        written = values[0]
        test = {
            "=": lambda value: value == right,
            "<>": lambda value: value == right,
            "<": lambda value: value < right,
            "<=": lambda value: value <= right,
            ">": lambda value: value > right,
            ">=": lambda value: value >= right,
        }[operator]
        if left.sql in ('"Qty"', '"Price"') and self.random.random() < 0.3:
            written = quoted(written)  # a number column and a number as text: by value all the same
        return self._with(f"{left.sql} {operator} {written}", left, test, "NOT" if operator == "<>" else "")

    def _with(self, sql: str, left: Part, test: Callable[[Decimal], bool], operator: str) -> Part:
        """The positive form is false where nothing is; the negative one its opposite."""
        negative = operator.startswith("NOT")

        def holds(row: Row) -> bool:
            value = left.of(row)
            positive = value is not None and test(Decimal(str(value)))
            return positive is not negative

        return Part(sql, holds)

    def number(self, depth: int = 0) -> Part:
        """Something that is a number."""
        name = self.random.choice(
            ["Qty", "Price", "Mixed"] if depth else ["Qty", "Price", "Mixed", "row_number", "sheet_row"]
        )
        if name in ("row_number", "sheet_row"):
            return Part(name, lambda row: Decimal(row[name]))
        cell = Part(self._column(name), lambda row: number_of(row[name]))
        if depth > 1 or self.random.random() < 0.4:
            return cell
        inner = self.number(depth + 1)

        def on(change: Callable[[Decimal], Decimal]) -> Callable[[Row], Value]:
            return lambda row: None if inner.of(row) is None else change(Decimal(str(inner.of(row))))

        whole, tenth = Decimal(1), Decimal("0.1")
        amount = self.random.choice([2, 3, 10])
        test = self.condition(3)
        text = self.text()
        options = [
            Part(f"abs({inner.sql})", on(abs)),
            Part(f"floor({inner.sql})", on(lambda value: value.quantize(whole, ROUND_FLOOR))),
            Part(f"ceil({inner.sql})", on(lambda value: value.quantize(whole, ROUND_CEILING))),
            Part(f"-{inner.sql}" if not inner.sql.startswith("-") else f"-({inner.sql})", on(lambda value: -value)),
            Part(f"({inner.sql} + {amount})", on(lambda value: value + amount)),
            Part(f"({inner.sql} * {amount})", on(lambda value: value * amount)),
            Part(f"({inner.sql} / 0)", lambda _row: None),
            Part(f"try_cast({inner.sql} AS DOUBLE)", on(lambda value: value)),
            Part(f"length({text.sql})", lambda row: Decimal(len(str(text.of(row) or "")))),
            Part(
                f"CASE WHEN {test.sql} THEN {inner.sql} ELSE {amount} END",
                lambda row: inner.of(row) if test.of(row) else Decimal(amount),
            ),
        ]
        if inner.sql in ('"Qty"', '"Price"'):
            options.append(Part(f"round({inner.sql}, 1)", on(lambda value: value.quantize(tenth, ROUND_HALF_UP))))
        return self.random.choice(options)

    def days(self, _depth: int = 0) -> Part:
        choice = self.random.choice
        cell = self._column("Day")
        day = choice([date(2026, 11, 5), date(2026, 11, 20), date(2024, 2, 29), TODAY])
        written = choice([quoted(day.isoformat()), f"DATE '{day.isoformat()}'"]) if day != TODAY else "current_date"
        part, value_of = choice(
            [
                ("year", lambda one: one.year),
                ("month", lambda one: one.month),
                ("day", lambda one: one.day),
                ("dayofweek", lambda one: one.isoweekday() % 7),
                ("quarter", lambda one: math.ceil(one.month / 3)),
            ]
        )
        number = choice([2026, 11, 1, 5, 0, 4])
        shift = choice([1, 7, 30])
        options = [
            (f"{cell} = {written}", lambda one: one == day, False),
            (f"{cell} <> {written}", lambda one: one == day, True),
            (f"{cell} > {written}", lambda one: one > day, False),
            (f"{cell} <= {written}", lambda one: one <= day, False),
            (f"{cell} IN ({written})", lambda one: one == day, False),
            (f"{part}({cell}) = {number}", lambda one: value_of(one) == number, False),
            (f"extract({part if part != 'dayofweek' else 'year'} FROM {cell}) <> 11", None, True),
            (f"{cell} + INTERVAL '{shift}' DAY >= DATE '{day}'", lambda one: one + timedelta(shift) >= day, False),
            (f"{cell} - DATE '{day}' < {shift}", lambda one: (one - day).days < shift, False),
            (f"{cell} BETWEEN '2026-11-01' AND {written}", lambda one: date(2026, 11, 1) <= one <= day, False),
        ]
        sql, test, negative = choice(options)
        if test is None:
            test = (lambda one: value_of(one) == 11) if part != "dayofweek" else (lambda one: one.year == 11)

        def holds(row: Row) -> bool:
            value = day_of(row["Day"])
            return (value is not None and bool(test(value))) is not negative

        return Part(sql, holds)

    def empties(self, _depth: int = 0) -> Part:
        name = self.random.choice(COLUMNS)
        sql, empty = self.random.choice([("IS NULL", True), ("IS NOT NULL", False), ("= ''", True), ("<> ''", False)])
        return Part(f"{self._column(name)} {sql}", lambda row: (text_of(row[name]) is None) is empty)

    def flags(self, _depth: int = 0) -> Part:
        cell = self._column("Flag")
        sql, wanted = self.random.choice(
            [
                (cell, True),
                (f"{cell} = TRUE", True),
                (f"{cell} = 'no'", False),
                (f"{cell} IS TRUE", True),
                ("TRUE", None),
            ]
        )
        word = {True: "yes", False: "no"}.get(wanted)  # type: ignore[call-overload]
        return Part(sql, lambda row: word is None or folded(row["Flag"]) == word)

    def likes(self, _depth: int = 0) -> Part:
        inner = self.text()
        word = self.random.choice(["C%", "%a%", "_A", "x", "%", "100!%!_", "west%", "%ö%", "__"])
        escaped = "!" in word
        operator = self.random.choice(["LIKE", "ILIKE", "NOT LIKE", "NOT ILIKE"])
        pattern = "".join(
            re.escape(letter[-1]) if len(letter) == 2 else {"%": ".*", "_": "."}.get(letter, re.escape(letter))
            for letter in re.findall(r"!.|.", word)
        )
        flags = re.DOTALL | (re.IGNORECASE if "ILIKE" in operator else 0)
        named = self.random.choice(["", "starts_with", "ends_with", "contains"])
        if named and not escaped and "%" not in word and "_" not in word:
            test = {"starts_with": str.startswith, "ends_with": str.endswith, "contains": str.__contains__}[named]
            sql = f"{named}({inner.sql}, {quoted(word)})"
            return Part(sql, lambda row: inner.of(row) is not None and test(str(inner.of(row)), word))
        sql = f"{inner.sql} {operator} {quoted(word)}" + (" ESCAPE '!'" if escaped else "")

        def holds(row: Row) -> bool:
            value = inner.of(row)
            matches = value is not None and re.fullmatch(pattern, str(value), flags) is not None
            return matches is not operator.startswith("NOT")

        return Part(sql, holds)

    def _column(self, name: str) -> str:
        return f'"{name}"'


@dataclass(frozen=True)
class Disagreement:
    """A clause that finds other rows than it means."""

    seed: int
    rows: list[list[str]]
    clause: str
    meant: list[int]
    found: list[int] | str

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.clause}\n  rows {self.rows}\n  means {self.meant}, found {self.found}"


def compared(seed: int, count: int, clauses_a_table: int = 50) -> tuple[int, list[Disagreement]]:
    """Check `count` clauses; how many, and where guard and meaning differ."""
    apart: list[Disagreement] = []
    done = 0
    while done < count:
        table_seed = seed + done
        random = Random(table_seed)
        cells = [[CERTAIN[name] for name in COLUMNS]]
        cells += [[random.choice(POOLS[name]) for name in COLUMNS] for _ in range(random.randint(3, 9))]
        number = min(clauses_a_table, count - done)
        apart += _over_one_table(table_seed, random, cells, number)
        done += number
    return done, apart


def _over_one_table(seed: int, random: Random, cells: list[list[str]], count: int) -> list[Disagreement]:
    connection = open_connection()
    stats = load_rows(connection, ((number, row) for number, row in enumerate(cells, 1)), len(COLUMNS))
    table = SourceTable(connection, stats, list(COLUMNS), sheet_offset=SHEET_OFFSET, managed=[], overrides={})
    rows = {number: dict(zip(COLUMNS, row, strict=True)) for number, row in enumerate(cells, 1)}
    for number, row in rows.items():
        row |= {"row_number": str(number), "sheet_row": str(number + SHEET_OFFSET)}
    apart = []
    try:
        for _ in range(count):
            part = Clauses(random).condition()
            meant = [number for number, row in rows.items() if part.of(row)]
            found: list[int] | str
            try:
                condition = compile_clause(part.sql, table.columns, SHEET_OFFSET, TODAY)
                found = [row.row_number for row in table.rows(condition, [], 100, 0)]
                again = compile_clause(condition.shown, table.columns, SHEET_OFFSET, TODAY)
                if found == meant:
                    found = [row.row_number for row in table.rows(again, [], 100, 0)]
            except ToolFault as refusal:
                # What is nested too much is refused, whatever it means.
                found = meant if refusal.code == "E-1106" else str(refusal)
            except Exception as fault:
                found = repr(fault)
            if found != meant:
                apart.append(Disagreement(seed, cells, part.sql, meant, found))
    finally:
        table.close()
    return apart
