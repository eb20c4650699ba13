"""What a person wants shipped, as a brain understood it: which rows, how they go. No row data, no approval."""

from pydantic import BaseModel, ConfigDict, Field

from agent.planning.selection import Wanted


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
    reship: bool = False
    include_cancelled: bool = False
    quote_all: bool = False
    signature: bool = False
    """Every parcel needs a signature."""
    adult_signature: bool = False
    """Every parcel needs that of an adult."""
    ignored: list[str] = Field(default_factory=list)
    left_out: list[int] = Field(default_factory=list)
    """Sheet rows that the person took out."""

    def answers(self) -> dict[str, str]:
        """What it says of all rows, as answers of a mapping."""
        kind = "adult" if self.adult_signature else "signature" if self.signature else ""
        return {"signature": kind} if kind else {}

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
