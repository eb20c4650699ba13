"""The values that spans and readings carry: tests on rows, amounts, days, cuts, groups of orders."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from agent.shipping.weights import SHOWN, Unit
from agent.understanding.conditions import ALL_ROWS, Condition, all_of

Measure = Literal["money", "weight", "items", "plain"]


FORMAL: Final = "query"
"""The family of a condition that was written with operators."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What must be asked before a reading may be acted on; the answer is looked up by the question's text."""

    question: str
    choices: tuple[str, ...] = ()
    slot: str = "words"
    about: str = ""
    """The column that settles it when the message names it itself, e.g. the currency."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what it counts."""

    value: Decimal
    measure: Measure = "plain"
    unit: Unit | None = None
    currency: str = ""

    @property
    def number(self) -> str:
        text = f"{self.value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    @property
    def shown(self) -> str:
        if self.measure == "money":
            return f"{self.number} {self.currency}" if self.currency else f"${self.number}"
        return f"{self.number} {SHOWN[self.unit]}" if self.unit else self.number


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included; `yearless` days belong to the year that fits the column."""

    first: date
    last: date
    yearless: bool = False
    doubt: Doubt | None = None
    ago: bool = False
    meanings: tuple[tuple[date, date], ...] = ()
    """The days of each choice of the doubt."""
    weekday: bool = False
    """A weekday without `last` or `next`: the latest one, of deadlines the next one."""

    def moved(self, years: int) -> "Period":
        """The same days of another year."""
        return replace(
            self,
            first=self.first.replace(year=self.first.year + years),
            last=self.last.replace(year=self.last.year + years),
        )


@dataclass(frozen=True, slots=True)
class Test:
    """One condition as it was said; tests of one family may be listed (`Texas, Ohio and Dallas`)."""

    tree: Condition
    family: str
    said: str = ""
    doubts: frozenset[Doubt] = frozenset()
    measured: str = ""
    """The column of a comparison, which a following bare one continues."""
    listed: bool = False

    def negated(self, tree: Condition) -> "Test":
        return replace(self, tree=tree)


@dataclass(frozen=True, slots=True)
class Bare:
    """A comparison that does not say of what: `under 50`."""

    operator: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Cut:
    """Only some of the rows: the first, the heaviest, every second, a sample."""

    kind: Literal["first", "last", "by", "every", "random", "sort"]
    count: int | None = None
    column: str = ""
    descending: bool = False
    doubts: frozenset[Doubt] = frozenset()


GOODS: Final = "goods"
"""The noun of a group that is called by what the shop sells, while nothing chooses among them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Orders as they were described."""

    tree: Condition = ALL_ROWS
    noun: str = ""
    """How the orders were called: one, many, all, that (those, them), rest; empty where no noun was said."""
    families: frozenset[str] = frozenset()
    cuts: tuple[Cut, ...] = ()
    doubts: frozenset[Doubt] = frozenset()
    measured: str = ""
    excepted: bool = False
    closed: bool = False
    """Whether an `or` inside it is complete: no noun belongs to it any more."""
    loose: bool = False
    """Whether a comma narrowed it: what is left out never reaches behind a comma."""
    linked: bool = False
    """Whether a bare `and` narrowed it, so that a following `or` may belong to either side."""

    only: bool = False
    """Whether `only` was said of it: while a preview is open, it narrows that."""

    def narrowed(self, tree: Condition, families: frozenset[str], doubts: frozenset[Doubt] = frozenset()) -> "Group":
        noun = "many" if self.noun == GOODS else self.noun
        families, doubts = self.families | families, self.doubts | doubts
        return replace(self, tree=all_of(self.tree, tree), noun=noun, families=families, doubts=doubts)


ALL_ORDERS: Final = Group()
MANY: Final = Group(noun="many")


@dataclass(frozen=True, slots=True)
class Service:
    """A UPS service, or the column that names it for each row."""

    code: str = ""
    column: str = ""
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """Orders with their service: one of several in a message. `link` is how it was joined to those before it."""

    group: Group | None
    service: Service
    link: str = ""
