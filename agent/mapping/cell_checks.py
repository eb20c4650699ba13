"""What a row's cells hold where they hold nothing: errors of a spreadsheet, and words that may be names.

An error text is an empty cell: said where the field may stay empty, a reason to reject the row where it may not.
"""

from typing import Final

from agent.mapping.answers import CELL
from agent.mapping.empty_cells import MAY_STAY_EMPTY, NOT_ALWAYS_READ
from agent.mapping.row import RowReader
from agent.mapping.template import Rendered
from agent.shipping import faults
from agent.shipping.places import province_code, state_code
from agent.shipping.text import clean, is_blank_name, is_broken, is_doubtful_name, key
from agent.shipping.verdict import Ask, Changed, Reject, reject

IS_NAME: Final = "it is the name"
IS_NOTHING: Final = "nothing is filled in"
NAMIBIA: Final = "Namibia"
NAMES_AND_TOWNS: Final = {
    "name": "a recipient",
    "company": "a company",
    "attention_name": "a person",
    "city": "a town",
}


def with_settled_cells(reader: RowReader) -> RowReader:
    """The reader of a row, with its empty cells settled before any rule reads them."""
    _settle_empty_cells(reader)
    return reader


def _settle_empty_cells(reader: RowReader) -> None:
    """Look at every text of a row once, before any rule reads it; findings go to the reader."""
    for name, text in reader.rendered.texts.items():
        if text and is_broken(text):
            reader.broken.add(name)
            _broken(reader, name, text)
    for name, columns in reader.compiled.columns.items():
        if len(columns) > 1 and not _is_given(reader, name):
            _joined(reader, name, columns)
    for name, what in NAMES_AND_TOWNS.items():
        text = reader.rendered.texts.get(name, "")
        if text and is_doubtful_name(text):
            question = f'{reader.column(name)} says "{clean(text)}". Is that {what}, or is the cell empty?'
            _ask(reader, name, Ask(question, (IS_NAME, IS_NOTHING), f"{name}:{key(text)}"))
    country = reader.rendered.texts.get("country", "")
    if key(country) == "na":
        state = reader.rendered.texts.get("state", "")
        if state_code(state) or province_code(state):
            reader.clear("country")
        else:
            _ask(reader, "country", Ask(f'Which country is "{country}"?', (NAMIBIA, IS_NOTHING), "country:na"))


def _broken(reader: RowReader, name: str, text: str) -> None:
    if name in MAY_STAY_EMPTY:
        reader.findings.warn(f"{reader.column(name)} says {text}: left empty")
    elif name not in NOT_ALWAYS_READ:
        reader.findings.take(_error_in(reader.column(name), text), reader.column(name))


def _joined(reader: RowReader, name: str, columns: tuple[str, ...]) -> None:
    """A text of several cells: an error in one of them never becomes a part of it, nor does a `NULL` of a name."""
    text = reader.rendered.texts.get(name, "")
    cells = [clean(reader.row.data.get(column)) for column in columns]
    for column, cell in zip(columns, cells, strict=True):
        if is_broken(cell) and cell in text:
            reader.broken.add(name)
            reader.findings.take(_error_in(column, cell), column)
    kept = [cell for cell in cells if not is_blank_name(cell)]
    dropped = [cell for cell in cells if cell and cell not in kept]
    # In a sheet of capitals, `NULL` may be a surname.
    if name == "name" and dropped and not (kept and dropped == ["NULL"] and text.isupper()):
        shorter = " ".join(kept)
        reader.findings.take(Changed(shorter, text, shorter, "placeholders left out"), reader.column(name))
        reader.rendered = Rendered(reader.rendered.texts | {name: shorter}, reader.rendered.faults)


def _is_given(reader: RowReader, name: str) -> bool:
    return f"{CELL}{reader.row.sheet_row}:{name}" in reader.answers.given


def _error_in(column: str, text: str) -> Reject:
    return reject(faults.BROKEN_CELL, text, column=column, cell=text)


def _ask(reader: RowReader, name: str, ask: Ask) -> None:
    """One question for all cells that say so; what a person wrote into the cell is meant as written."""
    if _is_given(reader, name):
        return
    answer = reader.answered(ask)
    if answer is None:
        reader.findings.take(ask, reader.column(name))
    elif answer.text == IS_NOTHING:
        reader.clear(name)
