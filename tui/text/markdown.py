"""Markdown to paragraphs: what models write, as selectable text instead of hundreds of widgets."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from textual.content import Content

from tui.model.escaping import visible
from tui.text.layout import Paragraph, text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

HEADING, CODE, QUOTE, MUTED, LINK = (
    "bold $text-primary",
    "$text-accent",
    "italic $text-muted",
    "$text-muted",
    "underline",
)
BULLETS = ("•", "◦", "▪")
_INLINE_STYLES = {"strong_open": "bold", "em_open": "italic", "s_open": "strike", "link_open": LINK}


@cache
def parser() -> "MarkdownIt":
    """Loaded with the first answer, not with the first paint; HTML stays text."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def paragraphs(source: str) -> list[Paragraph]:
    """The paragraphs of a whole or unfinished document."""
    return list(_Walk(parser().parse(visible(source))).blocks())


def finished_lines(source: str) -> int:
    """How many lines at the beginning cannot change any more: all blocks, and items of the last list, but the last."""
    tokens = parser().parse(source)
    starts = [token.map[0] for token in tokens if token.level == 0 and token.map and token.nesting >= 0]
    items = [token.map[0] for token in tokens if token.type == "list_item_open" and token.level == 1 and token.map]
    last_block = starts[-1] if starts else 0
    inner = [start for start in items if start > last_block]
    return inner[-1] if inner else last_block


class _Walk:
    """One pass over the tokens; the stack of prefixes is the nesting of lists and quotes."""

    def __init__(self, tokens: "list[Token]") -> None:
        self._tokens = tokens
        self._first: list[Content] = []
        self._rest: list[Content] = []
        self._counters: list[int | None] = []
        self._style = ""
        self._tight = False
        self._opens = False
        self._rows: list[list[Content]] | None = None

    def blocks(self) -> Iterator[Paragraph]:
        for token in self._tokens:
            if token.type.endswith("_open"):
                self._enter(token)
            elif token.type.endswith("_close"):
                yield from self._leave(token)
            elif token.type == "inline" and self._rows is not None:
                self._rows[-1].append(inline(token, ""))
            elif token.type == "inline":
                yield self._paragraph(inline(token, self._style))
            elif token.type in {"fence", "code_block"}:
                yield self._code(token.content)
            elif token.type == "hr":
                yield self._paragraph(text("─" * 20, MUTED))

    def _enter(self, token: "Token") -> None:
        match token.type:
            case "heading_open":
                self._style = HEADING
            case "blockquote_open":
                self._push(text("▎ ", MUTED), text("▎ ", MUTED))
            case "bullet_list_open" | "ordered_list_open":
                self._opens = not self._counters
                ordered = token.type == "ordered_list_open"
                self._counters.append(int(token.attrGet("start") or 1) if ordered else None)
            case "list_item_open":
                self._open_item()
            case "paragraph_open":
                self._tight = token.hidden
            case "table_open":
                self._rows = []
            case "tr_open" if self._rows is not None:
                self._rows.append([])

    def _leave(self, token: "Token") -> Iterator[Paragraph]:
        match token.type:
            case "heading_close":
                self._style = ""
            case "bullet_list_close" | "ordered_list_close":
                self._counters.pop()
            case "list_item_close" | "blockquote_close":
                self._pop()
            case "table_close":
                yield from self._table(self._rows or [])
                self._rows = None

    def _open_item(self) -> None:
        number = self._counters[-1]
        if number is None:
            sign = BULLETS[min(len(self._counters), len(BULLETS)) - 1]
        else:
            sign = f"{number}."
            self._counters[-1] = number + 1
        self._push(text(f" {sign} ", MUTED), text(" " * (len(sign) + 2)))

    def _push(self, first: Content, rest: Content) -> None:
        self._first.append(first)
        self._rest.append(rest)

    def _pop(self) -> None:
        self._first.pop()
        self._rest.pop()

    def _paragraph(self, content: Content, *, wraps: bool = True) -> Paragraph:
        first, rest = Content("").join(self._first), Content("").join(self._rest)
        in_list = bool(self._counters)
        gap = self._opens or not (in_list and self._tight)
        # An item shows its sign once; what follows in it is only indented.
        self._first = list(self._rest)
        self._opens = False
        return Paragraph(content, first, rest, wraps, gap, item=in_list)

    def _code(self, source: str) -> Paragraph:
        self._push(text("  ▏ ", MUTED), text("  ▏ ", MUTED))
        block = self._paragraph(text(source.rstrip("\n"), CODE), wraps=False)
        self._pop()
        return Paragraph(block.content, block.first, block.rest, wraps=False, gap=True)

    def _table(self, rows: list[list[Content]]) -> Iterator[Paragraph]:
        columns = max((len(row) for row in rows), default=0)
        widths = [max(row[at].cell_length for row in rows if at < len(row)) for at in range(columns)]
        for number, row in enumerate(rows):
            padded = [cell.pad_right(width - cell.cell_length) for cell, width in zip(row, widths, strict=False)]
            line = Content("  ").join(padded)
            block = self._paragraph(line.stylize(HEADING) if number == 0 else line, wraps=False)
            yield Paragraph(block.content, block.first, block.rest, wraps=False, gap=number == 0)


def inline(token: "Token", base: str) -> Content:
    """The styled text of one inline token."""
    pieces: list[tuple[str, str]] = []
    styles = [base] if base else []
    for child in token.children or []:
        if child.type in _INLINE_STYLES:
            styles.append(_INLINE_STYLES[child.type])
        elif child.type.endswith("_close"):
            styles.pop()
        elif child.type in {"softbreak", "hardbreak"}:
            pieces.append((" " if child.type == "softbreak" else "\n", ""))
        elif child.type == "code_inline":
            pieces.append((child.content, " ".join([*styles, CODE])))
        elif child.type == "image":
            pieces.append((f"[{child.content}]", MUTED))
        else:
            pieces.append((child.content, " ".join(styles)))
    return Content.assemble(*[piece if piece[1] else piece[0] for piece in pieces])
