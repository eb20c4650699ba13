"""One pace for all stations of a UPS account on a shared ledger: when the next request may leave, in the clock of the
database.

Each request gets a place in one row of places that are `1 / per_second` apart, whichever station asks; a 429 of UPS to
one of them moves the next place for all.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from agent.ledger.tables import table_of
from agent.ledger.worker_table import Pace
from agent.ledger.workers import database_now

PACE = table_of(Pace)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Of one account, in seconds since the epoch."""

    free_from: float = 0.0
    """The first place that nobody has."""
    not_before: float = 0.0
    """What UPS said with its last 429."""


def next_place(now: float, schedule: Schedule, per_second: float | None) -> tuple[float, Schedule]:
    """When a request that is asked for now may leave, and the schedule after it. Without a rate only a 429 counts."""
    at = max(now, schedule.not_before, schedule.free_from if per_second else 0.0)
    return at, Schedule(at + 1.0 / per_second, schedule.not_before) if per_second else schedule


def reserve(connection: Connection, account: str, per_second: float | None) -> float:
    """Give one request its place; seconds until then."""
    now = database_now(connection)
    if now is None:
        return 0.0
    before = _schedule(connection, account)
    at, after = next_place(now, before, per_second)
    if after != before:
        _keep(connection, account, after)
    return at - now


def hold_back(connection: Connection, account: str, wait_s: float) -> None:
    """UPS asked one station to wait: nobody asks earlier."""
    now = database_now(connection)
    if now is not None:
        before = _schedule(connection, account)
        _keep(connection, account, Schedule(before.free_from, max(before.not_before, now + wait_s)))


def _schedule(connection: Connection, account: str) -> Schedule:
    found = connection.execute(select(PACE).where(PACE.c.account == account)).first()
    return Schedule(found.free_from, found.not_before) if found is not None else Schedule()


def _keep(connection: Connection, account: str, schedule: Schedule) -> None:
    values = {"free_from": schedule.free_from, "not_before": schedule.not_before}
    if connection.execute(update(PACE).where(PACE.c.account == account).values(**values)).rowcount == 0:
        connection.execute(insert(PACE).values(account=account, **values))
