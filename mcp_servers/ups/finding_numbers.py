"""`shipping_find` by tracking numbers: what UPS knows of packages that a person named, for the caller to compare.

Tracking tells where a package goes, since when, and how many there are; label recovery tells which shipment it
belongs to, under the number that a void needs.
"""

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.answers import FoundShipment, ShippingFindAnswer
from mcp_servers.ups.app import App
from mcp_servers.ups.arguments import ShippingFindArguments
from mcp_servers.ups.labels import label_folder
from mcp_servers.ups.recovery import Recovered, recover, recovery_request
from mcp_servers.ups.tracking import Tracked, packages_of, track_by_number
from mcp_servers.ups.ups_json import is_masked


async def find_numbers(app: App, arguments: ShippingFindArguments, numbers: list[str]) -> ShippingFindAnswer:
    """`found` only where UPS knows each of them, as packages of one shipment that goes to one place."""
    if any(is_masked(number) for number in numbers):
        return ShippingFindAnswer(status="unknown", reason="the test environment masks its numbers")
    tracked: dict[str, Tracked] = {}
    recovered: list[Recovered] = []
    try:
        for number in numbers:
            packages = packages_of((await track_by_number(app, number)).body)
            tracked |= {package.tracking_number: package for package in packages if package.tracking_number == number}
            recovered.append(await _recovered(app, arguments, number))
    except ToolFault as refusal:
        if app.client.tells(refusal):
            raise
        return ShippingFindAnswer(status="unknown", reason=f"{refusal.code}: {refusal.message}")
    missing = [number for number in numbers if number not in tracked]
    if missing:
        return ShippingFindAnswer(status="not_found", reason=f"UPS does not know {', '.join(missing)} (yet)")
    problem = _problem(list(tracked.values()), recovered)
    if problem is not None:
        return ShippingFindAnswer(status="unknown", reason=problem)
    return ShippingFindAnswer(
        status="found", reason="by tracking number", shipment=_shipment(list(tracked.values()), recovered)
    )


async def _recovered(app: App, arguments: ShippingFindArguments, number: str) -> Recovered:
    folder = label_folder(app.settings.labels_folder, arguments.reference, arguments.label_path)
    try:
        return await recover(
            app, recovery_request(arguments.label, tracking_number=number), arguments.label, folder, number, 0
        )
    except ToolFault as refusal:
        if refusal.retryable:
            raise
        # Too old for a label, or one that was sent: tracking is what counts.
        return Recovered([], None, [])


def _problem(tracked: list[Tracked], recovered: list[Recovered]) -> str | None:
    if len({one.shipment_number for one in recovered if one.shipment_number}) > 1:
        return "these numbers belong to different shipments"
    if len({(package.postal_code, package.country_code) for package in tracked}) > 1:
        return "these packages go to different places"
    void = {package.voided for package in tracked} | {one.voided for one in recovered if one.labels or one.voided}
    if len(void) > 1:
        return "UPS says of one part that it is void, of another that it is not"
    return None


def _shipment(tracked: list[Tracked], recovered: list[Recovered]) -> FoundShipment:
    numbers = [package.tracking_number for package in tracked]
    named = next((one.shipment_number for one in recovered if one.shipment_number), None)
    counts = [package.package_count for package in tracked if package.package_count is not None]
    return FoundShipment(
        tracking_numbers=numbers,
        shipment_identification_number=named or (numbers[0] if len(numbers) == 1 else None),
        postal_code=tracked[0].postal_code,
        country_code=tracked[0].country_code,
        created_on=min((package.created_on for package in tracked if package.created_on), default=None),
        voided=all(package.voided for package in tracked),
        package_count=max(counts, default=None),
        references=sorted({value for package in tracked for value in package.references}),
        source="track",
    )
