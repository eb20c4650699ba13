"""What the lane asks for: where references go, what crosses a border, what UPS wants then. Source: UPS Shipping."""

from decimal import Decimal

from mcp_servers.shared.faults import FaultKind, ToolFault, fault
from mcp_servers.ups.answers import LabelDelivery
from mcp_servers.ups.faults import NEEDED_ON_LANE, NOT_FOR_RETURNS, NOT_ON_LANE
from mcp_servers.ups.models import Shipment
from mcp_servers.ups.services import DOMESTIC

US_AND_PUERTO_RICO = frozenset({"US", "PR"})
_NOT_FOR_RETURNS = frozenset({"13", "59", "82", "83", "84", "85", "86"})
LABEL_BROUGHT_BY: dict[str, LabelDelivery] = {"2": "post", "3": "driver", "5": "driver", "8": "email"}
"""Return services whose label UPS hands out itself: no label comes with the answer."""
_EARLY = "14"
TO_ACCESS_POINTS = frozenset({"01", "02", "03", "07", "08", "11", "12", "13", "65"})
MOST_NOTICES = 3
"""Of a shipment; the one of an Access Point is one of them."""
_NO_POINT = "goes to the shipper, not to an Access Point"
MOST_REFERENCES, MOST_ON_SHIPMENT = 5, 2
"""On a package, on a shipment; the last one is the reference of the request."""
EU_CUSTOMS = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
"""The customs area: Monaco is in it."""


def origin(shipment: Shipment) -> str:
    """The country it starts from: the pick-up address where there is one."""
    return (shipment.ship_from or shipment.shipper).address.country_code


def destination(shipment: Shipment) -> str:
    """The country it goes to."""
    return shipment.ship_to.address.country_code


def references_on_packages(shipment: Shipment) -> bool:
    """US to US and PR to PR carry references on packages, every other lane on the shipment (else 120541, 120542)."""
    return origin(shipment) == destination(shipment) and origin(shipment) in US_AND_PUERTO_RICO


def crosses_border(shipment: Shipment) -> bool:
    """Whether customs see it; US and Puerto Rico are one customs area."""
    lane = {origin(shipment), destination(shipment)}
    return len(lane) == 2 and lane != US_AND_PUERTO_RICO


def enters_eu(shipment: Shipment) -> bool:
    """Whether it comes into the customs area of the EU from outside."""
    return destination(shipment) in EU_CUSTOMS and origin(shipment) not in EU_CUSTOMS


def signature_on_packages(shipment: Shipment) -> bool:
    """Delivery confirmation is a package option within US and PR, a shipment option elsewhere."""
    return {origin(shipment), destination(shipment)} <= US_AND_PUERTO_RICO


def invoice_total(shipment: Shipment) -> tuple[str, str] | None:
    """(amount, currency) of the goods, from the invoice."""
    invoice = shipment.international
    if invoice is None:
        return None
    lines = sum(Decimal(product.unit_value) * product.quantity for product in invoice.products)
    return invoice.invoice_line_total or f"{lines:.2f}", invoice.currency_code


def wants_invoice_total(shipment: Shipment) -> bool:
    """UPS takes InvoiceLineTotal for US to CA and US to PR only, and needs it there."""
    return origin(shipment) == "US" and destination(shipment) in {"CA", "PR"} and shipment.return_service_code is None


def check_lane(shipment: Shipment) -> None:
    """Refuse (E-2103, E-2104, E-2105) what UPS would refuse for the lane."""
    if shipment.service_code == _EARLY and shipment.ship_to.phone is None:
        raise _needed(shipment, "a phone number of the recipient for Next Day Air Early", "ship_to.phone")
    if shipment.service_code == _EARLY and shipment.ship_to.attention_name is None:
        raise _needed(shipment, "somebody to ask for at Next Day Air Early's door", "ship_to.attention_name")
    if crosses_border(shipment):
        _check_border(shipment)
    if wants_invoice_total(shipment) and shipment.international is None:
        raise _needed(shipment, "the value of the goods (international)", "international")
    most = MOST_REFERENCES if references_on_packages(shipment) else MOST_ON_SHIPMENT
    if (shipment.customer_reference is not None) + len(shipment.references or ()) + 1 > most:
        raise not_on_lane(shipment, f"More than {most - 1} references (references)", "references")
    if shipment.eu_de_minimis and not enters_eu(shipment):
        raise not_on_lane(shipment, "The mark of goods of low value (eu_de_minimis)", "eu_de_minimis")
    named = shipment.international is not None and shipment.international.documents
    if named and (shipment.return_service_code is not None or not crosses_border(shipment)):
        raise not_on_lane(shipment, "A customs document (international.documents)", "international.documents")
    if shipment.return_service_code is not None or shipment.return_label_email is not None:
        _check_return(shipment)
    if shipment.access_point is not None:
        _check_access_point(shipment)


def _check_border(shipment: Shipment) -> None:
    needed = {
        "shipper.attention_name": shipment.shipper.attention_name,
        "shipper.phone": shipment.shipper.phone,
        "ship_to.attention_name": shipment.ship_to.attention_name,
        "ship_to.phone": shipment.ship_to.phone,
        "description": shipment.description,
    }
    for where, value in needed.items():
        if value is None:
            raise _needed(shipment, where.replace(".", " ").replace("_", " "), where)
    if shipment.service_code in DOMESTIC and origin(shipment) == "US":
        raise not_on_lane(shipment, f"Service {shipment.service_code}", "service_code")


def _check_access_point(shipment: Shipment) -> None:
    if shipment.return_service_code is not None:
        raise fault(NOT_FOR_RETURNS, where="access_point", problem=_NO_POINT, more={"outcome": "not_done"})
    if shipment.service_code not in TO_ACCESS_POINTS:
        raise not_on_lane(shipment, f"Service {shipment.service_code} to an Access Point", "service_code")
    if shipment.access_point and shipment.access_point.address.country_code != destination(shipment):
        raise not_on_lane(shipment, "An Access Point in another country", "access_point.address.country_code")
    if shipment.ship_to.email is None:
        raise _needed(shipment, "the recipient's e-mail address, for UPS's notice", "ship_to.email")
    if shipment.notify is not None and len(set(shipment.notify.on)) >= MOST_NOTICES:
        raise not_on_lane(shipment, "More than two notices beside that of the Access Point", "notify.on")


def _check_return(shipment: Shipment) -> None:
    problems = {
        "ship_from": "needs the address it starts from" if shipment.ship_from is None else None,
        "service_code": "cannot use this service" if shipment.service_code in _NOT_FOR_RETURNS else None,
        "return_label_email": (
            "by e-mail needs the address that its label goes to"
            if shipment.return_service_code == "8" and shipment.return_label_email is None
            else "sends its label by e-mail with service 8 only"
            if shipment.return_service_code != "8" and shipment.return_label_email is not None
            else None
        ),
        "packages": (
            "within the US takes one package"
            if references_on_packages(shipment) and len(shipment.packages) > 1
            else None
        ),
        "description": (
            "needs a description of the goods"
            if shipment.description is None and any(package.description is None for package in shipment.packages)
            else None
        ),
    }
    for where, problem in problems.items():
        if problem:
            raise fault(NOT_FOR_RETURNS, where=where, problem=problem, more={"outcome": "not_done"})


def not_on_lane(shipment: Shipment, what: str, where: str) -> ToolFault:
    """E-2105: UPS does not take `what` from here to there."""
    return _of_lane(NOT_ON_LANE, shipment, what, where)


def _needed(shipment: Shipment, what: str, where: str) -> ToolFault:
    return _of_lane(NEEDED_ON_LANE, shipment, what, where)


def _of_lane(kind: FaultKind, shipment: Shipment, what: str, where: str) -> ToolFault:
    lane = {"origin": origin(shipment), "destination": destination(shipment)}
    return fault(kind, where=where, what=what, more={"outcome": "not_done"}, **lane)
