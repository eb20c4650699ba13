"""What the tools answer. Money is decimal text with its currency; label bytes are in files, never here."""

from typing import Annotated, Literal

from pydantic import Field

from mcp_servers.shared.schemas import as_in
from mcp_servers.shared.tools import Answer


class Charge(Answer):
    """Money, with the names shipping answers use."""

    monetary_value: Annotated[str, Field(alias="monetaryValue")]
    currency_code: Annotated[str, Field(alias="currencyCode")]


class Price(Answer):
    """Money, with the names rating answers use."""

    amount: str
    currency_code: Annotated[str, Field(alias="currencyCode")]


class Notice(Answer):
    """A warning beside a success."""

    code: str
    message: str


class LabelError(Answer):
    """A label that UPS made and we could not save: label_recover gets it again."""

    tracking_number: str
    path: str
    message: str


AlertsAsInCreate = Annotated[list[Notice] | None, as_in("shipping_create", "array", "null")]
PriceAsInQuote = Annotated[Price, as_in("rating_quote")]
ChargeAsInCreate = Annotated[Charge, as_in("shipping_create")]
LabelErrorsAsInCreate = Annotated[list[LabelError], as_in("shipping_create", "array")]
"""What several tools answer alike is published by one of them: a client pays for every byte of the list."""

LabelDelivery = Literal["email", "driver", "post"]


class ShippingCreateAnswer(Answer):
    """One shipment that exists. `labelPaths` and `labelSha256s` match `trackingNumbers`; null where none was
    saved (see `labelDelivery`)."""

    outcome: Literal["done"]
    tracking_numbers: Annotated[list[str], Field(alias="trackingNumbers")]
    label_paths: Annotated[list[str | None], Field(alias="labelPaths")]
    label_sha256s: Annotated[list[str | None], Field(alias="labelSha256s")]
    label_errors: Annotated[list[LabelError] | None, Field(alias="labelErrors")] = None
    label_delivery: Annotated[
        LabelDelivery | None, Field(alias="labelDelivery", description="How the customer gets the label of a return.")
    ] = None
    form_paths: Annotated[list[str] | None, Field(alias="formPaths")] = None
    total_charges: Annotated[Charge | None, Field(alias="totalCharges")] = None
    negotiated: Annotated[bool | None, Field(description="The account's own rate; false: the list price.")] = None
    shipment_identification_number: Annotated[str | None, Field(alias="shipmentIdentificationNumber")] = None
    customer_context: Annotated[
        str | None,
        Field(alias="customerContext", description="As UPS echoed it; null where it did not."),
    ] = None
    trans_id: Annotated[str, Field(alias="transId")]
    alerts: list[Notice] | None = None
    from_spool: Annotated[bool, Field(alias="fromSpool", description="Answered from an earlier call.")] = False


class FoundShipment(Answer):
    """A shipment at UPS that carries the reference; a field is null where UPS did not say."""

    tracking_numbers: Annotated[list[str], Field(alias="trackingNumbers")]
    shipment_identification_number: Annotated[str | None, Field(alias="shipmentIdentificationNumber")] = None
    label_paths: Annotated[list[str | None], Field(alias="labelPaths")] = Field(default_factory=list)
    label_sha256s: Annotated[list[str | None], Field(alias="labelSha256s")] = Field(default_factory=list)
    label_errors: Annotated[LabelErrorsAsInCreate | None, Field(alias="labelErrors")] = None
    total_charges: Annotated[ChargeAsInCreate | None, Field(alias="totalCharges")] = None
    postal_code: str | None = None
    country_code: str | None = None
    created_on: Annotated[str | None, Field(description="YYYYMMDD, UTC from the spool, local day from UPS.")] = None
    voided: bool = False
    package_count: int | None = None
    references: Annotated[list[str], Field(description="What tracking says it carries.")] = Field(default_factory=list)
    customer_context: Annotated[str | None, Field(alias="customerContext")] = None
    source: Literal["spool", "label_recovery", "track"]


class Candidate(Answer):
    """One of several shipments, or one that does not match what was asked."""

    tracking_number: str
    postal_code: str | None = None
    country_code: str | None = None
    created_on: str | None = None


class ShippingFindAnswer(Answer):
    """`not_found` is never proof that no label exists; `unknown` proves nothing either."""

    status: Literal["found", "not_found", "unknown"]
    reason: str
    shipment: FoundShipment | None = None
    candidates: list[Candidate] | None = None
    unanswered: Annotated[
        bool | None, Field(description="UPS gave no usable answer (time-out, 429, 5xx): ask again.")
    ] = None


class ShippingVoidAnswer(Answer):
    """What is void now, from before too."""

    outcome: Literal["done"]
    shipment_identification_number: Annotated[str, Field(alias="shipmentIdentificationNumber")]
    voided: Annotated[list[str], Field(description="Or the shipment number, for all of it.")]
    not_voided: Annotated[list[str], Field(description="Refused, or left out of UPS's list.")] = Field(
        default_factory=list
    )
    already_voided: bool = False
    alerts: AlertsAsInCreate = None


class LabelRecoverAnswer(Answer):
    """The label files, as UPS sent them again."""

    tracking_numbers: Annotated[list[str], Field(alias="trackingNumbers")]
    shipment_identification_number: Annotated[str | None, Field(alias="shipmentIdentificationNumber")] = None
    label_paths: Annotated[list[str], Field(alias="labelPaths")]
    label_sha256s: Annotated[list[str], Field(alias="labelSha256s")]
    alerts: AlertsAsInCreate = None


class RatingQuoteAnswer(Answer):
    """The price of a shipment."""

    service_code: str
    service_name: str
    total_charges: Annotated[Price, Field(alias="totalCharges")]
    list_charges: Annotated[Price | None, Field(alias="listCharges")] = None
    negotiated: bool
    billing_weight: str | None = None
    zone: str | None = None
    transit_days: int | None = None
    delivery_date: Annotated[str | None, Field(description="YYYYMMDD.")] = None
    delivery_time: str | None = None
    alerts: AlertsAsInCreate = None


class RatingShopAnswer(Answer):
    """All services for a shipment, cheapest first."""

    services: list[Annotated[RatingQuoteAnswer, as_in("rating_quote")]]
