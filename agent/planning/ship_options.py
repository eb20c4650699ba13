"""What a person's words ask of every shipment of a command beyond rows and service: a return, who pays, a Saturday,
an Access Point, notices, references. It holds for that command alone, and a retry of its rows keeps it."""

import json
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

OPTION: Final = "option:"
"""How the slots of these answers begin: no default, cell or saved mapping fills them."""
ReturnKind = Literal["print", "email", "one_attempt", "three_attempts"]
NoticeOn = Literal["ship", "exception", "delivery"]
ACCOUNT_FIELDS: Final = ("account_number", "account_postal_code")
"""What only a person's own words may say."""


NOT_OF_RETURNS: Final = frozenset({"saturday", "access_point", "notify", "bill_to", "duties"})


class ShipOptions(BaseModel):
    """The part `options` of a proposal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    returns: ReturnKind | None = None
    """The shipments come back: from the recipients to the shipper of the settings."""
    saturday: bool = False
    access_point: Literal["nearest", "door"] | None = None
    """UPS keeps each parcel at the Access Point nearest to its recipient; or at none, whatever a cell says."""
    notify: tuple[NoticeOn, ...] = ()
    references: tuple[str, ...] = Field(default=(), max_length=4)
    """Columns whose cells UPS gets as further references."""
    barcode: str | None = None
    """The one of them, or the column of the order, that is printed as a barcode."""
    bill_to: Literal["receiver", "third_party", "consignee"] | None = None
    account_number: str | None = Field(default=None, pattern=r"^[A-Z0-9]{6}$")
    account_postal_code: str | None = None
    account_country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    duties: Literal["shipper", "receiver"] | None = None

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.returns is not None and any(getattr(self, name) for name in NOT_OF_RETURNS):
            raise ValueError("a return takes no Saturday delivery, no Access Point, no notices and no other payer")
        if self.account_number is not None and self.bill_to not in ("receiver", "third_party"):
            raise ValueError("an account number is the receiver's or a third party's")
        return self

    def answers(self) -> dict[str, str]:
        """As answers of a mapping, by slot."""
        whose = "third_party" if self.bill_to == "third_party" else "receiver_account"
        account = "third_party_account" if self.bill_to == "third_party" else "receiver_account"
        found = {
            "returns": self.returns,
            "saturday": "yes" if self.saturday else None,
            "access_point": self.access_point,
            "notify": ",".join(self.notify),
            "references": json.dumps(self.references) if self.references else None,
            "barcode": self.barcode,
            "bill_to": self.bill_to,
            account: self.account_number,
            f"{whose}_postal_code": self.account_postal_code,
            "third_party_country": self.account_country if self.bill_to == "third_party" else None,
            "duties_payer": self.duties,
        }
        return {f"{OPTION}{name}": text for name, text in found.items() if text}

    def in_words(self) -> list[str]:
        """Each of them, shortly: for comparing two readings before a person."""
        named = {name: value for name, value in self.model_dump().items() if value}
        return [f"{name.replace('_', ' ')} {_words(value)}" for name, value in named.items()]


NO_OPTIONS: Final = ShipOptions()


def _words(value: object) -> str:
    return "yes" if value is True else ", ".join(value) if isinstance(value, tuple) else str(value)
