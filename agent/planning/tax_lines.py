"""Numbers that customs of the EU asks for and a shipment does not have, for the preview. Pure, from stored data."""

from collections.abc import Sequence
from typing import Any, Final

from agent.planning.model import PlannedShipment
from agent.shipping.countries import EU_CUSTOMS

_MOST_ROWS: Final = 12


def tax_lines(shipments: Sequence[PlannedShipment]) -> list[str]:
    """A line for each kind of number that is missing, with its rows; none where all have theirs."""
    entering = [item for item in shipments if _enters_eu(item.payload)]
    without_ioss = [item for item in entering if item.payload.get("eu_de_minimis") and not item.payload.get("ioss")]
    business = [item for item in entering if item.payload.get("consignee_type") == "business"]
    no_eori = [item for item in business if not _has(item.payload, "eori")]
    no_vat = [item for item in business if not _has(item.payload, "tax")]
    lines = []
    if without_ioss:
        lines.append(f"No IOSS number: VAT is collected from the recipient on import ({_rows(without_ioss)}).")
    if no_eori:
        lines.append(
            f"No EORI number of the recipient, a business that imports: customs asks for it ({_rows(no_eori)})."
        )
    if no_vat:
        lines.append(f"No VAT number of the recipient, a business: customs may ask for it ({_rows(no_vat)}).")
    return lines


def _enters_eu(payload: dict[str, Any]) -> bool:
    start, end = (payload[who]["address"]["country_code"] for who in ("shipper", "ship_to"))
    return end in EU_CUSTOMS and start not in EU_CUSTOMS


def _has(payload: dict[str, Any], kind: str) -> bool:
    return any(one["of"] == "recipient" and one["kind"] == kind for one in payload.get("tax_ids", ()))


def _rows(found: Sequence[PlannedShipment]) -> str:
    numbers = [str(item.sheet_rows[0]) for item in found]
    more = f" and {len(numbers) - _MOST_ROWS} more" if len(numbers) > _MOST_ROWS else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {', '.join(numbers[:_MOST_ROWS])}{more}"
