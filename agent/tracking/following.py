"""Asks UPS where the ledger's parcels are, and keeps the answers: a parcel that arrived is never asked for again."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update

from agent.batch.executor.queries import job_of
from agent.errors import ShipchatError, from_reply, is_refusal
from agent.ledger.days import beginning
from agent.ledger.store import Ledger
from agent.ledger.tables import Job, JobRow, Package, Shipment, now, table_of
from agent.tool_caller import ToolCaller
from agent.tracking.parcel import SETTLED, Parcel, Sighting, sighting_of

JOBS, ROWS, SHIPMENTS, PACKAGES = table_of(Job), table_of(JobRow), table_of(Shipment), table_of(Package)
MOST_REFUSALS = 3
"""After so many refusals UPS is not asked on: what it refuses now, it refuses for all."""
_DAYS = ("scheduled_on", "rescheduled_on", "delivered_on")


@dataclass(slots=True)
class Followed:
    """Parcels as UPS last told of them, and what it refused to tell."""

    parcels: list[Parcel] = field(default_factory=list)
    refusals: list[ShipchatError] = field(default_factory=list)
    not_asked: int = 0
    """Parcels whose state is an earlier one, or none at all, because of a refusal."""


async def follow(
    ledger: Ledger, ups: ToolCaller, environment: str, *, concurrency: int, job_id: str | None = None, since: date
) -> Followed:
    """All parcels of a batch, or those whose label was bought since the beginning of a day of this machine.

    Raises:
        ShipchatError: E-4205 when there is no such batch, E-4203.
    """
    known = await ledger.read_async(parcels_of, environment, job_id, beginning(since))
    found = Followed()
    gate = asyncio.Semaphore(concurrency)

    async def look(parcel: Parcel) -> Parcel:
        if parcel.sighting.whereabouts in SETTLED:
            return parcel
        async with gate:
            if len(found.refusals) >= MOST_REFUSALS:
                found.not_asked += 1
                return parcel
            arguments = {"environment": parcel.environment, "tracking_number": parcel.tracking_number}
            answer = await ups("track_package", arguments)
        if is_refusal(answer):
            found.refusals.append(from_reply(answer))
            found.not_asked += 1
            return parcel
        return replace(parcel, sighting=sighting_of(answer), looked_at=now())

    found.parcels = list(await asyncio.gather(*(look(parcel) for parcel in known)))
    await ledger.write_async(keep, [new for old, new in zip(known, found.parcels, strict=True) if new is not old])
    return found


def parcels_of(connection: Connection, environment: str, job_id: str | None, since: str) -> list[Parcel]:
    """Labels that are bought and not void, oldest first."""
    if job_id is not None:
        job_of(connection, job_id)
    lead = (ROWS.c.shipment_id == SHIPMENTS.c.id) & (ROWS.c.row_number == SHIPMENTS.c.primary_row)
    query = (
        select(PACKAGES, SHIPMENTS.c.job_id, SHIPMENTS.c.recipient, ROWS.c.sheet_row, ROWS.c.row_number)
        .join(SHIPMENTS, SHIPMENTS.c.id == PACKAGES.c.shipment_id)
        .join(JOBS, JOBS.c.id == SHIPMENTS.c.job_id)
        .join(ROWS, lead)
        .where(SHIPMENTS.c.state == "completed", JOBS.c.environment == environment)
        .order_by(PACKAGES.c.id)
    )
    wanted = SHIPMENTS.c.job_id == job_id if job_id is not None else SHIPMENTS.c.settled_at >= since
    return [
        Parcel(
            package_id=row.id,
            job_id=row.job_id,
            sheet_row=row.sheet_row or row.row_number,
            recipient=row.recipient,
            tracking_number=row.tracking_number,
            environment=environment,
            sighting=_stored(row),
            looked_at=row.looked_at,
        )
        for row in connection.execute(query.where(wanted))
    ]


def keep(connection: Connection, parcels: list[Parcel]) -> None:
    """Store what UPS said."""
    for parcel in parcels:
        seen = parcel.sighting
        days = {name: day.isoformat() if (day := getattr(seen, name)) else None for name in _DAYS}
        connection.execute(
            update(PACKAGES)
            .where(PACKAGES.c.id == parcel.package_id)
            .values(
                status_type=seen.status_type,
                status_code=seen.status_code,
                status_words=seen.words,
                last_scan=seen.last_scan,
                looked_at=parcel.looked_at,
                **days,
            )
        )


def _stored(row: Any) -> Sighting:
    days = {name: date.fromisoformat(text) if (text := getattr(row, name)) else None for name in _DAYS}
    return Sighting(row.status_type, row.status_code, row.status_words, last_scan=row.last_scan, **days)
