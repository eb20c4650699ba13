"""Rules of the second pass for services: how the orders go, or which orders the sheet gave that service."""

from typing import Final

from agent.brains.language.cursor import Cursor, Token
from agent.brains.language.naming import ColumnMention
from agent.brains.language.scanner import Lexeme, ServiceMention

VIA_WORDS: Final = frozenset({"by", "with", "on", "as", "at", "in"})
AFTER_COLUMN: Final = (
    "CMP",
    "DATE_CMP",
    "BE",
    "TEXTOP",
    "STARTS",
    "ENDS",
    "BETWEEN",
    "PERIOD",
    "AMOUNT",
    "SPAN",
    "EMPTY",
)
NAMED_AFTER_SERVICE: Final = frozenset({"orders", "ones", "order", "shipments", "packages", "parcels", "customers"})
_SERVICE_WORDS: Final = frozenset({"service", "shipping service", "shipping", "services", "shipping method", "method"})
GOES: Final = frozenset({"goes", "go", "gets", "get", "goes out", "go out", "going out"})


class ServiceRules(Cursor):
    """Each rule looks at most a few words ahead and says whether it took them."""

    def _service(self) -> bool:
        """`via Ground`, `by 2nd day`, `with overnight`; and `Ground orders`, which is about the sheet."""
        lexeme = self._look()
        assert lexeme is not None
        if (lexeme.may_be("VIA") or lexeme.key in VIA_WORDS) and not lexeme.may_be("PLACE"):
            ahead = self._next_meaning(1)
            if self._is(ahead, "SERVICE", "SHEET_SERVICE") and not self._is(ahead, "PERIOD"):
                return self._skip(ahead) if not self.tokens else self._put("VIA", None, ahead)
            if self._names_service_column(ahead):
                return True
        if self._as_the_column_says():
            return True
        if "SHEET_SERVICE" in lexeme.kinds:
            return self._put("SHEET_SERVICE", None, 2 if self._is(1, "COLUMN_WORD") else 1)
        if "SERVICE" not in lexeme.kinds:
            return False
        mention: ServiceMention = lexeme.kinds["SERVICE"]
        value = lexeme.kinds.get("VALUE")
        if "COLUMN" in lexeme.kinds and lexeme.kinds["COLUMN"].is_flag and self._last() != "VIA":
            return False
        past = 1
        while self._key(past) in ("service", "service level", "shipping", "shipping method", "delivery"):
            past += 1
        if self._key(past) in NAMED_AFTER_SERVICE:
            return self._put("SERVICE_VALUE", (mention, value), past)
        if self._is_of_the_sheet(value is not None):
            return self._put("SERVICE_VALUE", (mention, value))
        if mention.code is None and value is not None and self._last() != "VIA":
            return False
        return self._put("SERVICE", mention)

    def _is_of_the_sheet(self, listed: bool) -> bool:
        """`except Expedited and NextDay`, `Expedited goes 2nd day air`: a value of the sheet, no way of shipping."""
        before = [token.kind for token in self.tokens[-3:]]
        excepted = before[-1:] == ["EXCEPT"] or (before[-2:] in (["SERVICE_VALUE", "AND"], ["SERVICE_VALUE", "COMMA"]))
        ahead = self._next_meaning(2)
        if excepted and not self._is(self._next_meaning(1), "FOR", "IF"):
            return listed or before[-1:] == ["EXCEPT"]
        return listed and self._key(1) in GOES and self._is(ahead, "SERVICE", "VIA")

    def _as_the_column_says(self) -> bool:
        """`by whatever the route says`: the column names the service."""
        at = 1 if self._is(0, "VIA") or self._key(0) in VIA_WORDS else 0
        if self._key(at) not in ("whatever", "what", "whichever"):
            return False
        column = self._next_meaning(at + 1)
        if not self._is(column, "COLUMN") or self._key(column + 1) not in ("says", "say", "states", "shows"):
            return False
        head = self.lexemes[self.at]
        self.tokens.append(Token("VIA", None, head.text, head.start, head.end))
        self.at += column
        self._put("COLUMN", self.lexemes[self.at].kinds["COLUMN"])
        return self._skip()

    def _names_service_column(self, ahead: int) -> bool:
        """`by the service in the Method column`, `using the Method column`; `using coupon FALL10` is about rows."""
        column = self._look(ahead)
        if column is None or "COLUMN" not in column.kinds:
            return False
        after = self._next_meaning(ahead + 1)
        if self._key(ahead + 1) in ("in", "from", "of") and self._is(self._next_meaning(ahead + 2), "COLUMN"):
            ahead = self._next_meaning(ahead + 2)
            column = self.lexemes[self.at + ahead]
        elif self._holds(column, after) and self._key(0) != "in":
            return self._key(0) != "by" and self._put("HAVE", None, ahead)
        mention: ColumnMention = column.kinds["COLUMN"]
        named = self._is(ahead + 1, "COLUMN_WORD")
        if not named and mention.role != "service":
            return False
        if self._key(0) in ("by", "in", "on", "at") and not named:
            return False
        self._put("VIA", None, ahead)
        self._put("COLUMN", mention, 2 if named else 1)
        meant = self._next_meaning(1)
        if self._is(0, "FOR") and self._key(meant) in _SERVICE_WORDS:
            self.at += meant + 1  # "use the How column for the service"
        return True

    def _holds(self, column: Lexeme, ahead: int) -> bool:
        """Whether what follows a column's name is said of that column."""
        after = self._look(ahead)
        if after is None or "VALUE" not in after.kinds:
            return self._is(ahead, "NUMBER", "ID", "TEXT", *AFTER_COLUMN)
        return any(name in column.kinds["COLUMN"].columns for name, _ in after.kinds["VALUE"].places)
