"""What of an answer or a refusal a language model is told: shapes, counts and its own words, never a person's cell.

A message may quote cells (`'9201x' is not a postal code`), a database or UPS. So it is told as it stands only where its
code is on the list below, whose messages are made of columns, clauses and counts; else the person's screen has it.
"""

from typing import Any

from agent.errors import ShipchatError

ON_THE_SCREEN = "The details are on the person's screen."
ASK_THE_PERSON = "Ask the person what to do, or change what you proposed."
PRIVATE = frozenset({"E-2252", "E-2254", "E-2256"})
"""Of the beginnings below, those that quote cells or files."""
TOLD = (
    *("E-1008", "E-1011", "E-1012", "E-11", "E-15"),  # columns, clauses, sheets
    *("E-2222", "E-225", "E-23"),  # services that were named, templates, tools and checks
    *("E-2404", "E-2405", "E-2406"),  # caps and counts
)
"""How the codes begin whose messages quote no cell."""


def refusal_for_model(refusal: ShipchatError) -> dict[str, Any]:
    """The refusal as a model is told it."""
    if refusal.to_model is not None:
        return {"code": refusal.code, "message": refusal.to_model, "remedy": refusal.remedy}
    if refusal.code.startswith(TOLD) and refusal.code not in PRIVATE:
        return refusal.as_dict()
    return {"code": refusal.code, "message": ON_THE_SCREEN, "remedy": ASK_THE_PERSON}


def proposal_for_model(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer of a proposal: why rows are left out may quote their cells, so it is counted."""
    excluded = answer.get("excluded")
    if not isinstance(excluded, dict):
        return answer
    told = {name: value for name, value in answer.items() if name != "excluded"}
    return told | ({"left_out": sum(excluded.values()), "why": ON_THE_SCREEN} if excluded else {})


def shared_values(values: list[dict[str, Any]]) -> set[str]:
    """The values that at least two rows hold: one that occurs once, in a column nobody knows, may be a person's."""
    return {value["value"].strip().casefold() for value in values if value["count"] > 1}
