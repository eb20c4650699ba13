"""Productions for a group of orders: lists, negation, attachment; several groups: `rules_orders`."""

import re
from dataclasses import replace
from typing import Any

from agent.understanding.chart import Costly
from agent.understanding.conditions import All, Blank, Condition, Dated, Not, OneOf, all_of, any_of, columns_of
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.values import Group, Test

# -- lists and negation


@rule("List", "Test")
def one(_: Context, test: Test) -> Test:
    return test


@rule("List", "List", "Or|And|Comma", "Test", examples=["Texas, Ohio and Dallas", "paid or pending"])
@rule("List", "List", "Comma", "And|Or", "Test", examples=["CA, TX, and NY"])
def listed(_: Context, before: Test, *rest: Any) -> Test | Costly | None:
    """One family only: a cell is not two values at once, so `and` means either."""
    test = rest[-1]
    if before.family != test.family and _tells_rows(_, before.tree) and _tells_rows(_, test.tree):
        return replace(before, tree=any_of(before.tree, test.tree), doubts=before.doubts | test.doubts)
    flags = before.family.startswith("flag:") and test.family.startswith("flag:") and "or" in rest
    if (before.family != test.family and not flags) or before.measured or before.tree == test.tree:
        return None
    tree = any_of(before.tree, test.tree)
    if isinstance(before.tree, Not):  # "outside the US and Canada", "not Texas and not Ohio": neither of them
        tree = Not(any_of(before.tree.item, test.tree.item if isinstance(test.tree, Not) else test.tree))
    elif isinstance(test.tree, Not):  # "Texas or not Ohio" is all but Ohio
        return None
    made = replace(
        before,
        tree=tree,
        doubts=before.doubts | test.doubts,
        said=f"{before.said} {test.said}",
    )
    # "Oregon and Washington" are both states where Washington is a town, too.
    return made if columns_of(before.tree) & columns_of(test.tree) or flags else Costly(made, 0.6)


@rule("List", "List", "Test", cost=0.4, examples=["Spain Italy Portugal"])
def listed_plainly(_: Context, before: Test, test: Test) -> Test | Costly | None:
    return listed(_, before, test) if columns_of(before.tree) == columns_of(test.tree) else None


@rule("Part", "List")
def plain(_: Context, test: Test) -> Test:
    return test


@rule("Part", "Not", "List", examples=["not Texas or Ohio", "not gift"])
def negated(context: Context, _word: str, test: Test) -> Test:
    column = context.sheet.by_name.get(test.family.removeprefix("flag:"))
    if column is not None and test.tree == column.flag and column.denied is not None:
        return replace(test, tree=column.denied, measured="")
    return replace(test, tree=opposite(test.tree), measured="")


# -- groups


@rule("Group", "Part", examples=["Texas"])
def described(_: Context, test: Test) -> Group:
    return Group(test.tree, "", frozenset({test.family}), (), test.doubts, test.measured)


@rule("Group", "Noun", examples=["all orders"])
def orders(context: Context, noun: str) -> Group:
    if noun == "that" and context.those is not None:
        return Group(context.those, noun, frozenset({"those"}))
    return Group(noun="all" if noun == "each" else noun)


@rule("Group", "Goods", cost=0.3, examples=["flowers over $100"])
def goods(_: Context, noun: str) -> Group:
    """What the shop sells: of these some are chosen, or it is asked which are meant."""
    return Group(noun=noun)


@rule("Group", "Group", "Goods", cost=0.3, examples=["Texas flowers"])
def called_goods(context: Context, group: Group, _word: str) -> Group | None:
    return called(context, group, "many") if group.families and group.noun in ("", "many", "one", "all") else None


@rule("Group", "Group", "Column", cost=0.5)
def owned(context: Context, group: Group, column: str) -> Group | None:
    """`Ada's cheese` of a column Cheese: what she ordered."""
    held = context.sheet.by_name[column]
    goods = held.field in ("", "description", "sku") and held.kind == "text" and not held.flag
    said = re.search(rf"['’]s\s+{re.escape(column)}\b", context.text, re.IGNORECASE)
    return called(context, group, "many") if goods and said and group.families and not group.noun else None


@rule("Group", "Noun", "Goods", cost=0.3, examples=["all flowers over $100"])
def all_goods(_: Context, kind: str, noun: str) -> Group | None:
    return Group(noun=noun) if kind in ("each", "all") else None


@rule("Group", "Noun", "Column", cost=1.2, examples=["all states", "every priority"])
def every_kind(context: Context, noun: str, column: str) -> Group | None:
    held = context.sheet.by_name[column]
    # "all fragile orders" are those that are marked so.
    return Group(noun="all") if noun == "each" and held.kind == "text" and not held.flag else None


@rule("Group", "Rest", "Group", cost=0.1, examples=["the rest of the international ones"])
def rest_of(_: Context, kind: str, group: Group) -> Group | None:
    return replace(group, noun="rest") if kind == "rest" and group.families and group.noun != "rest" else None


@rule("Group", "Rest", "Column", cost=0.2)
def the_others_of(context: Context, kind: str, column: str) -> Group | None:
    """Whoever has another account is the rest, where every row has one."""
    held = context.sheet.by_name[column]
    return (
        Group(noun="rest")
        if kind == "rest" and held.field in ("", "company", "description") and not held.nulls
        else None
    )


@rule("Group", "Rest", cost=0.3, examples=["the rest"])
def the_rest(_: Context, kind: str) -> Group:
    return Group(noun="rest" if kind == "rest" else "beyond")


@rule("Group", "Group", "Part", cost=0.1, examples=["Texas orders over $100"])
def attached(_: Context, group: Group, test: Test) -> Group | None:
    return _with(group, test)


@rule("Group", "Group", "Empty", "List", cost=0.4, examples=["Texas no Red Mug"])
def lacking(_: Context, group: Group, _word: str, test: Test) -> Group | None:
    if isinstance(test.tree, (Not, Blank)) or test.measured or not group.families:
        return None
    return _with(group, negated(_, _word, test))


@rule("Group", "Group", "Comma", "Part", cost=0.5)
@rule("Group", "Group", "And", "Part", cost=0.5, examples=["in Texas and over $100"])
@rule("Group", "Group", "Comma", "And|But", "Part", cost=0.5, examples=["paid, and over $100"])
def also(_: Context, group: Group, *rest: Any) -> Group | None:
    test = rest[-1]
    known = test.family in group.families and not test.measured and not isinstance(test.tree, Not)
    made = None if known else _with(group, test)
    return replace(made, linked="and" in rest, loose="," in rest) if made else None


@rule("Group", "Group", "But", "Part", cost=0.3, examples=["under 5 lb but at least $50"])
def but_also(_: Context, group: Group, _word: str, test: Test) -> Group | None:
    return _with(group, test) if test.measured and group.measured else None


@rule("Group", "Group", "Noun", cost=0.1, examples=["Texas orders"])
def called(_: Context, group: Group, noun: str) -> Group | None:
    if group.noun == "rest" or group.closed or group.cuts or (group.noun and noun == "that"):
        return None
    if group.noun in ("many", "one") and (group.linked or group.loose):  # "gifts orders and Texas" + "orders"
        return None
    return replace(group, noun="many" if group.noun in ("all", "many") or noun == "each" else noun)


@rule("Group", "Group", "And|Comma", "Verb", "Noun", cost=0.1, examples=["Dallas and ship them"])
@rule("Group", "Group", "Comma", "And", "Verb", "Noun", cost=0.1, examples=["Dallas, and send them"])
@rule("Group", "Group", "And|Comma", "Verb", "Theirs", "Noun", cost=0.1, examples=["in Dallas, send their orders"])
@rule("Group", "Group", "And", "Verb", "It", cost=0.1, examples=["everything fragile in Dallas and ship it"])
def and_ship_them(_: Context, group: Group, *rest: Any) -> Group | None:
    """No noun of its own: `gifts and paid ones, ship them` joins no further orders."""
    theirs = rest[-1] in ("that", "it") or (rest[-2] == "theirs" and rest[-1] in ("many", "one"))
    return group if theirs and group.families and group.noun not in ("rest", "beyond", "that") else None


@rule("Group", "Group", "Comma", "Noun", cost=0.2, examples=["Dallas, all of them", "Quill Books: everything"])
def all_of_them(_: Context, group: Group, _word: str, noun: str) -> Group | None:
    """No noun of its own: `gifts and paid ones, all of them` joins no further orders."""
    return group if (noun == "that" or (noun == "all" and not group.noun)) and group.families else None


@rule("Group", "Group", "And", "Part", "Or", "Part", cost=0.5, examples=["in Texas and over $100 or over 10 lb"])
@rule("Group", "Group", "Part", "Or", "Part", cost=0.3, examples=["fragile orders over $100 or over 10 lb"])
def either_inside(_: Context, group: Group, *rest: Any) -> Any:
    one_of, other = (part for part in rest if isinstance(part, Test))
    if one_of.family.startswith("text:") and columns_of(one_of.tree) == columns_of(other.tree):
        return None
    days = isinstance(one_of.tree, Dated) and isinstance(other.tree, Dated)
    if (days and columns_of(one_of.tree) == columns_of(other.tree)) or (
        one_of.family == other.family and not one_of.measured
    ):
        return None
    families = frozenset({one_of.family, other.family})
    trees = [any_of(one_of.tree, other.tree), reaching(one_of.tree, other.tree)]
    both_doubts = one_of.doubts | other.doubts
    made = [replace(group.narrowed(tree, families, both_doubts), closed=True) for tree in reversed(trees) if tree]
    return made if len(made) > 1 else made[0]


@rule("Group", "Group", "OfThose", cost=0.1, examples=["the fragile ones of these"])
def of_those(_: Context, group: Group, _word: str) -> Group | None:
    return replace(group, noun="that") if group.families and group.noun in ("", "many", "one", "all") else None


@rule("Group", "Unshipped", examples=["unshipped"])
def unshipped(_: Context, _word: str) -> Group:
    """Shipped rows never go twice anyway."""
    return Group(noun="many")


@rule("Group", "Group", "Unshipped", examples=["orders not shipped yet"])
@rule("Group", "Unshipped", "Group", examples=["unshipped Texas orders"])
def still_unshipped(_: Context, first: Any, second: Any) -> Group:
    return first if isinstance(first, Group) else second


# -- what the productions share


def _tells_rows(context: Context, tree: Condition) -> bool:
    """Whether a test names single orders, by their number or by the customer's: a list of both is of all of them."""
    column = context.sheet.by_name.get(tree.column) if isinstance(tree, OneOf) else None
    alone = column is not None and column.distinct == context.sheet.row_count > 1
    return alone and any(letter.isdigit() for letter in tree.values[0])  # type: ignore[union-attr]


def opposite(tree: Condition) -> Condition:
    return tree.item if isinstance(tree, Not) else Not(tree)


def _with(group: Group, test: Test) -> Group | None:
    if (group.noun == "rest" and group.families) or _excludes(group.tree, test.tree) or leans(group.tree, test.tree):
        return None
    narrowed = group.narrowed(test.tree, frozenset({test.family}), test.doubts)
    return replace(narrowed, measured=test.measured)


def _excludes(tree: Condition, other: Condition) -> bool:
    """Whether no cell can be both: two values of one column."""
    leaf = _leaf(other)
    return isinstance(leaf, OneOf) and any(
        isinstance(one, OneOf) and one.column == leaf.column and not set(one.values) & set(leaf.values)
        for one in (tree.items if isinstance(tree, All) else (tree,))
    )


def _leaf(tree: Condition) -> Condition:
    return tree.items[0] if isinstance(tree, All) else tree


def leans(tree: Condition, other: Condition) -> bool:
    """`not California, Texas`: a bare value behind a denied one of its column is denied with it."""
    last = tree.items[-1] if isinstance(tree, All) else tree
    denied = _leaf(last.item) if isinstance(last, Not) else None
    other = _leaf(other)
    return isinstance(denied, OneOf) and isinstance(other, OneOf) and denied.column == other.column


def reaching(before: Condition, tree: Condition) -> Condition | None:
    """`not gifts or mugs` as neither of them, where the negation stands before two kinds of condition."""
    parts = before.items if isinstance(before, All) else (before,)
    if not isinstance(parts[-1], Not) or isinstance(tree, Not):
        return None
    return all_of(*parts[:-1], parts[-1], Not(tree))
