"""What a sheet itself says was shipped: its tracking numbers and its STATUS, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.errors import is_refusal
from agent.planning.other_numbers import is_other_number
from agent.planning.selection import fetch, holds_number
from agent.sheet.reopening import reopen
from agent.tool_caller import ToolCaller

RESULT_CELLS = ("tracking_number", "shipped_at")
"""The cells of a row that say that it went."""


@dataclass(slots=True)
class SheetTracking:
    """Texts of the tracking column (blank where only STATUS says so), by data row and by row checksum."""

    by_row: dict[int, str] = field(default_factory=dict)
    by_checksum: dict[str, str] = field(default_factory=dict)

    def of(self, row_number: int, checksum: str) -> list[str]:
        """What is written for a row: where it stood, or where its cells stand now."""
        found = [self.by_row.get(row_number), self.by_checksum.get(checksum)]
        return list(dict.fromkeys(text for text in found if text is not None))


async def read_sheet_tracking(data: ToolCaller, source: dict[str, Any], environment: str) -> SheetTracking:
    """Open the sheet of a plan and read what is written there; empty where it is gone: then it says nothing.

    A number of another environment says nothing here. This sheet is the data server's active one afterwards.
    """
    tracking = SheetTracking()
    descriptor = source.get("descriptor") or {}
    try:
        reply = await reopen(data, descriptor)
        if is_refusal(reply):
            return tracking
        column = reply["managed_columns"].get("tracking_number", "")
        rows = await fetch(data, f"NOT ({reply['results']['left_clause']})")
    except Exception:  # noqa: BLE001 - a sheet that cannot be read is one source less, and not a reason to stop
        return tracking
    for row in rows:
        text = row.data.get(column, "").strip()
        # A row that STATUS alone names may hold `n/a` or `pending`, which are not numbers.
        text = text if holds_number(text) else ""
        if not is_other_number(text, environment):
            tracking.by_row[row.row_number] = text
            tracking.by_checksum.setdefault(row.checksum, text)
    return tracking


async def read_cells(
    data: ToolCaller, source: dict[str, Any], rows: Sequence[tuple[int, str]]
) -> dict[int, dict[str, str]]:
    """The `tracking_number` and `shipped_at` cells of rows (data row, checksum) as they are now, by data row; rows that
    are gone are missing, and so are blank cells. Nothing is imported. A sheet that cannot be read says nothing."""
    target = {key: source[key] for key in ("source_id", "descriptor") if source.get(key)}
    if not target or not rows:
        return {}
    asked = [{"row_number": number, "row_checksum": checksum} for number, checksum in rows]
    try:
        reply = await data("read_results", {"rows": asked, **target})
        if is_refusal(reply):
            return {}
        found = [one for one in reply["results"] if one["found"]]
        return {
            int(one["row_number"]): {role: str(one[role]) for role in RESULT_CELLS if one.get(role)} for one in found
        }
    except Exception:  # noqa: BLE001 - an approved row needs no sheet: what cannot be read is one source less
        return {}
