"""Rules of the second pass for columns: a header's words where they are used as a column; many are everyday words."""

from dataclasses import replace
from typing import Final

from agent.brains.language import vocabulary
from agent.brains.language.cursor import Cursor, Token
from agent.brains.language.naming import ColumnMention
from agent.brains.language.service_rules import AFTER_COLUMN
from agent.brains.language.words import stem

_WHOLES: Final = frozenset({"all", "every", "each", "any"})
_DATES: Final = frozenset({"order_date", "due_date", "paid_date", "shipped_date"})
_BEFORE: Final = ("EMPTY", "HAVE", "BY", "IN", "SUPER", "PRESENT")
_IDENTIFIED: Final = ("NUMBER", "SPAN", "ID", "TEXT", "UNKNOWN", "EMPTY", "PRESENT", "TEXTOP", "STARTS", "ENDS")
"""What is said of an order number; anything else is said of the order."""


class ColumnRules(Cursor):
    """Each rule looks at most a few words ahead and says whether it took them."""

    def _column(self) -> bool:
        """A column's name where it is used as one."""
        lexeme = self._look()
        if lexeme is None or "COLUMN" not in lexeme.kinds:
            return False
        mention: ColumnMention = lexeme.kinds["COLUMN"]
        others = set(lexeme.kinds) - {"COLUMN"}
        ahead = self._next_meaning(1)
        if mention.weak and "FILLER" in others and mention.role not in _DATES and self._is(ahead, "PERIOD"):
            return self._skip()  # "from last week" beside a column "From" of people
        if mention.dated is not None and self._is_dated(ahead):
            mention = mention.dated  # "paid since Monday" beside a yes/no column "Paid?"
        if self._names_rows(mention, others, ahead):
            return True
        used = self._is(ahead, *AFTER_COLUMN) or self._last() in _BEFORE
        if self._is_talk(mention, others, ahead) or (others & {"VALUE", "PLACE", "PERIOD"} and not used):
            return mention.is_flag and not used and self._put("COLUMN", mention)
        if mention.is_flag and not used:
            return self._put("COLUMN", mention)
        compared = self._compared_in_header(mention, ahead)
        if compared is not None:
            self._put("COLUMN", mention)
            self.tokens.append(replace(compared, start=self.tokens[-1].end, end=self.tokens[-1].end))
            return True
        if others and not used and not self._is(ahead, "VALUE", "NUMBER", "PLACE", "TEXT", "COLUMN_WORD"):
            return False
        if self._is(1, "COLUMN_WORD"):
            return self._put("COLUMN", mention, 2)
        if others & {"NOUN", "ITEMS"} and not used and not self._is(ahead, "VALUE"):
            return False
        return self._put("COLUMN", mention)

    def _compared_in_header(self, mention: ColumnMention, ahead: int) -> Token | None:
        """What a header compares that ends with such a word: `must ship by Friday`, `members since 2010`."""
        word = self.lexemes[self.at].words[-1].key
        operator = vocabulary.readings().get((word,), {}).get("DATE_CMP")
        if operator is None or operator == "within" or len(self.lexemes[self.at].words) == 1:
            return None
        if self._is(ahead, "PERIOD") and (mention.role == "due_date" or operator == ">="):
            return Token("DATE_CMP", operator, "", 0, 0)
        counted = mention.is_number and self._is(ahead, "NUMBER") and not self._is(ahead + 1, "POST_GE", "POST_LE")
        return Token("CMP", (operator, None), word, 0, 0) if counted else None

    def _names_rows(self, mention: ColumnMention, others: set[str], ahead: int) -> bool:
        """`rush tickets`, `Net 30 accounts`, `all regions but the South`: a header that stands for the orders."""
        whole = self._last() == "" or (self._last() == "NOUN" and self.tokens[-1].text.casefold() in _WHOLES)
        if whole and not mention.is_flag and self._is(1, "EXCEPT", "BUT") and "VALUE" not in others:
            self._put("NOUN", "row")
            self.tokens[-1] = replace(self.tokens[-1], text="everything")
            return True
        after_every = self._last() in ("EVERY", "EVERY_OTHER") and mention.role in ("name", "order_number")
        if after_every and not (others & {"VALUE", "PLACE"} or self._is(ahead, "NOUN")):
            return self._put("NOUN", "row")
        if "VALUE" in others or self._last() in set(_BEFORE) - {"SUPER"}:
            return False
        if mention.role == "order_number":
            return not self._is_identified(ahead) and self._put("NOUN", "row")
        word = self.lexemes[self.at].key
        plural = word != stem(word) and not (mention.is_number or mention.is_flag or self._is(ahead, *AFTER_COLUMN))
        after_value = self._last() in ("VALUE", "PLACE", "SERVICE_VALUE") and not self._is(ahead, "VALUE")
        return plural and after_value and self._put("NOUN", "row")

    def _is_identified(self, ahead: int) -> bool:
        """Whether what follows an order number is said of the number itself."""
        at = ahead
        if self._is(ahead, "CMP") and self.lexemes[self.at + ahead].kinds["CMP"][1] is not None:
            return False  # "lots heavier than 5 lb"
        if self._is(ahead, "CMP", "BE", "BETWEEN"):
            at = self._next_meaning(ahead + 1)
            if self._is(at, "CMP"):
                at = self._next_meaning(at + 1)
        if self._is(at, "EMPTY") and self._is(self._next_meaning(at + 1), "COLUMN"):
            return False  # "lots without notes"
        return self._is(at, *_IDENTIFIED) and not self._counts(at)

    def _is_talk(self, mention: ColumnMention, others: set[str], ahead: int) -> bool:
        """Whether words that are also a header mean something else here."""
        if mention.is_number and self._is_dated(ahead):
            return True  # "sales after Nov 12"
        if "NOUN" in others and self._is(ahead, "EMPTY") and self._is(self._next_meaning(ahead + 1), "COLUMN"):
            return True  # "customers without a phone"
        if mention.weak and not (self._last() in _BEFORE or self._is(-1, "RELATIVE")):
            return True
        return mention.role == "paid_date" and "VALUE" in others and not self._is_dated(ahead)

    def _is_dated(self, ahead: int) -> bool:
        """Whether a day follows: `since Monday`, `yesterday`, `on Nov 3`."""
        if self._is(ahead, "DATE_CMP", "CMP", "IN"):
            ahead = self._next_meaning(ahead + 1)
        return self._is(ahead, "PERIOD")
