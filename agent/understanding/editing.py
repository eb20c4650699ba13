"""Edits are functions from the last request to the next one, on the condition tree; no clause is ever split."""

from dataclasses import replace

from agent.understanding.conditions import All, Condition, Everything, Not, all_of, any_of, columns_of
from agent.understanding.readings import Edit, ServiceRule, ShipRequest
from agent.understanding.requests import Action, ToolRequest


def edited(edit: Edit, before: ShipRequest, *, undo: bool = False) -> ShipRequest | Action:
    """The request after an edit."""
    group = edit.group
    if undo:
        return ToolRequest("undo_proposal")
    if edit.kind == "service" or group is None:
        return replace(before, service=edit.service, rules=())
    tree = group.tree
    if edit.kind == "only":
        return replace(before, where=all_of(before.where, tree), cuts=group.cuts or before.cuts)
    if edit.kind == "add":
        added = replace(before, where=_widened(before.where, tree))
        if edit.service is not None and edit.service != before.service:
            return replace(added, rules=(*before.rules, ServiceRule(tree, edit.service)))
        return added
    if edit.kind == "drop":
        return replace(before, where=all_of(before.where, tree.item if isinstance(tree, Not) else Not(tree)))
    if edit.kind == "rule" and edit.service is not None:
        return replace(before, rules=(ServiceRule(tree, edit.service), *before.rules))
    if edit.kind == "afresh":
        return replace(before, where=tree, cuts=group.cuts)
    return replace(before, where=_exchanged(before.where, tree), cuts=group.cuts or before.cuts)


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
