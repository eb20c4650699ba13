"""What is asked of the shipments besides rows and service, for the preview. Pure, from stored data."""

from collections.abc import Sequence

from agent.planning.model import PlannedShipment
from agent.planning.wording import counted
from agent.shipping.notices import EVENTS, IN_WORDS
from agent.shipping.returns import IN_WORDS as RETURN_IN_WORDS

_MOST_ROWS = 12


def option_lines(shipments: Sequence[PlannedShipment], columns: Sequence[str] = ()) -> list[str]:
    """A line for each kind of return, for a Saturday, Access Points, notices and further references; `columns` are what
    words named for them."""
    lines = []
    for code, words in RETURN_IN_WORDS.items():
        found = [item for item in shipments if item.payload.get("return_service_code") == code]
        if found:
            lines.append(f"RETURN: {counted(len(found), 'parcel')} from the customer to you; {words} ({_rows(found)}).")
    saturday = [item for item in shipments if item.payload.get("saturday_delivery")]
    if saturday:
        lines.append(f"Delivery on a Saturday, which costs more: {_rows(saturday)}.")
    held = [item for item in shipments if "access_point" in item.payload]
    if held:
        lines.append(
            f"UPS keeps {counted(len(held), 'parcel')} at an Access Point and e-mails the customer: {_rows(held)}."
        )
    told = [item for item in shipments if "notify" in item.payload]
    if told:
        events = {event for item in told for event in item.payload["notify"]["on"]}
        when = " or ".join(IN_WORDS[event] for event in EVENTS if event in events)
        lines.append(f"UPS e-mails {counted(len(told), 'recipient')} when {when}.")
    more = [item for item in shipments if item.payload.get("references")]
    if more:
        named = f" ({', '.join(columns)})" if columns else ""
        count = counted(len(more), "shipment")
        lines.append(f"Further references{named} go along for {count}; the label prints the first two.")
    return lines


def _rows(found: Sequence[PlannedShipment]) -> str:
    numbers = [str(item.sheet_rows[0]) for item in found]
    more = f" and {len(numbers) - _MOST_ROWS} more" if len(numbers) > _MOST_ROWS else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {', '.join(numbers[:_MOST_ROWS])}{more}"
