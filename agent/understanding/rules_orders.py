"""Productions for several groups of orders: `and` and `or` between them, exceptions, and what stays."""

from dataclasses import replace
from typing import Any

from agent.understanding.chart import Costly
from agent.understanding.conditions import All, Condition, Dated, Everything, Not, OneOf, all_of, any_of, columns_of
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.rules_groups import leans, opposite, reaching
from agent.understanding.values import GOODS, Group

# -- joined


@rule("Orders", "Group")
def alone(_: Context, group: Group) -> Group | None:
    return group if group.noun != GOODS else None


@rule("Orders", "Orders", "Or", "Group", cost=0.4, examples=["over 10 lb or over $500"])
def either(_: Context, before: Group, _word: str, group: Group) -> Any:
    """Where only one side has a noun, what is said of the orders belongs to both sides: rules for lists read that."""
    if leans(before.tree, group.tree) or _continues(before, group):
        return None
    made = _joined(before, group)
    alone = bool(group.noun) != bool(before.noun) and not before.linked
    shared = before.noun in ("", "all") and bool(before.families & group.families) and before.families != group.families
    neither = None if group.noun or made is None else reaching(before.tree, group.tree)
    if made is not None and neither is not None:
        return [replace(made, tree=neither), Costly(made, 0.9) if alone or shared else made]
    return Costly(made, 0.9) if made and (alone or shared) else _or_of_both(made, before, group)


@rule("Orders", "Orders", "And|Comma", "Group", cost=0.5, examples=["gift orders and orders over $500"])
@rule("Orders", "Orders", "Comma", "And|Or", "Group", cost=0.5, examples=["gifts, and orders over $500"])
def both(_: Context, before: Group, *rest: Any) -> Any:
    """`and` joins groups that are named apart; conditions without a noun narrow instead."""
    group = rest[-1]
    if before.noun in ("rest", "beyond") or group.noun in ("rest", "beyond", "that") or before.only:
        return None
    if before.noun == "that" and "and" not in rest and "or" not in rest:  # "of these, what is paid" narrows
        return None
    if isinstance(group.tree, Not) and not group.noun:  # "picking, not backordered" narrows
        return None
    named_apart = bool(group.noun) or before.families == group.families
    if leans(before.tree, group.tree):
        return None
    made = _joined(before, group)
    if made and "," in rest and "and" not in rest and "or" not in rest:
        made = replace(made, loose=True)
    adjectives = "and" not in rest and "or" not in rest and not before.noun and not before.families & group.families
    if made and adjectives:  # "paid, unfulfilled orders"
        return Costly(made, 1.2)
    if before.excepted:  # "no gifts, mugs": never everything but gifts, or else mugs
        return None
    if made and not before.noun and before.families & group.families and before.families != group.families:
        return Costly(made, 0.9)
    return _or_of_both(made, before, group) if named_apart or made is None else Costly(made, 1.5)


@rule(
    "Orders", "Orders", "Except", "Group", "And|Comma", "Group", cost=0.3, examples=["all except gift and fragile ones"]
)
def excepting_both(_: Context, group: Group, _word: str, left: Group, _link: str, more: Group) -> Any:
    both_left = _joined(left, more)
    return excepting(_, group, both_left) if both_left and "all" not in (left.noun, more.noun) else None


@rule("Orders", "Orders", "Except", "Orders", cost=0.1, examples=["everything except Texas"])
@rule("Orders", "Orders", "Comma", "Except", "Orders", cost=0.1, examples=["everything, except Texas"])
@rule("Orders", "Orders", "But", "Except", "Orders", cost=0.1, examples=["everything but skip Texas"])
@rule("Orders", "Orders", "Comma|But", "Not", "Orders", cost=0.4, examples=["all orders, not the fragile ones"])
def excepting(_: Context, group: Group, *rest: Any) -> Any:
    left = rest[-1]
    if (
        denies(left.tree)
        or left.cuts
        or left.loose
        or left.noun in ("rest", "beyond")
        or isinstance(left.tree, Everything)
    ):
        return None
    tree = all_of(group.tree, opposite(left.tree))
    made = replace(group, tree=tree, doubts=group.doubts | left.doubts, noun=group.noun or "many")
    made = replace(made, excepted=True)
    undated = without_today(_, left.tree)
    if undated is not None:
        return [replace(made, tree=all_of(group.tree, opposite(undated))), made]
    return Costly(made, 0.8) if left.linked else made


@rule("Orders", "Orders", "But", "Group", cost=0.3, examples=["all but Texas"])
def all_but(_: Context, group: Group, _word: str, left: Group) -> Any:
    return None if left.measured or isinstance(left.tree, Not) else excepting(_, group, left)


@rule("Orders", "Except", "Orders", "Rest", cost=0.1, examples=["skip Texas, ship the rest"])
@rule("Orders", "Except", "Orders", "Comma|And", "Rest", cost=0.1, examples=["skip Texas and ship the rest"])
@rule("Orders", "Not", "Orders", "Comma|And", "Rest", cost=0.3, examples=["nothing from Texas; the rest"])
@rule("Orders", "Empty", "Orders", "Comma|And", "Rest", cost=0.3, examples=["no gifts, everything else"])
@rule("Orders", "Not|Empty", "Orders", "Rest", cost=0.3)
def without(_: Context, _word: str, left: Group, *_rest: Any) -> Any:
    return excepting(_, Group(noun="all"), left)


@rule("Orders", "Except", "Orders", "Comma|And", "Group", cost=0.1, examples=["skip gifts and ship the rest of Texas"])
def but_the_rest_of(_: Context, _word: str, left: Group, _link: str, group: Group) -> Any:
    return excepting(_, replace(group, noun="many"), left) if group.noun == "rest" and group.families else None


@rule("Orders", "Except", "Orders", "Comma|And", "Verb", "Orders", cost=0.1, examples=["hold Texas, ship Ohio"])
def but_these(_: Context, _word: str, left: Group, _link: str, _verb: str, group: Group) -> Any:
    return excepting(_, group, left) if group.families else None


@rule("Orders", "Orders", "Stays", "Rest", cost=0.1, examples=["Texas stays here, the rest"])
@rule("Orders", "Orders", "Stays", "Comma|And|But", "Rest", cost=0.1, examples=["Texas stays here, the rest"])
def staying(_: Context, left: Group, *_rest: Any) -> Any:
    if left.linked and isinstance(left.tree, All):  # "gifts and PO boxes stay here": either
        if len(left.tree.items) > 2:
            return None
        left = replace(left, tree=any_of(*left.tree.items), linked=False)
    return excepting(_, Group(noun="all"), left)


@rule("Orders", "Keeps", "Orders", "Here", "Comma|And|But", "Rest", cost=0.1, examples=["keep Texas here, the rest"])
@rule(
    "Orders", "Keeps", "Orders", "Here", "Comma|And|But", "Group", cost=0.1, examples=["keep gifts here, Texas orders"]
)
def keeping(context: Context, _keeps: str, left: Group, *rest: Any) -> Any:
    kept = rest[-1]
    return staying(context, left) if isinstance(kept, str) else going(context, left, kept)


@rule("Orders", "Orders", "Stays", "Comma|And|But", "Group", cost=0.3, examples=["on hold stays here, paid ones"])
def going(_: Context, left: Group, *rest: Any) -> Any:
    group = rest[-1]
    named = replace(group, noun="many") if group.noun == "rest" and group.families else group
    return excepting(_, named, left)


@rule("Orders", "Empty", "Group", cost=0.5, examples=["no gifts"])
def no_group(_: Context, _word: str, left: Group) -> Any:
    return excepting(_, Group(noun="many"), left) if left.families and not denies(left.tree) else None


@rule("Orders", "Not", "Group", cost=0.6, examples=["not fragile ones"])
def not_group(_: Context, _word: str, left: Group) -> Any:
    return excepting(_, Group(noun="many"), left) if left.families and not denies(left.tree) else None


@rule("Orders", "Orders", "Only", cost=0.1, examples=["Quill Books only"])
@rule("Orders", "Only", "Orders", cost=0.1, examples=["only the paid ones"])
def only(_: Context, *parts: Any) -> Group | None:
    group = next(part for part in parts if isinstance(part, Group))
    return None if group.noun in ("rest", "beyond") and group.loose else replace(group, only=True)


@rule("Orders", "Orders", "Comma|But|And", "Only", "Orders", cost=0.2, examples=["Ohio, but only the paid ones"])
@rule("Orders", "Orders", "Comma", "Orders", "Only", cost=0.2, examples=["paid ones, Texas only"])
@rule("Orders", "Orders", "Comma", "But", "Only", "Orders", cost=0.2, examples=["Ohio, but only the paid ones"])
@rule("Orders", "Orders", "Only", "Comma", "Group", cost=1.5, examples=["paid ones only, Texas"])
def but_only(_: Context, group: Group, *rest: Any) -> Group | None:
    other = next(part for part in rest if isinstance(part, Group))
    if group.noun in ("rest", "beyond"):  # "2 day over 6 lb, ground for the rest, US only": that is of all of them
        return None
    if rest[0] == "only" and (other.noun or not other.families or other.families & group.families):
        return None
    return group.narrowed(other.tree, other.families, other.doubts)


# -- what the productions share


def without_today(context: Context, tree: Condition) -> Condition | None:
    """`leave out lamps today`: the day may be that of shipping, and no lamps go at all."""
    parts = tree.items if isinstance(tree, All) else ()
    others = [part for part in parts if not (isinstance(part, Dated) and part.first == part.last == context.today)]
    return all_of(*others) if others and len(others) < len(parts) else None


def denies(tree: Condition) -> bool:
    """`not gift and not fragile`: the first `not` never reaches over the second."""
    return isinstance(tree, All) and any(isinstance(item, Not) for item in tree.items)


def _continues(before: Group, group: Group) -> bool:
    """`state is not TX and product is Mug or Bowl`: a bare value of the last column continues its list."""
    last = before.tree.items[-1] if isinstance(before.tree, All) else None
    bare = group.tree if not group.noun else None
    return isinstance(last, OneOf) and isinstance(bare, OneOf) and last.column == bare.column


def _or_of_both(made: Group | None, before: Group, group: Group) -> Any:
    """`mugs and bowls over $400`: a comparison behind two nouns is of the last or of both."""
    parts = group.tree.items if isinstance(group.tree, All) else ()
    extra = [part for part in parts if group.measured in columns_of(part)]
    if made is None or not before.noun or not group.noun or not extra or before.measured or len(extra) == len(parts):
        return made
    own = all_of(*(part for part in parts if part not in extra))
    of_both = replace(made, tree=all_of(any_of(before.tree, own), *extra))
    return [of_both, Costly(made, 0.05)]


def _joined(one_group: Group, other: Group) -> Group | None:
    if columns_of(one_group.tree) == columns_of(other.tree) and isinstance(other.tree, Not):
        return None  # "not Texas or not Ohio", "Texas or not Ohio": everything, or nearly
    if one_group.cuts or other.cuts:
        return None
    if isinstance(one_group.tree, Everything) or isinstance(other.tree, Everything):
        return None
    tree = any_of(one_group.tree, other.tree)
    families = one_group.families | other.families
    return Group(tree, one_group.noun or other.noun, families, (), one_group.doubts | other.doubts)
