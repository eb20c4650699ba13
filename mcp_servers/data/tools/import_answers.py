"""What imports and looks before them answer. Field names are a contract (docs/data-server.md)."""

from dataclasses import asdict

from pydantic import Field

from mcp_servers.data.model import ColumnType, DateOrder, Descriptor, HeaderCandidate, Part, SourceType
from mcp_servers.data.sources import OpenSource
from mcp_servers.shared.tools import Answer


class ColumnAnswer(Answer):
    """One column of an import."""

    name: str
    type: ColumnType
    nulls: int
    examples: list[str] | None = Field(default=None, description="none where the column holds people's data")
    date_order: DateOrder | None = None
    person: bool = False
    repeats: str | None = Field(default=None, description="the header of an earlier column that this one repeats")
    unit: str = Field(default="", description="what every filled cell of a text column says behind its number, e.g. kg")
    lost_digits: list[int] = Field(
        default=[], description="sheet rows whose numbers a spreadsheet rounded; such a column cannot be a key"
    )


class ExcludedAnswer(Answer):
    """A row that is not data."""

    sheet_row: int
    reason: str


class BadCellAnswer(Answer):
    """A cell that cannot be shipped as it is."""

    sheet_row: int
    column: str
    reason: str


class HeaderAnswer(Answer):
    """A row that may name the columns."""

    header_row: int
    header: list[str]


class EncodingAnswer(Answer):
    """An encoding that a text file may be in, and how a word of the sheet reads there."""

    encoding: str
    sample: str = Field(description="one word, never a whole cell")
    sheet_row: int
    column: str


class PartAnswer(Answer):
    """One table that could be imported: a text file's only one, or a sheet."""

    sheet: str | None = None
    row_count: int
    header_row: int | None = None
    header: list[str]
    header_candidates: list[HeaderAnswer] = Field(
        default=[], description="the chosen row and what else could be it; empty where there is no doubt"
    )
    hidden_rows: int = Field(default=0, description="hidden or filtered rows that hold data; in row_count")
    visible: bool
    chosen: bool = Field(description="what an import takes when nothing is said")
    likely: bool = Field(default=False, description="orders could be here too: worth a question")


class ResultsAnswer(Answer):
    """What the sheet itself says about an earlier batch; a row whose STATUS is PROCESSING is in doubt, not left."""

    done: int
    left: int
    in_doubt: int
    left_clause: str = Field(description="a filter clause for the work left")
    in_doubt_clause: str | None = None


class ImportAnswer(Answer):
    """What was imported."""

    source_id: str
    source_type: SourceType
    path: str
    sheet: str | None = None
    name: str
    row_count: int
    columns: list[ColumnAnswer]
    managed_columns: dict[str, str] = Field(description="what is written back -> the column it goes to")
    fingerprint: str
    header_fingerprint: str
    header_row: int | None = None
    other_header_rows: list[int] = Field(default=[], description="rows that could be the header too")
    header_candidates: list[HeaderAnswer] = Field(
        default=[], description="the chosen row and what else could be it; empty where there is no doubt"
    )
    hidden_rows: int = Field(default=0, description="hidden or filtered rows that hold data")
    hidden_included: bool = Field(default=False, description="whether they were taken in")
    hidden_columns: list[str] = Field(default=[], description="they were read too")
    hidden_sheets: list[str] = Field(default=[], description="they were left alone")
    other_sheets: list[PartAnswer] = Field(default=[], description="the workbook's other sheets, hidden ones too")
    blank_rows: int = Field(default=0, description="blank rows among the data: skipped, their numbers stay unused")
    results: ResultsAnswer
    read_only: bool = Field(default=False, description="results go into a file beside it (.ods, .xls, .xlsb)")
    encoding: str | None = None
    encoding_candidates: list[EncodingAnswer] = Field(
        default=[],
        description="the guess and what else it could be, where letters differ; import again with `encoding`",
    )
    delimiter: str | None = None
    warnings: list[str]
    excluded_rows: list[ExcludedAnswer]
    bad_cells: list[BadCellAnswer] = Field(
        description="errors, formulas without result, control characters; at most 100"
    )
    descriptor: Descriptor = Field(description="all that is needed to open the source again; holds no password")


class InspectAnswer(Answer):
    """What was detected in a file, before anything is imported."""

    path: str
    source_type: SourceType
    parts: list[PartAnswer]
    encoding: str | None = None
    encoding_guessed: bool | None = None
    delimiter: str | None = None
    quote: str | None = None
    other_header_rows: list[int]


def import_answer(source: OpenSource) -> ImportAnswer:
    """The answer to every import."""
    descriptor, table = source.descriptor, source.table
    place = descriptor.path or descriptor.url or ""
    return ImportAnswer(
        source_id=descriptor.source_id,
        source_type=descriptor.type,
        path=place,
        sheet=descriptor.sheet,
        name=place.rsplit("/", 1)[-1],
        row_count=table.row_count,
        columns=[
            ColumnAnswer(
                name=column.name,
                type=column.type,
                nulls=column.nulls,
                examples=list(column.examples) if column.examples else None,
                date_order=column.date_order,
                person=column.person,
                repeats=source.found.repeats.get(column.name),
                unit=column.unit,
                lost_digits=source.found.lost_digits.get(column.name, []),
            )
            for column in table.columns
        ],
        managed_columns=descriptor.managed,
        fingerprint=table.fingerprint,
        header_fingerprint=source.header_fingerprint,
        header_row=descriptor.header_row,
        other_header_rows=list(source.other_headers),
        header_candidates=[header_answer(one) for one in source.found.header_candidates],
        hidden_rows=len(source.found.hidden_rows),
        hidden_included=bool(source.found.hidden_rows) and descriptor.include_hidden,
        hidden_columns=source.found.hidden_columns,
        hidden_sheets=[one.sheet or "" for one in source.found.other_sheets if not one.visible],
        other_sheets=[part_answer(one) for one in source.found.other_sheets],
        blank_rows=source.found.blank_rows,
        results=ResultsAnswer(**asdict(source.results)),
        read_only=descriptor.read_only,
        encoding=descriptor.encoding,
        encoding_candidates=[EncodingAnswer(**asdict(one)) for one in source.found.encoding_candidates],
        delimiter=descriptor.delimiter,
        warnings=source.all_warnings,
        excluded_rows=[ExcludedAnswer(sheet_row=one.sheet_row, reason=one.reason) for one in source.excluded],
        bad_cells=[
            BadCellAnswer(sheet_row=one.sheet_row, column=one.column, reason=one.reason) for one in table.bad_cells
        ],
        descriptor=descriptor,
    )


def header_answer(candidate: HeaderCandidate) -> HeaderAnswer:
    """A row that may name the columns, for the wire."""
    return HeaderAnswer(header_row=candidate.header_row, header=list(candidate.header))


def part_answer(part: Part) -> PartAnswer:
    """One table that could be imported, for the wire."""
    return PartAnswer(
        sheet=part.sheet,
        row_count=part.row_count,
        header_row=part.header_row,
        header=list(part.header),
        header_candidates=[header_answer(one) for one in part.header_candidates],
        hidden_rows=part.hidden_rows,
        visible=part.visible,
        chosen=part.chosen,
        likely=part.likely,
    )
