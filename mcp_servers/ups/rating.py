"""`rating_quote` and `rating_shop`: prices, the account's own where UPS gives them."""

import uuid
from decimal import Decimal
from typing import Any

from mcp_servers.shared.faults import fault
from mcp_servers.ups.answers import Price, RatingQuoteAnswer, RatingShopAnswer
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.arguments import RatingShopArguments
from mcp_servers.ups.faults import UNREADABLE
from mcp_servers.ups.lanes import check_lane
from mcp_servers.ups.models import RatingQuoteArguments
from mcp_servers.ups.notices import notices_of, with_list_price
from mcp_servers.ups.outcome import Reply
from mcp_servers.ups.payment import check_payment
from mcp_servers.ups.requests import rate_request
from mcp_servers.ups.services import service_name
from mcp_servers.ups.ups_json import as_list, at, money_of, text_at

RATE_PATH = "/api/rating/v2409/"


async def quote(app: App, arguments: RatingQuoteArguments) -> RatingQuoteAnswer:
    """The price of one shipment with its own service."""
    check_environment(app, arguments.environment)
    check_lane(arguments.shipment)
    check_payment(arguments.shipment)
    body = rate_request(arguments.shipment, "Rate", uuid.uuid4().hex)
    reply = await app.client.read("POST", RATE_PATH + "Rate", json=body)
    return _rated(reply)[0]


async def shop(app: App, arguments: RatingShopArguments) -> RatingShopAnswer:
    """The price and days of every service that goes there, cheapest first."""
    check_environment(app, arguments.environment)
    ship_date = arguments.ship_date or arguments.shipment.shipment_date or f"{app.settings.today:%Y%m%d}"
    body = rate_request(arguments.shipment, "Shop", uuid.uuid4().hex, ship_date)
    reply = await app.client.read("POST", RATE_PATH + "Shop", json=body, params={"additionalinfo": "timeintransit"})
    return RatingShopAnswer(services=sorted(_rated(reply), key=lambda rate: Decimal(rate.total_charges.amount)))


def _rated(reply: Reply) -> list[RatingQuoteAnswer]:
    response = at(reply.body, "RateResponse")
    rates = [_rate(shipment, reply, at(response, "Response")) for shipment in as_list(at(response, "RatedShipment"))]
    if not rates:
        raise fault(UNREADABLE, detail="no rate", trans_id=reply.trans_id)
    return rates


def _rate(rated: Any, reply: Reply, response: Any) -> RatingQuoteAnswer:
    published = money_of(at(rated, "TotalCharges"))
    own = money_of(at(rated, "NegotiatedRateCharges", "TotalCharge"))
    price = own or published
    if price is None:
        raise fault(UNREADABLE, detail="a rate without a price", trans_id=reply.trans_id)
    code = text_at(rated, "Service", "Code") or ""
    arrival = at(rated, "TimeInTransit", "ServiceSummary", "EstimatedArrival")
    days = text_at(arrival, "BusinessDaysInTransit") or text_at(rated, "GuaranteedDelivery", "BusinessDaysInTransit")
    alerts = with_list_price(notices_of(response, rated), negotiated=own is not None)
    return RatingQuoteAnswer(
        service_code=code,
        service_name=text_at(rated, "Service", "Description") or service_name(code),
        total_charges=Price(amount=price[0], currency_code=price[1]),
        list_charges=Price(amount=published[0], currency_code=published[1]) if published else None,
        negotiated=own is not None,
        billing_weight=text_at(rated, "BillingWeight", "Weight"),
        zone=text_at(rated, "Zone"),
        transit_days=int(days) if days and days.isdigit() else None,
        delivery_date=text_at(arrival, "Arrival", "Date"),
        delivery_time=text_at(arrival, "Arrival", "Time") or text_at(rated, "GuaranteedDelivery", "DeliveryByTime"),
        alerts=alerts or None,
    )
