"""The first screen: a sample of the sheet that was opened, or which sheets could be."""

from datetime import date
from pathlib import Path

from agent.chat.state import SessionState
from agent.errors import ShipchatError
from agent.events.welcome import OfferedSheet, SheetSampled, SheetsOffered
from agent.opening.recent_sheets import RecentSheet, RecentSheets, sheets_in
from agent.planning.selection import fetch
from agent.planning.sentence import counted

MATTER = ("order_number", "name", "company", "city", "state", "country", "service", "weight", "item_weight", "total")
MOST_COLUMNS, MOST_ROWS = 6, 3
MOST_OFFERED = 8


async def show_sample(state: SessionState) -> None:
    """The first rows, for the eye; a sheet that cannot be read now says so when it is needed."""
    sheet = state.sheet.require()
    try:
        rows = await fetch(state.sheet.data, "TRUE", limit=MOST_ROWS)
    except ShipchatError:
        return
    columns = telling_columns(sheet.columns, state.sheet.roles)
    cells = [[str(row.filled.data.get(column) or "").strip() for column in columns] for row in rows]
    state.emit(SheetSampled(columns, cells))


def telling_columns(columns: list[str], roles: dict[str, str]) -> list[str]:
    """Those that a person knows their orders by; the first ones where no header is known."""
    ranked = sorted((MATTER.index(field), column) for column, field in roles.items() if field in MATTER)
    found = [column for _, column in ranked if column in columns][:MOST_COLUMNS]
    return found or columns[:MOST_COLUMNS]


def remember_sheet(state: SessionState, path: str, rows: int) -> None:
    RecentSheets(state.settings.home).add(path, rows, state.settings.day())


def offer_sheets(state: SessionState, folder: Path) -> None:
    """Nothing is open: name what could be."""
    recent = RecentSheets(state.settings.home).list()[:MOST_OFFERED]
    offered = [OfferedSheet(sheet.path, Path(sheet.path).name, _seen(sheet)) for sheet in recent]
    known = {sheet.path for sheet in recent}
    here = [path for path in sheets_in(folder, MOST_OFFERED) if path not in known]
    offered += [OfferedSheet(path, Path(path).name, "in this folder") for path in here]
    state.emit(SheetsOffered(offered[:MOST_OFFERED]))


def _seen(sheet: RecentSheet) -> str:
    day = date.fromisoformat(sheet.day)
    return f"{counted(sheet.rows, 'row')}, opened on {day:%b} {day.day}"
