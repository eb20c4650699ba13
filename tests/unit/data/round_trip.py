"""What a sheet must still say after our own writing: opened again, it is the same sheet, with our cells in it."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mcp_servers.data.guard.clause import EVERYTHING, compile_clause
from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.sources import ImportOptions, OpenSource, open_csv_source, open_excel_source, verify
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget

RESULT = {
    "tracking_number": "1Z999AA10123456795",
    "shipped_at": "2026-11-21T10:00:00Z",
    "STATUS": "COMPLETED",
    "ERROR_MESSAGE": "none",
}


@dataclass
class Opening:
    """A file and how it is opened."""

    path: Path
    formats: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def open(self, path: Path) -> OpenSource:
        workbook = path.suffix.casefold() in {".xlsx", ".xlsm"}
        return (open_excel_source if workbook else open_csv_source)(
            str(path), ImportOptions(**self.options), **self.formats
        )


def seen(source: OpenSource) -> dict[str, Any]:
    """What an import tells, without our columns. What else could be the header may change: our columns settle it."""
    descriptor, table = source.descriptor, source.table
    ours = set(descriptor.managed.values())
    rows = table.rows(compile_clause(EVERYTHING, table.columns, table.sheet_offset), [], table.row_count, 0)
    return {
        "columns": [name for name in table.names if name not in ours],
        "types": [(one.name, one.type, one.date_order, one.person) for one in table.columns if one.name not in ours],
        "rows": [(row.row_number, row.sheet_row, row.checksum) for row in rows],
        "cells": [{name: text for name, text in row.data.items() if name not in ours} for row in rows],
        "left out": [(one.sheet_row, one.reason) for one in source.excluded],
        "blank rows": source.found.blank_rows,
        "hidden rows": source.found.hidden_rows,
        "header": (descriptor.sheet, descriptor.header_row),
        "text": (descriptor.encoding, descriptor.delimiter, descriptor.quote),
        "managed": descriptor.managed,
        "fingerprints": (table.fingerprint, source.header_fingerprint),
        "last row": descriptor.last_row,
    }


def differences(opening: Opening, folder: Path, result: dict[str, str] = RESULT) -> list[str]:
    """What is not as it was after a result went to the first, a middle and the last row of a copy in `folder`.

    Raises SheetBusyError for what cannot be written at all, e.g. a signed workbook.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / opening.path.name
    shutil.copyfile(opening.path, path)
    source = opening.open(path)
    before, found = seen(source), []
    numbers = [number for number, _, _ in before["rows"]]
    chosen = sorted({numbers[0], numbers[len(numbers) // 2], numbers[-1]}) if numbers else []
    target = (CsvTarget if source.descriptor.type == "csv" else ExcelTarget)(source.descriptor, len(numbers))
    written = target.apply([Change(number, result, source.table.row(number).checksum) for number in chosen])
    if (verified := verify(source.descriptor, None)).changed:
        found.append(f"verify: {verified.details}")
    source.table.close()
    again = opening.open(path)
    after = seen(again)
    found += [f"{name}: {before[name]!r} -> {after[name]!r}" for name in before if before[name] != after[name]]
    managed = again.descriptor.managed
    for number, one in zip(chosen, written, strict=True):
        # What stands beside the sheet was computed by a formula in it.
        if one.outcome is not Outcome.SIDECAR and number in {row[0] for row in after["rows"]}:
            data = again.table.row(number).data
            held = {role: data.get(managed[role]) for role in result}
            found += [f"row {number}: {one.outcome}, {held}"] if held != result else []
    again.table.close()
    return found
