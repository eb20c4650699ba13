"""What a packer and the office want on paper: the pick list, and the summary at the end of the day."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from agent.batch.writeback.exporting import inert
from agent.labels.label import Label
from agent.mapping.ship_from import OWN


@dataclass(frozen=True, slots=True)
class Shipped:
    """One shipment of the day; money in cents of `currency`."""

    service: str
    cents: int
    currency: str
    packages: int
    voided: bool
    place: str = OWN
    """Where it starts: a ship-from place of the settings, or the shipper."""
    order_number: str = ""
    tracking_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceTotal:
    """What started at one place."""

    place: str
    shipments: int
    packages: int
    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class ServiceTotal:
    """What went with one service."""

    service: str
    shipments: int
    packages: int
    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The day: what counts, by service, and what was voided."""

    by_service: list[ServiceTotal]
    voids: int
    voided_cents: int
    by_place: list[PlaceTotal] = field(default_factory=list)
    """Where it started; told where there are several."""

    @property
    def shipments(self) -> int:
        """Shipments that count."""
        return sum(total.shipments for total in self.by_service)


def pick_list(labels: list[Label]) -> list[str]:
    """A line per label, in the order given: sheet row, order number, last four of the tracking number."""
    rows = [("Row", "Order", "Label")]
    rows += [(str(label.sheet_row), printable(label.order_number), label.tracking_number[-4:]) for label in labels]
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    return [f"{row[0]:>{wide[0]}}  {row[1]:<{wide[1]}}  {row[2]}" for row in rows]


def printable(text: str | None) -> str:
    """A cell is data: no control character of it reaches a terminal or printer."""
    return "".join(letter if letter.isprintable() else " " for letter in text or "")


def summarize(shipped: list[Shipped]) -> Summary:
    """Count and cost by service and by place (and currency), voids apart."""
    standing = [one for one in shipped if not one.voided]
    services = _added([(one.service, one) for one in standing])
    places = _added([(one.place, one) for one in standing])
    voided = [one for one in shipped if one.voided]
    return Summary(
        [ServiceTotal(*total) for total in services],
        len(voided),
        sum(one.cents for one in voided),
        [PlaceTotal(*total) for total in places],
    )


def _added(named: list[tuple[str, Shipped]]) -> list[tuple[str, int, int, int, str]]:
    """(name, shipments, packages, cents, currency), by name."""
    found: dict[tuple[str, str], list[Shipped]] = {}
    for name, one in named:
        found.setdefault((name, one.currency), []).append(one)
    return [
        (name, len(group), sum(one.packages for one in group), sum(one.cents for one in group), currency)
        for (name, currency), group in sorted(found.items())
    ]


SHIPPED_HEADER = ("Tracking number", "Order", "Service", "From", "Cost", "State")


def shipped_rows(shipped: list[Shipped]) -> list[list[str]]:
    """One line a package, the cost on a shipment's first."""
    return [
        [
            number,
            printable(one.order_number),
            one.service,
            printable(one.place),
            "" if position else _money(one.cents, one.currency),
            "void" if one.voided else "",
        ]
        for one in shipped
        for position, number in enumerate(one.tracking_numbers)
    ]


def shipped_csv(shipped: list[Shipped]) -> str:
    """The same for a spreadsheet; what begins like a formula is made inert."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(SHIPPED_HEADER)
    writer.writerows([inert(cell) for cell in row] for row in shipped_rows(shipped))
    return target.getvalue()


def summary_lines(summary: Summary) -> list[str]:
    """The summary as text."""
    lines = [
        f"{one.service}: {one.shipments} shipments, {one.packages} packages, {_money(one.cents, one.currency)}"
        for one in summary.by_service
    ]
    currencies: Counter[str] = Counter()
    for total in summary.by_service:
        currencies[total.currency] += total.cents
    money = " and ".join(_money(cents, currency) for currency, cents in sorted(currencies.items())) or "nothing"
    lines.append(f"Total: {summary.shipments} shipments, {money}")
    if len({one.place for one in summary.by_place}) > 1:
        lines += [
            f"From {one.place}: {one.shipments} shipments, {one.packages} packages, {_money(one.cents, one.currency)}"
            for one in summary.by_place
        ]
    if summary.voids:
        lines.append(f"Voided: {summary.voids}")
    return lines


def _money(cents: int, currency: str) -> str:
    return f"{cents // 100:,}.{cents % 100:02d} {currency}"
