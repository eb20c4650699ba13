"""UPS's services: code, name, where from and to. Source: the Shipping document's service table."""

from typing import Literal

from mcp_servers.shared.tools import Answer, Arguments

Reach = Literal["domestic", "international"]

_SERVICES: tuple[tuple[str, str, Reach, str | None], ...] = (
    ("01", "UPS Next Day Air", "domestic", "1DA"),
    ("02", "UPS 2nd Day Air", "domestic", "2DA"),
    ("03", "UPS Ground", "domestic", "GND"),
    ("12", "UPS 3 Day Select", "domestic", "3DS"),
    ("13", "UPS Next Day Air Saver", "domestic", "1DP"),
    ("14", "UPS Next Day Air Early", "domestic", "1DM"),
    ("59", "UPS 2nd Day Air A.M.", "domestic", "2DM"),
    ("07", "UPS Worldwide Express", "international", None),
    ("08", "UPS Worldwide Expedited", "international", None),
    ("11", "UPS Standard", "international", None),
    ("54", "UPS Worldwide Express Plus", "international", None),
    ("65", "UPS Worldwide Saver", "international", None),
    ("17", "UPS Worldwide Economy DDU", "international", None),
    ("72", "UPS Worldwide Economy DDP", "international", None),
    ("92", "UPS Ground Saver (under 1 lb, in ounces)", "domestic", None),
    ("93", "UPS Ground Saver", "domestic", None),
)
DOMESTIC = frozenset(code for code, _, reach, _ in _SERVICES if reach == "domestic")
SERVICE_OF_LEVEL = {level: code for code, _, _, level in _SERVICES if level} | {"1DMS": "14", "1DAS": "01"}


class Service(Answer):
    """One service, named as from the US."""

    code: str
    name: str
    reach: Reach


class ServiceListArguments(Arguments):
    """Input of `service_list`."""


class ServiceListAnswer(Answer):
    """UPS's services."""

    environment: str
    services: list[Service]


def all_services() -> list[Service]:
    """Every service that this server names."""
    return [Service(code=code, name=name, reach=reach) for code, name, reach, _ in _SERVICES]


def service_name(code: str) -> str:
    """A name for a code; UPS often sends an empty one."""
    return next((name for known, name, _, _ in _SERVICES if known == code), f"UPS service {code}")
