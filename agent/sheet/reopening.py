"""Opening a sheet again as it was opened before: from the descriptor that a plan keeps of it."""

from pathlib import Path
from typing import Any

from agent.sheet.kinds import kind_of
from agent.tool_caller import ToolCaller

_TABLE = ("table", "query", "key_columns", "where", "add_columns")
_OPTIONS = {
    "csv": ("path", "delimiter", "encoding", "header_row", "quote", "columns"),
    "excel": ("path", "sheet", "header_row", "include_hidden", "columns"),
    "database": ("url", *_TABLE, "columns"),
}
"""What of a descriptor opens its source again, by type."""
_OF_A_COPY = {
    "csv": ("header_row", "delimiter", "encoding"),
    "excel": ("sheet", "header_row", "include_hidden"),
}
"""What of it also holds for a copy of the file."""


async def reopen(data: ToolCaller, descriptor: dict[str, Any], *, copy: Path | None = None) -> dict[str, Any]:
    """Import a source as it was imported before, or a `copy` of its file in the same way.

    The data server's answer, which may be a refusal. It is the server's active source afterwards.
    """
    if copy is not None:
        return await data(*_import_of_copy(descriptor, copy))
    return await data(f"import_{descriptor['type']}", _options_of(descriptor))


def location_of(descriptor: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """(path or database URL, options) with which a person would open it again."""
    options = _options_of(descriptor)
    place = str(options.pop("path", None) or options.pop("url"))
    options.pop("columns", None)
    return place, options


def _options_of(descriptor: dict[str, Any]) -> dict[str, Any]:
    """All that a source was opened with, its place too: dialect and encoding, sheet, header row, table."""
    kind = str(descriptor["type"])
    options = {name: descriptor[name] for name in _OPTIONS[kind] if descriptor.get(name)}
    return options | ({"all_rows": True} if kind == "database" else {})


def _import_of_copy(descriptor: dict[str, Any], copy: Path) -> tuple[str, dict[str, Any]]:
    form = "excel" if kind_of(copy) == "workbook" else "csv"
    # The dialect of a CSV is found again; a copy in another form has no use for the original's.
    names = _OF_A_COPY[form] if descriptor.get("type") == form else ()
    return f"import_{form}", {"path": str(copy)} | {name: descriptor[name] for name in names if descriptor.get(name)}
