"""The tables that only a shared ledger uses: its workers, and the pace that they keep together.

Times are seconds since the epoch in the clock of the database: it is the one that all stations share.
"""

from sqlalchemy import BigInteger, Float, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.ledger.tables import Base

_AT_WORK = text("ended_at IS NULL")
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class Worker(Base):
    """One run of one batch at one station (agent/ledger/workers.py)."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=False)
    """The fencing number."""
    job_id: Mapped[str] = mapped_column(Text)
    station: Mapped[str] = mapped_column(Text)
    machine: Mapped[str] = mapped_column(Text)
    process: Mapped[str] = mapped_column(Text)
    """JSON [pid, started]: at the same machine one that is gone is known at once."""
    last_shipment: Mapped[int] = mapped_column(_NUMBER)
    """Shipments that were planned later are for a later run."""
    started_at: Mapped[float] = mapped_column(Float)
    lease_until: Mapped[float] = mapped_column(Float)
    ended_at: Mapped[float | None] = mapped_column(Float)
    ended_by: Mapped[str | None] = mapped_column(Text)
    """`itself`, `expired` or `gone`."""

    __table_args__ = (Index("workers_at_work", "job_id", sqlite_where=_AT_WORK, postgresql_where=_AT_WORK),)


class Pace(Base):
    """How fast all stations of a UPS account may ask (agent/ledger/pace.py)."""

    __tablename__ = "pace"

    account: Mapped[str] = mapped_column(Text, primary_key=True)
    """With the environment in front."""
    free_from: Mapped[float] = mapped_column(Float)
    """The first place that no request has."""
    not_before: Mapped[float] = mapped_column(Float)
    """After a 429: nothing is asked earlier."""
