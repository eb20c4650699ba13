"""Productions for whole shipping commands: orders with their services, in one or several arms."""

import re
from dataclasses import replace
from typing import Any

from agent.understanding.chart import Costly
from agent.understanding.conditions import (
    ALL_ROWS,
    All,
    Condition,
    Everything,
    Not,
    all_of,
    any_of,
    columns_of,
    words,
)
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.measuring import compared
from agent.understanding.readings import ServiceRule, ShipRequest
from agent.understanding.rules_groups import opposite
from agent.understanding.rules_orders import denies
from agent.understanding.values import Arm, Bare, Doubt, Group, Period, Service

_APART_FROM_ONLY = re.compile(r"\b(?:residential|commercial) only\b", re.IGNORECASE)
WHICH_ORDERS = Doubt("Which orders?", ("all orders that have not shipped yet",))
_APART = Doubt("Which service is for which orders? Some are in more than one of them.")


# -- one service


@rule("Service", "Service", "Only", cost=0.3, examples=["by ground only"])
def only_this(context: Context, service: Service, _word: str) -> Service | None:
    """Nothing between them: `by ground, residential only` is about the addresses."""
    return None if _APART_FROM_ONLY.search(context.text) else service


@rule("Service", "Service", "Not", "Service", cost=0.1, examples=["by 2 day not ground"])
@rule("Service", "Service", "Comma", "Not", "Service", cost=0.1, examples=["by 2 day, not ground"])
def rather_than(_: Context, service: Service, *rest: Any) -> Service | None:
    other: Service = rest[-1]
    return service if service.code and other.code and service.code != other.code else None


@rule("Ship", "Orders", "Service", examples=["Texas orders by ground"])
@rule("Ship", "Orders", "Comma|But", "Service", cost=0.05, examples=["Texas orders, ground"])
@rule("Ship", "Service", "Orders", cost=0.1, examples=["ground for Texas", "overnight the Texas orders"])
@rule("Ship", "Service", "Comma", "Orders", cost=0.2, examples=["ground: Texas"])
def one_service(_: Context, *parts: Any) -> ShipRequest | None:
    group = next(part for part in parts if isinstance(part, Group))
    return requested(group, next(part for part in parts if isinstance(part, Service)))


@rule("Ship", "Orders", cost=0.3, examples=["ship all Texas orders"])
def no_service(_: Context, group: Group) -> ShipRequest | None:
    return requested(group, None)


@rule("Ship", "Service", cost=1.0, examples=["ship via ground"])
def no_orders(context: Context, service: Service) -> ShipRequest:
    answered = context.answered(WHICH_ORDERS) == WHICH_ORDERS.choices[0]
    return ShipRequest(service=service, doubts=frozenset() if answered else frozenset({WHICH_ORDERS}))


@rule("Ship", "Orders", "Service", "Orders", cost=1.0, examples=["paid ones next day to Texas"])
@rule("Ship", "Orders", "Service", "Comma|But", "Orders", cost=1.0, examples=["paid ones next day, Texas"])
@rule("Ship", "Orders", "Comma", "Service", "Comma|But", "Orders", cost=1.0, examples=["Texas, ground, paid ones only"])
def orders_around(context: Context, group: Group, *rest: Any) -> ShipRequest | None:
    service = next(part for part in rest if isinstance(part, Service))
    more = rest[-1]
    if more.noun == "that" and group.families:  # "ship the gifts by ground, get them out"
        return requested(group, service)
    if not more.families or more.noun in ("rest", "beyond"):
        return None
    if all(context.sheet.by_name[f].kind == "date" if f in context.sheet.by_name else False for f in more.families):
        # "by ground tomorrow": the day may be that of the shipment.
        doubt = Doubt(f"{words(more.tree)}: is that what you mean?", ("yes",), "date")
        more = more if context.answered(doubt) == "yes" else replace(more, doubts=more.doubts | {doubt})
    return requested(group.narrowed(more.tree, more.families, more.doubts), service)


@rule("Ship", "Orders", "Service", "Except", "Orders", cost=0.1, examples=["everything by ground except Texas"])
@rule(
    "Ship", "Orders", "Service", "Comma|But", "Except|Not", "Orders", cost=0.1, examples=["all ground, but not Texas"]
)
@rule("Ship", "Orders", "Service", "Empty", "Orders", cost=0.3, examples=["Texas ground no gifts"])
@rule("Ship", "Orders", "Service", "Comma", "Empty", "Orders", cost=0.3, examples=["Texas ground, no gifts"])
@rule("Ship", "Orders", "Service", "Comma", "But", "Except|Not|Empty", "Orders", cost=0.1)
@rule("Ship", "Orders", "Comma", "Service", "Comma|But", "Except|Not|Empty", "Orders", cost=0.1)
@rule(
    "Ship",
    "Orders",
    "Comma",
    "Service",
    "Comma",
    "But",
    "Except|Not|Empty",
    "Orders",
    cost=0.1,
    examples=["all orders, ground, but without Texas"],
)
@rule("Ship", "Service", "Orders", "Except", "Orders", cost=0.1, examples=["ground for all except Texas"])
def but_for(_: Context, *parts: Any) -> ShipRequest | None:
    group, left = (part for part in parts if isinstance(part, Group))
    service = next(part for part in parts if isinstance(part, Service))
    if not left.families or left.cuts:
        return None
    tree = all_of(group.tree, opposite(left.tree))
    return requested(replace(group, tree=tree, noun=group.noun or "many", doubts=group.doubts | left.doubts), service)


@rule("Ship", "Ship", "Comma", "Orders", "Excluded", cost=0.1, examples=["Texas orders by ground, gifts excluded"])
@rule("Ship", "Ship", "Comma|But|And", "Orders", "Stays", cost=0.3, examples=["Texas by ground, gifts can wait"])
@rule("Ship", "Ship", "Comma", "Orders", "Not|No", cost=0.6, examples=["Texas ground, gifts no"])
def left_out_behind(_: Context, request: ShipRequest, _link: str, left: Group, _word: str) -> ShipRequest | None:
    if not left.families or left.cuts or left.noun in ("rest", "beyond") or denies(left.tree):
        return None
    where = all_of(request.where, opposite(left.tree))
    return replace(request, where=where, doubts=request.doubts | left.doubts)


@rule("Ship", "Except|Not|Empty", "Orders", "Comma|And|But", "Service", cost=0.4, examples=["skip Texas, ground"])
def all_without(_: Context, _word: str, left: Group, _link: str, service: Service) -> ShipRequest | None:
    if not left.families or left.cuts or denies(left.tree):
        return None
    return requested(Group(Not(left.tree), "all", doubts=left.doubts), service)


@rule("Ship", "Ship", "Comma|And", "Rest", "Stays|Except", cost=0.1, examples=["Texas by ground, the rest stays here"])
def rest_stays(_: Context, request: ShipRequest, *_rest: str) -> ShipRequest | None:
    return request if request.where != ALL_ROWS else None


@rule("Ship", "Ship", "Comma|And", "Orders", "Add", cost=0.1, examples=["Texas by ground and the ones to Ohio as well"])
@rule("Ship", "Ship", "Comma", "And", "Orders", "Add", cost=0.1)
def as_well(_: Context, request: ShipRequest, *rest: Any) -> ShipRequest | None:
    more = rest[-2]
    plain = request.service is not None and not request.rules and not request.cuts and request.where != ALL_ROWS
    if not plain or not more.families or more.cuts or more.noun in ("rest", "beyond", "that"):
        return None
    return replace(request, where=any_of(request.where, more.tree), doubts=request.doubts | more.doubts)


@rule("Ship", "Ship", "Comma", "Orders", "Only", cost=0.2, examples=["over 6 lb 2 day, the rest ground, Texas only"])
@rule("Ship", "Ship", "Comma|But", "Only", "Orders", cost=0.2, examples=["gifts 2 day, the rest ground, only Texas"])
def only_of_all(_: Context, request: ShipRequest, *rest: Any) -> ShipRequest | None:
    """Behind several services it is said of all of them."""
    more = next(part for part in rest if isinstance(part, Group))
    if not request.rules or not more.families or more.cuts or more.noun in ("rest", "beyond", "that"):
        return None
    return replace(request, where=all_of(request.where, more.tree), doubts=request.doubts | more.doubts)


@rule("Ship", "Verb", "Ship", cost=-0.9, examples=["ship what came in this week"])
def told(_: Context, _word: str, request: ShipRequest) -> ShipRequest:
    return request


@rule("Ship", "Orders", "Service", "If", "Orders", cost=0.2, examples=["gift orders by 2 day if they are in Texas"])
@rule("Ship", "Orders", "Service", "Comma|But", "If", "Orders", cost=0.2, examples=["gifts by 2 day, if over $100"])
@rule("Ship", "Orders", "Service", "But", "Only", "If", "Orders", cost=0.2)
@rule("Ship", "Orders", "Service", "Comma", "But", "Only", "If", "Orders", cost=0.1)
@rule("Ship", "Orders", "Comma", "But", "Only", "If", "Orders", "Comma", "Service", cost=0.1)
def if_so(_: Context, group: Group, *rest: Any) -> ShipRequest | None:
    """Only those of them that are so."""
    service = next(part for part in rest if isinstance(part, Service))
    more = next(part for part in rest if isinstance(part, Group))
    if not more.families or more.noun in ("rest", "beyond") or more.cuts:
        return None
    return requested(group.narrowed(more.tree, more.families, more.doubts), service)


@rule("Ship", "Orders", "Period", "Service", cost=0.2, examples=["Texas orders today by ground"])
def today_by(context: Context, group: Group, period: Period, service: Service) -> ShipRequest | None:
    return requested(group, service) if period.first == period.last == context.today and group.families else None


@rule("Ship", "Ship", "Period", cost=0.1, examples=["Texas by ground today"])
def today(context: Context, request: ShipRequest, period: Period) -> ShipRequest | None:
    """Labels are made when they are approved: that they shall go today changes nothing."""
    return request if period.first == period.last == context.today and request.service else None


@rule("Ship", "Ship", "Flag", examples=["Texas by ground again"])
@rule("Ship", "Ship", "Comma|And", "Flag", examples=["Texas by ground, including cancelled ones"])
@rule("Ship", "Flag", "Ship", examples=["reship SO-3001"])
def flagged(_: Context, first: Any, *rest: Any) -> ShipRequest:
    request, flag = (first, rest[-1]) if isinstance(first, ShipRequest) else (rest[-1], first)
    return replace(request, flags=request.flags | {flag})


@rule("Ship", "Orders", "Flag", "Service", examples=["Texas orders with a signature by ground"])
@rule("Ship", "Orders", "Flag", "Comma", "Service", examples=["Texas orders with a signature, ground"])
def flagged_orders(_: Context, group: Group, flag: str, *rest: Any) -> ShipRequest | None:
    request = requested(group, rest[-1])
    return replace(request, flags=request.flags | {flag}) if request is not None else None


# -- several services


@rule("Arm", "Orders", "Service", examples=["Texas by ground"])
@rule("Arm", "Orders", "Comma", "Service", cost=0.2, examples=["fragile: 2 day"])
@rule("Arm", "Service", "Orders", cost=0.05, examples=["ground for Texas"])
@rule("Arm", "Service", "If", "Orders", cost=0.05, examples=["overnight if over $100"])
def arm(_: Context, *parts: Any) -> Arm | None:
    group = next(part for part in parts if isinstance(part, Group))
    service = next(part for part in parts if isinstance(part, Service))
    if group.cuts and group.noun == "rest":
        return None
    return Arm(group, service, "for" if parts[0] is service else "")


@rule("Arms", "Arm", "Arm", cost=0.3)
@rule("Arms", "Arm", "And|Comma", "Arm", cost=0.1)
@rule("Arms", "Arm", "But", "Arm", cost=0.1)
@rule("Arms", "Arm", "Comma", "And|But", "Arm", cost=0.1)
def two_arms(_: Context, first: Arm, *rest: Any) -> tuple[Arm, ...]:
    link = "but" if "but" in rest[:-1] else ""
    return (first, replace(rest[-1], link=link))


@rule("Arms", "Arms", "Arm", cost=0.3)
@rule("Arms", "Arms", "And|Comma", "Arm", cost=0.1)
@rule("Arms", "Arms", "But", "Arm", cost=0.1)
@rule("Arms", "Arms", "Comma", "And|But", "Arm", cost=0.1)
def more_arms(_: Context, arms: tuple[Arm, ...], *rest: Any) -> tuple[Arm, ...]:
    link = "but" if "but" in rest[:-1] else ""
    return (*arms, replace(rest[-1], link=link))


@rule("Ship", "Arms", examples=["Texas by ground and Ohio by 2 day", "ground for Texas, 2 day for the rest"])
def by_arms(context: Context, arms: tuple[Arm, ...]) -> ShipRequest | Costly | None:
    made = _compose(context, None, arms)
    first = arms[0].group
    fewer = first is not None and any(a.group and a.group.families < first.families and a.group.families for a in arms)
    # "Texas over 5 lb overnight, under 5 lb ground": the second part may be about Texas too.
    return Costly(made, 0.5) if fewer and isinstance(made, ShipRequest) else made


@rule("Ship", "Orders", "Arms", cost=0.9, examples=["paid orders: ground under $100, 2 day otherwise"])
@rule("Ship", "Orders", "Comma", "Arms", cost=0.7, examples=["paid orders: ground under $100, 2 day otherwise"])
def within_orders(context: Context, base: Group, *rest: Any) -> ShipRequest | Costly | None:
    if not base.families and base.noun not in ("all", "many"):
        return None
    return _compose(context, base, rest[-1])


@rule("Arms", "Arm", "Comma|And", "Bare", "Service", cost=0.1, examples=["more than 4 cartons ground, 4 or less 3 day"])
def continued_arm(context: Context, first: Arm, _link: str, more: Bare, service: Service) -> tuple[Arm, ...] | None:
    column = context.sheet.by_name.get(first.group.measured) if first.group else None
    test = compared(context, column, more.operator, more.amount) if column else None
    return (first, Arm(Group(test.tree, "", frozenset({test.family}), (), test.doubts), service)) if test else None


@rule(
    "Ship",
    "Service",
    "Comma",
    "But",
    "Arms",
    cost=0.1,
    examples=["ground, but 2 day over $200 and overnight over $500"],
)
@rule("Ship", "Service", "But", "Arms", cost=0.1)
def default_but_several(_: Context, service: Service, *rest: Any) -> ShipRequest | None:
    return _inside(Group(noun="all"), service, rest[-1])


@rule("Ship", "Service", "But|Comma|And", "Arm", cost=0.4, examples=["ground, but 2 day for orders over $200"])
@rule("Ship", "Service", "Comma", "But", "Arm", cost=0.2, examples=["ground, but 2 day for orders over $200"])
@rule("Ship", "Service", "Unless|Except", "Arm", cost=0.2, examples=["ground except Alaska which go 2 day"])
@rule(
    "Ship", "Service", "Comma", "Unless|Except", "Arm", cost=0.2, examples=["ground, unless over $500, then overnight"]
)
def default_but(context: Context, service: Service, *rest: Any) -> ShipRequest | None:
    exception: Arm = rest[-1]
    return (
        None
        if exception.group is None or exception.group.noun == "rest"
        else _inside(Group(noun="all"), service, (exception,))
    )


@rule("Ship", "Orders", "Service", "Except|Unless", "Arm", cost=0.1, examples=["everything ground except Alaska 2 day"])
@rule(
    "Ship",
    "Orders",
    "Service",
    "Comma|But",
    "Except|Unless",
    "Arm",
    cost=0.1,
    examples=["all ground, except Alaska 2 day"],
)
def orders_but(context: Context, base: Group, service: Service, *rest: Any) -> ShipRequest | None:
    return _inside(base, service, (rest[-1],))


@rule("Ship", "Orders", "Service", "If", "Orders", "Rest", "Service", cost=0.1)
@rule(
    "Ship",
    "Orders",
    "Service",
    "If",
    "Orders",
    "Comma|And",
    "Rest",
    "Service",
    cost=0.1,
    examples=["Texas overnight if over $100, otherwise ground"],
)
def if_otherwise(_: Context, base: Group, service: Service, *rest: Any) -> ShipRequest | None:
    condition = next(part for part in rest if isinstance(part, Group))
    return _inside(base, rest[-1], (Arm(condition, service),))


# -- what the productions share


def requested(group: Group, service: Service | None) -> ShipRequest | None:
    """A group of orders with its service; None where nothing says which orders."""
    if group.noun in ("rest", "beyond"):
        return None
    doubts = group.doubts | ({service.doubt} if service and service.doubt else set())
    if not group.families and not group.cuts and not group.noun and isinstance(group.tree, Everything):
        return None
    return ShipRequest(group.tree, group.cuts, service, doubts=doubts, noun=group.noun)


def _inside(base: Group, default: Service, arms: tuple[Arm, ...]) -> ShipRequest | None:
    """All of `base` by the default, but the arms' orders by their own services."""
    if base.noun in ("rest", "beyond") or any(
        a.group is None or a.group.noun in ("rest", "beyond") or a.group.cuts for a in arms
    ):
        return None
    rules = tuple(ServiceRule(a.group.tree, a.service) for a in arms if a.group)
    doubts = base.doubts.union(
        *(a.group.doubts for a in arms if a.group), services_doubts(default, *(a.service for a in arms))
    )
    noun, apart = base.noun or "many", _APART if len(rules) > 1 else None
    return ShipRequest(base.tree, base.cuts, default, rules, doubts=doubts, noun=noun, disjoint=apart)


def _compose(context: Context, base: Group | None, arms: tuple[Arm, ...]) -> ShipRequest | Costly | None:
    """Which orders in all, and which service for which of them; the first rule that fits is taken."""
    left = [a for a in arms if a.group and a.group.noun == "rest" and a.group.families]
    named = [a for a in arms if a not in left and a.group and (a.group.families or a.group.cuts)]
    rest = [a for a in arms if a.group and a.group.noun in ("rest", "beyond") and not a.group.families]
    everything = [a for a in arms if a not in named and a not in rest and a not in left]
    if len(rest) > 1 or len(everything) > 1 or not named or (rest and everything):
        return None
    if any(a.group and a.group.cuts for a in arms):
        return None
    if everything and everything[0].group and everything[0].group.noun != "all" and arms[0] is not everything[0]:
        return None
    doubts = services_doubts(*(a.service for a in arms)).union(*(a.group.doubts for a in named if a.group))
    if everything:  # "everything ground, but 2 day for Texas"
        if arms[0] is not everything[0] and arms[-1] is not everything[0]:
            return None
        made = _inside(base or Group(noun="all"), everything[0].service, tuple(named))
        unsaid = everything[0].group is not None and everything[0].group.noun != "all"
        return Costly(made, 0.8) if made and unsaid else made
    if not rest and named[1:] and all(a.link == "but" for a in named[1:]) and named[0].group and not base:
        return _inside(named[0].group, named[0].service, tuple(named[1:]))
    trees: list[Condition] = [a.group.tree for a in named if a.group]
    rules = tuple(ServiceRule(tree, a.service) for tree, a in zip(trees, named, strict=True))
    rules += tuple(ServiceRule(a.group.tree, a.service) for a in left if a.group)
    where: Condition = (
        _those_beyond(rest[0], named) if rest else any_of(*trees, *(a.group.tree for a in left if a.group))
    )
    if base is not None:
        where = all_of(base.tree, where)
        doubts |= base.doubts
    default = rest[0].service if rest else None
    return ShipRequest(where, (), default, rules, doubts=doubts, noun="many", disjoint=None if left else _APART)


def _those_beyond(rest: Arm, named: list[Arm]) -> Condition:
    """All orders; of `US guitars over $500 by 2 day, the cheaper ones ground` all US guitars."""
    group = named[-1].group
    if group is None or rest.group is None or rest.group.noun != "beyond" or not group.measured:
        return Everything()
    parts = group.tree.items if isinstance(group.tree, All) else (group.tree,)
    return all_of(*(part for part in parts if columns_of(part) != {group.measured}))


def services_doubts(*services: Service) -> frozenset[Doubt]:
    """What must be confirmed about these services."""
    return frozenset(service.doubt for service in services if service.doubt)
