"""Instructions in the rows of a shipment, and the filled columns that nothing reads: both are said, never dropped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from agent.mapping.answers import SAID
from agent.mapping.billing import BILLING_FIELDS
from agent.mapping.row import RowReader
from agent.mapping.signatures import signature_field
from agent.mapping.template import CompiledMapping
from agent.planning.model import SheetRow
from agent.planning.ship_options import OPTION
from agent.sheet.fields import ADDRESS_FIELDS, Instruction, field_of
from agent.sheet.headers import read_headers
from agent.sheet.instructions import YES, instructions_in, read_instruction, read_packaging_answer, says_nothing
from agent.shipping import faults
from agent.shipping.access_points import DOOR, NEAREST, read_point
from agent.shipping.notices import notice_events
from agent.shipping.returns import return_kind
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Changed, Ok, reject

_OF_THE_PARCEL: Final = frozenset(
    {"weight", "item_weight", "length", "width", "height", "dimensions", "service", "declared_value", "packages"}
    | {"ship_from"}
)
"""Fields that change the parcel: a second column of one is not used, and that is said."""
POINT: Final = "Access Point"
POINT_IN_WORDS: Final = "access_point_place"
_SPECIAL: Final = frozenset({"return_service", "notify", "access_point"})


@dataclass(slots=True)
class Asked:
    """What the rows of a shipment ask for and gets carried out."""

    saturday: str = ""
    """The column that asks for a Saturday."""
    packagings: list[tuple[str, str]] = field(default_factory=list)
    """(code, cell) of each row that names one."""
    packaging_column: str = ""
    returns: str = ""
    """The kind of return that a row names, where returns are made."""
    notify: list[str] = field(default_factory=list)
    """What the recipient gets an e-mail of."""
    notify_column: str = ""
    points: list[tuple[str, str]] = field(default_factory=list)
    """(id of a UPS Access Point or NEAREST, cell) of each row that names one."""
    point_column: str = ""


def read_instructions(readers: Sequence[RowReader], own_account: str) -> Asked:
    """What the rows of a shipment ask for beyond the plain parcel; what is not carried out stops it."""
    asked = _said(readers[0])
    described: list[tuple[RowReader, str, Instruction, str]] = []
    for reader in readers:
        for column, instruction in instructions_in(tuple(reader.row.data)):
            if any(column in columns for columns in reader.compiled.columns.values()):
                continue
            if field_of(column) in BILLING_FIELDS:
                continue
            text = reader.rendered.texts.get(column, str(reader.row.data[column] or ""))
            if instruction.name == POINT_IN_WORDS:
                described += [] if says_nothing(text) else [(reader, column, instruction, text)]
                continue
            if instruction.name in _SPECIAL and not says_nothing(text):
                _read_special(asked, reader, instruction, column, text)
                continue
            verdict = read_instruction(instruction, column, text, own_account)
            if isinstance(verdict, Ask) and (answer := reader.answered(verdict)):
                code = read_packaging_answer(answer.text)
                cell = clean(text)
                fault = reject(faults.INSTRUCTION, cell, column=column, cell=cell, what=instruction.what)
                verdict = Ok(code) if code is not None else fault
            found = reader.findings.take(verdict, column, text)
            if found is None:
                continue
            if instruction.name == "packaging":
                asked.packagings.append((found, clean(text)))
                asked.packaging_column = column
            else:
                asked.saturday = column
    to_door = readers[0].answers.text(f"{OPTION}access_point") == DOOR
    if not to_door and all(point == NEAREST for point, _ in asked.points):
        for reader, column, instruction, text in described:
            _not_carried_out(reader, instruction, column, text)
    return asked


def _said(lead: RowReader) -> Asked:
    """What the person's words ask of all rows."""
    notify = lead.answers.text(f"{OPTION}notify")
    saturday = SAID if lead.answers.text(f"{OPTION}saturday") else ""
    point = lead.answers.text(f"{OPTION}access_point")
    return Asked(
        saturday,
        notify=notify.split(",") if notify else [],
        notify_column=SAID if notify else "",
        points=[(point, point)] if point == NEAREST else [],
        point_column=POINT if point == NEAREST else "",
    )


def _read_point(asked: Asked, reader: RowReader, column: str, text: str) -> None:
    cell = clean(text)
    if reader.answers.text(f"{OPTION}access_point") == DOOR:
        reader.findings.take(Changed(None, cell, "the door", SAID), column)
        return
    point = NEAREST if key(cell) in YES else read_point(cell)
    if point is None:
        reader.findings.take(reject(faults.NOT_A_POINT, cell, column=column, cell=cell), column, text)
        return
    asked.points.append((point, cell))
    asked.point_column = column


def _not_carried_out(reader: RowReader, instruction: Instruction, column: str, text: str) -> None:
    cell = clean(text)
    fault = reject(faults.INSTRUCTION, cell, column=column, cell=cell, what=instruction.what)
    reader.findings.take(fault, column, text)


def _read_special(asked: Asked, reader: RowReader, instruction: Instruction, column: str, text: str) -> None:
    """A return, an Access Point, or notices by e-mail: carried out as the cell says it, else told."""
    if instruction.name == "access_point":
        _read_point(asked, reader, column, text)
        return
    cell = clean(text)
    said_yes = key(cell) in YES
    if instruction.name == "return_service":
        kind = return_kind(cell)
        if reader.answers.text(f"{OPTION}returns") is None:
            reader.findings.take(reject(faults.RETURN_ASKED, cell, column=column, cell=cell), column, text)
        elif kind is not None:
            asked.returns = kind
        elif not said_yes:
            _not_carried_out(reader, instruction, column, text)
        return
    events = notice_events(column if said_yes else cell, anything=said_yes)
    if not events:
        _not_carried_out(reader, instruction, column, text)
    asked.notify += [event for event in events if event not in asked.notify]
    asked.notify_column = asked.notify_column or column


def unused_columns(rows: Sequence[SheetRow], compiled: CompiledMapping, managed: Collection[str]) -> list[str]:
    """Columns with filled cells that no field reads and whose header says nothing to us, in the sheet's order.

    `managed` are the columns that results are written to.
    """
    if not rows:
        return []
    read = {column for columns in compiled.columns.values() for column in columns} | set(managed)
    columns = tuple(rows[0].data)
    instructed = {column for column, _ in instructions_in(columns)}
    candidates = [column for column in columns if column not in read | instructed and not _is_understood(column)]
    return [column for column in candidates if any(not is_blank(row.data.get(column)) for row in rows)]


@lru_cache(maxsize=4096)
def _is_understood(column: str) -> bool:
    """A header of a status, a date, a price; or an address of somebody else: known, and rightly not on the label."""
    if signature_field(column):
        return True
    name = next((reading.field for reading in read_headers([column])), None)
    return name in ADDRESS_FIELDS or (name is not None and name not in _OF_THE_PARCEL)
