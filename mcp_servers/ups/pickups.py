"""The tools about pickups: a driver comes to the door. UPS gives one place and day one number."""

import uuid
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from mcp_servers.shared.faults import fault
from mcp_servers.shared.tools import Answer, Arguments
from mcp_servers.ups.answers import AlertsAsInCreate, Price, PriceAsInQuote
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.faults import UNREADABLE
from mcp_servers.ups.models import Day, Environment, Phone
from mcp_servers.ups.notices import notices_of
from mcp_servers.ups.payers import Account, Country
from mcp_servers.ups.requests import Json
from mcp_servers.ups.ups_json import as_list, at, text_at

_CREATE_PATH = "/api/pickupcreation/v2409/pickup"
_ON_CALL_PATH = "/api/shipments/v2409/pickup/oncall"
_ON_A_DAY = "03"
"""Of the timeframes, the one that takes a date; UPS's text has two digits."""

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3])[0-5][0-9]$", description="HHmm, local time.")]
Prn = Annotated[str, Field(pattern=r"^[0-9A-Z]{11}$", description="Pickup request number, 11 characters.")]


class PickupAddress(Arguments):
    """Where the driver comes."""

    company_name: Annotated[str, Field(min_length=1, max_length=27)]
    contact_name: Annotated[str, Field(min_length=1, max_length=22)]
    line: Annotated[str, Field(min_length=1, max_length=73)]
    city: Annotated[str, Field(min_length=1, max_length=50)]
    state: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    postal_code: Annotated[str, Field(min_length=1, max_length=8)] | None = None
    country_code: Country
    phone: Phone
    residential: bool = False


class PickupPiece(Arguments):
    """Packages of one service."""

    service_code: Annotated[str, Field(pattern=r"^[0-9]{2}$", description="As in shipping, e.g. 03.")]
    quantity: Annotated[int, Field(ge=1, le=999)]
    destination_country_code: Country = "US"
    container_code: Annotated[str, Field(pattern=r"^0[123]$", description="01 package, 02 letter, 03 pallet.")] = "01"


class TotalWeight(Arguments):
    """Of all pieces together."""

    value: Annotated[str, Field(max_length=6, pattern=r"^[0-9]+(\.[0-9]+)?$")]
    unit: Literal["LBS", "KGS"]


class PickupScheduleArguments(Arguments):
    """Input of `pickup_schedule`."""

    environment: Environment
    account_number: Account
    account_country_code: Country = "US"
    date: Day
    ready_time: Clock
    close_time: Clock
    address: PickupAddress
    pieces: Annotated[list[PickupPiece], Field(min_length=1, max_length=20)]
    total_weight: TotalWeight | None = None
    alternate_address: bool = Field(default=False, description="Not the account's own pickup address.")
    overweight: bool = Field(default=False, description="A piece weighs more than 70 lb (32 kg).")
    reference: Annotated[str, Field(min_length=1, max_length=35)] | None = None
    ask_price: bool = True


class PickupScheduleAnswer(Answer):
    """The pickup."""

    prn: str
    total_charges: Annotated[PriceAsInQuote | None, Field(alias="totalCharges")] = None
    alerts: AlertsAsInCreate = None


class PickupRateArguments(Arguments):
    """Input of `pickup_rate`."""

    environment: Environment
    pickup: Annotated[
        PickupScheduleArguments, WithJsonSchema({"type": "object", "description": "The input of pickup_schedule."})
    ]


class PickupRateAnswer(Answer):
    """What a pickup would cost; nothing where UPS does not say."""

    amount: str | None = None
    currency_code: str | None = None


class PickupPendingArguments(Arguments):
    """Input of `pickup_pending`."""

    environment: Environment
    account_number: Account


class PendingPickup(Answer):
    """One that was ordered and is not over."""

    prn: str
    date: str
    reference: str | None = None
    status: str | None = None


class PickupPendingAnswer(Answer):
    """By day."""

    pickups: list[PendingPickup]


class PickupCancelArguments(Arguments):
    """Input of `pickup_cancel`."""

    environment: Environment
    prn: Prn


class PickupCancelAnswer(Answer):
    """The pickup is cancelled."""

    prn: str
    cancelled: bool


async def schedule(app: App, arguments: PickupScheduleArguments) -> PickupScheduleAnswer:
    """Order a pickup."""
    check_environment(app, arguments.environment)
    reply = await app.client.read("POST", _CREATE_PATH, json=pickup_request(arguments))
    answer = at(reply.body, "PickupCreationResponse")
    prn = text_at(answer, "PRN")
    if prn is None:
        raise fault(UNREADABLE, detail="no pickup number", trans_id=reply.trans_id)
    return PickupScheduleAnswer(
        prn=prn, total_charges=_price(answer), alerts=notices_of(at(answer, "Response")) or None
    )


async def rate(app: App, arguments: PickupRateArguments) -> PickupRateAnswer:
    """What a pickup would cost."""
    check_environment(app, arguments.environment)
    check_environment(app, arguments.pickup.environment)
    reply = await app.client.read("POST", _ON_CALL_PATH, json=pickup_rate_request(arguments.pickup))
    price = _price(at(reply.body, "PickupRateResponse"))
    return PickupRateAnswer(amount=price.amount, currency_code=price.currency_code) if price else PickupRateAnswer()


async def pending(app: App, arguments: PickupPendingArguments) -> PickupPendingAnswer:
    """The pickups of an account that are to come."""
    check_environment(app, arguments.environment)
    reply = await app.client.read("GET", _ON_CALL_PATH, headers={"AccountNumber": arguments.account_number})
    found = as_list(at(reply.body, "PickupPendingStatusResponse", "PendingStatus"))
    return PickupPendingAnswer(
        pickups=[
            PendingPickup(
                prn=prn,
                date=text_at(one, "ServiceDate") or "",
                reference=text_at(one, "ReferenceNumber"),
                status=text_at(one, "PickupStatusMessage"),
            )
            for one in found
            if (prn := text_at(one, "PRN"))
        ]
    )


def _price(answer: object) -> Price | None:
    amount = text_at(answer, "RateResult", "GrandTotalOfAllCharge")
    currency = text_at(answer, "RateResult", "CurrencyCode")
    # A price without its currency is no price: nobody may take it for dollars.
    return Price(amount=amount, currency_code=currency) if amount and currency else None


def pickup_rate_request(arguments: PickupScheduleArguments) -> Json:
    """Body of POST /api/shipments/v2409/pickup/oncall. The address has one line as text here, and no names."""
    address = _address(arguments.address)
    where = {name: address[name] for name in address if name not in ("CompanyName", "ContactName", "Phone")}
    return {
        "PickupRateRequest": {
            "Request": {"TransactionReference": {"CustomerContext": uuid.uuid4().hex}},
            "ShipperAccount": {
                "AccountNumber": arguments.account_number,
                "AccountCountryCode": arguments.account_country_code,
            },
            "PickupAddress": where | {"AddressLine": arguments.address.line},
            "AlternateAddressIndicator": "Y" if arguments.alternate_address else "N",
            "ServiceDateOption": _ON_A_DAY,
            "PickupDateInfo": {
                "CloseTime": arguments.close_time,
                "ReadyTime": arguments.ready_time,
                "PickupDate": arguments.date,
            },
        }
    }


def pickup_request(arguments: PickupScheduleArguments) -> Json:
    """Body of POST /api/pickupcreation/v2409/pickup."""
    body: Json = {
        "Request": {"TransactionReference": {"CustomerContext": arguments.reference or uuid.uuid4().hex}},
        "RatePickupIndicator": "Y" if arguments.ask_price else "N",
        "Shipper": {
            "Account": {
                "AccountNumber": arguments.account_number,
                "AccountCountryCode": arguments.account_country_code,
            }
        },
        "PickupDateInfo": {
            "CloseTime": arguments.close_time,
            "ReadyTime": arguments.ready_time,
            "PickupDate": arguments.date,
        },
        "PickupAddress": _address(arguments.address),
        "AlternateAddressIndicator": "Y" if arguments.alternate_address else "N",
        "PickupPiece": [
            {
                # Three digits here, two everywhere else.
                "ServiceCode": f"0{piece.service_code}",
                "Quantity": str(piece.quantity),
                "DestinationCountryCode": piece.destination_country_code,
                "ContainerCode": piece.container_code,
            }
            for piece in arguments.pieces
        ],
        "OverweightIndicator": "Y" if arguments.overweight else "N",
        "PaymentMethod": "01",
    }
    if arguments.total_weight is not None:
        weight = arguments.total_weight
        body["TotalWeight"] = {"Weight": weight.value, "UnitOfMeasurement": weight.unit}
    if arguments.reference is not None:
        body["ReferenceNumber"] = arguments.reference
    return {"PickupCreationRequest": body}


def _address(place: PickupAddress) -> Json:
    address = {
        "CompanyName": place.company_name,
        "ContactName": place.contact_name,
        "AddressLine": [place.line],
        "City": place.city,
        "StateProvince": place.state,
        "PostalCode": place.postal_code,
        "CountryCode": place.country_code,
        "ResidentialIndicator": "Y" if place.residential else "N",
        "Phone": {"Number": place.phone},
    }
    return {key: value for key, value in address.items() if value}


async def cancel(app: App, arguments: PickupCancelArguments) -> PickupCancelAnswer:
    """Cancel a pickup by its number."""
    check_environment(app, arguments.environment)
    await app.client.read("DELETE", "/api/shipments/v2409/pickup/02", headers={"Prn": arguments.prn})
    return PickupCancelAnswer(prn=arguments.prn, cancelled=True)
