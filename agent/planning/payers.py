"""Who pays besides the own account, for the preview. Pure, from stored data."""

from collections.abc import Sequence
from typing import Any, Final

from agent.planning.model import PlannedShipment
from agent.planning.wording import masked_account, money

_WHOM: Final = {"receiver": "the receiver", "third_party": "a third party"}
_MOST_ROWS: Final = 12


def payer_lines(shipments: Sequence[PlannedShipment], currency: str) -> list[str]:
    """A line for each payer with the rows and the price, and one for each payer of duties; none where all is ours."""
    lines = [
        f"Billed to {whom}, not to your account: {_rows(found)}, {_price(found, currency)} by UPS's quote (their own"
        " rates may differ)."
        for whom, found in _by_payer(shipments, "billing").items()
    ]
    lines += [
        f"Duties and taxes are billed to {whom}, and are not in the price: {_rows(found)}."
        for whom, found in _by_payer(shipments, "duties").items()
    ]
    return lines


def _by_payer(shipments: Sequence[PlannedShipment], part: str) -> dict[str, list[PlannedShipment]]:
    found: dict[str, list[PlannedShipment]] = {}
    for item in shipments:
        if part in item.payload:
            found.setdefault(payer_in_words(item.payload[part]), []).append(item)
    return found


def payer_in_words(payer: dict[str, Any]) -> str:
    """`a third party (account …9X, 30005 US)`: enough to notice a wrong one."""
    if payer["payer"] == "shipper":
        return "your account"
    if payer["payer"] == "consignee":
        return "the consignee (some surcharges stay with your account)"
    place = " ".join(filter(None, (payer.get("postal_code"), payer.get("country_code"))))
    account = f"account {masked_account(payer['account_number'])}"
    return f"{_WHOM[payer['payer']]} ({', '.join(filter(None, (account, place)))})"


def _rows(found: Sequence[PlannedShipment]) -> str:
    numbers = [str(item.sheet_rows[0]) for item in found]
    more = f" and {len(numbers) - _MOST_ROWS} more" if len(numbers) > _MOST_ROWS else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {', '.join(numbers[:_MOST_ROWS])}{more}"


def _price(found: Sequence[PlannedShipment], currency: str) -> str:
    """What was quoted, and how many were not."""
    unquoted = sum(item.quote_cents is None for item in found)
    quoted = money(sum(item.quote_cents or 0 for item in found), currency)
    if not unquoted:
        return quoted
    return f"{quoted} and {unquoted} not quoted" if unquoted < len(found) else "not quoted"
