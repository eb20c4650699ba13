"""Which sheet of a workbook holds the orders."""

from collections.abc import Sequence
from pathlib import Path

from mcp_servers.data.faults import NO_HEADER, UNKNOWN_SHEET
from mcp_servers.data.model import Part
from mcp_servers.data.reading.excel_file import ExcelSheet
from mcp_servers.data.reading.header import choose_header, is_blank, named
from mcp_servers.data.reading.old_workbook import AnyWorkbook
from mcp_servers.data.reading.workbook import SheetInfo, refuse
from mcp_servers.shared.faults import fault

_LIKELY = 0.8
_ROWS_COUNTED = 1000


def parts_of(workbook: AnyWorkbook) -> list[Part]:
    """Every sheet with its rows and header, in the workbook's order; one visible sheet is chosen by score.

    Raises E-1003 where there is none.
    """
    if not workbook.sheets:
        raise refuse(workbook.path, "it holds no worksheet")
    scored = [_scored(workbook, info) for info in workbook.sheets]
    open_to_choice = [(score, part) for score, part in scored if part.visible and part.header_row is not None]
    best, chosen = max(open_to_choice, key=lambda pair: pair[0], default=(0.0, None))
    return [
        Part(
            part.row_count,
            part.header_row,
            part.header,
            part.header_candidates,
            part.hidden_rows,
            part.sheet,
            part.visible,
            chosen=part is chosen,
            likely=part.row_count > 0 and score >= best * _LIKELY,
        )
        for score, part in scored
    ]


def _scored(workbook: AnyWorkbook, info: SheetInfo) -> tuple[float, Part]:
    sheet = ExcelSheet(workbook, info, cut=True)
    chosen = sheet.choose_header(None)
    if chosen is None:
        return 0.0, Part(0, None, (), sheet=info.name, visible=info.visible, chosen=False)
    header_row, header = chosen
    rows = sum(1 for _, cells in sheet.data_rows(header_row) if not is_blank(cells))
    known = choose_header([header])
    score = (known.score if known is not None else 0.0) * (1 if rows else 0.1) + min(
        rows, _ROWS_COUNTED
    ) / _ROWS_COUNTED
    hidden = len(sheet.hidden_data(header_row))
    return score, Part(
        rows, header_row, named(header), sheet.candidates, hidden, info.name, visible=info.visible, chosen=False
    )


def choose_sheet(path: Path, workbook: AnyWorkbook, asked: str | None) -> tuple[SheetInfo, list[Part]]:
    """The sheet that was named, else the visible one that looks most like orders; and the others. Raises E-1016.

    Where the sheet was named the others are not looked into: their parts say names only.
    """
    if asked is not None:
        for info in workbook.sheets:
            if info.name.casefold() == asked.casefold():
                others = [one for one in workbook.sheets if one is not info]
                return info, [Part(0, None, (), sheet=one.name, visible=one.visible, chosen=False) for one in others]
        names = ", ".join(f'"{info.name}"' for info in workbook.sheets)
        raise fault(UNKNOWN_SHEET, where=str(path), path=path, sheet=asked, sheets=names)
    parts = parts_of(workbook)
    for info, part in zip(workbook.sheets, parts, strict=True):
        if part.chosen:
            return info, [one for one in parts if not one.chosen]
    raise fault(NO_HEADER, path=path)


def told(chosen: str, others: Sequence[Part]) -> list[str]:
    """What a person should know about the choice."""
    found = []
    visible = [f'"{one.sheet}" ({one.row_count} rows)' for one in others if one.visible and one.header_row is not None]
    if visible:
        found.append(f'Sheet "{chosen}" was chosen; there are also {", ".join(visible)}.')
    hidden = [f'"{one.sheet}"' for one in others if not one.visible]
    if hidden:
        found.append(f"Hidden sheets were left alone: {', '.join(hidden)}.")
    return found
