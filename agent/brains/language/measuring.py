"""Columns, amounts and dates that were said, as conditions on this sheet; asks where the sheet leaves a choice."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from agent.brains.language import roles
from agent.brains.language.actions import Ask, AskError, Probe, SayError
from agent.brains.language.calendar import Period
from agent.brains.language.conditions import (
    NUMBER,
    Between,
    Compare,
    Condition,
    Dated,
    Everything,
    IsOneOf,
    Not,
    all_of,
    any_of,
)
from agent.brains.language.currencies import within_one
from agent.brains.language.facts import SheetFacts
from agent.brains.language.headers import header_words
from agent.brains.language.naming import ColumnMention
from agent.brains.language.quantities import Amount, Span, fits, in_unit, plain
from agent.brains.language.written_dates import between
from agent.shipping.verdict import Ask as WeightQuestion
from agent.shipping.verdict import Ok
from agent.shipping.weights import SHOWN, Unit, read_weight, unit_of, unit_of_header

_OTHER_NUMBERS: Final = frozenset(
    "day days age number no id count rank zip code row line year month hour hours percent rate tax".split()  # noqa: SIM905
)
"""Words of headers whose numbers are surely no weight, value or quantity."""
_UNIT_CHOICES: Final = ("lb", "oz", "kg", "g")
_DATE_ROLES: Final = ("order_date", "due_date", "paid_date")


class Measures:
    """Knows one sheet, one day and the answers of one session."""

    def __init__(self, facts: SheetFacts, today: date, answers: Mapping[str, str]) -> None:
        self.facts = facts
        self.today = today
        self.answers = answers
        self.said_states: frozenset[str] = frozenset()
        """Codes of the states that the message names, which tell cities of one name apart."""
        self.said_columns: frozenset[str] = frozenset()
        """Columns whose values the message names."""
        self.said_date: str | None = None
        """The date column that was named last: of "created on Nov 16 or Nov 18"."""
        self.scope: list[Condition] = []
        """What must hold for all rows besides what was said, e.g. the currency that the person chose."""

    def ask(
        self,
        question: str,
        options: Sequence[str],
        slot: str,
        *,
        free_text: bool = False,
        probes: tuple[Probe, ...] = (),
    ) -> str:
        """The person's answer to this question, or the question.

        Raises:
            AskError: when it was not answered yet.
        """
        answer = self.answers.get(question)
        if answer is None:
            raise AskError(Ask(question, tuple(options), slot, free_text, probes))
        return answer

    # -- columns

    def column(self, mention: ColumnMention) -> str:
        """The one column that is meant."""
        if len(mention.columns) == 1:
            return mention.columns[0]
        if not mention.columns:
            return self._missing(mention)
        return self._chosen(f'Which column do you mean by "{mention.phrase}"?', mention.columns)

    def of_role(self, role: str, phrase: str) -> str:
        """The column of a role that nobody named, e.g. the weight in "over 10 lb"."""
        return self.column(ColumnMention(phrase, roles.columns_for(self.facts, role), role))

    def _missing(self, mention: ColumnMention) -> str:
        choices = [column.name for column in self.facts.columns if self._could_be(column.name, mention.role)]
        if not choices:
            raise SayError(f'The sheet has no column for "{mention.phrase}".')
        return self._chosen(f'The sheet has no column for "{mention.phrase}". Which column shall I use?', choices)

    def _could_be(self, name: str, role: str | None) -> bool:
        column = self.facts.column(name)
        if role in _DATE_ROLES:
            return column.kind == "date" or roles.role_of(self.facts, name) in _DATE_ROLES
        if role in ("weight", "total", "quantity"):
            own = roles.own_role(self.facts, name)
            return column.kind == "number" and own is None and not set(header_words(name)) & _OTHER_NUMBERS
        return False

    def _chosen(self, question: str, columns: Sequence[str]) -> str:
        answer = self.ask(question, columns, "column").casefold()
        chosen = [name for name in columns if name.casefold() == answer]
        if not chosen:
            raise AskError(Ask(question, tuple(columns), "column"))
        return chosen[0]

    # -- amounts

    def compared(self, operator: str, role: str | None, amount: Amount | Span, column: str | None = None) -> Condition:
        """`over 10 lb`, `weight over 10`, `between $5 and $10`, `3 items or more`."""
        sample = amount.low if isinstance(amount, Span) else amount
        name = column or self._column_of_amount(sample, role)
        own_role = roles.role_of(self.facts, name) or roles.role_of_header(name)
        if sample.measure == "weight" or own_role == "weight":
            return self._weight(name, operator, amount)
        if sample.measure == "money" and self.facts.column(name).kind == "date":
            raise AskError(Ask(f"How shall I compare {name} with {sample.shown}?", (), "words", True))
        self._refuse_words(name)
        currency = within_one(sample.currency, name, self.facts, self.answers, self.said_columns)
        return all_of([_comparison(name, operator, amount), currency])

    def _column_of_amount(self, amount: Amount, role: str | None) -> str:
        if amount.measure == "weight":
            return self._in_said_unit(amount) or self.of_role("weight", "weight")
        if amount.measure == "money":
            return self.of_role("total", "order total")
        if amount.measure == "items":
            return self.of_role("quantity", "quantity")
        if role is not None:
            return self.of_role(role, role.replace("_", " "))
        numeric = [column.name for column in self.facts.columns if column.kind == "number"]
        choices = [name for name in numeric if roles.role_of(self.facts, name) not in ("postal_code", "phone")]
        return self._chosen(f"{amount.shown} of what?", choices or [column.name for column in self.facts.columns])

    def _refuse_words(self, name: str) -> None:
        """Cells that are no numbers compare as text, which would select anything.

        Raises:
            SayError: naming one of them.
        """
        column = self.facts.column(name)
        words = next((value for value, _ in column.values if not NUMBER.fullmatch(value.strip())), None)
        if column.kind == "text" and (words is not None or not column.complete):
            example = f" ({words})" if words is not None else ""
            raise SayError(f'I cannot compare "{name}" with a number: not all of its cells are one{example}.')

    def _in_said_unit(self, amount: Amount) -> str | None:
        """Where the sheet gives one weight in two units (`weightOz`, `weightLb`): the one in the unit that was said."""
        names = roles.columns_for(self.facts, "weight")
        bare = {tuple(word for word in header_words(name) if unit_of(word) is None) for name in names}
        fitting = [name for name in names if unit_of_header(name) == amount.unit]
        return fitting[0] if len(bare) == 1 and len(fitting) == 1 and amount.unit is not None else None

    def _weight(self, column: str, operator: str, amount: Amount | Span) -> Condition:
        """In the sheet's unit: the header says it, a unit column does, or the person."""
        sample = amount.low if isinstance(amount, Span) else amount
        if sample.unit is None:
            return _comparison(column, operator, amount)
        header = unit_of_header(column)
        facts = self.facts.column(column)
        if facts.kind == "text" and facts.complete:
            return self._written_weights(column, operator, amount, header)
        if header is not None:
            return _comparison(column, operator, amount, header)
        units = roles.columns_for(self.facts, "weight_unit")
        values = self.facts.column(units[0]).values if units else ()
        read = {value: unit_of(value) for value, _ in values}
        if values and all(read.values()):
            return any_of(
                [
                    all_of(
                        [
                            IsOneOf(units[0], tuple(v for v in read if read[v] == unit)),
                            _comparison(column, operator, amount, unit),
                        ]
                    )
                    for unit in dict.fromkeys(read.values())
                    if unit is not None
                ]
            )
        question = f'In which unit are the weights in the column "{column}"?'
        unit = unit_of(self.ask(question, _UNIT_CHOICES, "unit"))
        if unit is None:
            raise AskError(Ask(question, _UNIT_CHOICES, "unit"))
        return _comparison(column, operator, amount, unit)

    def _written_weights(self, column: str, operator: str, amount: Amount | Span, unit: Unit | None) -> Condition:
        """Cells such as `2 lb 3 oz` and `12oz`: each is read, those that fit are named one by one."""
        fitting = []
        for value, _ in self.facts.column(column).values:
            read = read_weight(value, unit)
            if isinstance(read, WeightQuestion):
                raise SayError(f'I cannot compare weights in "{column}": some cells say no unit ({value}).')
            if isinstance(read, Ok) and fits(read.value, operator, amount):
                fitting.append(value)
        sample = amount.shown if isinstance(amount, Span) else f"{operator} {amount.shown}"
        return IsOneOf(column, tuple(fitting) or ("none of the cells",), sample)

    def measurable(self, column: str) -> str:
        """A column that rows may be ordered and summed by; weights in several units have no such order.

        Raises:
            SayError: for weights in mixed units.
        """
        units = roles.columns_for(self.facts, "weight_unit")
        mixed = units and len({unit_of(v) for v, _ in self.facts.column(units[0]).values}) > 1
        if column not in self.facts.by_name:  # the row's number
            return column
        if self.facts.column(column).kind == "text" and self._is_date(column):
            raise SayError(f'The dates in "{column}" are kept as text, so I cannot order them. Give days instead.')
        currency = within_one(None, column, self.facts, self.answers, self.said_columns)
        self.scope += [currency] if not isinstance(currency, Everything) else []
        if roles.role_of(self.facts, column) != "weight" or not (mixed or self.facts.column(column).kind == "text"):
            return column
        raise SayError(
            f'The weights in "{column}" are in several units, so I cannot order or sum them. '
            "Give a limit instead, e.g. `orders over 10 lb`."
        )

    # -- dates

    def dated(self, operator: str, period: Period, mention: ColumnMention | None) -> Condition:
        """A comparison of a day, or a range of days, with a date column."""
        column = self.column(mention) if mention is not None else self.said_date or self._date_column()
        self.said_date = column if mention is not None else self.said_date
        if self.facts.column(column).kind in ("number", "boolean") or self.facts.is_flag(column):
            dates = [one.name for one in self.facts.columns if self._is_date(one.name)]
            column = self._chosen(f"{column} holds no dates. Which column shall I use?", dates)
        due = roles.role_of(self.facts, column) == "due_date"
        when = self._right_year(operator, self._ahead(period, due=due), due=due)
        first, last = when.first, when.last
        bounds: dict[str, tuple[date | None, date | None]] = {
            "=": (first, last),
            ">": (last + timedelta(days=1), None),
            ">=": (first, None),
            "<": (None, first - timedelta(days=1)),
            "<=": (None, last),
        }
        if self.facts.column(column).kind == "text":
            shown = Dated(column, *bounds["=" if operator == "<>" else operator]).words().removeprefix(f"{column} is ")
            written = between(self.facts.column(column), *bounds["=" if operator == "<>" else operator], shown)
            return Not(written) if operator == "<>" else written
        if operator == "<>":
            return Not(Dated(column, first, last))
        return Dated(column, *bounds[operator])

    def _date_column(self) -> str:
        dates = [column.name for column in self.facts.columns if self._is_date(column.name)]
        if len(dates) == 1:
            return dates[0]
        if not dates:
            raise SayError("The sheet has no date column.")
        return self._chosen("Which date do you mean?", dates)

    def _is_date(self, name: str) -> bool:
        role = roles.role_of(self.facts, name)
        if role in roles.MANAGED:
            return False
        return role in _DATE_ROLES or self.facts.column(name).kind == "date"

    def _ahead(self, period: Period, *, due: bool) -> Period:
        """A bare weekday lies ahead for a due date, behind for an order's own dates."""
        weekday = period.is_day and not period.relative and not period.yearless
        if weekday and due and period.last < self.today:
            day = period.first + timedelta(days=7)
            return Period(day, day, f"{day:%A}, {day:%b} {day.day}")
        return period

    def _right_year(self, operator: str, period: Period, *, due: bool) -> Period:
        if not period.yearless or due or period.first <= self.today:
            return period
        if operator in (">", ">=", "="):
            return period.moved(-1)
        earlier = period.moved(-1)
        question = f"Which {period.first:%b} {period.first.day} do you mean?"
        answer = self.ask(question, (earlier.shown, period.shown), "date")
        return earlier if answer.casefold() == earlier.shown.casefold() else period

    def overdue(self) -> Condition:
        """The due date lies before today."""
        columns = roles.columns_for(self.facts, "due_date")
        if not columns:
            dates = [column.name for column in self.facts.columns if self._is_date(column.name)]
            if not dates:
                raise SayError("The sheet has no date column, so I cannot tell what is overdue.")
            name = self._chosen("Which column says when an order is due?", dates)
        else:
            name = self.column(ColumnMention("due", columns, "due_date"))
        yesterday = self.today - timedelta(days=1)
        if self.facts.column(name).kind == "text":
            return between(self.facts.column(name), None, yesterday, "past")
        return Dated(name, None, yesterday)


def _comparison(column: str, operator: str, amount: Amount | Span, unit: Unit | None = None) -> Condition:
    def number(one: Amount) -> str:
        return in_unit(one, unit) if unit is not None else plain(one.value)

    if isinstance(amount, Span):
        low, high = sorted((amount.low, amount.high), key=lambda end: Decimal(number(end)))
        return Between(column, number(low), number(high), f"{low.shown} to {high.shown}")
    shown = amount.shown
    if unit is not None and amount.unit not in (None, unit):
        shown = f"{shown} ({number(amount)} {SHOWN[unit]})"
    return Compare(column, operator, number(amount), shown)
