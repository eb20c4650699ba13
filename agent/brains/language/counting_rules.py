"""Rules of the second pass for what is counted by name: `at least 3 cartons`, `single-item orders`, `gifts over $5`."""

from decimal import Decimal
from typing import Any, Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.cursor import Cursor, Token
from agent.brains.language.naming import ColumnMention
from agent.brains.language.quantities import Amount
from agent.brains.language.scanner import Lexeme

_SINGLE: Final = frozenset({"single", "one", "only one", "just one"})
_MULTIPLE: Final = frozenset({"multi", "multiple", "several", "more than one"})


class CountingRules(Cursor):
    """Each rule looks at most a few words ahead and says whether it took them."""

    def _counted_column(self) -> bool:
        """`at least 3 cartons`, `2 or more renewals`, `5 cartons or more`: the number belongs to the column."""
        at = self._next_meaning(1) if self._is(0, "CMP") else 0
        number = self._look(at)
        if number is None or set(number.kinds) != {"NUMBER"}:
            return False
        post = at + 1 if self._is(at + 1, "POST_GE", "POST_LE") else None
        after = at + (2 if post else 1)
        mention = self._counted(after)
        told = self._is(self._next_meaning(after + 1), "CMP", "BE", "EMPTY", "BETWEEN", "NUMBER")
        if mention is None or told or not (at or post or len(mention.columns) == 1):
            return False
        last = after + 1 if post is None and self._is(after + 1, "POST_GE", "POST_LE") else after
        compared = self.lexemes[self.at].kinds.get("CMP") if at else None
        self._of_column(mention, compared, number)
        ending = post or (last if last > after else None)
        if ending is not None:
            lexeme = self.lexemes[self.at + ending]
            kind = "POST_GE" if "POST_GE" in lexeme.kinds else "POST_LE"
            self.tokens.append(Token(kind, None, lexeme.text, lexeme.start, lexeme.end))
        self.at += last + 1
        return True

    def _counted_list(self) -> bool:
        """`4, 5 or 6 cartons`, `2 or 3 items`: each number counts the same."""
        numbers, ahead = [], 0
        while (number := self._look(ahead)) is not None and set(number.kinds) == {"NUMBER"}:
            numbers.append(number)
            ahead += 1
            while self._is(ahead, "COMMA", "OR", "AND") and self._is(
                self._next_meaning(ahead + 1), "NUMBER", "OR", "AND"
            ):
                ahead += 1
        mention = self._counted(ahead)
        if len(numbers) < 2 or (mention is None and not self._is(ahead, "ITEMS")):
            return False
        for index, number in enumerate(numbers):
            if index:
                self.tokens.append(Token("OR", None, "or", number.start, number.start))
            if mention is not None:
                self._of_column(mention, None, number)
            else:
                amount = Amount(number.kinds["NUMBER"].value, "items")
                self.tokens.append(Token("AMOUNT", amount, number.text, number.start, number.end))
        self.at += ahead + 1
        return True

    def _counted(self, ahead: int) -> ColumnMention | None:
        """A column of numbers that stands where something counted does."""
        lexeme = self._look(ahead)
        if lexeme is None or "COLUMN" not in lexeme.kinds or lexeme.may_be("ITEMS", "NOUN", "WEIGHT_UNIT"):
            return None
        mention: ColumnMention = lexeme.kinds["COLUMN"]
        return mention if mention.is_number and mention.role != "order_number" else None

    def _of_column(self, mention: ColumnMention, compared: Any, number: Lexeme) -> None:
        start = self.lexemes[self.at].start
        self.tokens.append(Token("COLUMN", mention, mention.phrase, start, start))
        self.tokens.append(Token("CMP" if compared else "BE", compared, self.lexemes[self.at].text, start, start))
        self.tokens.append(Token("NUMBER", number.kinds["NUMBER"], number.text, number.start, number.end))

    def _unflag(self) -> bool:
        """`unpaid`: not what a yes/no column says."""
        if not self._is(0, "UNFLAG") or self._is(0, "VALUE", "UNSHIPPED"):
            return False
        return self._put("UNFLAG", self.lexemes[self.at].kinds["UNFLAG"])

    def _item_counts(self) -> bool:
        """`single-item orders`, `orders with multiple items`."""
        key = self._key(0)
        if key not in _SINGLE | _MULTIPLE or not self._is(1, "ITEMS"):
            return False
        head, amount = self.lexemes[self.at], Amount(Decimal(1), "items")
        if key in _MULTIPLE:
            self.tokens.append(Token("CMP", (">", None), head.text, head.start, head.start))
        return self._put("AMOUNT", amount, 2)

    def _each_amount(self) -> bool:
        """`at most $20 each`: the price of an item, of a label or of an order?"""
        if self._key(0) == "each" and self._last() == "AMOUNT" and not self._is(1, "NOUN", "COLUMN"):
            amount = self.tokens[-1].text
            raise AskError(Ask(f'What is "{amount} each" said of?', (f"orders of {amount}",), "words", True))
        return False

    def _flag_as_noun(self) -> bool:
        """`gifts over $50`, `fragile over 5 lb`: a yes/no column said alone names the orders that it marks."""
        lexeme = self._look()
        if lexeme is None or "COLUMN" not in lexeme.kinds or not lexeme.kinds["COLUMN"].is_flag:
            return False
        mention: ColumnMention = lexeme.kinds["COLUMN"]
        ahead = self._next_meaning(1)
        plural = (
            self._last() not in ("AND", "OR", "NOT", "HAVE")
            and lexeme.key.endswith("s")
            and not any(name.casefold().endswith("s") for name in mention.columns)
        )
        compared = self._is(ahead, "CMP") and self._key(ahead) not in ("=", "==", "is", "equals", "equal to")
        said_of = self._is(-1, "BE") and not compared  # "orders that are gifts"
        if self._last() in ("BY", "IN") or said_of or not (plural or compared) or self._is(ahead, "NOUN"):
            return False
        self._put("COLUMN", mention)
        self.tokens.append(Token("NOUN", None, "ones", lexeme.end, lexeme.end))
        return True
