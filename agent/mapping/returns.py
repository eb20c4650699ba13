"""A return of an order: the recipient of its row sends, the shipper of the settings gets it."""

from collections.abc import Sequence
from typing import Any, Final

from agent.mapping.instructions import Asked
from agent.mapping.row import RowReader
from agent.planning.ship_options import OPTION
from agent.shipping import faults
from agent.shipping.places import country_name
from agent.shipping.returns import CODES, check_return_service
from agent.shipping.text import is_blank
from agent.shipping.verdict import Changed, reject

RETURNS: Final = f"{OPTION}returns"
CONTENTS: Final = "Returned goods"
"""What UPS is told where the sheet does not say what is inside."""
_PAYERS: Final = ("bill_to", "third_party_account", "receiver_account", "bill_account")
_OF_US: Final = ("name", "attention_name", "phone", "address")


def turn_round(
    readers: Sequence[RowReader], payload: dict[str, Any], asked: Asked, home: str, kind: str
) -> dict[str, Any]:
    """A plain payload as that of its return; findings go to the first reader. What the row says of the way out (its
    day, a signature, who pays, a packaging) is not asked of the way back."""
    lead = readers[0]
    customer, shipper = payload["ship_to"], payload["shipper"]
    kind = asked.returns or kind
    country = (customer.get("address") or {}).get("country_code", home)
    if country != home:
        lead.take(reject(faults.RETURN_ABROAD, country=country_name(country)), "country")
    if payload["service_code"]:
        lead.findings.take(check_return_service(payload["service_code"]), lead.column("service"))
    if len(payload["packages"]) > 1:
        lead.take(reject(faults.RETURN_PACKAGES, count=len(payload["packages"])), "packages")
    email = customer.get("email")
    if kind == "email" and not email and "address" in customer:
        lead.take(reject(faults.RETURN_WITHOUT_EMAIL), "email")
    description = _contents(readers)
    packages = [_package(lead, package, description) for package in payload["packages"]]
    _note_payer(readers)
    found = {
        "shipper": shipper,
        "ship_from": {name: value for name, value in customer.items() if name != "email"},
        "ship_to": {name: shipper[name] for name in _OF_US if name in shipper},
        "service_code": payload["service_code"],
        "packages": packages,
        "description": description,
        "return_service_code": CODES[kind],
    }
    if kind == "email" and email:
        found["return_label_email"] = email
    return found | {name: payload[name] for name in ("customer_reference", "references") if name in payload}


def _contents(readers: Sequence[RowReader]) -> str:
    texts = [" ".join(reader.text("description").split()) for reader in readers]
    named = ", ".join(dict.fromkeys(text for text in texts if not is_blank(text)))
    readable = "".join(character for character in named if character.isascii() and character.isprintable()).strip()
    return readable[:35].strip() or CONTENTS


def _package(lead: RowReader, package: dict[str, Any], description: str) -> dict[str, Any]:
    signature = package.get("signature")
    if signature:
        lead.findings.take(Changed(None, str(signature), "", "a return needs none: it comes to you"), "signature")
    return {name: value for name, value in package.items() if name != "signature"} | {"description": description}


def _note_payer(readers: Sequence[RowReader]) -> None:
    for reader in readers:
        named = [reader.column(name) for name in _PAYERS if not is_blank(reader.text(name))]
        if named:
            reader.findings.warn(f"the return is billed to your account: {', '.join(named)} is about the way out")
