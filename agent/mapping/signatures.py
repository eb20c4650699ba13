"""What signature a parcel needs: the header counts as much as the cell, and the strictest column wins."""

from functools import lru_cache
from typing import Final, Literal

from agent.mapping.row import RowReader
from agent.sheet.fields import field_of
from agent.sheet.instructions import YES
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask

Signature = Literal["signature", "adult"]
SLOT: Final = "signature"
"""The answer that holds for all rows of a plan: signature, adult or none."""
_OPTIONS: Final = ("signature", "adult", "none")
_KINDS: Final[dict[str, Signature | None]] = {
    **dict.fromkeys(("s", "2", "standard", "direct"), "signature"),
    **dict.fromkeys(("a", "3", "21", "asr"), "adult"),
    **dict.fromkeys(("n", "f", "false", "0", "off", "nein", "standard delivery"), None),
}
"""Whole cells; others are read by their words."""
_ADULT: Final = frozenset({"adult", "adults", "21", "18"})
_SIGNED: Final = frozenset({"signature", "signatures", "sig", "signed", "sign"})
_NOT: Final = frozenset({"no", "not", "none", "non", "without", "never", "waived", "waive"})
_DELIVERED: Final = frozenset({"delivery", "confirmation", "confirm", "confirmed", "only", "ups", "proof", "of"})
"""A confirmed delivery is what every parcel gets: it asks for no signature."""
_UNLIKE: Final = frozenset({"indirect", "name", "image", "file", "url", "date", "by", "received", "line", "block"})
"""Words of a cell or a header that say something else than what UPS knows."""
_FIELDS: Final = ("adult_signature", "signature")


def read_signature(readers: list[RowReader]) -> Signature | None:
    """Over all columns about it, all lines of an order and what the person said of all rows: adult before any
    signature, any before none."""
    found = {_read(reader, column, text, adult=adult) for reader in readers for column, text, adult in _columns(reader)}
    found.add(_of_all(readers[0]))
    return "adult" if "adult" in found else "signature" if "signature" in found else None


def _of_all(reader: RowReader) -> Signature | None:
    said = reader.answers.text(SLOT)
    kind = _by_words(key(said), "signature") if said is not None else None
    if kind != "unknown":
        return kind
    reader.findings.take(Ask(f'Which signature is "{clean(said)}"?', _OPTIONS, SLOT))
    return None


@lru_cache(maxsize=4096)
def signature_field(column: str) -> str:
    """`adult_signature`, `signature` or nothing: a known header, or one whose words say so (`21+ Signature`)."""
    name = field_of(column)
    if name:
        return name if name in _FIELDS else ""
    words = set(key(column).split())
    if not words & _SIGNED or words & _UNLIKE:
        return ""
    return "adult_signature" if words & _ADULT else "signature"


def _columns(reader: RowReader) -> list[tuple[str, str, bool]]:
    """The mapped ones, and every other one whose header is known: (column, text, whether it is about adults)."""
    read = {column for name in _FIELDS for column in reader.compiled.columns.get(name, ())}
    found = [(reader.column(name), reader.text(name), name == "adult_signature") for name in _FIELDS]
    for column, cell in reader.row.data.items():
        name = signature_field(column)
        if name and column not in read:
            found.append((column, str(cell or ""), name == "adult_signature"))
    return [entry for entry in found if not is_blank(entry[1])]


def _read(reader: RowReader, column: str, text: str, *, adult: bool) -> Signature | None:
    word = key(text)
    by_header: Signature = "adult" if adult or set(key(column).split()) & _ADULT else "signature"
    if word in YES:
        if by_header == "signature" and not set(key(column).split()) & _SIGNED:
            return _asked(reader, column, text)
        return by_header
    kind = _by_words(word, by_header)
    return kind if kind != "unknown" else _asked(reader, column, text)


def _by_words(word: str, by_header: Signature) -> Signature | Literal["unknown"] | None:
    """What a cell says: none, delivery, signature or adult; a signature below a header about adults is an adult's."""
    words = set(word.split())
    if word in _KINDS or words & _NOT:
        kind = None if words & _NOT else _KINDS[word]
        return by_header if kind == "signature" else kind
    if words & _UNLIKE:
        return "unknown"
    if words & _ADULT:
        return "adult"
    if words & _SIGNED:
        return by_header
    return None if words and words <= _DELIVERED else "unknown"


def _asked(reader: RowReader, column: str, text: str) -> Signature | None:
    word = key(text)
    ask = Ask(f'What does "{clean(text)}" in {column} mean?', _OPTIONS, f"signature:{word}")
    answer = reader.answered(ask)
    if answer is None:
        reader.findings.take(ask, column)
        return None
    said = _by_words(key(answer.text), "signature")
    return said if said != "unknown" else None
