"""From a command that was understood to the request to the tools: `propose_shipment` with all that was said."""

from dataclasses import dataclass, field
from typing import Any, Final

from agent.brains.language import roles
from agent.brains.language.actions import Ask, AskError, SayError, ToolRequest
from agent.brains.language.composing import Selection
from agent.brains.language.conditions import Condition, all_of
from agent.brains.language.elements import Cut, Service
from agent.brains.language.resolving import Resolver
from agent.shipping.services import DOMESTIC, LABELS, service_code, service_label

OFFERED: Final = tuple(service_label(code) for code in (*DOMESTIC[:3], "01"))
"""The services that are offered where none was named that UPS has."""
WAYS: Final = ("service", "service_column", "service_rules", "arrive_by", "arrive_by_column")
"""Arguments that say how rows go: named anew, none of before counts."""
SEED: Final = 1
"""Of random samples: the preview shows the rows, and the same words give the same rows again."""


@dataclass(slots=True)
class Command:
    """What a shipping command says, before it becomes a request."""

    selection: Selection
    cuts: list[Cut]
    service: Service | None = None
    rules: list[tuple[Condition, Service]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)


def request(command: Command, resolver: Resolver, ignored: list[str]) -> ToolRequest:
    """`propose_shipment` with everything that was said."""
    cuts = cut_arguments(command.cuts, resolver)
    condition = all_of([command.selection.condition, *resolver.scope])
    arguments: dict[str, Any] = {"where": condition.clause(), "in_words": condition.words(), **cuts}
    if command.rules:
        arguments["service_rules"] = [
            {"where": where.clause(), "service": code_of(service, resolver)} for where, service in command.rules
        ]
    by_column = next((c for c in command.cuts if c.kind == "sort" and is_service_column(c.column, resolver)), None)
    if by_column is not None and command.service is None:
        command.service = Service(None, by_column.text, by_column.column)
    arguments |= service_arguments(command.service, resolver, required=not command.rules)
    for flag in sorted(command.flags):
        arguments[flag] = True
    arguments["in_words"] = spoken(arguments)
    if ignored:
        arguments["ignored"] = list(ignored)
    return ToolRequest("propose_shipment", arguments)


_CUT_WORDS: Final = "; only "


def spoken(arguments: dict[str, Any]) -> str:
    """The condition in words, with what cuts it: `State is Texas; only the 3 with the largest Weight (lb)`."""
    words = condition_words(arguments)
    limit, order = arguments.get("limit"), next(iter(arguments.get("order_by", [])), None)
    cuts = [f"every {arguments['every']}. of them"] if arguments.get("every") else []
    cuts += [f"{arguments['sample']} of them at random"] if arguments.get("sample") else []
    if limit and order and order["column"] == "sheet_row":
        cuts.append(f"the last {limit}")
    elif limit and order:
        cuts.append(f"the {limit} with the {'largest' if order['descending'] else 'smallest'} {order['column']}")
    elif limit:
        cuts.append(f"the first {limit}")
    return _CUT_WORDS.join([words, ", ".join(cuts)]) if cuts else words


def condition_words(arguments: dict[str, Any]) -> str:
    """The condition of a proposal in words, without its cuts."""
    return str(arguments.get("in_words", "all orders")).partition(_CUT_WORDS)[0]


def is_service_column(name: str | None, resolver: Resolver) -> bool:
    """Whether a column holds services: by its header, or because every value of it is one (`Upgrade`)."""
    if name is None:
        return False
    values = resolver.facts.column(name).values
    coded = bool(values) and all(service_code(value) is not None for value, _ in values)
    return coded or roles.own_role(resolver.facts, name) == "service"


def service_arguments(service: Service | None, resolver: Resolver, *, required: bool) -> dict[str, Any]:
    """`service` or `service_column`, both where one is for blank cells; neither where the plan has to ask."""
    if service is not None and service.mention is not None:
        return {"service": code_of(service, resolver)}
    if service is None and not required:
        return {}
    column = _service_column(service, resolver)
    if column is None:
        return {}
    if service is None or service.blank is None:
        return {"service_column": column}
    return {"service_column": column, "service": code_of(Service(service.blank, service.blank.phrase), resolver)}


def _service_column(service: Service | None, resolver: Resolver) -> str | None:
    """The column that was named, else the one that the sheet has."""
    if service is not None and service.column is not None:
        return service.column
    columns = roles.columns_for(resolver.facts, "service")
    readable = [name for name in columns if _names_services(resolver, name)]
    if readable:
        return readable[0] if len(readable) == 1 else _one_column(readable, resolver)
    if service is not None and columns:
        return columns[0]
    if service is not None:
        raise SayError("The sheet has no column that names a service. Name one, e.g. via Ground.")
    return None


def _one_column(columns: list[str], resolver: Resolver) -> str:
    answer = resolver.ask("Which column names the service?", columns, "column").casefold()
    return next((name for name in columns if name.casefold() == answer), columns[0])


def _names_services(resolver: Resolver, name: str) -> bool:
    return any(service_code(value) is not None for value, _ in resolver.facts.column(name).values)


def code_of(service: Service, resolver: Resolver) -> str:
    """The UPS code; a word that stands for several services is a question."""
    mention = service.mention
    if mention is None:
        raise AskError(Ask(f'Which service is "{service.text}"?', OFFERED, "service"))
    if mention.code is not None:
        return mention.code
    question, options = f'Which UPS service is "{mention.phrase}"?', mention.choices
    answer = resolver.ask(question, options, "service")
    if (code := _chosen_code(answer)) is None:
        question, options = f'"{answer}" is no UPS service that I know. Which one shall it be?', OFFERED
        code = _chosen_code(resolver.ask(question, options, "service"))
    if code is None:
        raise AskError(Ask(question, options, "service"))
    return code


def _chosen_code(answer: str) -> str | None:
    """The code of a label that was offered, or of a service by any of its names."""
    labels = {label.casefold(): code for code, label in LABELS.items()}
    return labels.get(answer.casefold()) or service_code(answer)


def label_of(service: Service) -> str:
    """What a person reads."""
    if service.mention is not None and service.mention.code is not None:
        return service_label(service.mention.code)
    return service.text


def cut_arguments(cuts: list[Cut], resolver: Resolver) -> dict[str, Any]:
    """`limit`, `order_by`, `every`, `sample` with its `seed`."""
    arguments: dict[str, Any] = {}
    order: list[dict[str, Any]] = []
    top = next((cut for cut in cuts if cut.kind == "top"), None)
    cuts = _merged(cuts)
    if {"first", "last"} <= {cut.kind for cut in cuts}:
        question, options = "I can take the first or the last ones. Which?", ("the first", "the last")
        answer = resolver.ask(question, options, "words").casefold()
        if answer not in options:
            raise AskError(Ask(question, options, "words"))
        cuts = [cut for cut in cuts if cut.kind not in ("first", "last") or cut.kind == answer.removeprefix("the ")]
    for cut in cuts:
        if cut.kind == "sort" and roles.role_of(resolver.facts, cut.column or "") == "service":
            continue
        if cut.kind in ("by", "sort", "last"):
            column = resolver.measurable(_order_column(cut, cuts, resolver))
            order.append({"column": column, "descending": cut.descending or cut.kind == "last"})
        if cut.kind in ("first", "last", "by", "top"):
            _set(arguments, "limit", _how_many(cut, resolver), resolver)
        elif cut.kind == "random":
            _set(arguments, "sample", _how_many(cut, resolver), resolver)
            arguments["seed"] = SEED
        elif cut.kind == "every":
            _set(arguments, "every", cut.count or 2, resolver)
    if top is not None and not order:
        order.append({"column": _measure(f"Top {top.count} by what?", resolver), "descending": True})
    order = [one for index, one in enumerate(order) if one not in order[:index]]
    if len(order) > 1:
        raise AskError(Ask("By which of these shall I order the rows?", (), "words", True))
    if order:
        arguments["order_by"] = order
    return arguments


def _merged(cuts: list[Cut]) -> list[Cut]:
    """`the 10 smallest by weight`: the column is said apart from the direction."""
    sort = next((cut for cut in cuts if cut.kind == "sort"), None)
    lead = next((cut for cut in cuts if cut.kind == "by"), None)
    if sort is None or lead is None or lead.column not in (None, sort.column):
        return cuts
    merged = Cut("by", lead.count, sort.column, lead.descending, lead.text)
    return [merged if cut is lead else cut for cut in cuts if cut is not sort]


def _set(arguments: dict[str, Any], key: str, value: int | None, resolver: Resolver) -> None:
    if value is None:
        return
    if key in arguments and arguments[key] != value:
        question, options = f"How many do you mean: {arguments[key]} or {value}?", (str(arguments[key]), str(value))
        answer = resolver.ask(question, options, "count")
        if answer not in options:
            raise AskError(Ask(question, options, "count"))
        value = int(answer)
    arguments[key] = value


def _order_column(cut: Cut, cuts: list[Cut], resolver: Resolver) -> str:
    if cut.kind == "last":
        return "sheet_row"
    if cut.column is not None:
        return cut.column
    sort = next((other for other in cuts if other.kind == "sort" and other.column), None)
    return sort.column if sort and sort.column else _measure(f'"{cut.text}" by what?', resolver)


def _measure(question: str, resolver: Resolver) -> str:
    names = [*roles.columns_for(resolver.facts, "total"), *roles.columns_for(resolver.facts, "weight")]
    names = names or [column.name for column in resolver.facts.columns if column.kind == "number"]
    answer = resolver.ask(question, names, "column").casefold()
    chosen = next((name for name in names if name.casefold() == answer), None)
    if chosen is None:
        raise AskError(Ask(question, tuple(names), "column"))
    return chosen


def _how_many(cut: Cut, resolver: Resolver) -> int | None:
    if cut.count is not None:
        return cut.count
    if cut.kind == "by" and cut.text.endswith("first"):
        return None
    answer = resolver.ask(f'How many of the "{cut.text}" orders?', ("1", "5", "10"), "count", free_text=True)
    if not answer.isdigit():
        raise AskError(Ask(f'How many of the "{cut.text}" orders?', ("1", "5", "10"), "count", True))
    return int(answer)
