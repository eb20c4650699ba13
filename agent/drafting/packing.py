"""What a request says of the boxes of some of its rows: `small boxes for the mugs`."""

from agent.drafting.state import DraftingContext
from agent.mapping.answers import cell_slot
from agent.planning.selection import all_of, fetch
from agent.planning.ship_request import ShipRequest


async def answers_of(context: DraftingContext, request: ShipRequest) -> dict[str, str]:
    """What a request says of all its rows, and of the boxes of single ones; the first rule that fits a row counts.

    Raises:
        ShipchatError: what a rule's clause is refused for.
    """
    found: dict[str, str] = {}
    for rule in request.box_rules:
        for row in await fetch(context.sheet.data, all_of([request.where, rule.where])):
            found.setdefault(cell_slot(row.sheet_row, "dimensions"), rule.box)
    return request.answers() | found
