"""A best-first chart parser over overlapping spans: declared productions in any order, the cheapest derivations first.

Costs only grow, so the first whole derivation is the best one. Between two parts fillers are skipped for almost
nothing; any other token at a price, and the derivation remembers which.
"""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

SKIP: Final = 5.0
"""The cost of a token that a derivation leaves out."""
INVERTING: Final = frozenset({"Except", "Not", "Stays", "Unless", "Keeps", "InsteadOf"})
"""Categories of words that turn a meaning round: no reading leaves them out, not even to ask about them."""
_FILLER: Final = 0.01
_BEAM: Final = 5
"""How many different values of one category over one stretch of the message are kept."""
_MOST_ITEMS: Final = 9000
WITHIN: Final = 1.6
"""How far below the best derivation others are still found."""

Results = Any
"""Of a production: one value, a list of alternatives, or None."""
Build = TypeVar("Build", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens `start` to `end` (exclusive) as something of a category; `note` says what was corrected or supposed."""

    category: str
    start: int
    end: int
    value: Hashable
    cost: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Costly:
    """A result of a production that costs more than the production says."""

    value: Hashable
    cost: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One production: `result -> parts`, built by `build(context, *values)`, which gives any number of values."""

    result: str
    parts: tuple[str, ...]
    build: Callable[..., Results]
    cost: float
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way to read a stretch of the message."""

    category: str
    start: int
    end: int
    value: Hashable
    cost: float
    skipped: frozenset[int] = frozenset()
    spans: tuple[Span, ...] = ()
    rules: tuple[str, ...] = ()


class Grammar:
    """The declared productions; modules of rules add theirs with `rule`."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._by_first: dict[str, list[Rule]] = defaultdict(list)

    def rule(
        self, result: str, *parts: str, cost: float = 0.0, examples: Sequence[str] = ()
    ) -> Callable[[Build], Build]:
        """Declares a production; a part `A|B` stands for either."""

        def declare(build: Build) -> Build:
            for chosen in itertools.product(*(part.split("|") for part in parts)):
                rule = Rule(result, chosen, build, cost, tuple(examples))
                self.rules.append(rule)
                self._by_first[chosen[0]].append(rule)
            return build

        return declare

    def beginning_with(self, category: str) -> list[Rule]:
        return self._by_first.get(category, [])


@dataclass(slots=True)
class _Active:
    rule: Rule
    values: tuple[Hashable, ...]
    start: int
    end: int
    cost: float
    skipped: frozenset[int]
    spans: tuple[Span, ...]
    rules: tuple[str, ...]


@dataclass(slots=True)
class _Chart:
    grammar: Grammar
    context: Any
    reach: list[list[tuple[int, float, frozenset[int]]]]
    agenda: list[tuple[float, int, Derivation]] = field(default_factory=list)
    count: Iterable[int] = field(default_factory=itertools.count)
    by_start: dict[tuple[str, int], list[Derivation]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[tuple[str, int], list[_Active]] = field(default_factory=lambda: defaultdict(list))
    seen: set[Hashable] = field(default_factory=set)
    full: dict[Hashable, int] = field(default_factory=lambda: defaultdict(int))

    def propose(self, found: Derivation) -> None:
        heapq.heappush(self.agenda, (found.cost, next(self.count), found))  # type: ignore[call-overload]

    def complete(self, found: Derivation) -> None:
        """A derivation that is the cheapest of its kind: starts rules and feeds those that wait for it."""
        self.by_start[found.category, found.start].append(found)
        for rule in self.grammar.beginning_with(found.category):
            begun = _Active(
                rule, (found.value,), found.start, found.end, found.cost, found.skipped, found.spans, found.rules
            )
            self.advance(begun)
        for active in self.waiting.get((found.category, found.start), ()):
            gap = next((entry for entry in self.reach[active.end] if entry[0] == found.start), None)
            if gap is not None:
                self._join(active, found, gap)

    def advance(self, active: _Active) -> None:
        rule = active.rule
        if len(active.values) == len(rule.parts):
            for result in _results(rule.build(self.context, *active.values)):
                value, extra = (result.value, result.cost) if isinstance(result, Costly) else (result, 0.0)
                cost = active.cost + rule.cost + extra
                trace = (*active.rules, rule.build.__name__)
                made = Derivation(
                    rule.result, active.start, active.end, value, cost, active.skipped, active.spans, trace
                )
                self.propose(made)
            return
        wanted = rule.parts[len(active.values)]
        for gap in self.reach[active.end]:
            self.waiting[wanted, gap[0]].append(active)
            for found in list(self.by_start.get((wanted, gap[0]), ())):
                self._join(active, found, gap)

    def _join(self, active: _Active, found: Derivation, gap: tuple[int, float, frozenset[int]]) -> None:
        self.advance(
            _Active(
                active.rule,
                (*active.values, found.value),
                active.start,
                found.end,
                active.cost + found.cost + gap[1],
                active.skipped | found.skipped | gap[2],
                (*active.spans, *found.spans),
                (*active.rules, *found.rules),
            )
        )


def parse(
    spans: Sequence[Span], length: int, grammar: Grammar, context: Any, goal: str, margin: float = WITHIN
) -> list[Derivation]:
    """The derivations of the whole message as a `goal`, cheapest first, down to `margin` below the best one."""
    inverting = {at for span in spans if span.category in INVERTING for at in range(span.start, span.end)}
    chart = _Chart(grammar, context, _reach(spans, length, inverting))
    for span in spans:
        chart.propose(Derivation(span.category, span.start, span.end, span.value, span.cost, spans=(span,)))
    whole: list[Derivation] = []
    best = float("inf")
    items = 0
    while chart.agenda and items < _MOST_ITEMS:
        cost, _, found = heapq.heappop(chart.agenda)
        if cost > best + margin:
            break
        key = (found.category, found.start, found.end, found.value)
        if key in chart.seen or chart.full[key[:3]] >= _BEAM:
            continue
        chart.seen.add(key)
        chart.full[key[:3]] += 1
        items += 1
        chart.complete(found)
        if found.category == goal:
            ends = [_outside(chart.reach, 0, found.start), _outside(chart.reach, found.end, length)]
            if all(end is not None for end in ends):
                outer = [end for end in ends if end is not None]
                total = cost + sum(end[1] for end in outer)
                skipped = found.skipped.union(*(end[2] for end in outer))
                whole.append(Derivation(goal, 0, length, found.value, total, skipped, found.spans, found.rules))
                best = min(best, total)
    return sorted((one for one in whole if one.cost <= best + margin), key=lambda one: one.cost)


def _results(result: Results) -> Iterable[Any]:
    if result is None:
        return ()
    return result if isinstance(result, list) else (result,)


def _outside(
    reach: list[list[tuple[int, float, frozenset[int]]]], start: int, end: int
) -> tuple[int, float, frozenset[int]] | None:
    return next((entry for entry in reach[start] if entry[0] == end), None)


def _reach(spans: Sequence[Span], length: int, inverting: set[int]) -> list[list[tuple[int, float, frozenset[int]]]]:
    """From each position, the positions that skipping leads to: (position, cost, tokens left out)."""
    steps: list[list[tuple[int, float, frozenset[int]]]] = [[] for _ in range(length + 1)]
    for span in spans:
        if span.category == "Filler":
            steps[span.start].append((span.end, span.cost, frozenset()))
    for at in set(range(length)) - inverting:
        steps[at].append((at + 1, SKIP, frozenset({at})))
    found: list[list[tuple[int, float, frozenset[int]]]] = []
    for start in range(length + 1):
        best: dict[int, tuple[float, frozenset[int]]] = {start: (0.0, frozenset())}
        for at in range(start, length):
            if at in best:
                cost, left = best[at]
                for end, price, lost in steps[at]:
                    total = cost + price
                    if total <= 3 * SKIP + 1 and (end not in best or total < best[end][0]):
                        best[end] = (total, left | lost)
        found.append([(end, cost, left) for end, (cost, left) in best.items()])
    return found
