"""What signature a parcel needs: the header counts as much as the cell, and the strictest column wins."""

from typing import Final, Literal

from agent.mapping.row import RowReader
from agent.sheet.fields import field_of
from agent.shipping.instructions import YES
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask

Signature = Literal["signature", "adult"]
_KINDS: Final[dict[str, Signature | None]] = {
    **dict.fromkeys(("signature", "direct", "direct signature", "s", "2"), "signature"),
    **dict.fromkeys(("signature required", "delivery confirmation signature required", "standard"), "signature"),
    **dict.fromkeys(("adult", "adult signature", "adult signature required", "adult required"), "adult"),
    **dict.fromkeys(("21", "21+", "a", "3"), "adult"),
    **dict.fromkeys(("n", "no", "f", "false", "0", "none", "not required", "no signature", "off"), None),
    **dict.fromkeys(("no signature required", "nein", "non"), None),
}
_FIELDS: Final = ("adult_signature", "signature")


def read_signature(readers: list[RowReader]) -> Signature | None:
    """Over all columns about it, and all lines of an order: adult before any signature, any before none."""
    found = {_read(reader, column, text, adult=adult) for reader in readers for column, text, adult in _columns(reader)}
    return "adult" if "adult" in found else "signature" if "signature" in found else None


def _columns(reader: RowReader) -> list[tuple[str, str, bool]]:
    """The mapped ones, and every other one whose header is known: (column, text, whether it is about adults)."""
    read = {column for name in _FIELDS for column in reader.compiled.columns.get(name, ())}
    found = [(reader.column(name), reader.text(name), name == "adult_signature") for name in _FIELDS]
    for column, cell in reader.row.data.items():
        name = field_of(column)
        if name in _FIELDS and column not in read:
            found.append((column, str(cell or ""), name == "adult_signature"))
    return [entry for entry in found if not is_blank(entry[1])]


def _read(reader: RowReader, column: str, text: str, *, adult: bool) -> Signature | None:
    word = key(text)
    by_header: Signature = "adult" if adult or "adult" in key(column).split() else "signature"
    if word in YES:
        return by_header
    if word in _KINDS:
        said = _KINDS[word]
        return by_header if said == "signature" else said
    ask = Ask(f'What does "{clean(text)}" in {column} mean?', ("signature", "adult", "none"), f"signature:{word}")
    answer = reader.answered(ask)
    if answer is not None:
        return _KINDS.get(key(answer.text))
    reader.findings.take(ask, column)
    return None
