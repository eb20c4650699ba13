"""Sentences that fit the sheet that was opened: what a person could say first. Nothing is carried out by them."""

from statistics import median_low

from agent.chat.state import SessionState
from agent.errors import is_refusal
from agent.shipping.places import STATES, state_code
from agent.shipping.verdict import Ok
from agent.shipping.weights import SHOWN, read_weight, unit_of_header

MOST_VALUES = 60
"""Different states, or weights, that are looked at."""
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
    elif heavy := await _what_some_exceed(state, columns.get("weight")):
        found.append(f"Ship orders over {heavy}{via}")
    found.append(f"Ship the first 5 orders{via}")
    return [*found[:2], "How many orders per state?" if named else "Show me all orders"]


async def _most_common_state(state: SessionState, column: str | None) -> str | None:
    """By its name; None where the column holds no states of the US."""
    counts: dict[str, int] = {}
    for value, count in await _values(state, column):
        code = state_code(value)
        if code is not None:
            counts[code] = counts.get(code, 0) + count
    return STATES.get(max(counts, key=lambda code: counts[code])) if counts else None


async def _what_some_exceed(state: SessionState, column: str | None) -> str | None:
    """A whole weight in the column's own unit that some rows exceed and others do not; None where there is none."""
    unit = unit_of_header(column or "")
    if unit is None:
        return None
    read = [read_weight(value, unit) for value, _ in await _values(state, column)]
    weights = sorted(weight.value.to(unit).value for weight in read if isinstance(weight, Ok))
    whole = int(median_low(weights)) if weights else 0
    return f"{whole} {SHOWN[unit]}" if whole and weights[0] <= whole < weights[-1] else None


async def _values(state: SessionState, column: str | None) -> list[tuple[str, int]]:
    """Different cells of a column, and how often each is there."""
    if column is None:
        return []
    reply = await state.sheet.data("get_column_values", {"column": column, "limit": MOST_VALUES})
    return [] if is_refusal(reply) else [(str(item["value"]), int(item["count"])) for item in reply["values"]]
