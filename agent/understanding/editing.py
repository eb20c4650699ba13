"""Edits are functions from the last request to the next one, on the condition tree; no clause is ever split."""

from dataclasses import replace
from typing import Final

from agent.understanding.conditions import All, Blank, Condition, Everything, Not, all_of, any_of, columns_of, words
from agent.understanding.context import Context
from agent.understanding.readings import Edit, ServiceRule, ShipRequest
from agent.understanding.requests import Action, Ask, Say
from agent.understanding.values import FORMAL, Group, Service

_WITHIN: Final = "only their service, the rest of the preview as it is"
_ALONE: Final = "these alone, by that service"
_NARROWED: Final = "only the orders of the preview that fit"
_WIDER: Final = "these in addition to the preview"
_INSTEAD: Final = "these instead of the preview"
_AS_IT_IS: Final = "the preview as it is"
_ALL: Final = "all orders of the sheet"
_BESIDE: Final = "the orders that are not in the preview, added to it"
_OTHERS: Final = "the orders that are not in the preview, instead of it"
_BY_DAY: Final = "The preview chooses each service by its day of arrival. Say the whole command again."
_CUT: Final = "The preview is cut to some rows, so I cannot add to it. Say the whole command again."


def edited(edit: Edit, before: ShipRequest, context: Context) -> ShipRequest | Action:
    """The request after an edit; a question where it could be about other orders than the preview's."""
    made = _changed(edit, before, context)
    return edited(edit.then, made, context) if edit.then is not None and isinstance(made, ShipRequest) else made


def _changed(edit: Edit, before: ShipRequest, context: Context) -> ShipRequest | Action:
    group = edit.group
    if edit.kind != "service" and group is not None and edit.service is not None and before.arrival is not None:
        return Say(_BY_DAY)
    if edit.kind == "rest" and edit.service is not None:
        return _rest(edit.service, before, context)
    if edit.kind in ("rule", "and rule", "bare") and group is not None and edit.service is not None:
        return _rerouted(edit.kind, group, edit.service, before, context)
    kind: str | Ask = edit.kind
    if group is not None and kind in ("and", "alone"):
        kind = _joined(group, before, context) if kind == "and" else _meant_alone(group, before, context)
    if isinstance(kind, Ask):
        return kind
    if kind == "add" and before.cuts:
        return Say(_CUT)
    if kind == "service" or group is None:
        return replace(before, service=edit.service, rules=(), arrival=None)
    return _selected(kind, group, edit.service, before)


def _selected(kind: str, group: Group, service: Service | None, before: ShipRequest) -> ShipRequest:
    """The preview's orders narrowed, widened, or others in their place."""
    tree = group.tree
    if kind == "only":
        how = {"service": service, "rules": (), "arrival": None} if service is not None else {}
        return replace(before, where=all_of(before.where, tree), cuts=group.cuts or before.cuts, **how)  # type: ignore[arg-type]
    if kind == "add":
        added = replace(before, where=_widened(before.where, tree))
        if service is not None and service != before.service:
            return replace(added, rules=(*before.rules, ServiceRule(tree, service)))
        return added
    if kind == "drop":
        return replace(before, where=all_of(before.where, tree.item if isinstance(tree, Not) else Not(tree)))
    if kind == "afresh":
        return replace(before, where=tree, cuts=group.cuts)
    return replace(before, where=_exchanged(before.where, tree), cuts=group.cuts or before.cuts)


def _joined(group: Group, before: ShipRequest, context: Context) -> str | Ask:
    """`and Texas` adds to California, `and over $100` narrows it; where it may be either, it is asked."""
    named = group.noun in ("many", "one", "all", "that")
    if isinstance(group.tree, Not) or FORMAL in group.families or (group.measured and not named):
        return "only"
    if not group.measured and (named or columns_of(group.tree) <= columns_of(before.where)):
        return "add"
    answer = _answer(f"{words(group.tree)}: how do you mean it?", (_NARROWED, _WIDER), context)
    return answer if isinstance(answer, Ask) else "only" if answer == _NARROWED else "add"


def _meant_alone(group: Group, before: ShipRequest, context: Context) -> str | Ask:
    """`over $100`, said of a preview, narrows it; `Texas` may be other orders as well, and is asked about."""
    if FORMAL in group.families or (not group.noun and (group.measured or isinstance(group.tree, (Not, Blank)))):
        return "only"
    if isinstance(group.tree, Everything):  # "everything": what is shown, or the whole sheet
        options: tuple[str, ...] = (_AS_IT_IS, _ALL)
        answer = _answer("Everything: how do you mean it?", options, context)
        return answer if isinstance(answer, Ask) else "only" if answer == _AS_IT_IS else "afresh"
    options = (_NARROWED, _WIDER, _INSTEAD) if context.exists(all_of(before.where, group.tree)) else (_WIDER, _INSTEAD)
    answer = _answer(f"{words(group.tree)}: how do you mean it?", options, context)
    if isinstance(answer, Ask):
        return answer
    return {_NARROWED: "only", _WIDER: "add", _INSTEAD: "afresh"}[answer]


def _rest(service: Service, before: ShipRequest, context: Context) -> ShipRequest | Action:
    """`the rest by 2 day`: what the preview does not hold, beside it or instead of it."""
    others = Not(before.where)
    answer = _answer('What does "the rest" mean here?', (_BESIDE, _OTHERS), context)
    if not isinstance(answer, str):
        return answer
    if answer == _OTHERS:
        return ShipRequest(others, service=service)
    return Say(_CUT) if before.cuts else _added(others, service, before)


def _rerouted(kind: str, group: Group, service: Service, before: ShipRequest, context: Context) -> ShipRequest | Action:
    """`the ones over $500 go overnight`: the service of those in the preview, or a command about others."""
    inside = context.exists(all_of(before.where, group.tree))
    if kind == "bare":  # "Fresno overnight": their service, or a command of its own?
        if not inside:
            return ShipRequest(group.tree, group.cuts, service, doubts=group.doubts)
        answer = _answer(f"{words(group.tree)}: how do you mean it?", (_WITHIN, _ALONE), context)
        if not isinstance(answer, str):
            return answer
        if answer == _ALONE:
            return ShipRequest(group.tree, group.cuts, service, doubts=group.doubts)
    elif not inside and kind == "and rule" and not group.measured:  # "and the Texas ones by 2 day"
        return Say(_CUT) if before.cuts else _added(group.tree, service, before)
    elif not inside:
        question = f"No order of the preview fits: {words(group.tree)}. How do you mean it?"
        answer = _answer(question, (_WIDER, _INSTEAD), context)
        if not isinstance(answer, str):
            return answer
        if answer == _INSTEAD:
            return ShipRequest(group.tree, group.cuts, service, doubts=group.doubts)
        return Say(_CUT) if before.cuts else _added(group.tree, service, before)
    return replace(before, rules=(ServiceRule(group.tree, service), *before.rules))


def _added(tree: Condition, service: Service, before: ShipRequest) -> ShipRequest:
    return replace(before, where=any_of(before.where, tree), rules=(ServiceRule(tree, service), *before.rules))


def _answer(question: str, options: tuple[str, ...], context: Context) -> str | Ask:
    """What was chosen; the question while nothing was."""
    given = context.answers.get(question, "").strip().casefold()
    return next(
        (option for option in options if option.casefold() == given), Ask(question, options, "reading", free_text=False)
    )


def _widened(before: Condition, tree: Condition) -> Condition:
    """`add Texas` to `California over $100`: the new condition joins the part about the same column."""
    if isinstance(before, Everything):
        return before
    parts = before.items if isinstance(before, All) else (before,)
    same = [part for part in parts if columns_of(part) == columns_of(tree)]
    if len(parts) > 1 and len(same) == 1:
        return all_of(*(any_of(part, tree) if part is same[0] else part for part in parts))
    return any_of(before, tree)


def _exchanged(before: Condition, tree: Condition) -> Condition:
    """`Texas instead`, `I meant over $200`: what was said of the same columns goes, the rest stays."""
    parts = before.items if isinstance(before, All) else (before,)
    kept = [part for part in parts if not columns_of(part) & columns_of(tree)]
    return all_of(*kept, tree)
