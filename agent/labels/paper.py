"""What a packer and the office want on paper: the pick list, and the summary at the end of the day."""

from collections import Counter
from dataclasses import dataclass

from agent.labels.label import Label


@dataclass(frozen=True, slots=True)
class Shipped:
    """One shipment of the day; money in cents of `currency`."""

    service: str
    cents: int
    currency: str
    packages: int
    voided: bool


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
    """Count and cost by service (and currency), voids apart."""
    standing = [one for one in shipped if not one.voided]
    shipments: Counter[tuple[str, str]] = Counter()
    packages: Counter[tuple[str, str]] = Counter()
    cents: Counter[tuple[str, str]] = Counter()
    for one in standing:
        key = (one.service, one.currency)
        shipments[key] += 1
        packages[key] += one.packages
        cents[key] += one.cents
    totals = [
        ServiceTotal(service, shipments[key], packages[key], cents[key], currency)
        for key in sorted(shipments)
        for service, currency in [key]
    ]
    voided = [one for one in shipped if one.voided]
    return Summary(totals, len(voided), sum(one.cents for one in voided))


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
    if summary.voids:
        lines.append(f"Voided: {summary.voids}")
    return lines


def _money(cents: int, currency: str) -> str:
    return f"{cents // 100:,}.{cents % 100:02d} {currency}"
