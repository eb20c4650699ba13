"""The ship-from places of a command and of a preview, by the names that the settings give them."""

from collections.abc import Sequence

from agent.errors import ErrorKind, error
from agent.mapping.ship_from import OWN, named_place, place_of
from agent.planning.model import PlannedShipment
from agent.settings import Settings
from agent.shipping.checked_addresses import one_line
from agent.shipping.verdict import Reject

NO_SUCH_PLACE = ErrorKind(
    "E-2395",
    "{name} is not a ship-from place of your settings.",
    "Use one of: {known}; or set it as [ship_from.NAME] in settings.toml.",
)


def check_place(settings: Settings, named: str | None) -> None:
    """A command may name only places of the settings.

    Raises:
        ShipchatError: E-2395, with the known names.
    """
    places = settings.places
    if named and isinstance(named_place(named, places, {"name": settings.sender.name}), Reject):
        raise error(NO_SUCH_PLACE, name=named, known=", ".join(places) or "none yet")


def starts_of(settings: Settings, shipments: Sequence[PlannedShipment]) -> list[str]:
    """The place of every shipment; all blank where every one starts at the shipper's."""
    places = settings.places
    starts = [place_of(item.payload, places) for item in shipments]
    return starts if set(starts) != {OWN} else [""] * len(starts)


def start_of_all(settings: Settings, shipments: Sequence[PlannedShipment]) -> list[str]:
    """One line where all start from one place that is not the shipper's: nothing else of the preview shows it."""
    starts = set(starts_of(settings, shipments))
    if len(starts) != 1 or starts == {""}:
        return []
    start = shipments[0].payload["ship_from"]
    return [f"All start from {starts.pop()}: {start['name']}, {one_line(start['address'])}."]
