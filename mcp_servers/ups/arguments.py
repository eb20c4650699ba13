"""The inputs of the tools other than rating and shipping."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from mcp_servers.shared.tools import Arguments
from mcp_servers.ups.models import Day, Environment, Label, LabelAsInCreate, Reference, ShipmentAsInCreate
from mcp_servers.ups.payers import Account, Country

TrackingNumber = Annotated[str, Field(pattern=r"^[0-9A-Z]{7,34}$", description="1Z..., capitals.")]
ShipmentNumber = Annotated[str, Field(pattern=r"^1Z[0-9A-Z]{16}$", description="18 characters, 1Z first.")]
SearchedReference = Annotated[
    str,
    Field(
        max_length=35,
        pattern=r"^[!-~]([ -~]*[!-~])?$",
        description="Of the request; or your order number, for tracking only.",
    ),
]
LabelFolder = Annotated[str, Field(min_length=1, max_length=1024, description="Absolute folder for the files.")]


class Destination(Arguments):
    """Where it should have gone; else it is not a match."""

    postal_code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9 -]{0,9}$")] | None = None
    country_code: Country


class RatingShopArguments(Arguments):
    """Input of `rating_shop`; the shipment's service code plays no part."""

    environment: Environment
    shipment: ShipmentAsInCreate
    ship_date: Day | None = Field(default=None, description="Day of hand-over; default today.")


class ShippingFindArguments(Arguments):
    """Input of `shipping_find`."""

    environment: Environment
    reference: SearchedReference
    shipper_number: Account
    since: Day = Field(description="Day of the request; nothing earlier matches.")
    destination: Destination | None = None
    tracking_numbers: Annotated[list[TrackingNumber], Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Instead of the reference: these packages of one shipment."
    )
    past_spool: bool = Field(default=False, description="Ask UPS itself, whatever the spool says.")
    label: LabelAsInCreate = Field(default_factory=Label)
    label_path: LabelFolder | None = None


class ShippingVoidArguments(Arguments):
    """Input of `shipping_void`: the whole shipment, or some of its packages."""

    environment: Environment
    shipment_identification_number: ShipmentNumber
    tracking_numbers: Annotated[list[ShipmentNumber], Field(min_length=1, max_length=20)] | None = None
    reference: Reference | None = Field(default=None, description="Notes the void in the spool as well.")


class LabelRecoverArguments(Arguments):
    """Input of `label_recover`: by tracking number, or by reference and shipper number."""

    environment: Environment
    tracking_number: ShipmentNumber | None = None
    reference: Reference | None = Field(default=None, description="Also names the file, if given.")
    package_number: Annotated[int, Field(ge=1, le=200)] = 1
    shipper_number: Account | None = None
    label: LabelAsInCreate = Field(default_factory=Label)
    label_path: LabelFolder | None = None

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.tracking_number is None and (self.reference is None or self.shipper_number is None):
            raise ValueError("give a tracking number, or a reference with its shipper number")
        return self
