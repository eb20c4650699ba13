"""The order sheet that is open: what the data server said of it, and how to open it again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import ErrorKind, error, from_reply, is_refusal
from agent.planning.model import Source
from agent.sheet.kinds import kind_of
from agent.tool_caller import ToolCaller

NO_SHEET = ErrorKind(
    "E-1501", "No order sheet is open.", "Open one: `shipchat orders.csv`, or type @ and its path in the chat."
)
UNKNOWN_KIND = ErrorKind(
    "E-1502",
    "{name} is not a kind of sheet that shipchat can open.",
    "Save it as .csv or .xlsx (a .numbers file: open it in Numbers and export it as Excel).",
)


@dataclass(slots=True)
class OpenSheet:
    """One imported source. `answer` is the data server's, in full."""

    location: str
    """A path, or a database URL whose password is a handle."""
    options: dict[str, Any]
    answer: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.answer["name"])

    @property
    def source_id(self) -> str:
        return str(self.answer["source_id"])

    @property
    def columns(self) -> list[str]:
        return [column["name"] for column in self.answer["columns"]]

    @property
    def types(self) -> dict[str, str]:
        return {column["name"]: column["type"] for column in self.answer["columns"]}

    @property
    def people(self) -> frozenset[str]:
        """Columns with names, streets, phones or e-mails, in lower case."""
        return frozenset(column["name"].casefold() for column in self.answer["columns"] if column.get("person"))

    @property
    def repeats(self) -> dict[str, str]:
        """Column -> the header of an earlier column that it repeats."""
        return {column["name"]: column["repeats"] for column in self.answer["columns"] if column.get("repeats")}

    @property
    def managed_columns(self) -> dict[str, str]:
        """Role -> name of the columns that our results go into; a sheet may not have them yet."""
        return dict(self.answer.get("managed_columns") or {})

    @property
    def header_fingerprint(self) -> str:
        return str(self.answer["header_fingerprint"])

    @property
    def source(self) -> Source:
        """What a plan keeps of it."""
        return Source(self.source_id, self.answer["descriptor"], self.answer["fingerprint"], self.name)

    def summary(self) -> dict[str, Any]:
        """For the command line's JSON."""
        return {
            "name": self.name,
            "path": self.answer.get("path", self.location),
            "source_id": self.source_id,
            "type": self.answer.get("source_type"),
            "rows": self.answer["row_count"],
        }

    async def refresh(self, data: ToolCaller) -> None:
        """Read the sheet as it is now."""
        self.answer = (await open_sheet(data, self.location, self.options)).answer


async def open_sheet(data: ToolCaller, location: str, options: dict[str, Any] | None = None) -> OpenSheet:
    """Import a file or a database table; `options` are the import tool's own (sheet, header_row, table ...).

    Raises:
        ShipchatError: E-1502 for a kind that is not read, else what the data server refused.
    """
    options = options or {}
    reply = await import_sheet(data, location, options)
    if is_refusal(reply):
        raise from_reply(reply)
    return OpenSheet(location, options, reply)


async def import_sheet(data: ToolCaller, location: str, options: dict[str, Any]) -> dict[str, Any]:
    """The data server's answer to importing a file or a database table; it may be a refusal.

    Raises:
        ShipchatError: E-1502 for a kind that is not read.
    """
    tool, arguments = _import_of(location)
    return await data(tool, arguments | options)


def is_database(location: str) -> bool:
    """Whether it is a database URL or `db:NAME`."""
    return "://" in location or location.startswith("db:")


def as_database(location: str) -> str:
    """The URL of a SQLite file that was named by its path; any other location as it is."""
    if is_database(location) or kind_of(location) != "database":
        return location
    return f"sqlite:///{Path(location).expanduser().absolute()}"


def _import_of(location: str) -> tuple[str, dict[str, Any]]:
    if is_database(location):
        return "import_database", {"url": location}
    path = Path(location).expanduser()
    kind = kind_of(path)
    if kind == "workbook":
        return "import_excel", {"path": str(path.absolute())}
    # The data server says what is wrong with a path that names nothing.
    if kind == "text" or (kind != "refused" and (not path.suffix or not path.exists())):
        return "import_csv", {"path": str(path.absolute())}
    raise error(UNKNOWN_KIND, name=path.name)
