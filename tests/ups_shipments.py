"""Shipments as the UPS server is given them, with invented people and places."""

import copy
import datetime
from typing import Any

_DOMESTIC: dict[str, Any] = {
    "shipper": {
        "name": "Harbor Books",
        "attention_name": "Shipping Desk",
        "phone": "4105550142",
        "account_number": "A1B2C3",
        "address": {
            "lines": ["2311 Example Rd"],
            "city": "Timonium",
            "state": "MD",
            "postal_code": "21093",
            "country_code": "US",
        },
    },
    "ship_to": {
        "name": "Robin Field",
        "attention_name": "Robin Field",
        "phone": "7705550123",
        "address": {
            "lines": ["12 Sample St", "Apt 4"],
            "city": "Alpharetta",
            "state": "GA",
            "postal_code": "30005",
            "country_code": "US",
        },
    },
    "service_code": "03",
    "description": "Books",
    "customer_reference": "ORD-1001",
    "packages": [
        {
            "weight": {"value": "5.0", "unit": "LBS"},
            "dimensions": {"length": 4, "width": 10, "height": 8, "unit": "IN"},
        }
    ],
}


def next_weekday(weekday: int) -> str:
    """The next such day from today (Monday is 0), as UPS writes days: Saturday is delivered from Thursday or Friday."""
    today = datetime.date.today()  # noqa: DTZ011 - the practice UPS's own day
    return f"{today + datetime.timedelta(days=(weekday - today.weekday()) % 7):%Y%m%d}"


def domestic() -> dict[str, Any]:
    """One parcel from Maryland to Georgia."""
    return copy.deepcopy(_DOMESTIC)


def abroad(shipment: dict[str, Any]) -> dict[str, Any]:
    """Turns it into one to Germany with its commercial invoice."""
    shipment["ship_to"] = {
        "name": "Kunde GmbH",
        "attention_name": "Erika Muster",
        "phone": "493012345678",
        "address": {"lines": ["Beispielstr. 1"], "city": "Berlin", "postal_code": "10115", "country_code": "DE"},
    }
    shipment["service_code"] = "65"
    shipment["international"] = {
        "invoice_number": "INV-1001",
        "invoice_date": "20261121",
        "reason_for_export": "SALE",
        "currency_code": "USD",
        "terms_of_shipment": "DAP",
        "products": [
            {
                "description": "Printed books about harbours and the people who work in them",
                "quantity": 2,
                "unit_value": "12.50",
                "commodity_code": "490199",
                "origin_country_code": "US",
            }
        ],
    }
    return shipment


def pickup(date: str = "20991123", quantity: int = 4) -> dict[str, Any]:
    """Parcels by Ground to be fetched in Maryland on that day (YYYYMMDD)."""
    return {
        "account_number": "A1B2C3",
        "date": date,
        "ready_time": "0900",
        "close_time": "1700",
        "address": {
            "company_name": "Harbor Books",
            "contact_name": "Shipping Desk",
            "line": "2311 Example Rd",
            "city": "Timonium",
            "state": "MD",
            "postal_code": "21093",
            "country_code": "US",
            "phone": "4105550142",
        },
        "pieces": [{"service_code": "03", "quantity": quantity}],
    }
