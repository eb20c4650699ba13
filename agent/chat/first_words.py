"""Sentences that fit the sheet that was opened: what a person could say first. Nothing is carried out by them."""

from agent.chat.state import SessionState
from agent.errors import is_refusal
from agent.shipping.places import STATES, state_code

MOST_VALUES = 60
"""Different states that are looked at."""
GROUND = {"US": "Ground", "CA": "Standard", "PR": "Ground"}
"""What goes by road from here; else no service is named, and it is asked."""


async def first_words(state: SessionState) -> list[str]:
    """Three sentences over the open sheet's own columns and values."""
    columns = {field: column for column, field in state.sheet.roles.items()}
    road = GROUND.get(state.settings.sender.address.country_code)
    via = f" via {road}" if road else ""
    named = await _most_common_state(state, columns.get("state"))
    found = [f"Ship all {named} orders{via}"] if named else []
    if "service" in columns:
        found.append(f"Ship all orders by the service in the {columns['service']} column")
    elif "weight" in columns:
        found.append(f"Ship orders over 5 lb{via}")
    found.append(f"Ship the first 5 orders{via}")
    return [*found[:2], "How many orders per state?" if named else "Show me all orders"]


async def _most_common_state(state: SessionState, column: str | None) -> str | None:
    """By its name; None where the column holds no states of the US."""
    if column is None:
        return None
    reply = await state.sheet.data("get_column_values", {"column": column, "limit": MOST_VALUES})
    counts: dict[str, int] = {}
    for item in [] if is_refusal(reply) else reply["values"]:
        code = state_code(str(item["value"]))
        if code is not None:
            counts[code] = counts.get(code, 0) + int(item["count"])
    return STATES.get(max(counts, key=lambda code: counts[code])) if counts else None
