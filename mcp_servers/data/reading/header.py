"""Which row names the columns, and what the columns are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mcp_servers.data.faults import TOO_WIDE
from mcp_servers.data.reading.sheet_xml import column_letters
from mcp_servers.shared.faults import fault

_ORDER_WORDS = (
    "order number no id reference ref date created due status notes note to tracking shipped error gift price total "
    "amount"
)
_PLACE_WORDS = (
    "name first last company attention address street line city town state province region zip postal postcode code "
    "country phone telephone mobile email mail recipient customer contact consignee addr residential"
)
_PARCEL_WORDS = (
    "weight lbs lb oz kg length width height dimensions qty quantity sku item product description service ship "
    "shipping method value currency declared packages signature insurance carrier account carton box size"
)
_OTHER_WORDS = (
    "bestellnr bestellnummer kunde vorname nachname firma straße strasse hausnummer plz ort stadt land telefon gewicht "
    "menge anzahl artikel betrag versandart datum empfänger adresse commande client prénom nom rue ville pays "
    "téléphone poids quantité pedido cliente nombre apellido dirección ciudad provincia país teléfono peso cantidad"
)
KNOWN_WORDS = frozenset(f"{_ORDER_WORDS} {_PLACE_WORDS} {_PARCEL_WORDS} {_OTHER_WORDS}".split())
_OURS = frozenset(("tracking_number", "shipped_at"))
_LOOK_AHEAD = 30
MOST_COLUMNS = 1024
_NUMBER = re.compile(r"^[-+$€£¥]?\s*[\d.,:/-]+\s*%?$")


@dataclass(frozen=True, slots=True)
class HeaderChoice:
    """The chosen record (0-based) and, for the question, what else came close."""

    index: int
    score: float
    others: tuple[int, ...]


def is_blank(cells: Sequence[str]) -> bool:
    """Whether the row holds nothing but white space."""
    return not "".join(cells).strip()


def filled_width(cells: Sequence[str]) -> int:
    """One past the last cell that holds anything."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def check_width(cells: list[str], sheet_row: int, path: object) -> None:
    """Refuse a row that reaches beyond what is read; blank cells out there are cut off. Raises E-1018."""
    while len(cells) > MOST_COLUMNS:
        if cells.pop().strip():
            column = column_letters(len(cells))
            raise fault(TOO_WIDE, path=path, sheet_row=sheet_row, column=column, limit=MOST_COLUMNS)


def choose_header(records: Sequence[Sequence[str]]) -> HeaderChoice | None:
    """The likeliest header among the first records; None when all are blank.

    A header is as wide as the rows below it, holds distinct texts rather than values, and known words help. The row to
    which we added our columns was the header then, and is beyond doubt.
    """
    widths = sorted(filled for row in records if (filled := _filled(row)) > 1)
    typical = widths[len(widths) // 2] if widths else 1
    scored = [(_score(cells, typical), index) for index, cells in enumerate(records[:_LOOK_AHEAD]) if _filled(cells)]
    if not scored:
        return None
    best, likeliest = max(scored, key=lambda pair: (pair[0], -pair[1]))
    ours = next((index for _, index in scored if {cell.strip() for cell in records[index]} >= _OURS), None)
    if ours is not None:
        return HeaderChoice(ours, best, ())
    # A header that is printed again over a later page is not another candidate, though the first one has our columns.
    chosen = next(index for _, index in scored if _begins(records[index], records[likeliest]))
    close = tuple(
        index
        for score, index in scored
        if index != chosen and score >= best * 0.9 and not _begins(records[chosen], records[index])
    )
    return HeaderChoice(chosen, best, close)


def _begins(cells: Sequence[str], start: Sequence[str]) -> bool:
    """Whether a row begins with all that another one holds."""
    names = [cell.strip() for cell in start]
    while names and not names[-1]:
        names.pop()
    return [cell.strip() for cell in cells[: len(names)]] == names


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell and not cell.isspace())


def _score(cells: Sequence[str], typical: int) -> float:
    filled = [cell.strip() for cell in cells if cell.strip()]
    texts = [text for text in filled if not _NUMBER.match(text) and "@" not in text]
    known = sum(1 for text in texts if _known(text))
    # Rows below may leave cells empty, so only a header narrower than they are speaks against it.
    width_share = min(1.0, len(filled) / typical)
    text_share = len(texts) / len(filled)
    distinct_share = len({text.casefold() for text in filled}) / len(filled)
    return (1 + 2 * text_share + distinct_share + 2 * known / len(filled)) * width_share


def _known(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(words) and len(words) <= 5 and sum(word in KNOWN_WORDS for word in words) * 2 >= len(words)


def names_columns(texts: Sequence[str]) -> bool:
    """Whether a row's filled cells are a header for certain: distinct known names, three or more."""
    distinct = {text.strip().casefold() for text in texts}
    known = sum(1 for text in texts if _known(text) and not _NUMBER.match(text.strip()))
    return len(texts) >= 3 and len(distinct) == len(texts) and known >= 0.8 * len(texts)


def named(header: Sequence[str]) -> tuple[str, ...]:
    """The column names of a header row alone."""
    return tuple(column_names(header, len(header)))


def column_names(header: Sequence[str], width: int) -> list[str]:
    """One name per column, distinct without regard to case: duplicates get `_2`, blanks their position."""
    names: list[str] = []
    taken: set[str] = set()
    for position in range(width):
        written = header[position].strip() if position < len(header) else ""
        base = " ".join(written.split()) or f"Column_{position + 1}"
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name.casefold())
        names.append(name)
    return names


def repeated(header: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Column name -> the header that it repeats: `Address_2` where two columns are headed `Address`."""
    written = [" ".join(text.split()) for text in header]
    return {name: text for name, text in zip(names, written, strict=False) if text and name != text}
