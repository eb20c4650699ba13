"""Second pass: what each stretch of words is, decided by its neighbours; numbers find their units and ranges.

The result is the list of tokens that the grammar reads. Nothing that carries meaning is dropped here: what no rule
places stays an `UNKNOWN`, and the interpreter asks about it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from agent.brain.language.actions import Ask, AskError
from agent.brain.language.calendar import Period
from agent.brain.language.quantities import DAY_WORDS, MONEY_WORDS, Amount, Span
from agent.brain.language.scanner import ColumnMention, Lexeme, ServiceMention

_ORDER_WORDS: Final = frozenset(
    {"order", "orders", "order number", "order numbers", "order no", "order id", "order ids", "number", "numbers", "#"}
)
_ROW_WORDS: Final = frozenset({"row", "rows", "line", "lines", "row number", "row numbers", "sheet row", "sheet rows"})
_VIA_WORDS: Final = frozenset({"by", "with", "on", "as", "at", "in"})
_NAMED_AFTER_SERVICE: Final = frozenset({"orders", "ones", "order", "shipments", "packages", "parcels", "customers"})
_AFTER_COLUMN: Final = (
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
_WHOLES: Final = frozenset({"everything", "all", "anything", "everyone", "all orders", "every order", "all of them"})
_MEANINGFUL: Final = (
    "PLACE",
    "VALUE",
    "NUMBER",
    "AMOUNT",
    "SPAN",
    "ID",
    "TEXT",
    "PERIOD",
    "SERVICE",
    "UNKNOWN",
    "VAGUE",
)
_STOPS: Final = ("AND", "OR", "COMMA", "VIA", "EXCEPT", "BUT", "SERVICE", "SHIP")


@dataclass(frozen=True, slots=True)
class Token:
    """One terminal of the grammar with its value and the words it came from."""

    kind: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NumberList:
    """Order numbers or rows: single ones and ranges, as they were written."""

    items: tuple[str | tuple[int, int], ...]


class Settler:
    """Walks over the lexemes once; every rule looks at most a few words ahead."""

    def __init__(self, text: str, lexemes: list[Lexeme], today: date) -> None:
        self.text = text
        self.lexemes = lexemes
        self.today = today
        self.at = 0
        self.tokens: list[Token] = []

    def settle(self) -> list[Token]:
        rules: tuple[Callable[[], bool], ...] = (
            self._number_list,
            self._value_of_column,
            self._text_match,
            self._age,
            self._period_range,
            self._amount,
            self._service,
            self._every,
            self._small_words,
            self._column,
            self._plain,
        )
        while self.at < len(self.lexemes):
            if not any(rule() for rule in rules):
                self._put("UNKNOWN", None)
        return self.tokens

    # -- looking around

    def _look(self, ahead: int = 0) -> Lexeme | None:
        index = self.at + ahead
        return self.lexemes[index] if 0 <= index < len(self.lexemes) else None

    def _is(self, ahead: int, *kinds: str) -> bool:
        lexeme = self._look(ahead)
        return lexeme is not None and lexeme.may_be(*kinds)

    def _next_meaning(self, ahead: int) -> int:
        """The next place from `ahead` on that is not mere filler."""
        while (lexeme := self._look(ahead)) is not None and set(lexeme.kinds) == {"FILLER"}:
            ahead += 1
        return ahead

    def _last(self) -> str:
        return self.tokens[-1].kind if self.tokens else ""

    def _put(self, kind: str, value: Any, used: int = 1) -> bool:
        first, last = self.lexemes[self.at], self.lexemes[self.at + used - 1]
        self.tokens.append(Token(kind, value, self.text[first.start : last.end], first.start, last.end))
        self.at += used
        return True

    def _skip(self, used: int = 1) -> bool:
        """Pass over words that hold a sentence together; never over one that may name something."""
        for lexeme in self.lexemes[self.at : self.at + used]:
            if lexeme.may_be(*_MEANINGFUL) and not lexeme.may_be("FILLER"):
                raise AskError(Ask(f'What does "{lexeme.text}" mean here?', (), "words", True))
        self.at += used
        return True

    # -- lists of numbers

    def _number_list(self) -> bool:
        """`orders 1001, 1003 and 1007`, `rows 3 to 9`, `order #1001`, `orders 1001-1010`."""
        lexeme = self._look()
        assert lexeme is not None
        kind = "ROWS" if lexeme.key in _ROW_WORDS else "ORDERS" if lexeme.key in _ORDER_WORDS else ""
        if "ID" in lexeme.kinds and self._is(1, "TO_WORD") and self._is(2, "ID"):
            items, used = self._items(0)
            return self._put("ORDERS", NumberList(tuple(items)), used)
        if not kind:
            return False
        ahead = self._next_meaning(1)
        if (word := self._look(ahead)) is not None and word.key in ("number", "numbers", "no", "nos", "#", "id", "ids"):
            ahead = self._next_meaning(ahead + 1)
        items, ahead = self._items(ahead)
        return self._put(kind, NumberList(tuple(items)), ahead) if items else False

    def _items(self, ahead: int) -> tuple[list[str | tuple[int, int]], int]:
        items: list[str | tuple[int, int]] = []
        while (found := self._item(ahead)) is not None:
            item, ahead = found
            items.append(item)
            separator = ahead
            while self._is(separator, "COMMA", "AND", "OR") and separator - ahead < 2:
                separator += 1
            separator += (
                1 if (look := self._look(separator)) is not None and look.key in (*_ORDER_WORDS, *_ROW_WORDS) else 0
            )
            if separator == ahead or self._item(separator) is None:
                break
            ahead = separator
        return items, ahead

    def _item(self, ahead: int) -> tuple[str | tuple[int, int], int] | None:
        lexeme = self._look(ahead)
        if lexeme is None or not lexeme.may_be("NUMBER", "SPAN", "ID") or self._counts(ahead) or lexeme.may_be("VALUE"):
            return None
        if "SPAN" in lexeme.kinds:
            span: Span = lexeme.kinds["SPAN"]
            return (int(span.low.value), int(span.high.value)), ahead + 1
        if "NUMBER" in lexeme.kinds and not lexeme.words[0].key.isdigit():
            return None
        to = ahead + 1
        last = to + 2 if self._key(to + 1) in (*_ORDER_WORDS, *_ROW_WORDS) else to + 1
        joined = self._is(to, "TO_WORD") or self._key(to) == "to"
        if joined and self._is(last, "NUMBER", "ID") and not self._counts(last):
            ends = [_digits(self.lexemes[self.at + index]) for index in (ahead, last)]
            if all(end is not None for end in ends):
                return (ends[0] or 0, ends[1] or 0), last + 1
        return lexeme.text, ahead + 1

    def _counts(self, ahead: int) -> bool:
        """Whether the number there belongs to something that is counted (`5 lb`, `3 items`, `5 heaviest`)."""
        after = self._look(ahead + 1)
        return (
            after is not None
            and (
                after.may_be("WEIGHT_UNIT", "ITEMS", "SUPER", "RANDOM", "POST_GE", "POST_LE")
                or after.key in DAY_WORDS
                or after.key in MONEY_WORDS
            )
            and not (after.may_be("POST_GE") and after.key in ("on", "plus"))
        )

    # -- text

    def _value_of_column(self) -> bool:
        """`status shipped-late`: words that hyphens join after a column are one value."""
        lexeme = self._look()
        assert lexeme is not None  # noqa: S101
        if self._last() not in ("COLUMN", "BE") or lexeme.may_be(
            "VALUE", "PLACE", "CMP", "NUMBER", "SPAN", "ID", "TEXT"
        ):
            return False
        used = 1
        while (after := self._look(used)) is not None and self.text[
            self.lexemes[self.at + used - 1].end : after.start
        ] in ("-", "_"):
            used += 1
        if used == 1:
            return False
        if self._last() == "COLUMN":
            self.tokens.append(Token("BE", None, "", lexeme.start, lexeme.start))
        return self._put("UNKNOWN", None, used)

    def _text_match(self) -> bool:
        """After `contains`, `starts with` and `ends with` the words stand for themselves."""
        lexeme = self._look()
        assert lexeme is not None
        kind = next((name for name in ("TEXTOP", "STARTS", "ENDS") if name in lexeme.kinds), None)
        if kind is None or ("BE" in lexeme.kinds and not self._is(1, "TEXT")):
            return False
        ahead = self._next_meaning(1)
        while (word := self._look(ahead)) is not None and word.key in (
            "word",
            "words",
            "text",
            "letters",
            "letter",
            "phrase",
        ):
            ahead += 1
        first = self._look(ahead)
        if first is None:
            return False
        if "TEXT" in first.kinds:
            self._put(kind, None, ahead)
            return self._put("TEXT", first.kinds["TEXT"]) and self._more_texts(kind)
        end = ahead + 1
        most = 4 if kind == "TEXTOP" else 1
        while self._look(end) is not None and (
            self._is_glued(end) or (end - ahead < most and not self._ends_text(end))
        ):
            end += 1
        raw = self.text[first.start : self.lexemes[self.at + end - 1].end]
        self._put(kind, None, ahead)
        return self._put("TEXT", raw, end - ahead) and self._more_texts(kind)

    def _is_glued(self, ahead: int) -> bool:
        """No blank before it: `example.com` is one text."""
        gap = self.text[self.lexemes[self.at + ahead - 1].end : self.lexemes[self.at + ahead].start]
        return gap in (".", "-", "_", "@", "/", "")

    def _more_texts(self, kind: str) -> bool:
        """`contains towel or lamp`: the second word is looked for in the same way."""
        index = max(i for i, token in enumerate(self.tokens) if token.kind == kind)
        lead = [t for t in self.tokens[max(0, index - 1) : index + 1] if t.kind in ("COLUMN", kind)]
        while self._is(0, "OR") and self._is(1, "UNKNOWN", "TEXT"):
            self._put("OR", None)
            self.tokens += lead
            lexeme = self._look()
            assert lexeme is not None  # noqa: S101
            self._put("TEXT", lexeme.kinds.get("TEXT") or lexeme.text)
        return True

    def _ends_text(self, ahead: int) -> bool:
        lexeme = self._look(ahead)
        assert lexeme is not None
        ends = lexeme.may_be(*_STOPS, "NOUN", "COLUMN", "PLACE", "FOR", "HAVE")
        return ends or lexeme.words[0].key in _VIA_WORDS | {"to", "from", "via", "out", "please", "using"}

    # -- dates

    def _age(self) -> bool:
        """`older than 3 days`, `more than 3 days ago`, `within 2 days`, `at least a week old`."""
        at = 0
        operator: str | None = None
        if self._is(0, "DATE_CMP", "CMP"):
            lexeme = self._look()
            assert lexeme is not None
            operator = lexeme.kinds.get("DATE_CMP")
            if operator is None or operator == "within":
                compared = lexeme.kinds.get("CMP")
                operator = _AGE_OPERATOR.get(compared[0]) if compared and compared[1] is None else operator
            at = self._next_meaning(1)
        days, used = self._days(at)
        if days is None or (operator is None and not self._is_old(used)):
            return False
        ago = self._is_old(used)
        if operator is None:
            return False
        if not ago and "DATE_CMP" not in self.lexemes[self.at].kinds:
            return False
        day = self.today - timedelta(days=days)
        period = Period(day, day, f"{day:%b} {day.day}")
        text = self.lexemes[self.at]
        if operator == "within":
            due = (
                bool(self.tokens)
                and isinstance(self.tokens[-1].value, ColumnMention)
                and self.tokens[-1].value.role == "due_date"
            )
            ahead_of = Period(self.today, self.today + timedelta(days=days), f"the next {days} days")
            period = ahead_of if due else Period(day + timedelta(days=1), self.today, f"the last {days} days")
            return self._put("PERIOD", period, used + ago)
        self.tokens.append(Token("DATE_CMP", operator, text.text, text.start, text.end))
        return self._put("PERIOD", period, used + ago)

    def _days(self, ahead: int) -> tuple[int | None, int]:
        number = self._look(ahead)
        unit = self._look(ahead + 1)
        if number is None or unit is None or unit.key not in DAY_WORDS:
            return None, ahead
        if "NUMBER" in number.kinds:
            return int(number.kinds["NUMBER"].value) * DAY_WORDS[unit.key], ahead + 2
        if number.key in ("a", "one"):
            return DAY_WORDS[unit.key], ahead + 2
        return None, ahead

    def _is_old(self, ahead: int) -> int:
        word = self._look(ahead)
        return 1 if word is not None and word.key in ("ago", "old", "back") else 0

    def _period_range(self) -> bool:
        """`between Nov 1 and Nov 5`, `from Monday to Wednesday`, `Nov 1 through Nov 5`, `Nov 1-5`."""
        at = self._next_meaning(1) if self._is(0, "BETWEEN") or self._key(0) == "from" else 0
        first = self._look(at)
        if first is None or "PERIOD" not in first.kinds:
            return False
        start: Period = first.kinds["PERIOD"]
        if at and self._is(0, "BETWEEN"):
            joined = self._is(at + 1, "AND") or self._is(at + 1, "TO_WORD")
        else:
            joined = self._is(at + 1, "TO_WORD") or self._key(at + 1) in ("to", "through", "thru", "until", "till")
        after = self._next_meaning(at + 2) if joined else at + 1
        last = self._look(after)
        if joined and last is not None and "PERIOD" in last.kinds:
            return self._put("PERIOD", _spanning(start, last.kinds["PERIOD"]), after + 1)
        if joined and last is not None and "NUMBER" in last.kinds and start.is_day:
            end = _same_month(start, int(last.kinds["NUMBER"].value))
            if end is not None:
                return self._put("PERIOD", _spanning(start, end), after + 1)
        if not joined and self._is(at + 1, "SPAN") and not start.is_day:
            span: Span = self.lexemes[self.at + at + 1].kinds["SPAN"]
            ends = [_same_month(start, int(end.value)) for end in (span.low, span.high)]
            if ends[0] is not None and ends[1] is not None:
                return self._put("PERIOD", _spanning(ends[0], ends[1]), at + 2)
        onward = self._look(at + 1)
        if onward is not None and onward.key in ("on", "onward", "onwards", "forward") and self._key(0) == "from":
            head = self.lexemes[self.at]
            self.tokens.append(Token("DATE_CMP", ">=", head.text, head.start, head.end))
            return self._put("PERIOD", start, at + 2)
        return False

    def _key(self, ahead: int) -> str:
        lexeme = self._look(ahead)
        return lexeme.key if lexeme is not None else ""

    # -- amounts

    def _amount(self) -> bool:
        """Numbers with their units, and ranges of them."""
        at = self._next_meaning(1) if self._is(0, "BETWEEN") or self._key(0) == "from" else 0
        first = self._quantity(at)
        if first is None:
            return False
        amount, used = first
        if isinstance(amount, Span):
            return self._put("SPAN", amount, used)
        joined = self._is(used, "TO_WORD") or (at and self._is(0, "BETWEEN") and self._is(used, "AND"))
        joined = joined or self._key(used) == "to"
        second = self._quantity(self._next_meaning(used + 1)) if joined else None
        if second is not None and isinstance(second[0], Amount):
            high = second[0]
            return self._put("SPAN", Span(amount.measured_like(high), high.measured_like(amount)), second[1])
        if at:
            return False
        if amount.measure == "plain" and self._is(used, "POST_GE", "POST_LE"):
            counted, after = self._with_unit(amount, used)
            if counted.measure != "plain":  # `2 or more units`
                self._put("AMOUNT", counted)
                post = "POST_GE" if self._is(0, "POST_GE") else "POST_LE"
                return self._put(post, None, after - used)
        return self._put("NUMBER" if amount.measure == "plain" else "AMOUNT", amount, used)

    def _quantity(self, ahead: int) -> tuple[Amount | Span, int] | None:
        lexeme = self._look(ahead)
        if lexeme is None:
            return None
        if "SPAN" in lexeme.kinds:
            span: Span = lexeme.kinds["SPAN"]
            low, _ = self._with_unit(span.low, ahead)
            high, used = self._with_unit(span.high, ahead)
            return Span(low, high), used
        value = lexeme.kinds.get("AMOUNT") or lexeme.kinds.get("NUMBER")
        if value is None and lexeme.key in ("a", "one") and self._is(ahead + 1, "WEIGHT_UNIT"):
            value = Amount(Decimal(1))
        if value is None:
            return None
        amount, used = self._with_unit(value, ahead)
        if amount.unit == "LBS":
            more = self._look(used)
            if more is not None and "NUMBER" in more.kinds:
                ounces, after = self._with_unit(more.kinds["NUMBER"], used)
                together = amount.plus(ounces)
                if together is not None:
                    return together, after
        return amount, used

    def _with_unit(self, amount: Amount, ahead: int) -> tuple[Amount, int]:
        after = self._look(ahead + 1)
        if after is None or amount.measure != "plain":
            return amount, ahead + 1
        if "WEIGHT_UNIT" in after.kinds:
            return Amount(amount.value, "weight", after.kinds["WEIGHT_UNIT"]), ahead + 2
        if after.key in MONEY_WORDS:
            return Amount(amount.value, "money"), ahead + 2
        if "ITEMS" in after.kinds:
            return Amount(amount.value, "items"), ahead + 2
        return amount, ahead + 1

    # -- services

    def _service(self) -> bool:
        """`via Ground`, `by 2nd day`, `with overnight`; and `Ground orders`, which is about the sheet."""
        lexeme = self._look()
        assert lexeme is not None
        if (lexeme.may_be("VIA") or lexeme.key in _VIA_WORDS) and not lexeme.may_be("PLACE"):
            ahead = self._next_meaning(1)
            if self._is(ahead, "SERVICE", "SHEET_SERVICE") and not self._is(ahead, "PERIOD"):
                return self._skip(ahead) if not self.tokens else self._put("VIA", None, ahead)
            if self._names_service_column(ahead):
                return True
        if "SHEET_SERVICE" in lexeme.kinds:
            return self._put("SHEET_SERVICE", None)
        if "SERVICE" not in lexeme.kinds:
            return False
        mention: ServiceMention = lexeme.kinds["SERVICE"]
        value = lexeme.kinds.get("VALUE")
        past = 1
        while self._key(past) in ("service", "service level", "shipping", "shipping method", "delivery"):
            past += 1
        if self._key(past) in _NAMED_AFTER_SERVICE:
            return self._put("SERVICE_VALUE", (mention, value), past)
        if mention.code is None and value is not None and self._last() != "VIA":
            return False
        return self._put("SERVICE", mention)

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
        return self._put("COLUMN", mention, 2 if named else 1)

    def _holds(self, column: Lexeme, ahead: int) -> bool:
        """Whether what follows a column's name is said of that column."""
        after = self._look(ahead)
        if after is None or "VALUE" not in after.kinds:
            return self._is(ahead, "NUMBER", "ID", "TEXT", *_AFTER_COLUMN)
        return any(name in column.kinds["COLUMN"].columns for name, _ in after.kinds["VALUE"].places)

    # -- cuts

    def _every(self) -> bool:
        """`every third order`, `every 3rd one`, `every 5 orders`."""
        if self._key(0) not in ("every", "each"):
            return False
        after = self._look(1)
        if after is None:
            return False
        if "ORDINAL" in after.kinds:
            return self._put("EVERY", after.kinds["ORDINAL"], 2)
        step = _ORDINALS.get(after.key)
        if step is not None:
            return self._put("EVERY", step, 2)
        if "NUMBER" in after.kinds and not self._counts(1):
            return self._put("EVERY", int(after.kinds["NUMBER"].value), 2)
        return False

    # -- small words

    def _small_words(self) -> bool:
        """Prepositions and the like, which mean something only before certain neighbours."""
        lexeme = self._look()
        assert lexeme is not None
        ahead = self._next_meaning(1)
        if lexeme.key == "in" and self._is(ahead, "COLUMN") and self._last() in ("TEXT", "VALUE", "UNKNOWN"):
            return self._put("IN", None, ahead)
        grouping = lexeme.key == "by" or "PER" in lexeme.kinds
        if grouping and self._is(ahead, "COLUMN") and not self._is(ahead, "PERIOD"):
            return self._put("BY", None, ahead)
        if "BUT" in lexeme.kinds and self._last() == "NOUN" and self.tokens[-1].text.casefold() in _WHOLES:
            return self._put("EXCEPT", None) if not self._is(ahead, "SERVICE", "ONLY", "NOT", "VIA") else False
        if "BE" in lexeme.kinds:
            keep = self._last() == "COLUMN" and "PLACE" not in lexeme.kinds
            return self._put("BE", None) if keep else self._skip()
        if self._last() == "BE" and lexeme.key in ("yes", "no", "true", "false") and not self._is(ahead, "COLUMN"):
            return self._put("TEXT", lexeme.key)
        if lexeme.key in ("neither", "nor", "but no"):
            return self._lacking(lexeme, ahead)
        if "EMPTY" in lexeme.kinds and lexeme.key in ("without", "no", "without a") and not self._is(ahead, "COLUMN"):
            return self._put("EXCEPT", None)
        if "RELATIVE" in lexeme.kinds or lexeme.key in ("in", "on", "at", "as"):
            return self._skip() if not lexeme.may_be("PLACE", "VALUE") else False
        return self._comparison(lexeme, ahead)

    def _lacking(self, lexeme: Lexeme, ahead: int) -> bool:
        """`neither a phone nor an e-mail`, `a phone but no company`, `neither California nor Texas`."""
        column = self._is(ahead, "COLUMN")
        if lexeme.key == "but no" and not column:
            return self._put("EXCEPT", None)
        if lexeme.key != "neither":
            self.tokens.append(Token("AND", None, "", lexeme.start, lexeme.start))
        return self._put("EMPTY" if column else "NOT", None)

    def _comparison(self, lexeme: Lexeme, ahead: int) -> bool:
        """`over`, `by`, `through` and others compare numbers or dates, or name the way of shipping."""
        if not lexeme.may_be("CMP", "DATE_CMP"):
            return False
        if "DATE_CMP" in lexeme.kinds and self._is(ahead, "PERIOD"):
            operator = lexeme.kinds["DATE_CMP"]
            return self._skip() if operator == "within" else self._put("DATE_CMP", operator)
        if "CMP" in lexeme.kinds and self._is(ahead, "PERIOD"):
            operator = lexeme.kinds["CMP"][0]
            ago = self._key(ahead).endswith("ago")
            return self._put("DATE_CMP", _AGE_OPERATOR[operator] if ago else operator)
        if "CMP" in lexeme.kinds:
            return self._put("CMP", lexeme.kinds["CMP"])
        if (
            "DATE_CMP" in lexeme.kinds
            and self._is(ahead, "NUMBER", "ID", "AMOUNT", "ORDINAL")
            and lexeme.key not in ("by",)
        ):
            return self._put("DATE_CMP", lexeme.kinds["DATE_CMP"])
        if lexeme.key in ("by", "over", "through", "thru", "in the", "for the", "the", "past"):
            return self._skip() if lexeme.key != "past" else False
        return False

    def _column(self) -> bool:
        """A column's name where it is used as one; many headers are everyday words."""
        lexeme = self._look()
        assert lexeme is not None
        if "COLUMN" not in lexeme.kinds:
            return False
        mention: ColumnMention = lexeme.kinds["COLUMN"]
        others = set(lexeme.kinds) - {"COLUMN"}
        ahead = self._next_meaning(1)
        used = self._is(ahead, *_AFTER_COLUMN) or self._last() in ("EMPTY", "HAVE", "BY", "IN", "SUPER", "PRESENT")
        if mention.is_flag and not used:
            return self._put("COLUMN", mention)
        if others & {"VALUE", "PLACE", "PERIOD"} and not used:
            return False
        if mention.role == "due_date" and mention.phrase.casefold().endswith("by") and self._is(ahead, "PERIOD"):
            self._put("COLUMN", mention)
            last = self.tokens[-1]
            self.tokens.append(Token("DATE_CMP", "<=", "", last.end, last.end))
            return True
        if others and not used and not self._is(ahead, "VALUE", "NUMBER", "PLACE", "TEXT", "COLUMN_WORD"):
            return False
        if self._is(1, "COLUMN_WORD"):
            return self._put("COLUMN", mention, 2)
        if others & {"NOUN", "ITEMS"} and not used and not self._is(ahead, "VALUE"):
            return False
        return self._put("COLUMN", mention)

    def _plain(self) -> bool:
        """What is left: the first kind in order of how much it says."""
        lexeme = self._look()
        assert lexeme is not None
        for kind in _ORDER:
            if kind in lexeme.kinds:
                value = lexeme.kinds[kind]
                return self._skip() if kind == "FILLER" else self._put(kind, value)
        return False


_AGE_OPERATOR: Final[dict[str, str]] = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "="}
_ORDINALS: Final[dict[str, int]] = {"third": 3, "fourth": 4, "fifth": 5, "tenth": 10, "sixth": 6, "second": 2}
_ORDER: Final = (
    "TEXT", "UNSHIPPED", "OVERDUE", "RESHIP", "WITH_CANCELLED", "QUOTE_ALL", "EVERY_OTHER", "SUPER", "REST", "EXCEPT",
    "PLACE", "VALUE", "PERIOD", "DOMESTIC", "INTERNATIONAL", "MILITARY", "TERRITORIES", "EMPTY", "NOT", "POST_GE",
    "POST_LE", "RANDOM", "HIGHEST", "LOWEST", "FIRST", "LAST", "TOP", "ONLY", "ADD", "AND", "OR", "COMMA", "BUT", "IF", "HAVE", "PRESENT",
    "SHIP", "NOUN", "ITEMS", "FOR", "VAGUE", "COLUMN", "DESCENDING", "ASCENDING", "ORDINAL", "ID", "FILLER", "IN", "TO_WORD", "VIA",
    "COLUMN_WORD",
)  # fmt: skip


def _digits(lexeme: Lexeme) -> int | None:
    match = re.fullmatch(r"#?(?:[A-Za-z]+[-_]?)?(\d+)", lexeme.text.strip())
    return int(match[1]) if match else None


def _spanning(first: Period, last: Period) -> Period:
    end = last
    if first.first > last.last and last.yearless:
        end = last.moved(1)
    return Period(first.first, end.last, f"{first.shown} to {end.shown}", first.relative, first.yearless)


def _same_month(period: Period, day: int) -> Period | None:
    try:
        found = period.first.replace(day=day)
    except ValueError:
        return None
    return Period(found, found, f"{found:%b} {found.day}, {found.year}", period.relative, period.yearless)


def settle(text: str, lexemes: list[Lexeme], today: date) -> list[Token]:
    """The tokens of a message."""
    return _linked(_merged(Settler(text, lexemes, today).settle(), text))


def _merged(tokens: list[Token], text: str) -> list[Token]:
    """Unknown words that stand together are one phrase."""
    found: list[Token] = []
    for token in tokens:
        before = found[-1] if found else None
        if (
            before is not None
            and before.kind == token.kind == "UNKNOWN"
            and not text[before.end : token.start].strip(" -")
        ):
            found[-1] = Token("UNKNOWN", None, text[before.start : token.end], before.start, token.end)
        else:
            found.append(token)
    return found


def _linked(tokens: list[Token]) -> list[Token]:
    """`status paid` says `status is paid`: a column followed by something that it can be gets its `BE`."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        found.append(token)
        if (
            token.kind != "COLUMN"
            or index + 1 == len(tokens)
            or (found[-2:-1] and found[-2].kind in ("EMPTY", "IN", "BY"))
        ):
            continue
        negated = tokens[index + 1].kind == "NOT" and index + 2 < len(tokens)
        after = tokens[index + 1 + negated]
        if _fits(token.value, after):
            found.append(Token("BE", None, "", token.end, token.end))
    return found


def _fits(column: ColumnMention, token: Token) -> bool:
    if token.kind == "VALUE":
        return any(name in column.columns for name, _ in token.value.places)
    if token.kind == "PLACE":
        return column.role in ("state", "city", "country")
    if token.kind == "SERVICE":
        return column.role == "service"
    return token.kind in ("NUMBER", "AMOUNT", "SPAN", "TEXT", "ID")
