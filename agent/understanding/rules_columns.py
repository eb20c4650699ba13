"""Productions for services that a column of the sheet names, with another service for its blanks."""

import re
from dataclasses import replace
from typing import Any

from agent.shipping.services import service_code
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.readings import ShipRequest
from agent.understanding.rules_ship import requested
from agent.understanding.values import Doubt, Group, Service

_USUAL = ("UPS Ground", "UPS 2nd Day Air", "UPS Next Day Air")

# -- services from a column


@rule("Service", "Via", "Column", cost=0.2, examples=["via route", "through route"])
@rule("Service", "Service", "ColumnWord", "Column", cost=0.2)
@rule("Service", "Via", "ColumnWord", "Column", cost=0.1)
@rule("Service", "Column", "ColumnWord", cost=0.3, examples=["route column"])
def by_column(context: Context, *parts: Any) -> Service | None:
    column = next(part for part in parts if part in context.sheet.by_name)
    return Service(column=column) if _names_services(context, column) else None


@rule("Service", "Column", "ColumnWord", cost=0.8)
def no_services_there(context: Context, column: str, _column: str) -> Service | None:
    """`by the service in the Need By column`: that column names none."""
    if _names_services(context, column) or not re.search(r"\bservices?\b", context.text, re.IGNORECASE):
        return None
    doubt = Doubt(f"The column {column} names no UPS services. Which service?", _USUAL, "service")
    code = service_code(context.answered(doubt) or "")
    return Service(code) if code is not None else Service(column=column, doubt=doubt)


@rule("Service", "Column", cost=0.8, examples=["route"])
def column_alone(context: Context, column: str) -> Service | None:
    return Service(column=column) if _names_services(context, column) else None


@rule("Service", "AsRequested", examples=["as requested"])
def as_requested(context: Context, _: str) -> list[Service]:
    return [Service(column=column.name) for column in context.sheet.of("service")]


def _names_services(context: Context, name: str) -> bool:
    column = context.sheet.by_name[name]
    return column.field == "service" or any(service_code(value) is not None for value, _ in column.values)


# -- a column with a service for its blanks


@rule("Filling", "Noun", "Blanks", "Service", cost=0.05, examples=["orders with no service there ground"])
@rule("Filling", "Blanks", "Service", cost=0.05, examples=["blanks ground"])
@rule("Filling", "Blanks", "Comma", "Service", cost=0.05, examples=["if blank, ground"])
@rule("Filling", "Service", "Blanks", cost=0.05, examples=["ground where it is blank"])
@rule("Filling", "Service", "Via|If", "Blanks", cost=0.2)
def filling(_: Context, *parts: Any) -> Service | None:
    service = next(part for part in parts if isinstance(part, Service))
    return service if service.code and not service.column else None


@rule("Service", "Service", "Filling", examples=["via route ground if blank"])
@rule("Service", "Service", "Comma|And|But", "Filling", examples=["via route, blanks ground"])
@rule("Service", "Service", "Comma", "And|But", "Filling", examples=["by route, and ground if blank"])
def with_fallback(_: Context, named: Service, *rest: Any) -> Service | None:
    """Each row by its own cell, and by the other service where the cell is empty."""
    if not named.column or named.code:
        return None
    return replace(named, code=rest[-1].code, doubt=named.doubt or rest[-1].doubt)


@rule("Ship", "Service", cost=0.2, examples=["use route, blanks ground"])
def all_with_fallback(_: Context, service: Service) -> ShipRequest | None:
    return requested(Group(noun="all"), service) if service.column and service.code else None


@rule("Ship", "Service", "Orders", "Comma|And", "Filling", cost=0.05, examples=["route for Texas, ground if blank"])
@rule("Ship", "Service", "Orders", "Comma", "And", "Filling", cost=0.05)
def column_for_orders(context: Context, named: Service, group: Group, *rest: Any) -> ShipRequest | None:
    service = with_fallback(context, named, *rest)
    return requested(group, service) if service is not None else None


@rule("Ship", "Orders", "Service", "Otherwise", "Service", cost=0.05)
@rule("Ship", "Orders", "Service", "Comma|And", "Otherwise", "Service", cost=0.05)
def otherwise(context: Context, group: Group, named: Service, *rest: Any) -> ShipRequest | None:
    """The blank cells; of some orders, what goes otherwise may be the others as well, and it is asked."""
    service = with_fallback(context, named, rest[-1])
    return requested(group, service) if service is not None and not group.cuts else None
