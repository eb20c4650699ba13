"""The UPS Access Point that keeps a parcel, into its payload: looked up at UPS, never taken from a cell's address."""

from collections.abc import Iterator
from typing import Any

from agent.mapping.instructions import Asked
from agent.mapping.row import RowReader
from agent.shipping import faults
from agent.shipping.access_points import (
    MOST_NOTICES,
    NEAREST,
    AccessPoint,
    KnownPoints,
    WantedPoint,
    check_service,
)
from agent.shipping.verdict import Reject, reject


def add_access_point(
    lead: RowReader, asked: Asked, payload: dict[str, Any], points: KnownPoints
) -> AccessPoint | WantedPoint | None:
    """Fill in `access_point` where words or cells ask for one. Returns it, or what UPS has still to be asked.

    UPS tells the customer by e-mail where the parcel waits, so an address is needed.
    """
    if not asked.points or not payload["ship_to"]:
        return None
    named = {point for point, _ in asked.points} - {NEAREST}
    problems = list(_problems(named, asked, payload))
    for problem in problems:
        lead.findings.take(problem, asked.point_column)
    wanted = WantedPoint(_place(payload["ship_to"]["address"]), min(named, default=None))
    found = points.get(wanted.key)
    if found is None:
        return None if problems else wanted
    if isinstance(found, Reject):
        lead.findings.take(found, asked.point_column)
        return None
    payload["access_point"] = found.payload
    return found


def _problems(named: set[str], asked: Asked, payload: dict[str, Any]) -> Iterator[Reject]:
    if len(named) > 1:
        cells = ", ".join(sorted(named))
        yield reject(faults.POINTS_DIFFER, cells, cells=cells)
    if payload["service_code"] and isinstance(verdict := check_service(payload["service_code"]), Reject):
        yield verdict
    if not payload["ship_to"].get("email"):
        yield reject(faults.POINT_WITHOUT_EMAIL)
    if len(asked.notify) > MOST_NOTICES:
        yield reject(faults.POINT_NOTICES)


def _place(address: dict[str, Any]) -> dict[str, Any]:
    """What is asked about: whether it is a home does not matter."""
    return {part: value for part, value in address.items() if part != "residential"}
