"""From what was said to conditions on this sheet's columns and values; asks where the sheet leaves a choice."""

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process

from agent.brains.language import locating, roles, whereabouts
from agent.brains.language.actions import Ask, AskError, SayError
from agent.brains.language.conditions import (
    Condition,
    Everything,
    HasText,
    IsEmpty,
    IsOneOf,
    Not,
    RowIs,
)
from agent.brains.language.cursor import NumberList
from agent.brains.language.facts import NO, YES
from agent.brains.language.measuring import Measures
from agent.brains.language.naming import ColumnMention, ValueMention
from agent.brains.language.numbering import order_numbers
from agent.brains.language.scanner import ServiceMention
from agent.brains.language.words import keys, stem
from agent.shipping.services import service_code
from agent.shipping.text import key

_LONG_NUMBER: Final = 6
_DENYING: Final = frozenset({"not", "no", "non", "never", "without", "isnt", "dont"})
_TRUE: Final = YES
_FALSE: Final = NO


def _within(words: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether these words stand side by side in a text."""
    return any(whole[at : at + len(words)] == words for at in range(len(whole) - len(words) + 1))


class Resolver(Measures):
    """Everything that words can name in one sheet: amounts and dates, values, positions, texts, places."""

    # -- values

    def equals(self, column: str, text: str, *, value: ValueMention | None = None) -> Condition:
        """The cell is this text; among listed values it must be one of them, else the nearest are offered."""
        if value is not None:
            own = tuple(dict.fromkeys(v for name, v in value.places if name == column))
            if own:
                return self._listed(column, own)
        facts = self.facts.column(column)
        wanted = text.strip().casefold()
        same = tuple(v for v, _ in facts.values if v.strip().casefold() == wanted)
        if same:
            return IsOneOf(column, same)
        if roles.role_of(self.facts, column) == "order_number":
            return self.orders(NumberList((text,)))
        truth = self._truth(column, wanted)
        if truth is not None:
            return truth
        if facts.complete:
            near = self._nearest(text, [v for v, _ in facts.values])
            question = f'{column} is never "{text}". Which value do you mean?'
            return IsOneOf(column, (self._one_of(question, near),))
        return IsOneOf(column, (text.strip(),))

    def _truth(self, column: str, wanted: str) -> Condition | None:
        values = self.facts.column(column).values
        if not values or not all(v.strip().casefold() in _TRUE | _FALSE for v, _ in values):
            return None
        for spellings in (_TRUE, _FALSE):
            if wanted in spellings:
                return IsOneOf(column, tuple(v for v, _ in values if v.strip().casefold() in spellings) or (wanted,))
        return None

    def _one_of(self, question: str, options: list[str]) -> str:
        answer = self.ask(question, options, "value").casefold()
        chosen = [option for option in options if option.casefold() == answer]
        if not chosen:
            raise AskError(Ask(question, tuple(options), "value"))
        return chosen[0]

    def _nearest(self, text: str, values: list[str]) -> list[str]:
        found = process.extract(text.casefold(), {v: v.casefold() for v in values}, scorer=fuzz.WRatio, limit=3)
        return [value for _, _, value in found]

    def value(self, mention: ValueMention) -> Condition:
        """A value that was said without its column."""
        columns = list(dict.fromkeys(name for name, _ in mention.places))
        name = columns[0]
        if len(columns) > 1:
            name = self._chosen(f'"{mention.phrase}" is in several columns. Which one do you mean?', columns)
        return self._listed(name, tuple(dict.fromkeys(v for column, v in mention.places if column == name)))

    def _listed(self, column: str, values: tuple[str, ...]) -> Condition:
        """Tags stand several in a cell: `vip` is also in `vip, rush`."""
        role = roles.own_role(self.facts, column)
        if role == "notes" and len(values) == 1:
            return self._noted(column, values[0])
        if roles.role_of(self.facts, column) != "tags":
            return IsOneOf(column, values)
        wanted = {value.strip().casefold() for value in values}
        cells = [v for v, _ in self.facts.column(column).values]
        holding = [v for v in cells if wanted & {part.strip().casefold() for part in re.split("[,;|]", v)}]
        return IsOneOf(column, tuple(dict.fromkeys((*values, *holding))), " or ".join(values))

    def _noted(self, column: str, text: str) -> Condition:
        """Free text: `fragile` is also in `Fragile - glass`; where a cell denies it, the person says what is meant."""
        wanted = keys(text)
        longer = [v for v, _ in self.facts.column(column).values if keys(v) != wanted and _within(wanted, keys(v))]
        if not longer and self.facts.column(column).complete:
            return IsOneOf(column, (text,))
        inside = HasText((column,), "contains", text)
        if not any(_DENYING & set(keys(value)) for value in longer):
            return inside
        whole = IsOneOf(column, (text,))
        question = f'{column} also says "{longer[0]}". How do you mean "{text}"?'
        options = (whole.words(), inside.words())
        answer = self.ask(question, options, "reading").casefold()
        if answer not in [option.casefold() for option in options]:
            raise AskError(Ask(question, options, "reading"))
        return whole if answer == options[0].casefold() else inside

    def service_value(self, service: ServiceMention, value: ValueMention | None) -> Condition | None:
        """`the Ground orders`: those whose service column says so; None when the sheet does not know such a service."""
        for name in roles.columns_for(self.facts, "service")[:1]:
            listed = self.facts.column(name).values
            same = tuple(v for v, _ in listed if service.code is not None and service_code(v) == service.code)
            if value is not None:
                same = same or tuple(v for column, v in value.places if column == name)
            if service.code is None:  # "economy orders" of `Economy Shipping`
                same = same or tuple(v for v, _ in listed if key(v).startswith(key(service.phrase) + " "))
            if same:
                return IsOneOf(name, same, service.phrase)
        return None

    def marked(self, column: str) -> Condition:
        """`gift orders`: a yes/no column says yes."""
        facts = self.facts.column(column)
        lowered = [(v, v.strip().casefold()) for v, _ in facts.values]
        if facts.kind == "boolean":
            return IsOneOf(column, tuple(v for v, low in lowered if low in _TRUE) or ("true",))
        if lowered and all(low in _TRUE | _FALSE for _, low in lowered):
            return IsOneOf(column, tuple(v for v, low in lowered if low in _TRUE), "yes")
        question = f'What about "{column}"?'
        filled, empty = f"{column} is filled in", f"{column} is empty"
        answer = self.ask(question, (filled, empty), "words").casefold()
        return IsEmpty(column) if answer == empty.casefold() else Not(IsEmpty(column))

    # -- positions

    def orders(self, numbers: NumberList) -> Condition:
        """Order numbers as the sheet writes them (`1001` is `#1001` there)."""
        columns = roles.columns_for(self.facts, "order_number")
        if not columns:
            raise SayError("The sheet has no order number column; name rows instead (rows 3, 5 and 9).")
        column = self.column(ColumnMention("order number", columns, "order_number"))
        return order_numbers(self, column, numbers)

    def rows(self, numbers: NumberList) -> Condition:
        """Rows by the number that the sheet shows."""
        ranges = []
        for item in numbers.items:
            if isinstance(item, tuple):
                ranges.append((min(item), max(item)))
            elif item.lstrip("#").isdigit():
                ranges.append((int(item.lstrip("#")), int(item.lstrip("#"))))
            else:
                raise AskError(Ask(f'Which row is "{item}"?', (), "words", True))
        return RowIs(tuple(ranges))

    def identifier(self, text: str) -> Condition | None:
        """A long bare number that is a value of just one column, e.g. an item number."""
        holding = [
            (column.name, value)
            for column in self.facts.columns
            for value, _ in column.values
            if value.strip() == text and len(text) >= _LONG_NUMBER and text.isdigit()
        ]
        return IsOneOf(holding[0][0], (holding[0][1],)) if len({name for name, _ in holding}) == 1 else None

    def postal_code(self, text: str) -> Condition | None:
        """A bare number that one postal code of the sheet is."""
        for name in roles.columns_for(self.facts, "postal_code")[:1]:
            same = tuple(v for v, _ in self.facts.column(name).values if v.strip() == text and len(text) == 5)
            if same:
                return IsOneOf(name, same)
        return None

    def unshipped(self) -> Condition:
        """No tracking number yet; where the sheet has no such column, that condition is the plan's own."""
        columns = roles.columns_for(self.facts, "tracking")
        return IsEmpty(columns[0]) if columns else Everything()

    # -- text

    def contains(self, how: str, text: str, mention: ColumnMention | None, *, literal: bool = True) -> Condition:
        """A text match in one column, or in the columns that hold items and notes.

        A text that was not quoted may be a plural: `bowls` finds `Serving Bowl` where no cell says `bowls`.
        """
        if mention is not None:
            column = self.column(mention)
            return HasText((column,), how, text if literal else self._singular((column,), text))
        names = [
            column.name
            for column in self.facts.columns
            if roles.role_of(self.facts, column.name) in ("item", "sku", "notes", "tags")
        ]
        if not names:
            names = [self._chosen(f'In which column shall I look for "{text}"?', [c.name for c in self.facts.columns])]
        text = text if literal else self._singular(names, text)
        holding = [name for name in names if self._holds_text(name, text)]
        if len(holding) == 1 and all(self.facts.column(name).complete for name in names):
            names = holding  # the others cannot be meant: no cell of theirs says so
        if len(names) > 1:
            either = "any of them"
            question = f'In which column shall I look for "{text}"?'
            answer = self.ask(question, (*names, either), "column").casefold()
            names = [name for name in names if name.casefold() == answer] or names
        return HasText(tuple(names), how, text)

    def _singular(self, names: Sequence[str], text: str) -> str:
        """The singular of a text where the cells hold only that."""
        *words, last = text.split(" ")
        single = " ".join([*words, stem(last)])
        if any(self._holds_text(name, text) for name in names):
            return text
        return single if any(self._holds_text(name, single) for name in names) else text

    def _holds_text(self, column: str, text: str) -> bool:
        return any(text.casefold() in value.casefold() for value, _ in self.facts.column(column).values)

    def place(self, mention: whereabouts.PlaceMention) -> Condition:
        """Where an order goes."""
        return locating.resolve(mention, self.facts, self.answers, self.said_states)
