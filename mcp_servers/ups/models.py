"""The typed shipment that rating and shipping take: what a mapping template must render.

Lengths and patterns are UPS's own (Shipping and Rating documents); the schema that pydantic publishes from
these classes is the contract. Absent fields are left out, never sent as "" (UPS answers 121000).
"""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator
from pydantic.config import JsonDict
from typing_extensions import TypeAliasType

from mcp_servers.shared.schemas import as_in
from mcp_servers.shared.tools import Arguments
from mcp_servers.ups.options import Document, Email, FurtherReference, Notify, ShortText, check_barcodes, text_field
from mcp_servers.ups.payers import Account, Billing, Country, Duties, IossNumber, TaxId

Environment = Literal["simulator", "test", "production"]
LabelFormat = Literal["ZPL", "GIF", "EPL", "SPL"]


Currency = TypeAliasType("Currency", Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code.")])
Day = TypeAliasType(
    "Day", Annotated[str, Field(pattern=r"^[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$", description="YYYYMMDD.")]
)
Money = TypeAliasType(
    "Money", Annotated[str, Field(pattern=r"^[0-9]{1,8}(\.[0-9]{1,2})?$", description="Decimal text, e.g. 12.50.")]
)
Phone = TypeAliasType(
    "Phone",
    Annotated[
        str,
        Field(
            pattern=r"^[0-9]{5,15}$",
            description="Digits; US, CA, PR, VI: 10, extension up to 4.",
        ),
    ],
)
PartyType = TypeAliasType("PartyType", Literal["business", "consumer"])
Name = TypeAliasType("Name", Annotated[str, text_field(35, "At most 35 characters; UPS prints 30.")])
Side = TypeAliasType("Side", Annotated[int, Field(ge=1, le=274, description="Round up.")])
Reference = Annotated[
    str,
    Field(
        pattern=r"^[A-Z0-9]{6,35}$",
        description="Your own key for this one create request, never used twice: it finds a lost answer.",
    ),
]

_US_POSTAL = r"^[0-9]{5}(-?[0-9]{4})?$"
_CANADIAN_POSTAL = r"^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$"
_TEN_DIGIT_PHONES = ("US", "CA", "PR", "VI")


def _where_country(countries: list[JsonValue], then: JsonDict) -> JsonDict:
    return {
        "if": {"properties": {"country_code": {"enum": countries}}},
        "then": then,
    }


_ADDRESS_RULES: JsonDict = {
    "allOf": [
        _where_country(
            ["US", "PR", "VI"],
            {
                "required": ["postal_code"],
                "properties": {"postal_code": {"type": "string", "pattern": _US_POSTAL}},
            },
        ),
        _where_country(
            ["CA"],
            {
                "required": ["postal_code"],
                "properties": {"postal_code": {"type": "string", "pattern": _CANADIAN_POSTAL}},
            },
        ),
        _where_country(
            ["US", "CA"],
            {"required": ["state"], "properties": {"state": {"type": "string", "pattern": "^[A-Z]{2}$"}}},
        ),
        _where_country(["VN"], {"required": ["state"], "properties": {"state": {"type": "string"}}}),
    ]
}


class Address(Arguments, json_schema_extra=_ADDRESS_RULES):
    """A place."""

    lines: Annotated[list[ShortText], Field(min_length=1, max_length=3)]
    city: Annotated[str, text_field(30, "At most 30 characters; UPS prints 15.")]
    state: (
        Annotated[
            str,
            Field(
                pattern=r"^([A-Z0-9]{1,5}|VN-[A-Z0-9]{2})$",
                description="State or province code, e.g. CA or VN-44; the county in Ireland.",
            ),
        ]
        | None
    ) = None
    postal_code: (
        Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9 -]{0,9}$", description="Text: 02116 keeps its 0.")] | None
    ) = None
    country_code: Country
    residential: bool = Field(default=False, description="A home (UPS charges more and may correct it).")

    @model_validator(mode="after")
    def _rules_of_the_country(self) -> Self:
        country, postal = self.country_code, self.postal_code or ""
        if country in {"US", "PR", "VI"} and not re.fullmatch(_US_POSTAL, postal):
            raise ValueError(f"a postal code of {country} has 5 or 9 digits")
        if country == "CA" and not re.fullmatch(_CANADIAN_POSTAL, postal):
            raise ValueError("a Canadian postal code looks like K1A 0B1")
        if country in {"US", "CA"} and not re.fullmatch("[A-Z]{2}", self.state or ""):
            raise ValueError(f"a state of {country} has 2 letters")
        if country == "VN" and self.state is None:
            raise ValueError("VN needs a province code")
        return self


_PHONE_RULE: JsonDict = {
    "if": {
        "properties": {
            "address": {"properties": {"country_code": {"enum": list(_TEN_DIGIT_PHONES)}}},
        }
    },
    "then": {"properties": {"phone": {"pattern": r"^[0-9]{10,14}$"}}},
}


class Party(Arguments, json_schema_extra=_PHONE_RULE):
    """Somebody."""

    name: Name
    attention_name: Name | None = None
    phone: Phone | None = None
    address: Address

    @model_validator(mode="after")
    def _phone_has_ten_digits(self) -> Self:
        country = self.address.country_code
        if self.phone and country in _TEN_DIGIT_PHONES and not 10 <= len(self.phone) <= 14:
            raise ValueError(f"a phone number of {country} has 10 digits (and an extension of up to 4)")
        return self


class Shipper(Party):
    """The account; it pays, unless `billing` says otherwise."""

    account_number: Account


class Recipient(Party):
    """Who gets the parcel."""

    email: Email | None = None


class AccessPoint(Arguments):
    """From location_search: keeps the parcel for `ship_to`, who needs an `email`."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9]{9}$")]
    name: Name
    address: Address


_WEIGHT_LIMITS: JsonDict = {
    "allOf": [
        {
            "if": {"properties": {"unit": {"const": "LBS"}}},
            "then": {"properties": {"value": {"pattern": r"^(0*150(\.0*)?|0*(1[0-4][0-9]|[0-9]{1,2})(\.[0-9]+)?)$"}}},
        },
        {
            "if": {"properties": {"unit": {"const": "KGS"}}},
            "then": {"properties": {"value": {"pattern": r"^(0*70(\.0*)?|0*[0-6]?[0-9](\.[0-9]+)?)$"}}},
        },
    ]
}


class Weight(Arguments, json_schema_extra=_WEIGHT_LIMITS):
    """At most 150 lb or 70 kg a package."""

    value: Annotated[
        str,
        Field(
            max_length=5,
            pattern=r"^(0*[1-9][0-9]*(\.[0-9]+)?|0+\.[0-9]*[1-9][0-9]*)$",
            description="Above zero, at most 5 characters: 12.25.",
        ),
    ]
    unit: Literal["LBS", "KGS", "OZS"]

    @model_validator(mode="after")
    def _within_the_limit(self) -> Self:
        most = {"LBS": 150, "KGS": 70}.get(self.unit)
        if most is not None and float(self.value) > most:
            raise ValueError(f"a package weighs at most {most} {self.unit}")
        return self


class Dimensions(Arguments):
    """Outer size, in any order."""

    length: Side
    width: Side
    height: Side
    unit: Literal["IN", "CM"]

    @model_validator(mode="after")
    def _within_the_limits(self) -> Self:
        longest, *others = sorted((self.length, self.width, self.height), reverse=True)
        side, girth = (108, 165) if self.unit == "IN" else (270, 330)
        if longest > side or longest + 2 * sum(others) > girth:
            raise ValueError(
                f"a package is at most {side} {self.unit} long, length + 2 x (width + height) at most {girth}"
            )
        return self


class Amount(Arguments):
    """Money as decimal text."""

    amount: Money
    currency_code: Currency


class Package(Arguments):
    """One parcel."""

    packaging_code: Annotated[str, Field(pattern=r"^[0-9][0-9abc]$", description="02 = your own box.")] = "02"
    weight: Weight
    dimensions: Dimensions | None = None
    description: ShortText | None = Field(default=None, description="What is inside.")
    declared_value: Amount | None = None
    signature: Literal["signature", "adult"] | None = None


class ExportFiling(Arguments):
    """Proof that the export was declared: one of the two."""

    itn: Annotated[str, Field(pattern=r"^X[0-9]{14}$", description="What AES gave.")] | None = None
    exemption: (
        Annotated[
            str,
            Field(pattern=r"^30\.[0-9]{1,2}(\([a-z]\))?(\([0-9]\))?$", description="Its code, e.g. 30.37(a)."),
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.itn is None) == (self.exemption is None):
            raise ValueError("either the ITN or the code of the exemption")
        return self


class Product(Arguments):
    """A line of the invoice."""

    description: Annotated[str, text_field(105, "What customs reads; 3 lines of 35.")]
    quantity: Annotated[int, Field(ge=1, le=9_999_999)]
    unit_of_measure: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,3}$", description="PCS for pieces.")] = "PCS"
    unit_value: Money
    commodity_code: Annotated[str, Field(pattern=r"^[0-9A-Z.]{6,15}$", description="Harmonized code.")] | None = None
    origin_country_code: Country
    part_number: ShortText | None = Field(default=None, description="The SKU; into the EU each line needs one.")


class International(Arguments):
    """The commercial invoice; UPS returns it as a PDF."""

    invoice_number: ShortText
    invoice_date: Day
    reason_for_export: Annotated[str, text_field(20, "SALE, GIFT, SAMPLE, RETURN, REPAIR, INTERCOMPANYDATA or words.")]
    currency_code: Currency
    terms_of_shipment: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="Incoterm, e.g. DAP.")] | None = None
    sold_to: Party | None = Field(default=None, description="The buyer; default: the recipient.")
    products: Annotated[list[Product], Field(min_length=1, max_length=50)]
    export_filing: ExportFiling | None = Field(
        default=None, description="From the US above 2,500 USD of one commodity, not to Canada."
    )
    documents: Annotated[list[Document], Field(min_length=1, max_length=13)] | None = Field(
        default=None, description="Your own, uploaded before."
    )
    invoice_line_total: Money | None = Field(
        default=None,
        description="Default: the sum of the lines.",
    )


class Shipment(Arguments):
    """What is shipped."""

    shipper: Shipper
    ship_to: Recipient
    ship_from: Party | None = Field(default=None, description="If it is collected elsewhere.")
    access_point: AccessPoint | None = None
    service_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$", description="03 = Ground; see service_list.")]
    description: Annotated[str, text_field(50, "What is inside; needed across borders.")] | None = None
    customer_reference: ShortText | None = Field(default=None, description="The order number; it prints on the label.")
    reference_barcode: bool = Field(default=False, description="Prints `customer_reference` as a barcode.")
    references: Annotated[list[FurtherReference], Field(min_length=1, max_length=4)] | None = None
    notify: Notify | None = None
    shipper_type: PartyType | None = Field(
        default=None, description="For parcels into the EU: who sends, and who gets."
    )
    consignee_type: PartyType | None = None
    eu_de_minimis: bool | None = Field(
        default=None, description="A sale to a consumer in the EU, from outside, of goods for at most 150 EUR."
    )
    billing: Billing | None = None
    duties: Duties | None = None
    tax_ids: Annotated[list[TaxId], Field(min_length=1, max_length=8)] | None = None
    ioss: IossNumber | None = None
    packages: Annotated[list[Package], Field(min_length=1, max_length=200)]
    saturday_delivery: bool = False
    return_service_code: (
        Annotated[
            str,
            Field(
                pattern=r"^(2|3|5|8|9|10)$",
                description="Makes it a return: `ship_from` the customer, `ship_to` you. Label: 9 printed here, "
                "8 e-mailed, 3 and 5 by the driver, 2 posted.",
            ),
        ]
        | None
    ) = None
    return_label_email: Email | None = Field(default=None, description="Needed for return 8, and only there.")
    shipment_date: Day | None = Field(default=None, description="Today to 7 days ahead; default today.")
    international: International | None = None

    @model_validator(mode="after")
    def _rules_of_the_whole(self) -> Self:
        weights = {package.weight.unit for package in self.packages}
        sides = {package.dimensions.unit for package in self.packages if package.dimensions}
        if len(weights) > 1 or len(sides) > 1:
            raise ValueError("UPS takes one weight unit and one size unit per shipment")
        check_barcodes(self.references, self.customer_reference, self.reference_barcode)
        if (weights, sides) in (({"KGS"}, {"IN"}), ({"LBS"}, {"CM"})):
            raise ValueError("UPS takes LBS with IN or KGS with CM, not a mix (120548)")
        return self


ShipmentAsInCreate = Annotated[Shipment, as_in("shipping_create")]
"""Checked the same, published once: its schema is longer than all the rest of a tool."""


class Label(Arguments):
    """Stored as UPS sends it."""

    format: LabelFormat = "ZPL"
    height: Literal["6", "8"] = "6"
    width: Literal["4"] = "4"


LabelAsInCreate = Annotated[Label, as_in("shipping_create")]
WeightAsInCreate = Annotated[Weight, as_in("shipping_create")]


class RatingQuoteArguments(Arguments):
    """Input of `rating_quote`."""

    environment: Environment
    shipment: ShipmentAsInCreate


class ShippingCreateArguments(Arguments):
    """Input of `shipping_create`: one create request, sent at most once."""

    environment: Environment = Field(description="Must be the server's own, so that practice never buys a real label.")
    reference: Reference
    not_after: float | None = Field(
        default=None,
        description="Last second to send it, by the boot clock that counts sleep (CLOCK_BOOTTIME; macOS: "
        "CLOCK_MONOTONIC). Default: in a minute.",
    )
    label: Label = Field(default_factory=Label)
    label_path: Annotated[str, Field(min_length=1, max_length=1024)] | None = Field(
        default=None,
        description="Absolute folder for the files `<reference>-<package>.<format>`; default below "
        "SHIPCHAT_HOME/labels/<environment>.",
    )
    shipment: Shipment
