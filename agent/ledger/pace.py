"""One pace for all stations of a UPS account on a shared ledger: when the next request may leave, in the clock of the
database.

Each request gets a place in one row of places that are `1 / per_second` apart, whichever station asks; a 429 of UPS to
one of them moves the next place for all. Each of these is one statement, which locks the row of the account and nothing
else: nobody who records a label waits for somebody who asks for a price.
"""

from sqlalchemy import Connection, text

from agent.ledger.shared import NOW

_NOW = f"coalesce(CAST(:now AS double precision), {NOW})"
_RESERVE = text(
    f"INSERT INTO pace (account, free_from, not_before) SELECT :account, {_NOW} + :length, 0"
    " ON CONFLICT (account) DO UPDATE SET free_from ="
    " greatest(excluded.free_from, pace.free_from + :length, pace.not_before + :length)"
    f" RETURNING free_from - :length - {_NOW}"
)
_HOLD_BACK = text(
    f"INSERT INTO pace (account, free_from, not_before) SELECT :account, 0, {_NOW} + :wait_s"
    " ON CONFLICT (account) DO UPDATE SET not_before = greatest(pace.not_before, excluded.not_before)"
)
_HELD = text(f"SELECT not_before - {_NOW} FROM pace WHERE account = :account")


def account_of(environment: str, account_number: str) -> str:
    """Whose pace it is."""
    return f"{environment}:{account_number}"


def reserve(
    connection: Connection, account: str, per_second: float, places: int = 1, *, now: float | None = None
) -> float:
    """Give a request its place, or as many as it sends requests; seconds until the first. `now`: another clock."""
    wanted = {"account": account, "length": places / per_second, "now": now}
    return max(0.0, float(connection.execute(_RESERVE, wanted).scalar_one()))


def hold_back(connection: Connection, account: str, wait_s: float, *, now: float | None = None) -> None:
    """UPS asked one station to wait: nobody asks earlier."""
    connection.execute(_HOLD_BACK, {"account": account, "wait_s": wait_s, "now": now})


def held_s(connection: Connection, account: str, *, now: float | None = None) -> float:
    """Seconds until UPS takes requests again, as far as any station knows."""
    return max(0.0, float(connection.scalar(_HELD, {"account": account, "now": now}) or 0.0))
