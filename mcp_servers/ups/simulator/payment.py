"""What UPS refuses of payers and tax numbers, as (code, message); codes that begin with 9 are stand-ins."""

import re
from typing import Any

from mcp_servers.ups.simulator.countries import EU
from mcp_servers.ups.simulator.parcels import Json, ShipmentFacts, as_list, at

Fault = tuple[str, str]

_PAYERS = ("BillShipper", "BillReceiver", "BillThirdParty", "ConsigneeBilledIndicator")
_US_AND_PUERTO_RICO = frozenset({"US", "PR"})
_POSTAL_CODES = {
    **dict.fromkeys(("US", "PR"), re.compile(r"[0-9]{5}(-?[0-9]{4})?")),
    "CA": re.compile(r"[A-Z][0-9][A-Z][0-9][A-Z][0-9]"),
}


def check_payment(payment: Any, shipper_number: Any, facts: ShipmentFacts) -> Fault | None:
    """The first fault of PaymentInformation, or of PaymentDetails as Rating calls it."""
    charges = as_list(at(payment, "ShipmentCharge"))
    types = [at(charge, "Type") for charge in charges]
    if "01" not in types:
        return "120400", "Missing payment information"
    if len(set(types)) != len(types):
        return "120410", "Only one payment method is allowed for a shipment charge type"
    for charge in charges:
        if fault := _check_charge(charge, shipper_number, facts):
            return fault
    return None


def _check_charge(charge: Json, shipper_number: Any, facts: ShipmentFacts) -> Fault | None:
    named = [payer for payer in _PAYERS if payer in charge]
    if len(named) != 1:
        return ("120400", "Missing payment method") if not named else ("120410", "Only one payment method is allowed")
    duties = at(charge, "Type") == "02"
    if duties and not _has_duties(facts):
        return "9120411", "Duties and Taxes is an invalid charge type for a qualified domestic shipment"
    if named == ["BillShipper"]:
        if at(charge, "BillShipper", "AccountNumber") != shipper_number:
            return "120413", "Shipper's account number and bill shipper account number must be the same"
        return None
    if named == ["ConsigneeBilledIndicator"]:
        if duties or not {facts.origin[1], facts.destination[1]} <= _US_AND_PUERTO_RICO:
            return "9120412", "Consignee billing is for transportation within the US and Puerto Rico"
        return None
    if named == ["BillReceiver"] and facts.is_return and not duties:
        return "9120412", "Bill Receiver is invalid for the transportation of a return"
    country = (
        facts.destination[1] if named == ["BillReceiver"] else at(charge, "BillThirdParty", "Address", "CountryCode")
    )
    return _check_account(charge[named[0]], country)


def _check_account(bill: Any, country: Any) -> Fault | None:
    account = str(at(bill, "AccountNumber") or "")
    # No account has one character six times: it stands for one that UPS does not know.
    if not re.fullmatch(r"[0-9A-Z]{6}", account) or len(set(account)) == 1:
        return "9120413", "Missing or invalid account number of the payer"
    if not re.fullmatch("[A-Z]{2}", str(country or "")):
        return "9120415", "Missing or invalid country code of the payer"
    postal_code = str(at(bill, "Address", "PostalCode") or "")
    form = _POSTAL_CODES.get(str(country))
    if form is not None and not form.fullmatch(postal_code):
        return "9120414", "The postal code of the payer's account is missing or does not belong to it"
    return None


def check_tax(shipment: Json, facts: ShipmentFacts) -> Fault | None:
    """The first fault of tax numbers."""
    vendor = at(shipment, "ShipFrom", "VendorInfo")
    if vendor is not None:
        if at(vendor, "VendorCollectIDTypeCode") not in {"0356", "0357", "0358"} or not at(
            vendor, "VendorCollectIDNumber"
        ):
            return "9120416", "Missing or invalid vendor collect ID"
        if at(vendor, "VendorCollectIDTypeCode") == "0356" and (
            facts.destination[1] not in EU or facts.origin[1] in EU
        ):
            return "9120416", "An IOSS number is for shipments into the EU"
    for agent in as_list(at(shipment, "GlobalTaxInformation", "AgentTaxIdentificationNumber")):
        numbers = as_list(at(agent, "TaxIdentificationNumber"))
        if not at(agent, "AgentRole") or any(not at(one, "IdentificationNumber") for one in numbers):
            # UPS's answer to an empty tax number.
            return "121000", "The request contains invalid characters or an empty tax identification number"
    return None


def _has_duties(facts: ShipmentFacts) -> bool:
    lane = {facts.origin[1], facts.destination[1]}
    return len(lane) == 2 and not lane <= _US_AND_PUERTO_RICO and not lane <= EU
