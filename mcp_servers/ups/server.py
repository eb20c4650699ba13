"""The server `shipchat-ups`: its tools, and what they promise a client."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any

from mcp_servers.shared.faults import INTERNAL, ToolFault
from mcp_servers.shared.tools import ToolTable
from mcp_servers.ups import (
    addresses,
    documents,
    finding,
    locations,
    pickups,
    rating,
    recovery,
    shipping,
    travel,
    voiding,
)
from mcp_servers.ups.answers import (
    LabelRecoverAnswer,
    RatingQuoteAnswer,
    RatingShopAnswer,
    ShippingCreateAnswer,
    ShippingFindAnswer,
    ShippingVoidAnswer,
)
from mcp_servers.ups.app import App, run_app
from mcp_servers.ups.arguments import (
    LabelRecoverArguments,
    RatingShopArguments,
    ShippingFindArguments,
    ShippingVoidArguments,
)
from mcp_servers.ups.models import RatingQuoteArguments, ShippingCreateArguments
from mcp_servers.ups.services import ServiceListAnswer, ServiceListArguments, all_services
from mcp_servers.ups.settings import UpsSettings, load_settings

NAME = "shipchat-ups"
INSTRUCTIONS = """UPS for one account: quote, buy, find, void, track. `service_list` tells the environment; every call
names it too, so that practice never buys a real label.
shipping_create COSTS MONEY and runs at most once per `reference`: draw a new reference (A-Z, 0-9) for each shipment and
keep it before you call. Quote first, and let a person approve the price.
A refusal is `isError` with JSON text {code, message, remedy, retryable, outcome?, ups_code?}. outcome `not_done`: no
label exists. outcome `unknown`, or no answer at all: a label may exist; never call shipping_create again for it, ask
shipping_find with the same reference. `not_found` is not proof either.
Money is decimal text with a currency code, weights carry their unit, days are YYYYMMDD. Leave out what you do not know.
"""
"""What a client's model is told when it connects."""
_COSTS_MONEY = frozenset({"shipping_create", "shipping_void"})


class UpsTools(ToolTable[App]):
    """A table whose money tools say `outcome` in every refusal: bad arguments sent nothing, a crash proves nothing."""

    def refusal_content(self, name: str, refusal: ToolFault) -> dict[str, Any]:
        content = refusal.as_dict()
        if name not in _COSTS_MONEY or "outcome" in content:
            return content
        return content | {"outcome": "unknown" if refusal.code == INTERNAL.code else "not_done"}


def build(settings: Callable[[], UpsSettings] = load_settings) -> UpsTools:
    """The table of tools; settings are read when the server starts."""

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[App]:
        async with run_app(settings()) as app:
            yield app

    started: Callable[[], AbstractAsyncContextManager[App]] = lifespan
    tools = UpsTools(NAME, version("shipchat"), started, INSTRUCTIONS)
    _add_prices(tools)
    _add_shipments(tools)
    _add_the_rest(tools)
    _add_documents(tools)
    return tools


def _add_prices(tools: UpsTools) -> None:
    @tools.tool("Quote a shipment", read_only=True, idempotent=True, open_world=True)
    async def rating_quote(app: App, arguments: RatingQuoteArguments) -> RatingQuoteAnswer:
        """Price of a shipment with its service; nothing is bought. `negotiated`: the account's own rate."""
        return await rating.quote(app, arguments)

    @tools.tool("Compare services", read_only=True, idempotent=True, open_world=True)
    async def rating_shop(app: App, arguments: RatingShopArguments) -> RatingShopAnswer:
        """Prices of all services for a shipment, with days in transit, cheapest first. Nothing is bought."""
        return await rating.shop(app, arguments)

    @tools.tool("List UPS services", read_only=True, idempotent=True)
    async def service_list(app: App, _arguments: ServiceListArguments) -> ServiceListAnswer:
        """UPS's services with their codes, and this server's environment."""
        return ServiceListAnswer(environment=app.settings.environment, services=all_services())


def _add_shipments(tools: UpsTools) -> None:
    @tools.tool("Buy a shipping label", read_only=False, destructive=True, idempotent=False, open_world=True)
    async def shipping_create(app: App, arguments: ShippingCreateArguments) -> ShippingCreateAnswer:
        """Buy a shipment: COSTS MONEY. Sent at most once per reference; the labels are files on disk. Answer and
        refusal carry `outcome`: done, not_done (certainly no label), unknown (a label may exist: do not repeat, use
        shipping_find)."""
        return await shipping.create(app, arguments)

    @tools.tool("Find a lost shipment", read_only=False, idempotent=True, open_world=True)
    async def shipping_find(app: App, arguments: ShippingFindArguments) -> ShippingFindAnswer:
        """Look up a shipment whose answer was lost, by its reference: found, not_found (no proof) or unknown. Saves
        the label when UPS hands it out again."""
        return await finding.find(app, arguments)

    @tools.tool("Void a shipment", read_only=False, destructive=True, idempotent=True, open_world=True)
    async def shipping_void(app: App, arguments: ShippingVoidArguments) -> ShippingVoidAnswer:
        """Cancel a shipment or some of its packages before hand-over. Cannot be undone; safe to repeat. Answer and
        refusal carry `outcome`."""
        return await voiding.void(app, arguments)

    @tools.tool("Get a label again", read_only=False, idempotent=True, open_world=True)
    async def label_recover(app: App, arguments: LabelRecoverArguments) -> LabelRecoverAnswer:
        """Get a label again, by tracking number or by reference and shipper number, and write its file."""
        return await recovery.label_recover(app, arguments)


def _add_the_rest(tools: UpsTools) -> None:
    @tools.tool("Days in transit", read_only=True, idempotent=True, open_world=True)
    async def transit_times(app: App, arguments: travel.TransitTimesArguments) -> travel.TransitTimesAnswer:
        """Days in transit of every service between two places."""
        return await travel.transit_times(app, arguments)

    @tools.tool("Track a package", read_only=True, idempotent=True, open_world=True)
    async def track_package(app: App, arguments: travel.TrackPackageArguments) -> travel.TrackPackageAnswer:
        """Where a package is: status, references and scans, newest first."""
        return await travel.track_package(app, arguments)

    @tools.tool("Check an address", read_only=True, idempotent=True, open_world=True)
    async def address_validate(
        app: App, arguments: addresses.AddressValidateArguments
    ) -> addresses.AddressValidateAnswer:
        """Check a US or Puerto Rico address: valid, ambiguous or not found; home or business; UPS's spelling."""
        return await addresses.validate(app, arguments)

    @tools.tool("Find UPS places", read_only=True, idempotent=True, open_world=True)
    async def location_search(app: App, arguments: locations.LocationSearchArguments) -> locations.LocationSearchAnswer:
        """UPS Access Points, or all places of UPS, near an address, nearest first; or one Access Point by its id."""
        return await locations.search(app, arguments)

    @tools.tool("Schedule a pickup", read_only=False, idempotent=True, open_world=True)
    async def pickup_schedule(app: App, arguments: pickups.PickupScheduleArguments) -> pickups.PickupScheduleAnswer:
        """Order a driver to come: MAY COST MONEY. The same place and day give the same pickup."""
        return await pickups.schedule(app, arguments)

    @tools.tool("Price a pickup", read_only=True, idempotent=True, open_world=True)
    async def pickup_rate(app: App, arguments: pickups.PickupRateArguments) -> pickups.PickupRateAnswer:
        """What a pickup would cost. Nothing is ordered."""
        return await pickups.rate(app, arguments)

    @tools.tool("List pickups", read_only=True, idempotent=True, open_world=True)
    async def pickup_pending(app: App, arguments: pickups.PickupPendingArguments) -> pickups.PickupPendingAnswer:
        """The account's pickups to come; a lost answer is found by its reference."""
        return await pickups.pending(app, arguments)

    @tools.tool("Cancel a pickup", read_only=False, destructive=True, idempotent=True, open_world=True)
    async def pickup_cancel(app: App, arguments: pickups.PickupCancelArguments) -> pickups.PickupCancelAnswer:
        """Cancel a pickup by its number (PRN)."""
        return await pickups.cancel(app, arguments)


def _add_documents(tools: UpsTools) -> None:
    @tools.tool("Upload a customs document", read_only=False, idempotent=False, open_world=True)
    async def document_upload(app: App, arguments: documents.DocumentUploadArguments) -> documents.DocumentUploadAnswer:
        """Send a file (pdf, jpg, docx ...; 10 MB) to UPS for customs; a shipment names its id. Buys nothing."""
        return await documents.upload(app, arguments)

    @tools.tool("Attach documents to a shipment", read_only=False, idempotent=True, open_world=True)
    async def document_attach(app: App, arguments: documents.DocumentAttachArguments) -> documents.DocumentAttachAnswer:
        """Give uploaded documents to a shipment that was made without them."""
        return await documents.attach(app, arguments)

    @tools.tool("Delete a document", read_only=False, destructive=True, idempotent=True, open_world=True)
    async def document_delete(app: App, arguments: documents.DocumentDeleteArguments) -> documents.DocumentDeleteAnswer:
        """Delete an uploaded document at UPS."""
        return await documents.delete(app, arguments)
