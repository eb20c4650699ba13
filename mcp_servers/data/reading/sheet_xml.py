"""A worksheet's XML as rows and cells with their places in the text, so that it can be read and also spliced.

Attribute values hold no `<`, so tags can be found by pattern once comments and CDATA are covered (`covered`) and own
entities are ruled out.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import unescape

_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"|([\w:]+)\s*=\s*\'([^\']*)\'')
_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile(r"([A-Z]+)(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CHARACTER = re.compile(r"&#(x[0-9A-Fa-f]+|\d+);")
_MARKUP = re.compile(r"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#[0-9A-Za-z]*;")
_MARKS = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"))
_HALF = re.compile("[\ud800-\udfff]")
# Noncharacters of Unicode, which no text holds, stand for what a reader of XML takes out and for letters of CDATA that
# would look like tags.
_NOTHING = "\ufdd0"
_LIKE_TAGS = str.maketrans("<&>", "\ufdd1\ufdd2\ufdd3")
_UNCOVERED = {0xFDD0: None, 0xFDD1: "<", 0xFDD2: "&", 0xFDD3: ">"}


class CellXml(NamedTuple):
    """One cell. `start` and `end` are its place in the XML; `text` is its raw value, decoded."""

    column: int
    start: int
    end: int
    style: int
    kind: str
    text: str | None
    formula: str | None


class RowXml(NamedTuple):
    """One row. `tag_end` is where its cells begin, `close` where they end; equal to `end` for an empty tag."""

    number: int
    hidden: bool
    start: int
    tag_end: int
    close: int
    end: int


class UnusualXmlError(ValueError):
    """XML that is damaged, or legal but such that no spreadsheet program writes it; it is neither read nor edited."""


def parse_xml(content: bytes) -> ElementTree.Element:
    """A small part of a package. Raises ParseError, and UnusualXmlError for an encoding that nobody knows."""
    try:
        return ElementTree.fromstring(content)
    except (LookupError, ValueError) as unknown:
        raise UnusualXmlError(f"it is damaged: a part is in an encoding that is not known ({unknown})") from None


def check_well_formed(content: bytes, what: str) -> None:
    """The patterns below look for each tag's end; where ends are missing they would look through the rest for each.

    Raises UnusualXmlError where a parser of XML stumbles, other than over characters that XML does not allow: some
    programs write those.
    """
    try:
        _parsed(content)
    except (ExpatError, LookupError, ValueError):
        try:
            _parsed(_NOT_XML.sub(b" ", content))
        except (ExpatError, LookupError, ValueError) as error:
            open_mark = any(content.rfind(mark) > content.rfind(end) for mark, end in _MARKS)
            broken = "in a comment or CDATA" if open_mark else f"or is damaged ({error})"
            raise UnusualXmlError(f"{what} breaks off {broken}") from None


def _parsed(content: bytes) -> None:
    if b"<!DOCTYPE" not in content:  # refused by `covered`, and never parsed: it could define entities
        ParserCreate().Parse(content, True)


def covered(xml: str, what: str) -> str:
    """The XML with every character in its place and nothing but tags that looks like one: comments, processing
    instructions and the marks of CDATA are covered by letters that `decode` takes out again.

    Raises UnusualXmlError for a document type, which could define entities, and for a comment that never ends.
    """
    if "<!" in xml or xml.find("<?", 1) >= 0:  # its first is the declaration that every part begins with
        xml = _MARKUP.sub(_cover, xml)
        if (left := re.search("<!DOCTYPE|<!|<[?]", xml)) is not None:
            broken = "holds a document type" if left[0] == "<!DOCTYPE" else "breaks off in a comment or CDATA"
            raise UnusualXmlError(f"{what} {broken}")
    return xml


def _cover(found: re.Match[str]) -> str:
    if found[1] is None:
        return _NOTHING * len(found[0])
    return _NOTHING * len("<![CDATA[") + found[1].translate(_LIKE_TAGS) + _NOTHING * len("]]>")


def whole(text: str | None, otherwise: int) -> int:
    """The number of an attribute; `otherwise` where it is missing, empty or none."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 12 else otherwise


def texts_pattern(prefix: str) -> re.Pattern[str]:
    """Finds the texts of a cell or of a shared text: several where they are formatted; an empty tag is an empty one."""
    return re.compile(rf"<{prefix}t(?:\s[^>]*?)?(?:/>|>(.*?)</{prefix}t>)", re.DOTALL)


def attributes(tag: str) -> dict[str, str]:
    """A tag's attributes."""
    return {a or c: decode(b if a else d) for a, b, c, d in _ATTRIBUTE.findall(tag)}


def decode(text: str) -> str:
    """Character data as text."""
    if "&" in text:
        text = _entities(text)
    return text.translate(_UNCOVERED) if _NOTHING in text else text


def _entities(text: str) -> str:
    try:
        numbered = _CHARACTER.sub(lambda m: chr(int(m[1][1:], 16) if m[1][0] == "x" else int(m[1])), text)
    except (ValueError, OverflowError):
        raise UnusualXmlError("a text refers to a character that does not exist") from None
    return _whole_letters(unescape(numbered, _ENTITIES))


def _whole_letters(text: str) -> str:
    """Two halves of a letter that were written apart, as one; a half alone is not a letter."""
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def unescape_controls(text: str) -> str:
    """Excel writes control characters as _x000D_."""
    return _whole_letters(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)) if "_x" in text else text


@cache
def column_index(letters: str) -> int:
    """A is 0; raises UnusualXmlError beyond XFD."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    if index > _LAST_COLUMN:
        raise UnusualXmlError(f"a cell stands in column {letters}, and XFD is a sheet's last")
    return index - 1


def column_letters(index: int) -> str:
    """0 is A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Range:
    """A range of cells: first and last row (1-based) and column (0-based)."""

    top: int
    left: int
    bottom: int
    right: int


def range_of(reference: str) -> Range | None:
    """`B2:D7` or `B2`; None for anything else."""
    first, _, last = reference.partition(":")
    one, two = _REFERENCE.match(first), _REFERENCE.match(last or first)
    if one is None or two is None:
        return None
    return Range(int(one[2]), column_index(one[1]), int(two[2]), column_index(two[1]))


class SheetXml:
    """One worksheet's XML."""

    def __init__(self, xml: str) -> None:
        self.xml = xml
        """As it stands in the file, for splicing."""
        xml = self._scanned = covered(xml, "the sheet's XML")
        root = re.search(r"<((?:\w+:)?)worksheet\b", xml)
        if root is None:
            raise UnusualXmlError("the sheet's XML has no worksheet")
        if not xml.rstrip(f" \t\r\n{_NOTHING}").endswith(f"</{root[1]}worksheet>"):
            raise UnusualXmlError("the sheet's XML breaks off before its end")
        prefix = re.escape(root[1])
        self.prefix = root[1]
        self._row = re.compile(rf"<{prefix}row\b([^>]*?)(/?)>")
        self._row_end = f"</{root[1]}row>"
        # Nearly every cell has the first form; whatever else is legal has the second.
        self._cell = re.compile(
            rf'<{prefix}c r="([A-Z]+)\d+"(?: s="(\d{{1,9}})")?(?: t="(\w+)")?'
            rf"(?:/>|><{prefix}v>([^<]*)</{prefix}v></{prefix}c>)"
            rf"|<{prefix}c\b([^>]*?)(?:/>|>(.*?)</{prefix}c>)",
            re.DOTALL,
        )
        self._value = re.compile(rf"<{prefix}v\b[^>]*>(.*?)</{prefix}v>", re.DOTALL)
        self._formula = re.compile(rf"<{prefix}f\b[^>]*?(?:/>|>(.*?)</{prefix}f>)", re.DOTALL)
        self._inline = texts_pattern(prefix)
        self._phonetic = re.compile(rf"<{prefix}rPh\b.*?</{prefix}rPh>", re.DOTALL)

    @cached_property
    def rows(self) -> dict[int, RowXml]:
        """Every row that the sheet writes down, by number."""
        found: dict[int, RowXml] = {}
        number = position = 0
        last = self._scanned.find(f"</{self.prefix}sheetData>")
        while last >= 0 and (match := self._row.search(self._scanned, position, last)) is not None:
            known = attributes(match[1])
            above, number = number, whole(known.get("r"), number + 1)
            if not above < number <= _LAST_ROW:
                raise UnusualXmlError(f"the sheet's rows are out of order: row {number} comes after row {above}")
            hidden = known.get("hidden", "0") in ("1", "true")
            tag_end = match.end()
            close = tag_end if match[2] else self._scanned.find(self._row_end, tag_end, last)
            if close < 0:
                raise UnusualXmlError(f"the sheet's XML breaks off in row {number}")
            end = close if match[2] else close + len(self._row_end)
            found[number] = RowXml(number, hidden, match.start(), tag_end, close, end)
            position = end
        return found

    def cells(self, row: RowXml) -> Iterator[CellXml]:
        """A row's cells in order."""
        column = -1
        for match in self._cell.finditer(self._scanned, row.tag_end, row.close):
            letters, style, kind, value, tag, inner = match.groups()
            if letters is not None:
                column = column_index(letters)
                text = decode(value) if value is not None else None
                yield CellXml(column, match.start(), match.end(), int(style or 0), kind or "n", text, None)
            else:
                cell = self._unusual(match.start(), match.end(), tag, inner, column)
                column = cell.column
                yield cell

    def _unusual(self, start: int, end: int, tag: str, inner: str | None, before: int) -> CellXml:
        known = attributes(tag)
        place = _REFERENCE.match(known.get("r", "").upper())
        column = column_index(place[1]) if place is not None else before + 1
        kind = known.get("t") or "n"
        text = formula = None
        if inner:
            text = self._text(inner, kind)
            if (written := self._formula.search(inner)) is not None:
                formula = decode(written[1] or "")
        return CellXml(column, start, end, whole(known.get("s"), 0), kind, text, formula)

    def last_filled(self, row: RowXml, fills: Callable[[CellXml], bool]) -> int:
        """The last column of a row whose cell `fills` it; -1 where none does."""
        start = row.close
        while (start := self._scanned.rfind(f"<{self.prefix}c ", row.tag_end, start)) >= 0:
            cell = next(self.cells(row._replace(tag_end=start)), None)
            if cell is not None and fills(cell):
                # A cell without a reference stands where all before it put it.
                referred = 'r="' in self._scanned[start : cell.end]
                return cell.column if referred else max(one.column for one in self.cells(row))
        return -1

    def _text(self, inner: str, kind: str) -> str | None:
        if kind == "inlineStr":
            return decode("".join(self._inline.findall(self._phonetic.sub("", inner))))
        value = self._value.search(inner)
        return decode(value[1]) if value is not None else None

    @cached_property
    def merged(self) -> list[Range]:
        """The merged ranges."""
        references = re.findall(rf'<{re.escape(self.prefix)}mergeCell\b[^>]*\bref="([^"]+)"', self._scanned)
        return [place for reference in references if (place := range_of(reference)) is not None]

    @cached_property
    def hidden_columns(self) -> list[int]:
        """The hidden columns."""
        # One mark a column, because damaged sheets have been seen to name the same columns thousands of times.
        hidden = bytearray(_LAST_COLUMN)
        for tag in re.findall(rf"<{re.escape(self.prefix)}col\b[^>]*>", self._scanned):
            known = attributes(tag)
            if known.get("hidden", "0") in ("1", "true"):
                first = min(max(whole(known.get("min"), 1), 1), _LAST_COLUMN)
                last = min(max(whole(known.get("max"), first), first), _LAST_COLUMN)
                hidden[first - 1 : last] = b"\x01" * (last - first + 1)
        return [column for column, mark in enumerate(hidden) if mark]
