"""Productions for groups of orders: lists, negation, attachment, `and` and `or`, exceptions."""

from dataclasses import replace
from typing import Any

from agent.understanding.chart import Costly
from agent.understanding.conditions import All, Condition, Dated, Everything, Not, OneOf, all_of, any_of, columns_of
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
def negated(_: Context, _word: str, test: Test) -> Test:
    return replace(test, tree=_opposite(test.tree), measured="")


# -- groups


@rule("Group", "Part", examples=["Texas"])
def described(_: Context, test: Test) -> Group:
    return Group(test.tree, "", frozenset({test.family}), (), test.doubts, test.measured)


@rule("Group", "Noun", examples=["all orders"])
def orders(context: Context, noun: str) -> Group:
    if noun == "that" and context.those is not None:
        return Group(context.those, noun, frozenset({"those"}))
    return Group(noun="all" if noun == "each" else noun)


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
def and_ship_them(_: Context, group: Group, *rest: Any) -> Group | None:
    named = rest[-1] == "that" and group.families and group.noun not in ("rest", "beyond", "that")
    return replace(group, noun="many") if named else None


@rule("Group", "Group", "Comma", "Noun", cost=0.2, examples=["Dallas, all of them"])
def all_of_them(_: Context, group: Group, _word: str, noun: str) -> Group | None:
    return replace(group, noun="many") if noun == "that" and group.families else None


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
    trees = [any_of(one_of.tree, other.tree), _reaching(one_of.tree, other.tree)]
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


# -- several groups


@rule("Orders", "Group")
def alone(_: Context, group: Group) -> Group:
    return group


@rule("Orders", "Orders", "Or", "Group", cost=0.4, examples=["over 10 lb or over $500"])
def either(_: Context, before: Group, _word: str, group: Group) -> Any:
    """Where only one side has a noun, what is said of the orders belongs to both sides: rules for lists read that."""
    if _leans(before.tree, group.tree) or _continues(before, group):
        return None
    made = _joined(before, group)
    alone = bool(group.noun) != bool(before.noun) and not before.linked
    shared = before.noun in ("", "all") and bool(before.families & group.families) and before.families != group.families
    neither = None if group.noun or made is None else _reaching(before.tree, group.tree)
    if made is not None and neither is not None:
        return [replace(made, tree=neither), Costly(made, 0.9) if alone or shared else made]
    return Costly(made, 0.9) if made and (alone or shared) else _or_of_both(made, before, group)


@rule("Orders", "Orders", "And|Comma", "Group", cost=0.5, examples=["gift orders and orders over $500"])
@rule("Orders", "Orders", "Comma", "And|Or", "Group", cost=0.5, examples=["gifts, and orders over $500"])
def both(_: Context, before: Group, *rest: Any) -> Any:
    """`and` joins groups that are named apart; conditions without a noun narrow instead."""
    group = rest[-1]
    if before.noun in ("rest", "beyond") or group.noun in ("rest", "beyond", "that"):
        return None
    if isinstance(group.tree, Not) and not group.noun:  # "picking, not backordered" narrows
        return None
    named_apart = bool(group.noun) or before.families == group.families
    if _leans(before.tree, group.tree):
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
    tree = all_of(group.tree, _opposite(left.tree))
    made = replace(group, tree=tree, doubts=group.doubts | left.doubts, noun=group.noun or "many")
    made = replace(made, excepted=True)
    undated = without_today(_, left.tree)
    if undated is not None:
        return [replace(made, tree=all_of(group.tree, _opposite(undated))), made]
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
def only(_: Context, *parts: Any) -> Group:
    return replace(next(part for part in parts if isinstance(part, Group)), only=True)


@rule("Orders", "Orders", "Comma|But|And", "Only", "Orders", cost=0.2, examples=["Ohio, but only the paid ones"])
@rule("Orders", "Orders", "Comma", "Orders", "Only", cost=0.2, examples=["paid ones, Texas only"])
@rule("Orders", "Orders", "Comma", "But", "Only", "Orders", cost=0.2, examples=["Ohio, but only the paid ones"])
def but_only(_: Context, group: Group, *rest: Any) -> Group:
    other = next(part for part in rest if isinstance(part, Group))
    return group.narrowed(other.tree, other.families, other.doubts)


# -- what the productions share


def _tells_rows(context: Context, tree: Condition) -> bool:
    """Whether a test names single orders, by their number or by the customer's: a list of both is of all of them."""
    column = context.sheet.by_name.get(tree.column) if isinstance(tree, OneOf) else None
    alone = column is not None and column.distinct == context.sheet.row_count > 1
    return alone and any(letter.isdigit() for letter in tree.values[0])  # type: ignore[union-attr]


def _opposite(tree: Condition) -> Condition:
    return tree.item if isinstance(tree, Not) else Not(tree)


def without_today(context: Context, tree: Condition) -> Condition | None:
    """`leave out lamps today`: the day may be that of shipping, and no lamps go at all."""
    parts = tree.items if isinstance(tree, All) else ()
    others = [part for part in parts if not (isinstance(part, Dated) and part.first == part.last == context.today)]
    return all_of(*others) if others and len(others) < len(parts) else None


def denies(tree: Condition) -> bool:
    """`not gift and not fragile`: the first `not` never reaches over the second."""
    return isinstance(tree, All) and any(isinstance(item, Not) for item in tree.items)


def _with(group: Group, test: Test) -> Group | None:
    if (group.noun == "rest" and group.families) or _excludes(group.tree, test.tree) or _leans(group.tree, test.tree):
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


def _leans(tree: Condition, other: Condition) -> bool:
    """`not California, Texas`: a bare value behind a denied one of its column is denied with it."""
    last = tree.items[-1] if isinstance(tree, All) else tree
    denied = _leaf(last.item) if isinstance(last, Not) else None
    other = _leaf(other)
    return isinstance(denied, OneOf) and isinstance(other, OneOf) and denied.column == other.column


def _continues(before: Group, group: Group) -> bool:
    """`state is not TX and product is Mug or Bowl`: a bare value of the last column continues its list."""
    last = before.tree.items[-1] if isinstance(before.tree, All) else None
    bare = group.tree if not group.noun else None
    return isinstance(last, OneOf) and isinstance(bare, OneOf) and last.column == bare.column


def _reaching(before: Condition, tree: Condition) -> Condition | None:
    """`not gifts or mugs` as neither of them, where the negation stands before two kinds of condition."""
    parts = before.items if isinstance(before, All) else (before,)
    if not isinstance(parts[-1], Not) or isinstance(tree, Not):
        return None
    return all_of(*parts[:-1], parts[-1], Not(tree))


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
