"""Small order files with their right outcome, in the form of ../shared/cases: read, driven, and judged."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml
from openpyxl import Workbook

from tests.orders.drive import SAY, FileRunner
from tests.orders.judge import CODED, Outcome

OWN: Final = Path(__file__).with_name("cases.yaml")
SHARED: Final = Path(__file__).parents[2].parent / "shared" / "cases" / "orders.yaml"
"""Beside the repository; not everybody has it."""
Case = dict[str, Any]


def cases(path: Path) -> list[Case]:
    """All of a file."""
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


def run(runner: FileRunner, case: Case) -> list[Outcome]:
    """One outcome for each sentence."""
    name, content = _file(case)
    say = case.get("say", SAY)
    if "then" in case:
        return runner.run_twice(content, _clerk(case), name=name, say=say, then=case["then"])
    return [runner.run(content, _clerk(case), name=name, say=say)]


def _file(case: Case) -> tuple[str, bytes]:
    text = case["file"].replace("|", "\t") if case.get("tabs") else case["file"]
    if not case.get("workbook"):
        return f"{case['id']}.{'tsv' if case.get('tabs') else 'csv'}", text.encode()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(text)):
        sheet.append([int(cell) if re.fullmatch(r"[1-9]\d{0,9}", cell) else cell or None for cell in row])
    for cells in case.get("merge", ()):
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return f"{case['id']}.xlsx", out.getvalue()


def _clerk(case: Case) -> Any:
    """Somebody who knows what lines of an order are and leaves out what cannot go; everything else stays a question."""
    items = re.search(r"(item|product|unit) weight", case["file"], re.IGNORECASE) is not None

    def answer(_question: str, options: list[str]) -> str | None:
        wanted = ("items of one parcel", "times their quantity" if items else "add the rows up", "Leave these rows out")
        return next((option for words in wanted for option in options if words in option), None)

    return answer


def problems(case: Case, outcomes: list[Outcome]) -> list[str]:
    """What did not happen as it must; none when all is right."""
    want = case["want"]
    told: list[str] = []
    for outcome in outcomes:
        if outcome.error is not None and not re.match(r"E-[123]\d{3}", str(outcome.error["code"])):
            told.append(f"{outcome.error}")
        told += [f"row {row} is shipped" for row in want.get("not", ()) if row in outcome.rows]
    for row, facts in want.get("ship", {}).items():
        shipped = next((each for each in outcomes if row in each.shipped), None)
        if shipped is not None:
            told += [f"row {row}: {line}" for line in _differences(facts, shipped, row)]
        elif any(row in each.rows for each in outcomes):
            told.append(f"row {row} goes with another one")
        elif "or" not in want or not _held(row, outcomes[-1]):
            told.append(f"row {row} is not shipped: {_told(outcomes[-1])}")
    for wanted in filter(None, (want.get("ask"), want.get("refuse"))):
        told += _not_asked(wanted, outcomes[-1])
    return told


def _held(row: int, outcome: Outcome) -> bool:
    """Whether a question or a coded refusal stands for the row."""
    reasons = outcome.excluded.get(row, [])
    return bool(outcome.open_question or outcome.error or (reasons and all(CODED.match(reason) for reason in reasons)))


def _not_asked(wanted: str, outcome: Outcome) -> list[str]:
    """Asked or refused means: nothing goes by itself; a refusal that must name a row does."""
    coded = [row for row, reasons in outcome.excluded.items() if all(CODED.match(reason) for reason in reasons)]
    if not (outcome.open_question or outcome.error or (coded and not outcome.rows)):
        return [f"neither asked nor refused ({wanted}): rows {sorted(outcome.rows)} are shipped"]
    place = re.search(r"\brow (\d+)\b", str(wanted))
    if place is None or int(place[1]) - 1 in coded:
        return []
    named = re.search(rf"\b(rows?|lines?)\b[^.]*\b{place[1]}\b", _told(outcome), re.IGNORECASE)
    return [] if named else [f"{place[0]} is not named: {_told(outcome)}"]


def _told(outcome: Outcome) -> str:
    error = outcome.error or {}
    parts = (outcome.open_question, error.get("code"), error.get("message"), error.get("where"), outcome.said)
    return " ".join(str(part) for part in (*parts, outcome.excluded or None) if part)


def _differences(facts: dict[str, Any], outcome: Outcome, row: int) -> list[str]:
    payload = outcome.shipped[row]
    to = payload["ship_to"]
    address = to["address"]
    lines = address["lines"]
    found: dict[str, Any] = {
        "recipient": to.get("attention_name") or to.get("name"),
        "company": to["name"] if to.get("attention_name") else None,
        "address": " ".join(lines),
        "address2": lines[1] if len(lines) > 1 else None,
        "city": address.get("city"),
        "state": address.get("state"),
        "country": address["country_code"],
        "phone": to.get("phone"),
        "reference": payload.get("customer_reference"),
        "ship_date": payload.get("shipment_date", "today"),
        "saturday": payload.get("saturday_delivery", False),
    }
    told = [
        f"{name} is {found[name]!r}, not {facts[name]!r}"
        for name in found
        if name in facts and found[name] != facts[name]
    ]
    if "rows" in facts:
        others = [
            other for other in facts["rows"] if other not in outcome.rows or (other != row and other in outcome.shipped)
        ]
        told += [f"row {other} does not go with it" for other in others]
    parcels = payload["packages"]
    if "weight_lb" in facts:
        exact = Decimal(str(facts["weight_lb"]))
        sent = sum((Decimal(parcel["weight"]["value"]) for parcel in parcels), Decimal(0))
        # A weight is rounded up to a tenth, never down.
        if not exact <= sent < exact + Decimal("0.1"):
            told.append(f"weight is {sent}, not {exact}")
    if "dimensions" in facts:
        size = parcels[0].get("dimensions") or {}
        sides = [int(size[side]) for side in ("length", "width", "height") if side in size]
        if sides != facts["dimensions"]:
            told.append(f"dimensions are {sides}, not {facts['dimensions']}")
    else:
        told += [
            f"{name} is {parcels[0][name]!r}"
            for name in ("dimensions", "declared_value", "signature")
            if name in parcels[0]
        ]
    return told
