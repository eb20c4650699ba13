"""What UPS refuses: the first fault of a rating or shipping request as (code, message), in UPS's own words."""

import re
from typing import Any

from mcp_servers.ups.simulator.access_points import WAITS_AT_ACCESS_POINT, check_access_point
from mcp_servers.ups.simulator.countries import is_province, postal_code_fits_province
from mcp_servers.ups.simulator.geography import is_state, zip_fits
from mcp_servers.ups.simulator.limits import check_day_and_places, check_limits
from mcp_servers.ups.simulator.parcels import Json, ShipmentFacts, as_list, at, number
from mcp_servers.ups.simulator.payment import check_payment, check_tax
from mcp_servers.ups.simulator.rates import services_on

Fault = tuple[str, str]

# A party's codes count from here: 1 name, 2 attention, 3 to 5 lines, 6 city, 7 state, 8 postal, 9 country, 10 phone.
_BASES = {"Shipper": 120100, "ShipTo": 120199, "ShipFrom": 120299}
_MISMATCHES = {"Shipper": "120801", "ShipTo": "120802", "ShipFrom": "120803"}
_SHORT_PHONES = {"Shipper": "120115", "ShipTo": "120213", "ShipFrom": "120313"}
_KNOWN_PACKAGING = re.compile(r"0[0-4]|2[1-5abc]|30|5[6-9]|6[0-7]")
_LABELS = frozenset({"GIF", "ZPL", "EPL", "SPL"})
_US_AREA = ({"US"}, {"PR"})


def _text(value: Any, most: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most


def check_ship(body: Any, facts: ShipmentFacts) -> Fault | None:
    """The first fault of a ShipmentRequest."""
    shipment = at(body, "ShipmentRequest", "Shipment")
    if not isinstance(shipment, dict):
        return "9120200", "Missing or invalid shipment."
    return (
        _check_parties(shipment)
        or _check_service(shipment, facts, bought=True)
        or check_payment(at(shipment, "PaymentInformation"), at(shipment, "Shipper", "ShipperNumber"), facts)
        or check_tax(shipment, facts)
        or _check_packages(shipment, "Packaging", sides=3, weight=5)
        or _check_references(shipment, facts)
        or _check_international(shipment, facts)
        or _check_label(body, shipment)
    )


def check_rate(body: Any, facts: ShipmentFacts, *, shop: bool) -> Fault | None:
    """The first fault of a RateRequest."""
    shipment = at(body, "RateRequest", "Shipment")
    if not isinstance(shipment, dict):
        return "9110003", "Missing shipment information"
    for who in ("Shipper", "ShipTo"):
        address = at(shipment, who, "Address")
        if not isinstance(address, dict) or not at(address, "CountryCode"):
            return "111210", f"The {who} address is missing."
        if fault := _check_zip(address, ("111285", "111286"), who):
            return fault
    if not as_list(at(shipment, "Package")):
        return "110002", "No packages in shipment."
    if fault := _check_packages(shipment, "PackagingType", sides=9, weight=6):
        return fault
    payment = at(shipment, "PaymentDetails")
    if payment is not None and (fault := check_payment(payment, at(shipment, "Shipper", "ShipperNumber"), facts)):
        return fault
    if shop:
        return check_day_and_places(shipment, facts) or check_access_point(shipment, facts, None, bought=False)
    return _check_service(shipment, facts, bought=False)


def _check_parties(shipment: Json) -> Fault | None:
    for who in _BASES:
        party = at(shipment, who)
        if party is None and who == "ShipFrom":
            continue
        if fault := _check_party(party, who):
            return fault
    account = str(at(shipment, "Shipper", "ShipperNumber") or "")
    # No account has one character six times: it stands for one that UPS does not know.
    if not re.fullmatch(r"[0-9A-Z]{6}", account) or len(set(account)) == 1:
        return "120100", "Missing or invalid shipper number"
    return None


def _check_party(party: Any, who: str) -> Fault | None:
    base = _BASES[who]
    if not _text(at(party, "Name"), 35):
        return str(base + 1), f"Missing or invalid {who} name"
    if at(party, "AttentionName") is not None and not _text(at(party, "AttentionName"), 35):
        return str(base + 2), f"Invalid {who} attention name"
    address = at(party, "Address")
    lines = as_list(at(address, "AddressLine"))
    if not lines or len(lines) > 3:
        return str(base + 3), f"Missing or invalid {who} address line 1"
    for index, line in enumerate(lines):
        if not _text(line, 35):
            return str(base + 3 + index), f"Missing or invalid {who} address line {index + 1}"
    if not _text(at(address, "City"), 30):
        return str(base + 6), f"Missing or invalid {who} city"
    if not re.fullmatch("[A-Z]{2}", str(at(address, "CountryCode") or "")):
        return str(base + 9), f"Missing or invalid {who} country code"
    phone = at(party, "Phone", "Number")
    if phone is not None and not re.fullmatch("[0-9]{1,15}", str(phone)):
        return str(base + 10), f"Missing or invalid {who} phone number"
    if phone is not None and at(address, "CountryCode") in {"US", "CA", "PR", "VI"} and len(str(phone)) != 10:
        return _SHORT_PHONES[who], f"{who} phone number must be 10 digits"
    return _check_zip(address, (_MISMATCHES[who], str(base + 7)), who)


def _check_zip(address: Json, codes: tuple[str, str], who: str) -> Fault | None:
    country, state, postal = (
        at(address, "CountryCode"),
        at(address, "StateProvinceCode"),
        str(at(address, "PostalCode") or ""),
    )
    mismatch, no_state = codes
    if country == "US" and not is_state(str(state)):
        return no_state, f"Missing or invalid {who} state province code"
    if country in {"US", "PR", "VI"} and not re.fullmatch(r"[0-9]{5}(-?[0-9]{4})?", postal):
        return mismatch, f"Missing or invalid {who} postal code"
    if country == "CA" and not is_province(str(state)):
        return no_state, f"Missing or invalid {who} state province code"
    fits = postal_code_fits_province(postal, str(state)) if country == "CA" else zip_fits(state, postal, str(country))
    if not fits:
        if mismatch.startswith("1208"):
            return mismatch, f"Address Validation Error on {who} address"
        return mismatch, f"The postal code {postal} is invalid for {state} {country}"
    return None


def _check_service(shipment: Json, facts: ShipmentFacts, *, bought: bool) -> Fault | None:
    code = at(shipment, "Service", "Code")
    if not isinstance(code, str) or not re.fullmatch("[0-9A-Z]{2}", code):
        return "120500", "Missing or invalid service code"
    if code not in services_on(facts):
        return "121210", "The requested service is unavailable between the selected locations."
    if facts.is_return and code in {"13", "59"}:
        return "121210", "The requested service is not available for return shipments."
    email = at(shipment, "ShipmentServiceOptions", "LabelDelivery", "EMail", "EMailAddress")
    if bought and at(shipment, "ReturnService", "Code") == "8" and not email:
        return "9120246", "An electronic return label needs LabelDelivery with an e-mail address"
    if fault := _check_notices(shipment) or check_access_point(shipment, facts, code, bought=bought):
        return fault
    if facts.residential and any(parcel.packaging == "01" for parcel in facts.parcels):
        return "121215", "The requested service is not available to residential addresses."
    return check_limits(shipment, facts, code, bought=bought)


def _check_notices(shipment: Json) -> Fault | None:
    notices = as_list(at(shipment, "ShipmentServiceOptions", "Notification"))
    if len(notices) > 3:
        return "9120260", "At most three notifications are allowed"
    for notice in notices:
        addresses = as_list(at(notice, "EMail", "EMailAddress"))
        if at(notice, "NotificationCode") not in {"2", "5", "6", "7", "8", WAITS_AT_ACCESS_POINT}:
            return "9120261", "Missing or invalid notification code"
        if not addresses or len(addresses) > 5 or not all("@" in str(one) and len(str(one)) <= 50 for one in addresses):
            return "9120262", "Missing or invalid e-mail address of a notification"
    return None


def _check_packages(shipment: Json, packaging: str, *, sides: int, weight: int) -> Fault | None:
    packages = as_list(at(shipment, "Package"))
    if not packages:
        return "120600", "Missing package"
    if len(packages) > 200:
        return "110003", "Maximum number of packages exceeded"
    for package in packages:
        if not _KNOWN_PACKAGING.fullmatch(str(at(package, packaging, "Code") or "")):
            return "120600", "Missing or invalid package type"
        if fault := _check_weight(package, weight) or _check_size(package, sides):
            return fault
        declared = number(at(package, "PackageServiceOptions", "DeclaredValue", "MonetaryValue"))
        if declared is not None and declared > 50_000:
            return "121025", "The maximum declared amount of 50,000 has been exceeded"
    units = {at(package, "PackageWeight", "UnitOfMeasurement", "Code") for package in packages}
    measures = {at(package, "Dimensions", "UnitOfMeasurement", "Code") for package in packages} - {None}
    if len(units) > 1 or len(measures) > 1 or (units, measures) in (({"KGS"}, {"IN"}), ({"LBS"}, {"CM"})):
        return "120548", "A shipment cannot have a KGS/IN or LBS/CM as its unit of measurements"
    return None


def _check_weight(package: Json, length: int) -> Fault | None:
    text = at(package, "PackageWeight", "Weight")
    amount, unit = number(text), at(package, "PackageWeight", "UnitOfMeasurement", "Code")
    if not isinstance(text, str) or len(text) > length or amount is None or unit not in {"LBS", "KGS", "OZS"}:
        return "120602", "Missing or invalid package weight"
    if amount <= 0:
        return "121030", "Package weight must be greater than zero"
    if unit == "LBS" and amount > 150:
        return "111035", "The maximum per package weight for the selected service is 150.00 pounds."
    if unit == "KGS" and amount > 70:
        return "111036", "The maximum per package weight for the selected service is 70.00 kilograms."
    return None


def _check_size(package: Json, length: int) -> Fault | None:
    size = at(package, "Dimensions")
    if size is None:
        return None
    texts = [at(size, side) for side in ("Length", "Width", "Height")]
    numbers = [number(text) for text in texts]
    unit = at(size, "UnitOfMeasurement", "Code")
    if unit not in {"IN", "CM"} or any(not isinstance(text, str) or len(text) > length for text in texts):
        return "120604", "Missing or invalid package dimensions"
    if any(side is None or side <= 0 for side in numbers):
        return "120605", "Missing or invalid package dimensions"
    longest, middle, shortest = sorted((side or 0.0 for side in numbers), reverse=True)
    side_limit, girth_limit = (108, 165) if unit == "IN" else (270, 330)
    if longest > side_limit:
        return "111055" if unit == "IN" else "111056", f"Maximum length of {side_limit} {unit} exceeded"
    if longest + 2 * (middle + shortest) > girth_limit:
        return "121050", "The package exceeds the maximum size constraints"
    return None


def _check_references(shipment: Json, facts: ShipmentFacts) -> Fault | None:
    on_shipment = as_list(at(shipment, "ReferenceNumber"))
    on_packages = [as_list(at(package, "ReferenceNumber")) for package in as_list(at(shipment, "Package"))]
    by_package = {facts.origin[1], facts.destination[1]} in _US_AREA
    if on_shipment and by_package:
        return "120541", "ShipmentRequest/Shipment/ReferenceNumber is not allowed for this shipment"
    if any(on_packages) and not by_package:
        return "120542", "ShipmentRequest/Shipment/Package/ReferenceNumber is not allowed for this shipment"
    if len(on_shipment) > 2 or any(len(references) > 5 for references in on_packages):
        return "120543", "Too many reference numbers"
    for reference in (*on_shipment, *(entry for references in on_packages for entry in references)):
        if not _text(at(reference, "Value"), 35):
            return "120506", "Missing or invalid reference number value"
    return None


def _check_international(shipment: Json, facts: ShipmentFacts) -> Fault | None:
    lane = {facts.origin[1], facts.destination[1]}
    total = at(shipment, "InvoiceLineTotal")
    wants_total = facts.origin[1] == "US" and facts.destination[1] in {"CA", "PR"} and not facts.is_return
    if wants_total and total is None:
        return "120923", "InvoiceLineTotal is required for this shipment"
    if len(lane) == 1 or lane == {"US", "PR"}:
        return _check_contact(shipment, "ShipTo") if at(shipment, "Service", "Code") == "14" else None
    if not _text(at(shipment, "Description"), 50):
        return "120512", "Description is required for international shipments"
    if missing := _check_contact(shipment, "Shipper") or _check_contact(shipment, "ShipTo"):
        return missing
    return _check_invoice(at(shipment, "ShipmentServiceOptions", "InternationalForms"))


def _check_contact(shipment: Json, who: str) -> Fault | None:
    """Across borders, and for Next Day Air Early, UPS needs somebody to ask for and to call."""
    if not at(shipment, who, "AttentionName"):
        return str(_BASES[who] + 2), f"Missing {who} attention name"
    if not at(shipment, who, "Phone", "Number"):
        return str(_BASES[who] + 10), f"Missing {who} phone number"
    return None


def _check_invoice(form: Any) -> Fault | None:
    if form is None or "01" not in as_list(at(form, "FormType")):
        return None
    needed = (
        ("InvoiceNumber", "128065", "Missing invoice number"),
        ("InvoiceDate", "128066", "Missing or invalid invoice date"),
        ("ReasonForExport", "128069", "Missing reason for export"),
        ("CurrencyCode", "128114", "Missing currency code"),
    )
    for field, code, words in needed:
        if not at(form, field):
            return code, words
    if not at(form, "Contacts", "SoldTo", "Name"):
        return "128094", "SoldTo is required"
    for product in as_list(at(form, "Product")):
        if not as_list(at(product, "Description")):
            return "128113", "Missing product description"
    return None


def _check_label(body: Json, shipment: Json) -> Fault | None:
    specification = at(body, "ShipmentRequest", "LabelSpecification")
    if specification is None and at(shipment, "ReturnService"):
        return None
    if at(specification, "LabelImageFormat", "Code") not in _LABELS:
        return "120701", "Missing or invalid label image format code"
    size = at(specification, "LabelStockSize")
    if at(size, "Height") not in {"6", "8"} or at(size, "Width") != "4":
        return "120704", "Missing or invalid label stock size"
    return None
