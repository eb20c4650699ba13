"""Who pays UPS and who is known to customs, as a shipment says it. Codes and lengths are those of UPS Shipping."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.config import JsonDict
from typing_extensions import TypeAliasType

from mcp_servers.shared.tools import Arguments

Account = TypeAliasType("Account", Annotated[str, Field(pattern=r"^[A-Z0-9]{6}$")])
Country = TypeAliasType("Country", Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166; also PR, VI.")])
_NEEDED: dict[str, tuple[str, ...]] = {
    "receiver": ("account_number",),
    "third_party": ("account_number", "country_code"),
    "consignee": (),
}
_FORBIDDEN = {"consignee": ("account_number", "postal_code", "country_code"), "receiver": ("country_code",)}


def _when(payer: str, then: JsonDict) -> JsonDict:
    return {"if": {"properties": {"payer": {"const": payer}}}, "then": then}


_RULES: JsonDict = {"allOf": [_when(payer, {"required": [*needed]}) for payer, needed in _NEEDED.items() if needed]}


class _Payer(Arguments):
    """Somebody with an account of their own; the postal code is that of the account's pickup address."""

    account_number: Account | None = None
    postal_code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9 -]{0,9}$")] | None = Field(
        default=None, description="Of the account."
    )
    country_code: Country | None = Field(default=None, description="Of a third party.")

    def _check(self, payer: str) -> None:
        for name in _NEEDED.get(payer, ()):
            if getattr(self, name) is None:
                raise ValueError(f"billing the {payer.replace('_', ' ')} needs {name}")
        for name in _FORBIDDEN.get(payer, ()):
            if getattr(self, name) is not None:
                raise ValueError(f"billing the {payer.replace('_', ' ')} takes no {name}")


class Billing(_Payer, json_schema_extra=_RULES):
    """Who pays; default: the shipper."""

    payer: Literal["receiver", "third_party", "consignee"]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self._check(self.payer)
        return self


class Duties(_Payer, json_schema_extra=_RULES):
    """Who pays duties and taxes; default: the receiver."""

    payer: Literal["shipper", "receiver", "third_party"]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self._check(self.payer)
        return self


class TaxId(Arguments):
    """By which customs knows somebody."""

    of: Literal["sender", "recipient"]
    kind: Literal["tax", "personal_tax", "eori"]
    number: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9./-]{1,24}$")]


IossNumber = Annotated[
    str,
    Field(
        pattern=r"^IM[0-9A-Z]{3}[0-9]{7}$",
        description="VAT on goods up to 150 EUR was paid at the sale.",
    ),
]
