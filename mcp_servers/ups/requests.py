"""Our typed shipment as UPS's JSON: pure, one function per document. Absent fields are left out, never empty."""

import textwrap
from typing import Any

from mcp_servers.ups.lanes import (
    crosses_border,
    invoice_total,
    references_on_packages,
    signature_on_packages,
    wants_invoice_total,
)
from mcp_servers.ups.models import (
    AccessPoint,
    Address,
    ExportFiling,
    International,
    Label,
    Package,
    Party,
    Phone,
    Recipient,
    Shipment,
    Shipper,
)
from mcp_servers.ups.options import OWN_INVOICE
from mcp_servers.ups.payment import charges, tax_information, vendor_information

Json = dict[str, Any]

SHIP_SUB_VERSION = "2205"
RATE_SUB_VERSION = "2409"
_UNIT_WORDS = {"LBS": "Pounds", "KGS": "Kilograms", "OZS": "Ounces", "IN": "Inches", "CM": "Centimeters"}
_PACKAGE_SIGNATURE = {"signature": "2", "adult": "3"}
_SHIPMENT_SIGNATURE = {"signature": "1", "adult": "2"}
_NOTICE_CODES = {"ship": "6", "exception": "7", "delivery": "8"}
HOLD_AT_ACCESS_POINT = "01"
WAITS_AT_ACCESS_POINT = "012"
_INVOICE, _OWN_FORMS = "01", "07"
_PARTY_TYPE = {"business": "01", "consumer": "02"}


def ship_request(shipment: Shipment, reference: str, label: Label) -> Json:
    """Body of POST /api/shipments/v2409/ship."""
    on_packages = references_on_packages(shipment)
    references = _references(shipment, reference)
    body: Json = {
        "Description": shipment.description,
        "Shipper": _ship_party(shipment.shipper),
        "ShipTo": _ship_party(shipment.ship_to),
        "AlternateDeliveryAddress": _held_at(shipment.access_point, shipment.ship_to),
        "ShipmentIndicationType": _indication(shipment),
        "ShipFrom": _ship_from(shipment),
        "PaymentInformation": {"ShipmentCharge": charges(shipment)},
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"},
        "Service": {"Code": shipment.service_code},
        "ReturnService": {"Code": shipment.return_service_code} if shipment.return_service_code else None,
        "ShipmentDate": shipment.shipment_date,
        "ReferenceNumber": None if on_packages else references,
        "InvoiceLineTotal": _invoice_line_total(shipment) if wants_invoice_total(shipment) else None,
        "ShipperType": _PARTY_TYPE.get(shipment.shipper_type or ""),
        "ConsigneeType": _PARTY_TYPE.get(shipment.consignee_type or ""),
        "GlobalTaxInformation": tax_information(shipment),
        "ShipmentServiceOptions": _ship_options(shipment),
        "Package": [
            # One barcode a shipment: on its first package.
            _ship_package(shipment, package, (_plain(references) if at else references) if on_packages else None)
            for at, package in enumerate(shipment.packages)
        ],
    }
    return {
        "ShipmentRequest": {
            "Request": {
                "RequestOption": "nonvalidate",
                "SubVersion": SHIP_SUB_VERSION,
                "TransactionReference": {"CustomerContext": reference},
            },
            "Shipment": _without_empty(body),
            "LabelSpecification": label_specification(label),
        }
    }


def rate_request(shipment: Shipment, option: str, context: str, ship_date: str | None = None) -> Json:
    """Body of POST /api/rating/v2409/{Rate|Shop}; with a ship date (YYYYMMDD) transit times are asked for as well."""
    body: Json = {
        "Shipper": {
            "Name": shipment.shipper.name,
            "ShipperNumber": shipment.shipper.account_number,
            "Address": _rated_address(shipment.shipper.address),
        },
        "ShipTo": {
            "Name": shipment.ship_to.name,
            "Address": _rated_address(shipment.ship_to.address, residential=True),
        },
        "ShipFrom": {"Address": _rated_address((shipment.ship_from or shipment.shipper).address)},
        "AlternateDeliveryAddress": _rated_point(shipment.access_point),
        "ShipmentIndicationType": _indication(shipment),
        "PaymentDetails": {"ShipmentCharge": charges(shipment)},
        "Service": {"Code": shipment.service_code} if option == "Rate" else None,
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"},
        "ShipmentServiceOptions": _without_empty(
            {
                "SaturdayDeliveryIndicator": "Y" if shipment.saturday_delivery else None,
                "DeliveryConfirmation": _shipment_signature(shipment),
                "ReturnService": {"Code": shipment.return_service_code} if shipment.return_service_code else None,
            }
        ),
        "InvoiceLineTotal": _invoice_line_total(shipment) if crosses_border(shipment) or ship_date else None,
        "DeliveryTimeInformation": {"PackageBillType": "03", "Pickup": {"Date": ship_date}} if ship_date else None,
        "ShipmentTotalWeight": _total_weight(shipment) if ship_date else None,
        "Package": [_rate_package(shipment, package) for package in shipment.packages],
    }
    request = {
        "RequestOption": option,
        "SubVersion": RATE_SUB_VERSION,
        "TransactionReference": {"CustomerContext": context},
    }
    return {"RateRequest": {"Request": request, "Shipment": _without_empty(body)}}


def label_specification(label: Label) -> Json:
    """Format and stock size; GIF wants a browser's name."""
    specification: Json = {
        "LabelImageFormat": {"Code": label.format},
        "LabelStockSize": {"Height": label.height, "Width": label.width},
    }
    if label.format == "GIF":
        specification["HTTPUserAgent"] = "Mozilla/4.5"
    return specification


def _without_empty(body: Json) -> Json:
    return {key: value for key, value in body.items() if value not in (None, "", {}, [])}


def _references(shipment: Shipment, reference: str) -> list[Json]:
    # The first slot prints first; ours is the last, whatever the customer has.
    found = []
    if shipment.customer_reference is not None:
        found.append(_reference("PO", shipment.customer_reference, barcode=shipment.reference_barcode))
    found += [_reference("PO", one.value, barcode=one.barcode) for one in shipment.references or ()]
    return [*found, _reference("TN", reference, barcode=False)]


def _reference(code: str, value: str, *, barcode: bool) -> Json:
    # Presence is the value: "N" would mean yes.
    return {"Code": code, "Value": value} | ({"BarCodeIndicator": "Y"} if barcode else {})


def _plain(references: list[Json]) -> list[Json]:
    return [{name: value for name, value in one.items() if name != "BarCodeIndicator"} for one in references]


def _address(address: Address, *, residential: bool = False) -> Json:
    return _without_empty(
        {
            "AddressLine": list(address.lines),
            "City": address.city,
            "StateProvinceCode": address.state,
            "PostalCode": postal_code(address),
            "CountryCode": address.country_code,
            # Presence is the value: "N" would mean yes.
            "ResidentialAddressIndicator": "Y" if residential and address.residential else None,
        }
    )


def _rated_address(address: Address, *, residential: bool = False) -> Json:
    """Rating takes states of two letters only; the counties of Ireland and the provinces of Vietnam change no price."""
    found = _address(address, residential=residential)
    return {name: value for name, value in found.items() if name != "StateProvinceCode" or len(str(value)) == 2}


def postal_code(address: Address) -> str | None:
    """As UPS takes it, at most 9 characters: no blanks or dashes."""
    return address.postal_code and address.postal_code.replace("-", "").replace(" ", "")


def _phone(phone: Phone, country: str) -> Json:
    if country in {"US", "CA", "PR", "VI"} and len(phone) > 10:
        return {"Number": phone[:10], "Extension": phone[10:]}
    return {"Number": phone}


def _ship_party(party: Party) -> Json:
    return _without_empty(
        {
            "Name": party.name,
            "AttentionName": party.attention_name,
            "ShipperNumber": party.account_number if isinstance(party, Shipper) else None,
            "Phone": _phone(party.phone, party.address.country_code) if party.phone else None,
            "EMailAddress": party.email if isinstance(party, Recipient) else None,
            "Address": _address(party.address, residential=isinstance(party, Recipient)),
        }
    )


def _indication(shipment: Shipment) -> list[Json]:
    return [{"Code": HOLD_AT_ACCESS_POINT}] if shipment.access_point else []


def _held_at(point: AccessPoint | None, recipient: Recipient) -> Json | None:
    """The point, with who comes for the parcel."""
    if point is None:
        return None
    return {
        "Name": point.name,
        "AttentionName": recipient.attention_name or recipient.name,
        "UPSAccessPointID": point.id,
        "Address": _address(point.address),
    }


def _rated_point(point: AccessPoint | None) -> Json | None:
    return {"Name": point.name, "Address": _rated_address(point.address)} if point else None


def _ship_from(shipment: Shipment) -> Json | None:
    """Where it is collected, if not at the shipper's; the seller's number has no other place."""
    vendor = vendor_information(shipment)
    if shipment.ship_from is None and vendor is None:
        return None
    party = _ship_party(shipment.ship_from or shipment.shipper)
    return {name: value for name, value in party.items() if name != "ShipperNumber"} | (
        {"VendorInfo": vendor} if vendor else {}
    )


def _sides(package: Package) -> tuple[str, str, str] | None:
    if package.dimensions is None:
        return None
    size = package.dimensions
    longest, middle, shortest = sorted((size.length, size.width, size.height), reverse=True)
    return str(longest), str(middle), str(shortest)


def _options(shipment: Shipment, package: Package) -> Json:
    signature = package.signature if signature_on_packages(shipment) else None
    value = package.declared_value
    return _without_empty(
        {
            "DeliveryConfirmation": {"DCISType": _PACKAGE_SIGNATURE[signature]} if signature else None,
            "DeclaredValue": {"CurrencyCode": value.currency_code, "MonetaryValue": value.amount} if value else None,
        }
    )


def _shipment_signature(shipment: Shipment) -> Json | None:
    if signature_on_packages(shipment):
        return None
    asked = [_SHIPMENT_SIGNATURE[package.signature] for package in shipment.packages if package.signature]
    return {"DCISType": max(asked)} if asked else None


def _ship_package(shipment: Shipment, package: Package, references: list[Json] | None) -> Json:
    sides = _sides(package)
    description = package.description or (shipment.description or "")[:35] if shipment.return_service_code else None
    return _without_empty(
        {
            "Description": package.description or description,
            "Packaging": {"Code": package.packaging_code},
            "PackageWeight": {"UnitOfMeasurement": {"Code": package.weight.unit}, "Weight": package.weight.value},
            "Dimensions": {
                "UnitOfMeasurement": {"Code": package.dimensions.unit},
                **dict(zip(("Length", "Width", "Height"), sides, strict=True)),
            }
            if package.dimensions and sides
            else None,
            "ReferenceNumber": references,
            "PackageServiceOptions": _options(shipment, package),
        }
    )


def _rate_package(shipment: Shipment, package: Package) -> Json:
    sides = _sides(package)
    return _without_empty(
        {
            "PackagingType": {"Code": package.packaging_code},
            "PackageWeight": {"UnitOfMeasurement": _unit(package.weight.unit), "Weight": package.weight.value},
            "Dimensions": {
                "UnitOfMeasurement": _unit(package.dimensions.unit),
                **dict(zip(("Length", "Width", "Height"), sides, strict=True)),
            }
            if package.dimensions and sides
            else None,
            "PackageServiceOptions": _options(shipment, package),
        }
    )


def _unit(code: str) -> Json:
    return {"Code": code, "Description": _UNIT_WORDS[code]}


def _total_weight(shipment: Shipment) -> Json:
    total = sum(float(package.weight.value) for package in shipment.packages)
    return {"UnitOfMeasurement": _unit(shipment.packages[0].weight.unit), "Weight": f"{total:g}"}


def _invoice_line_total(shipment: Shipment) -> Json | None:
    total = invoice_total(shipment)
    return {"CurrencyCode": total[1], "MonetaryValue": total[0]} if total else None


def _ship_options(shipment: Shipment) -> Json:
    forms = shipment.international if crosses_border(shipment) else None
    return _without_empty(
        {
            "SaturdayDeliveryIndicator": "Y" if shipment.saturday_delivery else None,
            "DeliveryConfirmation": _shipment_signature(shipment),
            "Notification": _notices(shipment),
            "LabelDelivery": {"EMail": {"EMailAddress": shipment.return_label_email}}
            if shipment.return_label_email
            else None,
            "InternationalForms": _invoice(shipment, forms) if forms else None,
            # Presence is the value: "N" would mean yes.
            "EUDeMinimisIndicator": "Y" if shipment.eu_de_minimis else None,
        }
    )


def _notices(shipment: Shipment) -> list[Json]:
    """One for each event, and the one that says where the parcel waits."""
    notify, told = shipment.notify, shipment.ship_to.email
    notices = [(WAITS_AT_ACCESS_POINT, told)] if shipment.access_point else []
    if notify is not None:
        notices += [(code, notify.email) for event, code in _NOTICE_CODES.items() if event in notify.on]
    return [{"NotificationCode": code, "EMail": {"EMailAddress": [email]}} for code, email in notices]


def _invoice(shipment: Shipment, invoice: International) -> Json:
    buyer: Party = invoice.sold_to or shipment.ship_to
    sold_to = {key: value for key, value in _ship_party(buyer).items() if key != "EMailAddress"}
    sold_to["Address"] = _address(buyer.address)
    sold_to["AttentionName"] = buyer.attention_name or buyer.name
    return _without_empty(
        {
            "FormType": _forms(invoice),
            "UserCreatedForm": {"DocumentID": [one.document_id for one in invoice.documents]}
            if invoice.documents
            else None,
            # Presence is the value: papers of one's own go with UPS's invoice.
            "AdditionalDocumentIndicator": "Y" if _forms(invoice) == [_INVOICE, _OWN_FORMS] else None,
            "InvoiceNumber": invoice.invoice_number,
            "InvoiceDate": invoice.invoice_date,
            "ReasonForExport": invoice.reason_for_export,
            "CurrencyCode": invoice.currency_code,
            "TermsOfShipment": invoice.terms_of_shipment,
            "EEIFilingOption": _export_filing(invoice.export_filing) if invoice.export_filing else None,
            "Contacts": {"SoldTo": sold_to},
            "Product": [
                _without_empty(
                    {
                        "Description": textwrap.wrap(product.description, 35)[:3],
                        "Unit": {
                            "Number": str(product.quantity),
                            "UnitOfMeasurement": {"Code": product.unit_of_measure},
                            "Value": product.unit_value,
                        },
                        "CommodityCode": product.commodity_code,
                        "PartNumber": product.part_number,
                        "OriginCountryCode": product.origin_country_code,
                    }
                )
                for product in invoice.products
            ],
        }
    )


def _forms(invoice: International) -> list[str]:
    """01 is the invoice that UPS makes (03 would be a certificate of origin), 07 are documents of one's own."""
    documents = invoice.documents or []
    own = any(one.document_type == OWN_INVOICE for one in documents)
    return [*([] if own else [_INVOICE]), *([_OWN_FORMS] if documents else [])]


def _export_filing(filing: ExportFiling) -> Json:
    """Option 1: the shipper has filed; A with the ITN, B exempt."""
    proof = (
        {"Code": "A", "PreDepartureITNNumber": filing.itn}
        if filing.itn
        else {"Code": "B", "ExemptionLegend": filing.exemption}
    )
    return {"Code": "1", "ShipperFiled": proof}
