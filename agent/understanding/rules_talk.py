"""Productions for batches, the queue, defaults and mappings, and for edits of a preview."""

import re
from dataclasses import replace
from typing import Any

from agent.understanding.conditions import Everything, Rows
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.readings import BatchCommand, Edit
from agent.understanding.rules_orders import denies, without_today
from agent.understanding.values import Amount, Arm, Cut, Group, Period, Service

_CHANGES = re.compile(
    r"\b(?:go|goes|gets?|going)\b|\b(?:ones?|those|them|these)\b|^\W*(?:make|switch|bump|upgrade|downgrade|move|change|put|set)\b",
    re.IGNORECASE,
)
"""What says that a service is changed for orders of the preview."""
_FORMAL = re.compile(r"[=<>≥≤≠]|\bin\s*\(", re.IGNORECASE)
_NAMES_ORDERS = re.compile(r"\b(?:orders?|packages?|parcels?|shipments?)\b", re.IGNORECASE)

# -- batches, queue, settings


@rule("Talk", "Phrase", examples=["what failed", "pause", "help"])
@rule("Talk", "Phrase", "Question", examples=["what failed?"])
def phrase(_: Context, said: str, *_rest: str) -> BatchCommand:
    tool, *pairs = said.split()
    told = (pair.partition("=") for pair in pairs)
    return BatchCommand(tool, tuple((name, True if value == "true" else value) for name, _, value in told))


@rule("Talk", "Costs", "Period", examples=["what did last week cost"])
@rule("Talk", "Phrase", "Period", cost=0.3, examples=["what failed yesterday"])
@rule("Talk", "Costs", "Period", "Costs", examples=["what did last week cost"])
def costs(_: Context, said: str, period: Period, *_rest: str) -> BatchCommand | None:
    tool, *pairs = said.split()
    told = tuple((k, v) for k, _, v in (pair.partition("=") for pair in pairs))
    if tool != "batches":
        return None
    return BatchCommand(tool, (*told, ("since", period.first.isoformat()), ("until", period.last.isoformat())))


@rule("Numbers", "Number")
def number(_: Context, amount: Amount) -> tuple[int, ...]:
    return (int(amount.value),)


@rule("Numbers", "Numbers", "And|Comma|Or", "Number")
@rule("Numbers", "Numbers", "Comma", "And|Or", "Number")
def numbers(_: Context, before: tuple[int, ...], *rest: Any) -> tuple[int, ...]:
    return (*before, int(rest[-1].value))


# -- edits of the preview

_IN_A_ROW = frozenset({"only", "add", "drop", "service", "rule"})


def _describes(group: Group) -> bool:
    return bool(group.families) or not isinstance(group.tree, Everything)


@rule("Edit", "Only", "Orders", examples=["only those over $100"])
@rule("Edit", "Orders", "Only", examples=["Texas only"])
def only(_: Context, *parts: Any) -> Edit | None:
    group = next(part for part in parts if isinstance(part, Group))
    return Edit("only", group) if group.families or group.cuts else None


@rule("Edit", "Add", "Orders", examples=["add Texas", "also include Nevada"])
@rule("Edit", "Orders", "Add", examples=["Texas too"])
@rule("Edit", "Add|And", "Orders", "Add", examples=["add Oregon too"])
def add(_: Context, *parts: Any) -> Edit | None:
    group = next(part for part in parts if isinstance(part, Group))
    return Edit("add", group) if group.families else None


@rule("Edit", "And", "Orders", examples=["and Texas", "and over $100"])
def and_these(context: Context, _word: str, group: Group) -> Edit | None:
    if group.only or _FORMAL.search(context.text):
        return Edit("only", group)
    return Edit("and", group) if _describes(group) else None


@rule("Edit", "Orders", cost=1.1, examples=["over $100", "the fragile ones"])
def alone(_: Context, group: Group) -> Edit | None:
    """Orders without a verb while a preview is open: which of them are meant is asked, or shows."""
    whole = not group.families and group.noun in ("all", "that")
    if group.noun in ("rest", "beyond") or group.cuts or not (whole or group.families):
        return None
    return Edit("only" if group.only or group.noun == "that" else "alone", group)


@rule("Edit", "Cut", cost=-0.3, examples=["the first 3"])
def cut_to(_: Context, cut: Cut) -> Edit:
    return Edit("only", Group(noun="that", cuts=(cut,), doubts=cut.doubts))


@rule("Edit", "Add|And", "Arm", examples=["and Canada by standard"])
def add_arm(context: Context, word: str, arm: Arm) -> Edit | None:
    """`and Canada by standard` adds; `and the ones over $500 go overnight` is about those of the preview."""
    group = arm.group
    if group is None or not group.families:
        return None
    if group.only:
        return Edit("only", group, arm.service)
    changes = word == "and" and not _NAMES_ORDERS.search(context.text)
    changes = changes and (group.noun == "that" or bool(group.measured) or bool(_CHANGES.search(context.text)))
    return Edit("and rule" if changes else "add", group, arm.service)


@rule("Edit", "Except|Empty|Not", "Orders", examples=["without Dallas", "drop anything pending"])
@rule("Edit", "But", "Not|Except", "Orders", examples=["but not Texas"])
@rule("Edit", "Orders", "Excluded|Not|No", cost=0.2, examples=["the fragile ones please not", "gifts excluded"])
@rule("Edit", "But", "Orders", "Excluded|Not|No", cost=0.2, examples=["but the fragile ones please not"])
@rule("Edit", "Orders", "Stays", cost=0.1, examples=["the fragile ones stay here"])
@rule("Edit", "Keeps", "Orders", "Here", cost=0.1, examples=["keep the fragile ones here"])
def drop(context: Context, *parts: Any) -> Any:
    group = next(part for part in parts if isinstance(part, Group))
    if isinstance(group.tree, Rows) and group.tree.ranges:
        rows = tuple(n for low, high in group.tree.ranges for n in range(low, high + 1))
        return BatchCommand("leave_out", (("sheet_rows", rows),))
    undated = without_today(context, group.tree)
    if undated is not None:
        return [Edit("drop", replace(group, tree=undated)), Edit("drop", group)]
    return Edit("drop", group) if group.families else None


@rule("Edit", "Service", examples=["make it 2-day"])
@rule("Edit", "Service", "Instead", examples=["use 2nd day instead"])
@rule("Edit", "Instead|But", "Service", cost=-0.2, examples=["make that 2nd day", "same but 2 day"])
@rule("Edit", "Instead", "Comma", "Service", cost=-0.2, examples=["actually, 2 day"])
def service(_: Context, *parts: Any) -> Edit:
    return Edit("service", None, next(part for part in parts if isinstance(part, Service)))


@rule("Edit", "No", "Edit", cost=-0.3, examples=["nah use 2nd day", "no not Texas"])
def no_but(_: Context, _word: str, edit: Edit) -> Edit | None:
    return edit if edit.kind in ("service", "instead", "afresh", "rule", "drop") else None


@rule("Edit", "No|TakenBack|Instead", "Comma", "Edit", cost=-0.3, examples=["no, I meant over $200", "wait, not Texas"])
@rule("Edit", "TakenBack", "Edit", cost=-0.3, examples=["no wait 2 day", "wait not Texas"])
def rather(_: Context, *parts: Any) -> Edit | None:
    """What is said behind `no, ...` takes the place of what was said before."""
    edit: Edit = parts[-1]
    if edit.kind == "alone":
        return replace(edit, kind="instead")
    return edit if edit.kind in _IN_A_ROW | {"instead", "afresh"} else None


@rule("Edit", "And", "Edit", cost=0.1, examples=["and make it 2 day", "and only the first 5", "and without Dallas"])
def and_then(_: Context, _word: str, edit: Edit) -> Edit | None:
    return edit if edit.kind in ("service", "only", "drop") else None


@rule(
    "Edit",
    "Edit",
    "And|Comma|But",
    "Edit",
    cost=0.3,
    examples=["skip Dallas, add Nevada", "add Ohio and make it 2 day"],
)
@rule("Edit", "Edit", "Comma", "And|But", "Edit", cost=0.3, examples=["add Ohio, and make it 2 day"])
def edits(_: Context, first: Edit, *rest: Any) -> Edit | None:
    """One change after the other, each with a word of its own that says what it does."""
    second = rest[-1]
    if first.then or not {first.kind, second.kind} <= _IN_A_ROW or first.kind == second.kind == "service":
        return None
    if first.service is not None and second.kind == "service":
        return None
    doubts = first.doubts | second.doubts | (second.group.doubts if second.group else frozenset())
    return replace(first, then=second, doubts=doubts)


@rule("Edit", "Except|Empty|Not", "Orders", "Comma|And|But", "Service", cost=0.2, examples=["without Dallas, 2 day"])
@rule("Edit", "Except|Empty|Not", "Orders", "Comma", "And|But", "Service", cost=0.2)
def drop_and_serve(_: Context, _word: str, left: Group, *rest: Any) -> Edit | None:
    if not left.families or left.cuts or denies(left.tree) or left.loose:
        return None
    return Edit("drop", left, then=Edit("service", None, rest[-1]))


@rule("Edit", "Arm", examples=["use next day air for anything over $200", "ship them by 3 day"])
@rule("Edit", "Arm", "And|Comma", "Keep", examples=["overnight the ones over $500 and leave the others"])
def rerouted(context: Context, arm: Arm, *_rest: str) -> Edit | None:
    if arm.group is None or arm.group.noun == "rest":
        return None
    if arm.group.only or arm.group.excepted:  # "only the paid ones, 2 day", "everything but Dallas by 2 day"
        narrows = arm.group.only or arm.group.noun in ("many", "that", "")
        return Edit("only", arm.group, arm.service) if narrows and _describes(arm.group) else None
    if not arm.group.families:
        return Edit("service", None, arm.service) if arm.group.noun in ("that", "all", "many") else None
    if arm.link == "for" or _CHANGES.search(context.text):
        return Edit("rule", arm.group, arm.service)
    return None if _NAMES_ORDERS.search(context.text) else Edit("bare", arm.group, arm.service)


@rule("Edit", "But", "Arm", cost=0.2, examples=["but the Texas ones by 2 day"])
def but_arm(_: Context, _word: str, arm: Arm) -> Edit | None:
    described = arm.group is not None and bool(arm.group.families) and arm.group.noun not in ("rest", "beyond")
    return Edit("rule", arm.group, arm.service) if described else None


@rule("Edit", "Arm", "And|Comma|But", "Rest", "Stays", "Service", cost=-0.3)
@rule("Edit", "Arm", "Comma", "And|But", "Rest", "Stays", "Service", cost=-0.3)
def rerouted_alone(context: Context, arm: Arm, *rest: Any) -> Edit | None:
    """`lamps go 2 day, the others stay on ground`: as the preview has them."""
    before = context.preview
    same = before is not None and before.service == rest[-1] and "rest" in rest
    return Edit("rule", arm.group, arm.service) if same and arm.group is not None and arm.group.families else None


@rule("Edit", "Arm", "Instead", cost=-1.2, examples=["Texas by 2 day instead"])
def arm_instead(_: Context, arm: Arm, _word: str) -> Edit | None:
    return but_arm(_, _word, arm)


@rule("Edit", "Rest", "Service", examples=["the rest 2 day"])
@rule("Edit", "Rest", "Comma", "Service", examples=["the rest, 2 day"])
@rule("Edit", "Verb", "Rest", "Service", cost=-0.3, examples=["ship the rest by 2 day"])
def rest_of_sheet(_: Context, *parts: Any) -> Edit | None:
    return Edit("rest", None, parts[-1]) if "rest" in parts else None


@rule("Edit", "Orders", "Instead", examples=["Texas instead"])
@rule("Edit", "Instead", "Orders", examples=["I meant over $200"])
@rule("Edit", "Instead", "Orders", "Instead", cost=-0.3)
@rule("Edit", "Instead", "Comma", "Only", "Orders", cost=-0.3)
@rule("Edit", "Instead", "Only", "Orders", cost=-0.3, examples=["scrap that, only Ohio"])
def instead(_: Context, *parts: Any) -> Edit | None:
    group = next(part for part in parts if isinstance(part, Group))
    return Edit("instead" if "only" not in parts else "afresh", group) if group.families else None


@rule("Edit", "Orders", "InsteadOf", "Orders", cost=-0.2, examples=["Texas instead of Ohio"])
def in_place_of(_: Context, group: Group, _word: str, left: Group) -> Edit | None:
    return Edit("instead", group) if group.families and left.families else None


@rule("Talk", "Asks", "Services", "CostWord", cost=0.2, examples=["whats 2 day cost"])
@rule("Talk", "Asks", "CostWord", "Services", cost=0.2, examples=["what costs 2 day"])
def compare_costs(_: Context, *parts: Any) -> BatchCommand:
    return BatchCommand("compare_services", (("services", next(part for part in parts if isinstance(part, tuple))),))


@rule("Talk", "Services", "Question", cost=-0.3, examples=["2 day?"])
@rule("Talk", "And|Comma", "Services", "Question", cost=-0.3, examples=["and 2 day?"])
def compare_asked(_: Context, *parts: Any) -> BatchCommand:
    return compare_costs(_, *parts)


@rule("Talk", "Compare", "Services", examples=["what would 3-day cost"])
@rule("Talk", "Compare", "Services", "Costs")
def compare(_: Context, _word: str, codes: tuple[str, ...], *_rest: str) -> BatchCommand:
    return BatchCommand("compare_services", (("services", codes),))


@rule("Services", "Service")
@rule("Services", "Services", "And|Or|Comma", "Service")
def services(_: Context, *parts: Any) -> tuple[str, ...] | None:
    found = [p for p in parts if isinstance(p, (Service, tuple))]
    codes = tuple(c for p in found for c in (p if isinstance(p, tuple) else (p.code,)))
    return codes if all(codes) else None
