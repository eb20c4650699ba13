"""The cheapest service that arrives in time, row by row: asked of UPS, chosen by rule; what is too late stays out."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from agent.drafting.building import Built, build_shipments, builder_of
from agent.drafting.packing import answers_of
from agent.drafting.service_choice import ServiceChoice
from agent.drafting.state import DraftingContext
from agent.errors import ErrorKind, error, is_refusal
from agent.mapping.answers import Answers
from agent.mapping.builder import rows_in_words
from agent.opening.mapping_choice import MappingChoice
from agent.planning.model import PlannedShipment, SheetRow
from agent.planning.quoting import CONCURRENCY, cents
from agent.planning.ship_request import ShipRequest
from agent.shipping.access_points import SERVICES as TO_ACCESS_POINTS
from agent.shipping.dates import day_first_of, read_date, read_day_first
from agent.shipping.services import DOMESTIC, INTERNATIONAL, lane_services, service_label
from agent.shipping.verdict import Ask, Changed, Ok

NO_DAY_COLUMN = ErrorKind("E-2452", "The sheet has no column {column!r}.", "Name one of its columns: {columns}.")
TOO_LATE = "no UPS service arrives by {day}"
NO_PRICES = "UPS does not say what arrives when ({code})"
NO_DAY = "{column} has no day"
ESTIMATES = (
    "These days are UPS's estimates for parcels handed over today, or on their own ship date; none is a promise."
)
OFFERED = frozenset({*DOMESTIC, *INTERNATIONAL})
"""What UPS hands to the postal service, or opens by contract only, is never chosen without being named."""
ANYWHERE = "65"
"""Builds a shipment where no rule says which services go there; what it goes by is chosen afterwards."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that UPS offers for a shipment."""

    service_code: str
    price_cents: int
    arrives: date


@dataclass(slots=True)
class InTime:
    """Rows that arrive in time, each with its service; the others by reason."""

    rows: list[SheetRow]
    services: ServiceChoice
    given: dict[str, str]
    """What the person answered on the way."""
    excluded: dict[str, list[int]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def cheapest_in_time(offers: Sequence[Offer], by: date) -> Offer | None:
    """The cheapest that arrives by a day; of equal prices the earlier, then the lower code. None where nothing does."""
    in_time = [offer for offer in offers if offer.arrives <= by]
    return min(in_time, key=lambda offer: (offer.price_cents, offer.arrives, offer.service_code), default=None)


async def choose_in_time(
    context: DraftingContext, request: ShipRequest, mapping: MappingChoice, rows: list[SheetRow]
) -> InTime | None:
    """Ask UPS about every row. None = the person has fixed the sheet: it must be read again.

    Raises:
        ShipchatError: E-2452 for a column that the sheet does not have, and what building the rows raises.
    """
    days = await _days(context, request, mapping, rows)
    excluded: dict[str, list[int]] = {}
    dated = [row for row in rows if row.row_number in days]
    if len(dated) < len(rows):
        reason = NO_DAY.format(column=request.arrive_by_column)
        excluded[reason] = [row.sheet_row for row in rows if row.row_number not in days]
    built = await build_shipments(
        context, mapping, dated, await _first_services(context, mapping, dated), await answers_of(context, request)
    )
    if built is None:
        return None
    excluded |= built.excluded
    found = InTime([], ServiceChoice(None), built.given, excluded)
    chosen = await _chosen(context, built, days, found)
    kept = {number for item in built.shipments if item.row_numbers[0] in chosen for number in item.row_numbers}
    found.rows = [row for row in dated if row.row_number in kept]
    by_row = {
        number: chosen[item.row_numbers[0]].service_code
        for item in built.shipments
        if item.row_numbers[0] in chosen
        for number in item.row_numbers
    }
    found.services = ServiceChoice(None, by_row)
    found.lines = _lines(built.shipments, chosen)
    return found


async def _chosen(context: DraftingContext, built: Built, days: Mapping[int, date], found: InTime) -> dict[int, Offer]:
    """By the first data row of each shipment; what nothing reaches in time goes to the excluded ones."""
    slots = asyncio.Semaphore(CONCURRENCY)

    async def shop(item: PlannedShipment) -> dict[str, Any]:
        async with slots:
            request = {"environment": context.settings.ups_environment, "shipment": item.payload}
            return await context.ups("rating_shop", request)

    answers = await asyncio.gather(*(shop(item) for item in built.shipments))
    chosen: dict[int, Offer] = {}
    counted = context.settings.billing_currency
    for item, answer in zip(built.shipments, answers, strict=True):
        by = min(days[number] for number in item.row_numbers)
        offers = [] if is_refusal(answer) else offers_of(answer, counted)
        if "access_point" in item.payload:
            offers = [one for one in offers if one.service_code in TO_ACCESS_POINTS]
        offer = cheapest_in_time(offers, by)
        if offer is not None:
            chosen[item.row_numbers[0]] = offer
            continue
        reason = NO_PRICES.format(code=answer["code"]) if is_refusal(answer) else TOO_LATE.format(day=_named(by))
        found.excluded.setdefault(reason, []).extend(item.sheet_rows)
    return chosen


def offers_of(answer: Mapping[str, Any], counted: str) -> list[Offer]:
    """The offers of a `rating_shop` answer that have a service of OFFERED, a day and a price in the plan's currency."""
    found = []
    for rate in answer["services"]:
        price, day = rate["totalCharges"], _day_of(rate.get("delivery_date"))
        if rate["service_code"] in OFFERED and day is not None and price.get("currencyCode") == counted:
            found.append(Offer(rate["service_code"], cents(str(price["amount"])), day))
    return found


def _day_of(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


async def _first_services(context: DraftingContext, mapping: MappingChoice, rows: list[SheetRow]) -> ServiceChoice:
    """A service for each row that goes where the row goes, to build what UPS is asked about."""
    builder = await builder_of(context, mapping, Answers.of(context.person.defaults, mapping.mapping.constants))
    by_row = {}
    for row in rows:
        to = builder.recipient_of(row)
        lane = lane_services(context.home_country, to.country, to.state) if to is not None else None
        by_row[row.row_number] = (lane or (ANYWHERE,))[0]
    return ServiceChoice(None, by_row)


async def _days(
    context: DraftingContext, request: ShipRequest, mapping: MappingChoice, rows: Sequence[SheetRow]
) -> dict[int, date]:
    """The day by which each row must be there, by data row; rows without one are missing."""
    if request.arrive_by is not None:
        by = date.fromisoformat(request.arrive_by)
        return {row.row_number: by for row in rows}
    named = (request.arrive_by_column or "").strip().casefold()
    columns = context.sheet.require().columns
    column = next((one for one in columns if one.casefold() == named), None)
    if column is None:
        raise error(NO_DAY_COLUMN, column=request.arrive_by_column, columns=", ".join(columns))
    cells = {row.row_number: row.filled.data.get(column, "") for row in rows}
    answers = Answers.of(context.person.defaults, mapping.mapping.constants)
    day_first = read_day_first(answers.text("day_first"))
    if day_first is None:
        day_first = day_first_of(cells.values())
    epoch_1904 = answers.text("date_system") == "1904"
    today, days = context.settings.day(), {}
    for number, cell in cells.items():
        verdict = read_date(cell, day_first=day_first, today=today, epoch_1904=epoch_1904)
        if isinstance(verdict, Ask):
            day_first = read_day_first(await context.dialogue.ask(verdict.question, list(verdict.options)))
            verdict = read_date(cell, day_first=day_first, today=today, epoch_1904=epoch_1904)
        if isinstance(verdict, Ok | Changed) and verdict.value is not None:
            days[number] = verdict.value
    return days


def _lines(shipments: Sequence[PlannedShipment], chosen: Mapping[int, Offer]) -> list[str]:
    """`UPS Ground, there on Wed, Dec 2, 2026: rows 2 and 5.`, in the order of the days."""
    rows: dict[tuple[date, str], list[int]] = {}
    for item in shipments:
        offer = chosen.get(item.row_numbers[0])
        if offer is not None:
            rows.setdefault((offer.arrives, offer.service_code), []).extend(item.sheet_rows)
    lines = [
        f"{service_label(code)}, there on {_named(day)}: {rows_in_words(numbers)}."
        for (day, code), numbers in sorted(rows.items())
    ]
    return [*lines, ESTIMATES] if lines else []


def _named(day: date) -> str:
    return f"{day:%a}, {day:%b} {day.day}, {day.year}"
