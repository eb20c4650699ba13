"""All rows of a selection at once: orders grouped, every row built, all faults of all rows told together."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import InitVar, dataclass, field, replace
from datetime import date
from typing import Any

from agent.mapping.answers import Answers
from agent.mapping.order_keys import ask_for_keys, order_number_of, rounded_numbers
from agent.mapping.recipient import Recipient
from agent.mapping.ship_from import Places
from agent.mapping.shipment import BuiltShipment, OneShipment
from agent.mapping.supplies import NO_SUPPLIES, Supplies
from agent.mapping.template import Mapping
from agent.planning.identity import identity_key, nth
from agent.planning.model import SheetRow
from agent.shipping.access_points import KnownPoints, WantedPoint
from agent.shipping.checked_addresses import CheckedAddresses
from agent.shipping.dates import day_first_of
from agent.shipping.orders import OrderRow, group_orders, order_key
from agent.shipping.text import key
from agent.shipping.verdict import Ask

_ADDRESS = (
    *("name", "company", "address1", "address2", "city", "city_state", "city_state_zip", "state", "postal_code"),
    "country",
)
ServiceOf = Callable[[SheetRow], str | None]


@dataclass(frozen=True, slots=True)
class GroupedProblem:
    """One fault that several rows share."""

    code: str
    column: str
    why: str
    remedy: str
    sheet_rows: tuple[int, ...]
    rule: str = ""
    """What was wanted, in words that quote no cell."""

    def __str__(self) -> str:
        rows = rows_in_words(self.sheet_rows)
        return f"{rows[0].upper()}{rows[1:]}: {self.why}"


@dataclass(frozen=True, slots=True)
class GroupedChange:
    """One way of changing cells that several rows share."""

    column: str
    before: str
    after: str
    why: str
    sheet_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BuiltRows:
    """All shipments of a selection, and what stands against them."""

    shipments: tuple[BuiltShipment, ...]
    asks: tuple[Ask, ...]
    """Each question once."""
    problems: tuple[GroupedProblem, ...]
    changes: tuple[GroupedChange, ...]
    left_out: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Reason to sheet rows."""
    wanted_points: dict[str, WantedPoint] = field(default_factory=dict)
    """Access Points that UPS has still to be asked for, by their keys."""

    @property
    def ready(self) -> bool:
        """Whether every shipment can be sent."""
        return not self.asks and not self.problems and not self.wanted_points


@dataclass
class ShipmentBuilder:
    """Builds shipments by one mapping and one set of answers.

    `shipper` is the payload's own (name, phone, account_number, address). `schema` is the input schema of
    `shipping_create` as the UPS server publishes it. Constants of the mapping are answers too; `answers` overrule them.
    `addresses` is what UPS has said of addresses, `supplies` are the shop's catalogue and boxes,
    `places` where parcels may start besides the shipper's, by name, `points` what UPS has said of Access Points.
    """

    mapping: InitVar[Mapping]
    shipper: InitVar[dict[str, Any]]
    schema: InitVar[dict[str, Any]]
    answers: InitVar[Answers]
    today: InitVar[date]
    addresses: InitVar[CheckedAddresses | None] = None
    supplies: InitVar[Supplies] = NO_SUPPLIES
    places: InitVar[Places | None] = None
    points: InitVar[KnownPoints | None] = None
    _one: OneShipment = field(init=False)

    def __post_init__(self, mapping: Mapping, shipper: dict[str, Any], schema: dict[str, Any], *others: Any) -> None:
        answers, today, addresses, supplies, places, points = others
        self._one = OneShipment(
            mapping, shipper, schema, answers, today, addresses or {}, supplies, places or {}, points or {}
        )

    def recipient_of(self, row: SheetRow) -> Recipient | None:
        """Who gets a row, as its cells say it; None while a question or a fault stands against where it goes."""
        return self._one.recipient_of(row)

    def build(self, rows: list[SheetRow], service_code: str | None = None) -> BuiltShipment:
        """One shipment of one row, or of the rows of one order. A `service_code` that the person named goes first."""
        return self._one.build(rows, service_code)

    def alone(self, row: SheetRow) -> BuiltShipment:
        """A row as a shipment of its own, with its order's cells: for comparing, where its order is not asked about."""
        return self._one.build([row], None, [self._one.render(row.filled)])

    def build_all(self, rows: list[SheetRow], service: str | ServiceOf | None = None) -> BuiltRows:
        """Every shipment of the rows. `service` is one code for all, or a function of a shipment's first row."""
        one = self._one
        rendered = [one.render(row) for row in rows]
        texts = [each.texts for each in rendered]
        if one.day_first is None:
            one.day_first = day_first_of(text.get("ship_date", "") for text in texts)
        numbers = [
            (text if row.continues is None else one.render(row.filled).texts).get("order_number", "")
            for row, text in zip(rows, texts, strict=True)
        ]
        one.rounded = rounded_numbers(numbers)
        ordered = [
            OrderRow(
                row.sheet_row,
                order_key(order_number_of(number, row.filled.data, one.answers, one.rounded)),
                "" if row.continues is not None else key(" ".join(text.get(name, "") for name in _ADDRESS)),
                row.checksum,
                row.continues is not None,
            )
            for row, text, number in zip(rows, texts, numbers, strict=True)
        ]
        grouping = group_orders(ordered, one.answers.texts())
        shipments = []
        for group in grouping.groups:
            members = [rows[position] for position in group.positions]
            code = service(members[0]) if callable(service) else service
            texts_of = [rendered[position] for position in group.positions]
            if members[0].continues is not None:
                # The order's first row does not go: its address does.
                texts_of[0] = one.render(members[0].filled)
            shipments.append(one.build(members, code, texts_of))
        left_out: dict[str, list[int]] = {}
        for position, reason in grouping.left_out.items():
            left_out.setdefault(reason, []).append(rows[position].sheet_row)
        for built in shipments:
            if built.left_out:
                left_out.setdefault(built.left_out, []).extend(row.sheet_row for row in built.rows)
        named = [built for built in _identified(shipments) if not built.left_out]
        lost = ask_for_keys(rows, numbers, one.answers, one.columns_read, one.rounded)
        asks = {ask.slot: ask for ask in (*([lost] if lost else ()), *grouping.asks.values())}
        for ask in (ask for built in named for ask in built.asks):
            asks[ask.slot] = _for_both(asks[ask.slot], ask) if ask.slot in asks else ask
        return BuiltRows(
            shipments=tuple(named),
            asks=tuple(asks.values()),
            problems=group_problems(named),
            changes=group_changes(named),
            left_out={reason: tuple(numbers) for reason, numbers in left_out.items()},
            wanted_points={one.point.key: one.point for one in named if isinstance(one.point, WantedPoint)},
        )


def _for_both(one: Ask, other: Ask) -> Ask:
    """A question of several rows offers what is an answer for all of them, where there is such."""
    common = tuple(option for option in one.options if option in other.options)
    return replace(one, options=common or one.options)


def _identified(shipments: list[BuiltShipment]) -> tuple[BuiltShipment, ...]:
    """Each with its identity (agent.planning.identity), counted within these rows; the ledger counts later."""
    seen: Counter[str] = Counter()
    named = []
    for built in shipments:
        name = identity_key(built.order_number, built.rendered, built.rows[0].checksum)
        seen[name] += 1
        named.append(replace(built, identity=nth(name, seen[name])))
    return tuple(named)


def group_problems(shipments: Iterable[BuiltShipment]) -> tuple[GroupedProblem, ...]:
    """All rejections, one line per fault: "Rows 5, 12 and 34: no ZIP"."""
    rows: dict[tuple[str, str, str, str, str], list[int]] = {}
    for built in shipments:
        for fault in built.rejections:
            key = (fault.code, fault.column, fault.why, fault.remedy, fault.rule)
            rows.setdefault(key, []).append(built.rows[0].sheet_row)
    return tuple(
        GroupedProblem(code, column, why, remedy, tuple(numbers), rule)
        for (code, column, why, remedy, rule), numbers in rows.items()
    )


def group_changes(shipments: Iterable[BuiltShipment]) -> tuple[GroupedChange, ...]:
    """All changes, equal ones together."""
    rows: dict[tuple[str, str, str, str], list[int]] = {}
    for built in shipments:
        for change in built.changes:
            rows.setdefault((change.column, change.before, change.after, change.why), []).append(
                built.rows[0].sheet_row
            )
    return tuple(
        GroupedChange(column, before, after, why, tuple(numbers))
        for (column, before, after, why), numbers in rows.items()
    )


def rows_in_words(sheet_rows: Iterable[int]) -> str:
    """`row 5`, `rows 5, 12 and 34`, `rows 2-9`."""
    numbers = sorted(set(sheet_rows))
    spans: list[str] = []
    start = previous = None
    for number in [*numbers, None]:
        if start is None:
            start = previous = number
        elif number is not None and previous is not None and number == previous + 1:
            previous = number
        else:
            spans += [str(start)] if start == previous else [f"{start}-{previous}"]
            start = previous = number
    word = "row" if len(numbers) == 1 else "rows"
    joined = spans[0] if len(spans) == 1 else f"{', '.join(spans[:-1])} and {spans[-1]}"
    return f"{word} {joined}"


__all__ = [
    "BuiltRows",
    "BuiltShipment",
    "ShipmentBuilder",
    "group_changes",
    "group_problems",
    "rows_in_words",
]
