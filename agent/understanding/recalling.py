"""What was proposed before, as a request again: for changes of a preview, whoever proposed it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from agent.understanding.conditions import ALL_ROWS, Condition, Given
from agent.understanding.readings import Arrival, ServiceRule, ShipRequest
from agent.understanding.values import Cut, Service

_FLAGS: Final = ("reship", "include_cancelled", "quote_all", "signature", "adult_signature")
_NOT_READ: Final = frozenset({"left_out", "ignored", "in_words"})
"""What of a proposal says nothing about how it was read."""


def key_of(arguments: Mapping[str, Any]) -> str:
    """The same for the same proposal: without rows that were left out since, and without defaults."""
    said = {name: value for name, value in arguments.items() if name not in _NOT_READ}
    kept = {name: value for name, value in said.items() if value not in (None, [], False)}
    kept["order_by"] = [(one["column"], bool(one.get("descending"))) for one in kept.get("order_by", [])]
    return json.dumps(kept, sort_keys=True, default=str)


def recalled(arguments: Mapping[str, Any], known: ShipRequest | None) -> ShipRequest:
    """The request behind a proposal; of one that was made elsewhere the clause is taken as it stands."""
    made = known or _from_elsewhere(arguments)
    return replace(made, left_out=tuple(arguments.get("left_out", ())))


def _from_elsewhere(arguments: Mapping[str, Any]) -> ShipRequest:
    rules = tuple(
        ServiceRule(_given(rule["where"], rule["where"]), _service(rule["service"], ""))
        for rule in arguments.get("service_rules", ())
    )
    where = _given(str(arguments.get("where", "TRUE")), _without_cuts(str(arguments.get("in_words", ""))))
    service = _service(str(arguments.get("service") or ""), str(arguments.get("service_column") or ""))
    return ShipRequest(
        where,
        tuple(_cuts(arguments)),
        service if service.code or service.column else None,
        rules,
        frozenset(name for name in _FLAGS if arguments.get(name)),
        packing=tuple((name, str(arguments[name])) for name in ("box", "packaging") if arguments.get(name)),
        boxes=tuple((str(rule["where"]), str(rule["box"])) for rule in arguments.get("box_rules", ())),
        arrival=_arrival(arguments),
        options=tuple(sorted(_hashable(arguments.get("options") or {}).items())),
        of_batch=str(arguments.get("of_batch") or ""),
        ship_from=str(arguments.get("ship_from") or ""),
    )


def _hashable(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in options.items() if value}


def _arrival(arguments: Mapping[str, Any]) -> Arrival | None:
    day, column = str(arguments.get("arrive_by") or ""), str(arguments.get("arrive_by_column") or "")
    return Arrival(day, column) if day or column else None


def _given(clause: str, said: str) -> Condition:
    return ALL_ROWS if clause.strip().upper() in ("", "TRUE") else Given(clause, said or clause)


def _service(code: str, column: str) -> Service:
    return Service(code=code, column=column)


def _without_cuts(said: str) -> str:
    return said.partition("; only ")[0]


def _cuts(arguments: Mapping[str, Any]) -> list[Cut]:
    order = next(iter(arguments.get("order_by", ())), None)
    if arguments.get("every"):
        return [Cut("every", arguments["every"])]
    if arguments.get("sample"):
        return [Cut("random", arguments["sample"])]
    if order is not None:
        return [Cut("by", arguments.get("limit"), order["column"], bool(order.get("descending")))]
    return [Cut("first", arguments["limit"])] if arguments.get("limit") else []
