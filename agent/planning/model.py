"""A plan: immutable and complete, so that execution and resume need neither sheet nor data server.

Its digest (`agent.planning.digest`) covers every field here.
"""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the sheet as the data server delivered it."""

    row_number: int
    """Data row, 1-based: in every contract."""
    sheet_row: int
    """The sheet's own row: what people see and say."""
    data: dict[str, Any]
    """Its cells as typed."""
    checksum: str
    continues: int | None = None
    """Row number of the order's first row, where this one leaves the order's own cells blank."""
    order_cells: dict[str, Any] | None = None
    """The order's own cells, of its first row; None where the row has its own."""

    @property
    def filled(self) -> "SheetRow":
        """With the order's own cells where it leaves them blank."""
        if self.order_cells is None:
            return self
        own = {column: cell for column, cell in self.data.items() if str(cell or "").strip()}
        return replace(self, data={**self.data, **self.order_cells, **own})


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: the person's clause, and what was cut from its result."""

    clause: str
    """One DuckDB boolean expression, as the guard regenerated it, mandatory conditions included."""
    in_words: str
    order_by: tuple[tuple[str, bool], ...] = ()
    """(column, descending) pairs."""
    limit: int | None = None
    every: int | None = None
    sample: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What the person allows at most; a missing limit does not limit."""

    max_total_cents: int | None = None
    max_rows: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedShipment:
    """One create request to come: one or several sheet rows, one or several packages."""

    identity: str
    """Canonical order number or digest of what is sent, with a count where that is not enough (see planning.identity),
    without the environment."""
    row_numbers: tuple[int, ...]
    """Data rows, 1-based; the first one leads (it names the reference)."""
    sheet_rows: tuple[int, ...]
    row_checksums: tuple[str, ...]
    order_number: str | None
    recipient: str
    city_state: str
    service_code: str
    payload: dict[str, Any]
    """The `shipment` argument of the UPS server's `shipping_create`, rendered and validated."""
    quote_cents: int | None = None
    warnings: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    """References of shipments with the same order number or the same content that this one was told apart from, by the
    person or by their own rows in the sheet."""
    result_cells: tuple[dict[str, str], ...] | None = None
    """What the `tracking_number` and `shipped_at` cells of each row held, where they were not blank: they are part of
    what is approved, and not part of a row's checksum. None = nobody looked."""
    documents: tuple[dict[str, Any], ...] = ()
    """Own customs documents, uploaded before it is bought: path, name, size, SHA-256 and UPS's type of each."""
    written_address: dict[str, Any] | None = None
    """The sheet's own address where the payload has UPS's correction of it; the parcel is known by this one."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows came from and where results go back to; never a password."""

    source_id: str
    descriptor: dict[str, Any]
    fingerprint: str
    name: str
    """What a person calls it: the file's base name or the table's name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that approval binds."""

    command: str
    """The person's words that led here."""
    environment: str
    account_number: str
    shipper: dict[str, Any]
    label_format: str
    currency: str
    source: Source
    selection: Selection
    mapping: dict[str, Any]
    """The mapping template that rendered the payloads."""
    shipments: tuple[PlannedShipment, ...]
    budget: Budget = field(default_factory=Budget)
    excluded: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Rows left out (sheet rows), by reason; shown, not shipped."""
    reship: bool = False
    """The person asked, in typed words, to ship again what was shipped before."""
    options: dict[str, Any] = field(default_factory=dict)
    """What the person's words asked of every shipment (`ShipOptions`): a retry keeps it."""
    amends_job_id: str | None = None
    """Set by `retry`: the job whose failed rows this plan sends again."""

    @property
    def row_count(self) -> int:
        return sum(len(shipment.row_numbers) for shipment in self.shipments)

    @property
    def quoted_cents(self) -> int:
        """The sum of the quotes that were made."""
        return sum(shipment.quote_cents or 0 for shipment in self.shipments)

    @property
    def unquoted(self) -> int:
        """How many shipments carry no quote."""
        return sum(shipment.quote_cents is None for shipment in self.shipments)


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's yes, made by code: never by a model."""

    digest: str
    """Of the plan that was shown."""
    by: str
    """`key`, `button`, `words`, `typed`, `--yes` or `budget` (auto mode)."""
    words: str
    """What the person pressed or typed, verbatim."""
    sentence: str
    """The approval sentence that was on the screen."""
