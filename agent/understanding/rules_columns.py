"""Productions for services that a column of the sheet names, with another service for its blanks."""

from dataclasses import replace
from typing import Any

from agent.shipping.services import service_code
from agent.understanding.conditions import Blank
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.readings import ServiceRule, ShipRequest
from agent.understanding.rules_ship import requested, services_doubts
from agent.understanding.values import Group, Service

# -- services from a column


@rule("Service", "Via", "Column", cost=0.2, examples=["via route", "through route"])
@rule("Service", "Service", "ColumnWord", "Column", cost=0.2)
@rule("Service", "Via", "ColumnWord", "Column", cost=0.1)
@rule("Service", "Column", "ColumnWord", cost=0.3, examples=["route column"])
def by_column(context: Context, *parts: Any) -> Service | None:
    column = next(part for part in parts if part in context.sheet.by_name)
    return Service(column=column) if _names_services(context, column) else None


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


@rule("Filling", "BlanksWord", "Service", cost=0.1, examples=["blanks ground"])
@rule("Filling", "BlanksWord", "Comma", "Service", cost=0.1, examples=["if blank, ground"])
@rule("Filling", "Service", "BlanksWord", cost=0.1, examples=["ground where it is blank"])
@rule("Filling", "Service", "Via|If", "BlanksWord", cost=0.2)
def filling(_: Context, *parts: Any) -> Service:
    return next(part for part in parts if isinstance(part, Service))


@rule("Filled", "Service", "Filling", cost=-0.4, examples=["via route ground if blank"])
@rule("Filled", "Service", "Comma|And|But", "Filling", cost=-0.4, examples=["via route, blanks ground"])
@rule("Filled", "Service", "Comma", "And|But", "Filling", cost=-0.4, examples=["by route, and ground if blank"])
def column_with_blanks(_: Context, named: Service, *rest: Any) -> tuple[Service, Service] | None:
    return (named, rest[-1]) if named.column and rest[-1].column != named.column else None


@rule("Ship", "Filled", cost=0.2, examples=["use route, blanks ground"])
def all_with_blanks(context: Context, filled: tuple[Service, Service]) -> ShipRequest | None:
    return with_blanks(context, Group(noun="all"), filled)


@rule("Ship", "Orders", "Filled", examples=["everything via route, blanks ground"])
@rule("Ship", "Orders", "Comma", "Filled", cost=0.1)
def with_blanks(_: Context, group: Group, filled: tuple[Service, Service]) -> ShipRequest | None:
    """Each row by its own cell, and by the other service where the cell is empty."""
    named, other = filled
    request = requested(group, named)
    if request is None:
        return None
    doubts = request.doubts | services_doubts(other)
    return replace(request, rules=(ServiceRule(Blank(named.column), other),), doubts=doubts)
