"""Rules of the second pass for numbers: lists of orders and rows, days and ranges of days, amounts with units."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

from agent.brains.language.calendar import Period
from agent.brains.language.currencies import currency_of
from agent.brains.language.cursor import AGE_OPERATOR, Cursor, NumberList, Token
from agent.brains.language.naming import ColumnMention
from agent.brains.language.quantities import DAY_WORDS, MONEY_WORDS, Amount, Span
from agent.brains.language.scanner import Lexeme

_ORDER_WORDS: Final = frozenset(
    {"order", "orders", "order number", "order numbers", "order no", "order id", "order ids", "number", "numbers", "#"}
)
_RANGE_OF_IDS: Final = re.compile(r"(#?[A-Za-z]+[-_]?|#)(\d+)\s?[-–—]\s?(?:\1)(\d+)", re.IGNORECASE)
"""`SO-3001-SO-3005`, `#1001-#1010`."""
_ROW_WORDS: Final = frozenset({"row", "rows", "line", "lines", "row number", "row numbers", "sheet row", "sheet rows"})


class NumberRules(Cursor):
    """Each rule looks at most a few words ahead and says whether it took them."""

    # -- lists of numbers

    def _number_list(self) -> bool:
        """`orders 1001, 1003 and 1007`, `rows 3 to 9`, `order #1001`, `orders 1001-1010`."""
        lexeme = self._look()
        assert lexeme is not None
        kind = "ROWS" if lexeme.key in _ROW_WORDS else "ORDERS" if lexeme.key in _ORDER_WORDS else ""
        ranged = self._is(1, "TO_WORD") and self._is(2, "ID")
        if "ID" in lexeme.kinds and (ranged or _RANGE_OF_IDS.fullmatch(lexeme.text)):
            items, used = self._items(0)
            return self._put("ORDERS", NumberList(tuple(items)), used) if items else False
        if not kind and "COLUMN" in lexeme.kinds and lexeme.kinds["COLUMN"].role == "order_number":
            kind = "ORDERS"  # "tickets T-0004 and T-0009"
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
        if match := _RANGE_OF_IDS.fullmatch(lexeme.text):
            return (int(match[2]), int(match[3])), ahead + 1
        to = ahead + 1
        last = to + 2 if self._key(to + 1) in (*_ORDER_WORDS, *_ROW_WORDS) else to + 1
        joined = self._is(to, "TO_WORD") or self._key(to) == "to"
        if joined and self._is(last, "NUMBER", "ID") and not self._counts(last):
            ends = [_digits(self.lexemes[self.at + index]) for index in (ahead, last)]
            if all(end is not None for end in ends):
                return (ends[0] or 0, ends[1] or 0), last + 1
        return lexeme.text, ahead + 1

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
                operator = AGE_OPERATOR.get(compared[0]) if compared and compared[1] is None else operator
            at = 1 if self._key(1) in ("a", "one") else self._next_meaning(1)
        days, used = self._days(at)
        if days is None or operator is None:
            return False
        ago = self._is_old(used)
        aged = ago or self._key(used - 1).endswith(" old")
        if not aged and "DATE_CMP" not in self.lexemes[self.at].kinds:
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
        days = DAY_WORDS.get(unit.key.removesuffix(" old")) if unit is not None else None
        if number is None or days is None:
            return None, ahead
        if "NUMBER" in number.kinds:
            return int(number.kinds["NUMBER"].value) * days, ahead + 2
        if number.key in ("a", "one"):
            return days, ahead + 2
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

    # -- amounts

    def _amount(self) -> bool:
        """Numbers with their units, and ranges of them."""
        at = self._next_meaning(1) if self._is(0, "BETWEEN") or self._key(0) in ("from", "within") else 0
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
            return Amount(amount.value, "money", None, currency_of(after.key)), ahead + 2
        if "ITEMS" in after.kinds:
            return Amount(amount.value, "items"), ahead + 2
        return amount, ahead + 1


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
