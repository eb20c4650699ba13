"""Who pays, and tax numbers, as UPS's JSON; and what the lane allows of them. Source: UPS Shipping."""

from typing import Any

from mcp_servers.shared.faults import fault
from mcp_servers.ups.faults import PAYER_INCOMPLETE
from mcp_servers.ups.lanes import (
    EU_CUSTOMS,
    US_AND_PUERTO_RICO,
    crosses_border,
    destination,
    enters_eu,
    not_on_lane,
    origin,
)
from mcp_servers.ups.models import Shipment
from mcp_servers.ups.payers import Billing, Duties, TaxId

Json = dict[str, Any]

TRANSPORTATION, DUTIES = "01", "02"
IOSS = "0356"
_WITH_POSTAL_CODES = frozenset({"US", "PR", "CA"})
_ROLE = {"sender": "20", "recipient": "30"}
"""As clients send them: UPS's document names no values."""
_CUSTOMER_ROLE = {"sender": "37", "recipient": "18"}
"""The shipper's address, the consignee's."""
_TAX_TYPE = {"tax": "1002", "personal_tax": "0005", "eori": "0002"}
_PURPOSE = {"tax": "01", "personal_tax": "01", "eori": "02"}


def charges(shipment: Shipment) -> list[Json]:
    """The payer of the transportation, and of duties and taxes where somebody was named."""
    own = {"BillShipper": {"AccountNumber": shipment.shipper.account_number}}
    found: list[Json] = [{"Type": TRANSPORTATION, **(_payer(shipment.billing) if shipment.billing else own)}]
    if shipment.duties is not None:
        found.append({"Type": DUTIES, **(own if shipment.duties.payer == "shipper" else _payer(shipment.duties))})
    return found


def _payer(payer: Billing | Duties) -> Json:
    if payer.payer == "consignee":
        return {"ConsigneeBilledIndicator": "Y"}
    postal_code = (payer.postal_code or "").replace("-", "").replace(" ", "")
    address = {"PostalCode": postal_code} if postal_code else {}
    if payer.payer == "third_party":
        address["CountryCode"] = payer.country_code or ""
        return {"BillThirdParty": {"AccountNumber": payer.account_number, "Address": address}}
    bill: Json = {"AccountNumber": payer.account_number}
    return {"BillReceiver": bill | ({"Address": address} if address else {})}


def tax_information(shipment: Shipment) -> Json | None:
    """The numbers of sender and recipient, each under its own role."""
    agents = []
    for party in ("sender", "recipient"):
        numbers = [_tax_id(shipment, one) for one in shipment.tax_ids or () if one.of == party]
        if numbers:
            agents.append({"AgentRole": _ROLE[party], "TaxIdentificationNumber": numbers})
    return {"AgentTaxIdentificationNumber": agents} if agents else None


def _tax_id(shipment: Shipment, tax_id: TaxId) -> Json:
    return {
        "IdentificationNumber": tax_id.number,
        "IDNumberCustomerRole": _CUSTOMER_ROLE[tax_id.of],
        "IDNumberEncryptionIndicator": "0",
        "IDNumberPurposeCode": _PURPOSE[tax_id.kind],
        "IDNumberRequestingCntryCd": destination(shipment) if tax_id.of == "recipient" else origin(shipment),
        "IDNumberTypeCode": _TAX_TYPE[tax_id.kind],
        "IncludeIDNumberOnShippingBrokerageDocs": "01",
    }


def vendor_information(shipment: Shipment) -> Json | None:
    """Of whoever sells: the number under which VAT was collected at the sale."""
    if shipment.ioss is None:
        return None
    return {"VendorCollectIDTypeCode": IOSS, "VendorCollectIDNumber": shipment.ioss}


def check_payment(shipment: Shipment) -> None:
    """Refuse (E-2105, E-2108) what UPS would refuse of payers and tax numbers on the lane."""
    problems = {
        "billing": _billing_problem(shipment),
        "duties": "A payer of duties (duties)" if shipment.duties is not None and not _has_duties(shipment) else None,
        "ioss": "An IOSS number (ioss)" if shipment.ioss is not None and not enters_eu(shipment) else None,
        "tax_ids": "A tax number (tax_ids)" if shipment.tax_ids and not crosses_border(shipment) else None,
    }
    for where, what in problems.items():
        if what is not None:
            raise not_on_lane(shipment, what, where)
    for where, payer in (("billing", shipment.billing), ("duties", shipment.duties)):
        if payer is not None and payer.payer in ("receiver", "third_party") and payer.postal_code is None:
            country = payer.country_code or destination(shipment)
            if country in _WITH_POSTAL_CODES:
                raise fault(
                    PAYER_INCOMPLETE, where=f"{where}.postal_code", country=country, more={"outcome": "not_done"}
                )


def _billing_problem(shipment: Shipment) -> str | None:
    if shipment.billing is None:
        return None
    lane = {origin(shipment), destination(shipment)}
    if shipment.billing.payer == "consignee" and not lane <= US_AND_PUERTO_RICO:
        return "Consignee billing (billing)"
    if shipment.billing.payer == "receiver" and shipment.return_service_code is not None:
        return "Billing the receiver of a return (billing)"
    return None


def _has_duties(shipment: Shipment) -> bool:
    return crosses_border(shipment) and not {origin(shipment), destination(shipment)} <= EU_CUSTOMS
