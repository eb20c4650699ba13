"""What a person wants shipped, as a brain understood it: which rows, how they go. No row data, no approval."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.planning.selection import Wanted
from agent.planning.ship_options import NO_OPTIONS, ShipOptions


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OrderBy(_Part):
    """A column that decides which rows come first."""

    column: str
    descending: bool = False


class ServiceRule(_Part):
    """Rows of this clause go by this service; the first rule that fits wins."""

    where: str
    service: str


class BoxRule(_Part):
    """Rows of this clause go in this box of the settings; the first rule that fits wins."""

    where: str
    box: str


class ShipRequest(_Part):
    """The arguments of `propose_shipment`."""

    where: str
    """One DuckDB boolean expression; `TRUE` means every row."""
    in_words: str
    order_by: list[OrderBy] = Field(default_factory=list)
    limit: int | None = Field(default=None, ge=1)
    every: int | None = Field(default=None, ge=2)
    sample: int | None = Field(default=None, ge=1)
    seed: int | None = None
    service: str | None = None
    service_column: str | None = None
    service_rules: list[ServiceRule] = Field(default_factory=list)
    arrive_by: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    """Each row by the cheapest service that arrives by this day (ISO 8601); instead of a service."""
    arrive_by_column: str | None = None
    """The same, by the day in this column of each row."""
    reship: bool = False
    include_cancelled: bool = False
    quote_all: bool = False
    signature: bool = False
    """Every parcel needs a signature."""
    adult_signature: bool = False
    """Every parcel needs that of an adult."""
    options: ShipOptions = NO_OPTIONS
    of_batch: str | None = None
    """Only rows that this batch shipped: its id, or a day (ISO 8601) for all batches of it."""
    box: str | None = None
    """A box of the settings, or a size, for rows without a size of their own."""
    box_rules: list[BoxRule] = Field(default_factory=list)
    packaging: str | None = None
    """UPS's own packaging, for rows that name none."""
    ship_from: str | None = None
    """The place of the settings that every parcel starts from."""
    ignored: list[str] = Field(default_factory=list)
    left_out: list[int] = Field(default_factory=list)
    """Sheet rows that the person took out."""

    @property
    def in_time(self) -> bool:
        """Whether services are chosen by the day on which they arrive."""
        return self.arrive_by is not None or self.arrive_by_column is not None

    @model_validator(mode="after")
    def _one_way_to_choose(self) -> Self:
        if self.in_time and (self.service or self.service_column or self.service_rules):
            raise ValueError("either a service or a day to arrive by")
        if self.arrive_by is not None and self.arrive_by_column is not None:
            raise ValueError("one day or the column of each row's day")
        if self.in_time and self.options.returns:
            raise ValueError("a return goes by a service, not by a day")
        if self.arrive_by is not None:
            date.fromisoformat(self.arrive_by)
        return self

    def answers(self) -> dict[str, str]:
        """What it says of all rows, as answers of a mapping."""
        kind = "adult" if self.adult_signature else "signature" if self.signature else ""
        said = {"signature": kind, "box": self.box or "", "packaging": self.packaging or ""}
        said |= {"ship_from_of_all": self.ship_from or ""}
        return {slot: text for slot, text in said.items() if text} | self.options.answers()

    def wanted(self) -> Wanted:
        """Its selection."""
        return Wanted(
            where=self.where.strip() or "TRUE",
            order_by=tuple((item.column, item.descending) for item in self.order_by),
            limit=self.limit,
            every=self.every,
            sample=self.sample,
            seed=self.seed,
            left_out=frozenset(self.left_out),
        )
