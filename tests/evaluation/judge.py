"""Compares what a brain did with what the item's rule says."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.evaluation import gold
from tests.evaluation.fake_toolbox import DataServer, FakeToolbox, rows_for

REFUSING = ("refus", "nothing", "cannot", "can't", "no ", "not ", "nowhere", "only ")


@dataclass
class Verdict:
    """One of the outcomes of the table (`exact`, `too many`, ...), with the reason."""

    outcome: str
    why: str = ""


async def judge(item: dict[str, Any], toolbox: FakeToolbox, data: DataServer) -> Verdict:
    """The verdict on one item, after its conversation has run."""
    looking = {"count_rows", "column_values"} - ({"count_rows"} if "count" in item else set()) - {item.get("tool")}
    acts = [(name, arguments) for name, arguments in toolbox.called if name not in looking]
    proposals = [arguments for name, arguments in acts if name == "propose_shipment"]
    if "refuse" in item:
        return _refused(toolbox, acts)
    if "no_preview" in item:
        # A question about what was or should be done: any answer is right that would ship nothing.
        return Verdict("too many", f"a question previewed {proposals}") if proposals else Verdict("exact")
    open_question = toolbox.unanswered or (bool(toolbox.asked) and not proposals and not acts)
    serviceless = bool(proposals) and not any(
        k in proposals[-1] for k in ("service", "service_column", "service_rules")
    )
    if "ask" in item:
        return await _asked(item, toolbox, open_question or serviceless, proposals, data)
    if open_question:
        return Verdict("asked needlessly", str(toolbox.asked[-1]["question"]))
    if "rows" in item:
        if not proposals:
            return Verdict("wrong", f"no proposal: {acts} {toolbox.said}")
        if serviceless:
            return Verdict("asked needlessly", "no service")
        return await _rows(item, proposals[-1], data)
    if proposals:
        return Verdict("too many", f"previewed {proposals}")
    if "count" in item or "shown" in item:
        return await _counted(item, acts, data)
    return await _tool(item, acts, toolbox, data)


def _refused(toolbox: FakeToolbox, acts: list[Any]) -> Verdict:
    if acts or toolbox.asked:
        return Verdict("not refused", f"{acts} {toolbox.asked}")
    spoken = " ".join(toolbox.said).casefold()
    return Verdict("refused") if any(word in spoken for word in REFUSING) else Verdict("not refused", spoken)


async def _asked(
    item: dict[str, Any], toolbox: FakeToolbox, asked: bool, proposals: list[Any], data: DataServer
) -> Verdict:
    if not asked:
        rows = [row.sheet_row for row in await rows_for(data, proposals[-1])] if proposals else []
        return Verdict("should have asked", f"{toolbox.called[-1:] or toolbox.said} {rows[:5]}")
    question = toolbox.asked[-1] if toolbox.asked else {"question": "service?", "options": []}
    text = f"{question['question']} {question.get('options')}".casefold()
    if all(word.casefold() in text for word in item["ask"]):
        return Verdict("asked rightly")
    return Verdict("wrong", f"asked {question}")


async def _rows(item: dict[str, Any], proposal: dict[str, Any], data: DataServer) -> Verdict:
    wanted = gold.selected(item["sheet"], item)
    found = await rows_for(data, proposal)
    verdict = _same_rows(item, wanted, [row.sheet_row for row in found], proposal)
    if verdict.outcome != "exact":
        return verdict
    if item.get("service") == "column":
        # A service that is named with a column is for its blank cells.
        right = proposal.get("service_column") == item["column"] and item.get("blank") in (
            None,
            proposal.get("service"),
        )
        return Verdict("exact") if right else Verdict("wrong", f"service: {proposal}")
    expected = gold.services(item, wanted)
    given = await _services(proposal, data)
    wrong = {
        n: given.get(n, proposal.get("service"))
        for n in expected
        if given.get(n, proposal.get("service")) != expected[n]
    }
    return Verdict("exact") if "sample" in item or not wrong else Verdict("wrong", f"services {wrong}")


def _same_rows(item: dict[str, Any], wanted: list[gold.Row], found: list[int], proposal: dict[str, Any]) -> Verdict:
    numbers = [row.number for row in wanted]
    if "sample" in item:
        count = item["sample"]
        return Verdict("exact") if len(found) == count and set(found) <= set(numbers) else Verdict("wrong", f"{found}")
    if "order" in item and "limit" in item:
        rows = {row.number: row for row in gold.rows_of(item["sheet"])}
        column = item["order"][0]
        keys = Counter(gold.sort_key(row, column) for row in wanted)
        if Counter(gold.sort_key(rows[n], column) for n in found) == keys and all(
            gold.holds(item["rows"], rows[n]) for n in found
        ):
            return Verdict("exact")
    more, less = sorted(set(found) - set(numbers)), sorted(set(numbers) - set(found))
    if more:
        return Verdict("too many", f"rows {more[:8]} by {proposal.get('where')}")
    return Verdict("too few", f"rows {less[:8]} by {proposal.get('where')}") if less else Verdict("exact")


async def _services(proposal: dict[str, Any], data: DataServer) -> dict[int, str]:
    found: dict[int, str] = {}
    for rule in proposal.get("service_rules", []):
        for row in await rows_for(data, {"where": rule["where"]}):
            found.setdefault(row.sheet_row, rule["service"])
    return found


async def _counted(item: dict[str, Any], acts: list[Any], data: DataServer) -> Verdict:
    name = "count_rows" if "count" in item else "show_rows"
    wheres = [arguments["where"] for tool, arguments in acts if tool == name]
    if not wheres:
        return Verdict("wrong", f"{acts}")
    rule = item.get("count") or item.get("shown")
    wanted = {row.number for row in gold.rows_of(item["sheet"]) if gold.holds(rule, row)}
    found = {row.sheet_row for row in await rows_for(data, {"where": wheres[-1]})}
    if found == wanted:
        return Verdict("exact")
    return Verdict("too many" if found - wanted else "too few", wheres[-1])


async def _tool(item: dict[str, Any], acts: list[Any], toolbox: FakeToolbox, data: DataServer) -> Verdict:
    """The tool with these arguments among its arguments, and over the rows of the rule `over` where there is one."""
    for name, arguments in acts:
        expected = item.get("arguments", {})
        if name != item["tool"] or any(arguments.get(key) != value for key, value in expected.items()):
            continue
        if "over" not in item:
            return Verdict("exact")
        wanted = {row.number for row in gold.rows_of(item["sheet"]) if gold.holds(item["over"], row)}
        found = {row.sheet_row for row in await rows_for(data, {"where": arguments.get("where")})}
        if found != wanted:
            return Verdict("too many" if found - wanted else "too few", f"by {arguments.get('where')}")
        return Verdict("exact")
    return Verdict("wrong", f"{acts} {toolbox.said}")
