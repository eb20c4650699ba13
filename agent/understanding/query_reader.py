"""Reads a condition that is written with operators, piece by piece, into a tree: parentheses, `not`, `and`, `or`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from agent.shipping.country_names import country_of
from agent.shipping.places import state_code
from agent.understanding.conditions import Blank, Condition, Not, OneOf, Text, all_of, any_of, columns_of
from agent.understanding.context import Context
from agent.understanding.dates import periods
from agent.understanding.measuring import compared, dated
from agent.understanding.numbers import amounts
from agent.understanding.sheet import Column, folded
from agent.understanding.tokens import cut, keys, stem
from agent.understanding.values import Amount, Cut, Doubt, Period

_PIECE: Final = re.compile(
    r"(?P<quoted>'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”|`[^`]*`|\[[^\]]*\])"
    r"|(?P<arrow>-+>|→|=>(?=\s*\d(?:st|nd|rd)?\s*-?d)|=>(?=\s*[a-z])|;)"
    r"|(?P<operator><=|>=|=>|=<|<>|!=|==|[=<>≥≤≠])"
    r"|(?P<and>&&|&)|(?P<or>\|\|)|(?P<not>!)|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
    r"|(?P<word>[^\s'\"()<>=!,;&|≥≤≠]+)"
)
_SIGNS: Final = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<=", "≠": "<>", "!=": "<>", "==": "="}
_TURNED: Final = {"=": "<>", "<>": "=", ">": "<=", "<": ">=", ">=": "<", "<=": ">"}
_YES: Final = frozenset({"yes", "y", "true", "t", "1", "x", "on"})
_NO: Final = frozenset({"no", "n", "false", "f", "0", "off"})
_LINKS: Final = frozenset({"and", "or", "not", "limit", "order"})
_BLANKS: Final = frozenset({"null", "nil", "none", "empty", "blank", "missing"})
_LONGEST_HEADER: Final = 5
_LONGEST_VALUE: Final = 6


class NotReadError(Exception):
    """No query from here on."""


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.casefold() if self.kind == "word" else ""


@dataclass(slots=True)
class QueryReader:
    text: str
    context: Context
    pieces: list[Piece]
    at: int = 0
    tight: bool = False
    """Whether `or` binds closer than `and`: the other way to read both side by side."""
    mixed: bool = False
    formal: int = 0
    doubts: set[Doubt] = field(default_factory=set)

    def peek(self, ahead: int = 0) -> Piece:
        at = self.at + ahead
        return self.pieces[at] if at < len(self.pieces) else Piece("end", "", len(self.text), len(self.text))

    def is_link(self, link: str) -> bool:
        piece = self.peek()
        if piece.kind == link or piece.word == link:
            return True
        if link != "and" or piece.kind != "comma":
            return False
        return self._ahead(1)

    def _ahead(self, skipped: int) -> bool:
        """Whether another comparison follows a comma."""
        before, formal, doubts = self.at, self.formal, set(self.doubts)
        self.at += skipped
        try:
            self.denied()
        except NotReadError:
            return False
        else:
            return self.formal > formal
        finally:
            self.at, self.formal, self.doubts = before, formal, doubts

    def expression(self) -> Condition:
        return (
            self.joined(("or", "and"), all_of, any_of) if not self.tight else self.joined(("and", "or"), any_of, all_of)
        )

    def joined(
        self, links: tuple[str, str], inner: Callable[..., Condition], outer: Callable[..., Condition]
    ) -> Condition:
        """Parts joined by the loose link, each of them parts joined by the close one."""
        loose, close = links
        parts, more = [], [self.denied()]
        used = set()
        while True:
            if self.is_link(close):
                used.add(close)
                self.at += 1
                more.append(self.denied())
            elif self.is_link(loose):
                used.add(loose)
                self.at += 1
                parts.append(inner(*more))
                more = [self.denied()]
            else:
                break
        self.mixed |= len(used) > 1
        denied = [tuple(columns_of(tree)) for tree in (*parts, *more) if isinstance(tree, Not)]
        if "or" in used and len(denied) > len(set(denied)):
            raise NotReadError  # "not Texas or not Ohio" would be everything
        return outer(*parts, inner(*more))

    def denied(self) -> Condition:
        if self.peek().kind == "not" or self.peek().word == "not":
            self.at += 1
            tree = self.denied()
            return tree.item if isinstance(tree, Not) else Not(tree)
        if self.peek().kind == "open":
            self.at += 1
            tree = self.expression()
            if self.peek().kind != "close":
                raise NotReadError
            self.at += 1
            return tree
        return self.test()

    def test(self) -> Condition:
        column = self.column()
        piece, denied = self.peek(), False
        if piece.word in ("is", "are"):
            self.at += 1
            piece = self.peek()
            if piece.word == "not" or piece.kind == "not":
                self.at += 1
                piece, denied = self.peek(), True
            if piece.word in _BLANKS:
                self.at += 1
                self.formal += 1
                return Not(Blank(column.name)) if denied else Blank(column.name)
            return self.value(column, "<>" if denied else "=")
        if piece.word == "not" and self.peek(1).word in ("in", "like", "between", "null"):
            self.at += 1
            piece, denied = self.peek(), True
        if piece.word == "null" and denied:
            self.at += 1
            return Not(Blank(column.name))
        if piece.kind == "operator":
            self.at += 1
            self.formal += 1
            sign = _SIGNS.get(piece.text, piece.text)
            if sign in ("=", "<>") and (self.peek().kind == "open" or self.peek().word in _BLANKS):
                blank = self.peek().word in _BLANKS
                self.at += blank
                tree = Blank(column.name) if blank else self.listed(column)
            elif sign in ("=", "<>"):
                tree = self.value(column, "=")
                while self._continues(column):
                    self.at += 1
                    tree = any_of(tree, self.value(column, "="))
            else:
                return self.value(column, sign)
            return tree if sign == "=" else Not(tree)
        special = {"in": self.listed, "like": self.like, "ilike": self.like, "between": self.between}.get(piece.word)
        if special is not None:
            self.at += 1
            tree = special(column)
            return Not(tree) if denied else tree
        if column.flag and not denied:
            return column.flag
        raise NotReadError

    def _continues(self, column: Column) -> bool:
        """`state = CA or TX`: another value of the same column, and no condition of its own."""
        if self.peek().kind != "or" and self.peek().word != "or":
            return False
        before, formal = self.at, self.formal
        self.at += 1
        try:
            self.test()
        except NotReadError:
            self.at = before + 1
            try:
                self.value(column, "=")
            except NotReadError:
                return False
            else:
                return True
            finally:
                self.at, self.formal = before, formal
        else:
            return False
        finally:
            self.at, self.formal = before, formal

    def column(self) -> Column:
        """The column whose header stands here, by its longest spelling; several that fit as well are none."""
        sheet = self.context.sheet
        piece = self.peek()
        if piece.kind == "quoted":
            name = next((n for n in sheet.by_name if n.casefold() == piece.text[1:-1].strip().casefold()), None)
            found = {name: 0.0} if name else dict(self._headers(keys(piece.text[1:-1])))
            if not found:
                raise NotReadError
            self.at += 1
        else:
            found, taken = self._longest()
            self.at += taken
        best = min(found.values())
        named = [name for name, cost in found.items() if cost == best]
        if len(named) != 1:
            raise NotReadError
        return sheet.by_name[named[0]]

    def _headers(self, words: tuple[str, ...]) -> dict[str, float]:
        return dict(self.context.sheet.headers.get(tuple(map(stem, words)), ()))

    def _longest(self) -> tuple[dict[str, float], int]:
        sheet = self.context.sheet
        for taken in range(_LONGEST_HEADER, 0, -1):
            pieces = [self.peek(ahead) for ahead in range(taken)]
            if any(piece.kind not in ("word", "open", "close") for piece in pieces):
                continue
            said = self.text[pieces[0].start : pieces[-1].end]
            exact = {name: 0.0 for name in sheet.by_name if name.casefold() == said.casefold()}
            if exact:
                return exact, taken
            if all(piece.kind == "word" for piece in pieces):
                words = tuple(word for word in keys(said) if word not in ("the", "?"))
                found = self._headers(words) if words else {}
                if found:
                    return found, taken
        raise NotReadError

    def value(self, column: Column, operator: str) -> Condition:
        """The longest stretch from here that is something this column can hold."""
        for taken in range(_LONGEST_VALUE, 0, -1):
            pieces = [self.peek(ahead) for ahead in range(taken)]
            if any(piece.kind not in ("word", "quoted") for piece in pieces) or (
                taken > 1 and any(piece.kind == "quoted" for piece in pieces)
            ):
                continue
            said = self.text[pieces[0].start : pieces[-1].end]
            said = said[1:-1] if pieces[0].kind == "quoted" else said.rstrip(".")
            tree = self.holds(column, operator, said.strip())
            if tree is not None:
                self.at += taken
                return tree
        raise NotReadError

    def holds(self, column: Column, operator: str, said: str) -> Condition | None:
        """`column operator said`; None where the column cannot hold that."""
        if operator in ("=", "<>") and column.kind != "number":
            tree = self.unlisted(column, said) if not column.values else _equal(column, said.casefold())
            if tree is not None:
                return tree if operator == "=" else Not(tree)
        tokens = cut(said)
        days = column.kind == "date" or column.field in ("order_date", "deadline", "paid_date", "shipped_at")
        if days:
            found = [s.value for s in periods(tokens, self.context.today) if s.start == 0 and s.end == len(tokens)]
            if not found or not isinstance(found[0], Period) or found[0].ago:
                return None  # "more than 2 weeks ago" is earlier
            test = dated(self.context, column, "within" if operator in ("=", "<>") else operator, found[0])
            self.doubts |= test.doubts
            return Not(test.tree) if operator == "<>" else test.tree
        numbers = [s.value for s in amounts(tokens) if s.start == 0 and s.end == len(tokens)]
        amount = next((one for one in numbers if isinstance(one, Amount)), None)
        measured = compared(self.context, column, operator, amount) if amount is not None else None
        if measured is None:
            tree = _equal(column, said.casefold()) if operator in ("=", "<>") and column.kind == "number" else None
            return Not(tree) if tree is not None and operator == "<>" else tree
        self.doubts |= measured.doubts
        return measured.tree

    def unlisted(self, column: Column, said: str) -> Condition | None:
        """A value of a column whose values the sheet does not list, such as names and notes: the sheet is asked."""
        if column.kind != "text" or not column.distinct or _LINKS.intersection(said.casefold().split()):
            return Blank(column.name) if not said else None
        tree = OneOf(column.name, (said,))
        return tree if self.context.exists(tree) else None

    def listed(self, column: Column) -> Condition:
        self.formal += 1
        closed = self.peek().kind == "open"
        self.at += closed
        found = [self.value(column, "=")]
        while True:
            if closed and self.peek().kind == "close":
                self.at += 1
                break
            link = self.peek().kind == "comma" or (closed and self.peek().word in ("or", "and"))
            if not closed and not link:
                break
            self.at += link
            found.append(self.value(column, "="))
        return any_of(*found)

    def between(self, column: Column) -> Condition:
        self.formal += 1
        low = self.value(column, ">=")
        if self.peek().word != "and" and self.peek().kind != "and":
            raise NotReadError
        self.at += 1
        return all_of(low, self.value(column, "<="))

    def like(self, column: Column) -> Condition:
        piece = self.peek()
        if column.kind != "text" or piece.kind not in ("quoted", "word"):
            raise NotReadError
        self.at += 1
        self.formal += 1
        pattern = piece.text[1:-1] if piece.kind == "quoted" else piece.text
        bare = re.sub(r"^[%*]+|[%*]+$", "", pattern)
        if not bare or re.search(
            r"[%*_?]", bare.replace("_", "" if "_" in "".join(v for v, _ in column.values) else "_")
        ):
            raise NotReadError
        starts, ends = pattern[0] not in "%*", pattern[-1] not in "%*"
        if starts and ends and bare != pattern:
            raise NotReadError
        how = "contains" if starts == ends else "starts with" if starts else "ends with"
        return Text((column.name,), how, bare)

    def cuts(self) -> tuple[Cut, ...]:
        """`order by total desc limit 5`, `limit 10`."""
        by: tuple[str, bool] | None = None
        if self.peek().word in ("order", "sort", "sorted") and self.peek(1).word == "by":
            self.at += 2
            name = self.column().name
            word = self.peek().word
            by = (name, word.startswith("desc"))
            self.at += word.startswith(("desc", "asc"))
        if self.peek().word in ("limit", "top", "first") and self.peek(1).text.isdigit():
            count = int(self.peek(1).text)
            self.at += 2
            return (Cut("by", count, by[0], by[1]),) if by else (Cut("first", count),)
        if by:
            raise NotReadError
        return ()


def _equal(column: Column, plain: str) -> Condition | None:
    """The values that are this one: whole, as yes or no, or as another name of a place."""
    name = column.name
    if not plain:
        return Blank(name)
    wanted = folded(plain.replace("_", " ")) | folded(plain)
    found = [v for v, _ in column.values if folded(v) & wanted or folded(v.replace("_", " ")) & wanted]
    flag = column.flag
    if flag and plain in _YES | _NO and (plain in _YES or not found):
        return flag if plain in _YES else Not(flag)  # "= 'no'" means the cells that say so, where some do
    if not found and column.field == "tags":
        return Text((name,), "contains", plain) if any(plain in v.casefold() for v, _ in column.values) else None
    if not found and column.field in ("state", "country"):
        code = state_code if column.field == "state" else country_of
        found = [v for v, _ in column.values if code(plain) is not None and code(v) == code(plain)]
    if not found and flag is None and {v.casefold() for v, _ in column.values} <= _YES | _NO and plain in _YES | _NO:
        return None
    if found and column.field == "tags":
        return Text((name,), "contains", plain)
    return OneOf(name, tuple(found)) if found else None


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a text, in order."""
    return [Piece(found.lastgroup or "", found[0], found.start(), found.end()) for found in _PIECE.finditer(text)]
