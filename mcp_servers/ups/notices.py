"""What UPS adds to a success: alerts and warnings, each once, in its own words."""

from typing import Any

from mcp_servers.ups.answers import Notice
from mcp_servers.ups.faults import LIST_PRICE
from mcp_servers.ups.ups_json import as_list, at, text_at

_NAMES = ("Alert", "RatedShipmentAlert", "RatedPackageAlert")
_LIST_PRICE = Notice(code=LIST_PRICE.code, message=f"{LIST_PRICE.message} {LIST_PRICE.remedy}")


def notices_of(*parts: Any) -> list[Notice]:
    """The alerts in these parts of an answer (a `Response`, a rated shipment), in order."""
    found = [
        Notice(code=text_at(alert, "Code") or "", message=text_at(alert, "Description") or "")
        for part in parts
        for name in _NAMES
        for alert in as_list(at(part, name))
    ]
    told = [notice for notice in found if notice.code or notice.message]
    return list({(notice.code, notice.message): notice for notice in told}.values())


def with_list_price(notices: list[Notice], *, negotiated: bool) -> list[Notice]:
    """Says too that a price is UPS's list price, which no alert of UPS needs to say."""
    return notices if negotiated else [*notices, _LIST_PRICE]
