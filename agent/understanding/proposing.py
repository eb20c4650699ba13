"""From a resolved ShipRequest to the arguments of `propose_shipment`: the one place where clauses are written."""

from typing import Any, Final

from agent.shipping.services import service_code
from agent.understanding.conditions import clause, words
from agent.understanding.context import Context
from agent.understanding.readings import ShipRequest
from agent.understanding.requests import Ask, ToolRequest
from agent.understanding.values import Cut, Service

_SEED: Final = 1
"""Of samples: the preview shows the rows, and the same words give the same rows again."""


def proposal(request: ShipRequest, context: Context, notes: tuple[str, ...]) -> ToolRequest | Ask:
    """`propose_shipment` with everything that was said."""
    arguments: dict[str, Any] = {"where": clause(request.where), "in_words": words(request.where)}
    for cut in request.cuts:
        arguments |= _cut(cut)
    arguments["in_words"] = spoken(arguments)
    if request.rules:
        arguments["service_rules"] = [
            {"where": clause(rule.where), "service": rule.service.code or rule.service.column} for rule in request.rules
        ]
    if request.arrival is not None:
        by_day = {"arrive_by": request.arrival.day} if request.arrival.day else None
        arguments |= by_day or {"arrive_by_column": request.arrival.column}
    # A column names the service of the way out, never that of a return.
    own = request.rules or request.arrival or dict(request.options).get("returns")
    service = request.service or (None if own else _of_sheet(context))
    if isinstance(service, Ask):
        return service
    if service is not None:
        arguments |= {"service_column": service.column} if service.column else {}
        arguments |= {"service": service.code} if service.code else {}
    arguments |= dict.fromkeys(sorted(request.flags), True)
    if request.options:
        arguments["options"] = dict(request.options)
    if request.of_batch:
        arguments["of_batch"] = request.of_batch
    arguments |= dict(request.packing)
    if request.boxes:
        arguments["box_rules"] = [{"where": where, "box": box} for where, box in request.boxes]
    if request.ship_from:
        arguments["ship_from"] = request.ship_from
    if request.left_out:
        arguments["left_out"] = list(request.left_out)
    if notes:
        arguments["ignored"] = list(notes)
    return ToolRequest("propose_shipment", arguments)


def _of_sheet(context: Context) -> Service | Ask | None:
    """The column that names services, where nobody said one; without one the plan asks."""
    found = [c for c in context.sheet.of("service") if any(service_code(value) is not None for value, _ in c.values)]
    if len(found) > 1:
        question = "Which column names the service?"
        answer = context.answers.get(question, "").casefold()
        chosen = [column for column in found if column.name.casefold() == answer]
        if not chosen:
            return Ask(question, tuple(column.name for column in found), "column")
        found = chosen
    return Service(column=found[0].name) if found else None


def _cut(cut: Cut) -> dict[str, Any]:
    if cut.kind == "every":
        return {"every": cut.count or 2}
    if cut.kind == "random":
        return {"sample": cut.count, "seed": _SEED}
    if cut.kind == "first":
        return {"limit": cut.count}
    column = "sheet_row" if cut.kind == "last" else cut.column
    descending = cut.descending or cut.kind == "last"
    return {"limit": cut.count, "order_by": [{"column": column, "descending": descending}]}


def in_words(cuts: tuple[Cut, ...]) -> str:
    """What cuts the orders, for a choice; where the number is still to be asked: `those with the largest Weight`."""
    counted = spoken({"in_words": ""} | {key: value for cut in cuts if cut.count for key, value in _cut(cut).items()})
    open_ = [cut for cut in cuts if not cut.count and cut.kind in ("by", "sort")]
    ends = [f"those with the {'largest' if cut.descending else 'smallest'} {cut.column}" for cut in open_]
    ends += [f"the {cut.kind}" for cut in cuts if not cut.count and cut.kind in ("first", "last")]
    return "; ".join([*filter(None, [counted.removeprefix("; ")]), *ends])


def spoken(arguments: dict[str, Any]) -> str:
    """A proposal's condition in words, with what cuts it: `State is Texas; only the 3 with the largest Weight`."""
    limit, order = arguments.get("limit"), next(iter(arguments.get("order_by") or []), None)
    cuts = [f"every {arguments['every']}. of them"] if arguments.get("every") else []
    cuts += [f"{arguments['sample']} of them at random"] if arguments.get("sample") else []
    if limit and order and order["column"] == "sheet_row":
        cuts.append(f"the last {limit}")
    elif limit and order:
        cuts.append(f"the {limit} with the {'largest' if order['descending'] else 'smallest'} {order['column']}")
    elif limit:
        cuts.append(f"the first {limit}")
    return f"{arguments['in_words']}; only {', '.join(cuts)}" if cuts else str(arguments["in_words"])
