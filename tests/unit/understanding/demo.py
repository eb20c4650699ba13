"""A small sheet that the tests of the interpreter read messages over, without a server."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import duckdb

from agent.understanding.chart import Derivation, parse
from agent.understanding.context import Context
from agent.understanding.grammar import grammar
from agent.understanding.interpret import interpret
from agent.understanding.lookups import Counts
from agent.understanding.requests import Look
from agent.understanding.sheet import Sheet
from agent.understanding.sheet_columns import sheet_from
from agent.understanding.situation import Meant, Situation
from agent.understanding.spans import annotate
from agent.understanding.tokens import cut

TODAY = date(2026, 11, 20)
COLUMNS: dict[str, tuple[str, Sequence[str]]] = {
    "Order Number": ("text", [f"SO-{3001 + at}" for at in range(12)]),
    "Order Date": ("date", []),
    "Needed by": ("date", []),
    "City": ("text", ["Dallas", "Charleston", "Columbus", "Fresno", "Albany", "Juneau"]),
    "State": ("text", ["TX", "SC", "OH", "CA", "NY", "AK"]),
    "Country": ("text", ["US"]),
    "Order Total": ("decimal", ["49.99", "120", "500"]),
    "Weight (lb)": ("decimal", ["2", "5", "11"]),
    "Qty": ("integer", ["1", "3", "5"]),
    "Cartons": ("integer", ["1", "3", "5"]),
    "Cycle": ("integer", ["2", "3", "4"]),
    "Status": ("text", ["paid", "pending", "processing", "on hold"]),
    "Priority": ("text", ["High", "Low"]),
    "Condition": ("text", ["mint", "fair"]),
    "Account": ("text", ["Quill Books", "Birch Bakery"]),
    "Fragile": ("text", ["yes", "no"]),
    "Gift": ("text", ["yes", "no"]),
    "Notes": ("text", ["call first", "leave at door", "gift wrap"]),
    "SKU": ("text", ["MUG-RED", "TRAY-OAK"]),
    "Item Name": ("text", ["Red Mug", "Brass Lamp"]),
    "Phone": ("text", ["5550100001", "5550100002"]),
    "Email": ("text", ["ada@example.com", "bo@example.com"]),
    "Carrier Service": ("text", ["UPS Ground", "UPS 2nd Day Air"]),
    "Route": ("text", ["UPS Ground", "LTL"]),
    "Shipping Method": ("text", ["Local pickup", "Flat rate"]),
    "Sales Rep": ("text", ["Austin", "Georgia"]),
}


class Everywhere(Counts):
    """Every clause has rows."""

    def need(self, *clauses: str) -> list[int]:
        return [1 for _ in clauses]


def demo_sheet(order: Sequence[str] | None = None, rows: Random | None = None) -> Sheet:
    """The sheet, with its columns in this order, and its cells as rows in another order bring them."""
    names = list(order or COLUMNS)
    cells = {name: list(COLUMNS[name][1]) for name in names}
    if rows is not None:
        for column in cells.values():
            rows.shuffle(column)
    described: dict[str, Any] = {
        "row_count": 12,
        "columns": [
            {"name": name, "type": COLUMNS[name][0], "nulls": 1, "distinct_count": len(COLUMNS[name][1])}
            for name in names
        ],
    }
    values = {
        name: {"values": [{"value": v, "count": 1} for v in cells[name]], "distinct_count": len(cells[name])}
        for name in names
    }
    return sheet_from(described, values)


SHEET = demo_sheet()


def derivations(text: str, goal: str, margin: float = 3.0, sheet: Sheet = SHEET) -> list[Derivation]:
    """All readings of a text as something of a category."""
    context = Context(sheet, TODAY, {}, Everywhere({}))
    tokens = cut(text)
    return parse(annotate(tokens, context, text), len(tokens), grammar(), context, goal, margin)


def read(text: str, sheet: Sheet = SHEET, **known: Any) -> Meant:
    """What a message means; what it looks up is counted over the rows."""
    counts: dict[str, int] = {}
    while True:
        meant = interpret(text, Situation(sheet, TODAY, counts=counts, **known))
        if not isinstance(meant.action, Look):
            return meant
        counts |= {clause: count(clause) for clause in meant.action.clauses}


def count(clause: str) -> int:
    """The number of rows of a clause."""
    clause = re.sub(
        r"(\"(?:Order Date|Needed by)\") (<>|=) ''", lambda m: f"{m[1]} IS {'NOT ' * (m[2] == '<>')}NULL", clause
    )
    (found,) = _rows().execute(f"SELECT count(*) FROM orders WHERE {clause}").fetchone() or (0,)
    return int(found)


@cache
def _rows() -> duckdb.DuckDBPyConnection:
    """Sixty rows in which values of different columns meet, and every town lies in one state."""
    connection = duckdb.connect()
    kinds = {"date": "DATE", "decimal": "DECIMAL(10,2)", "integer": "INTEGER", "text": "VARCHAR"}
    columns = ", ".join(f'"{name}" {kinds[kind]}' for name, (kind, _) in COLUMNS.items())
    connection.execute(f"CREATE TABLE orders ({columns}, sheet_row INTEGER)")
    for row in range(60):
        cells: list[Any] = []
        for place, (name, (kind, values)) in enumerate(COLUMNS.items()):
            step = row if name in ("City", "State") else row // (1 + place % 5)
            cells.append(TODAY - timedelta(days=step % 9) if kind == "date" else values[step % len(values)])
        connection.execute(f"INSERT INTO orders VALUES ({', '.join('?' * (len(cells) + 1))})", [*cells, row + 2])
    return connection
