"""Who ships: the sender with the account that pays, other places that parcels start from, and the invented sample."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class ShipperAddress(BaseModel):
    """Where parcels are picked up; field widths are UPS's."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    lines: list[Annotated[str, Field(max_length=35)]] = Field(min_length=1, max_length=3)
    """Street lines, as labels print them."""
    city: str = Field(max_length=30)
    """The town."""
    state: str | None = Field(default=None, max_length=5)
    """State or province code, where the country has them."""
    postal_code: str | None = Field(default=None, max_length=9)
    """As the country writes it."""
    country_code: str = Field(default="US", min_length=2, max_length=2)
    """Two letters."""


class Shipper(BaseModel):
    """The sender, and the UPS account that pays."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=35)
    """The sender's name, as labels print it."""
    attention_name: str | None = Field(default=None, max_length=35)
    """A person or department; UPS asks for it across borders and with its early services."""
    phone: str | None = Field(default=None, max_length=15)
    """Digits; UPS asks for it across borders."""
    account_number: str = Field(min_length=6, max_length=6)
    """The UPS account that pays: six letters and digits."""
    address: ShipperAddress
    """Where parcels are picked up."""


class ShipFromPlace(BaseModel):
    """Another place that parcels start from, in the shipper's country: `[ship_from.NAME]`. The shipper pays."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: str | None = Field(default=None, min_length=1, max_length=35)
    """Whose place it is, as labels print it. Unset = the shipper's name."""
    attention_name: str | None = Field(default=None, max_length=35)
    """A person or department there."""
    phone: str | None = Field(default=None, max_length=15)
    """Digits. Unset = the shipper's."""
    address: ShipperAddress
    """Where parcels start, and where a pickup there comes to."""

    def party(self, shipper: Shipper) -> dict[str, Any]:
        """As shipments carry it: what is not set is the shipper's."""
        own = self.model_dump(exclude_none=True)
        inherited = {"name": shipper.name, "attention_name": shipper.attention_name, "phone": shipper.phone}
        return {name: value for name, value in (inherited | own).items() if value is not None}


PlaceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 _-]{0,29}$")]

SAMPLE_SHIPPER = Shipper(
    name="Sample Shop",
    attention_name="Shipping",
    phone="4105550100",
    account_number="SIMSIM",
    address=ShipperAddress(lines=["100 Sample Street"], city="Timonium", state="MD", postal_code="21093"),
)
"""Invented; only the simulator ever sees it."""
SAMPLE_ACCOUNTS = frozenset({SAMPLE_SHIPPER.account_number, "A1B2C3"})
"""Invented: the simulator's own, and the one in the README."""


_EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
BILLED_IN = {"US": "USD", "PR": "USD", "VI": "USD", "CA": "CAD", "GB": "GBP"} | dict.fromkeys(_EURO.split(), "EUR")
"""Country of a sender -> what UPS bills accounts there in."""
