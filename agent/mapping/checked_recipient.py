"""What UPS's address check changes about a recipient: home or business, and the address that a person took."""

from dataclasses import dataclass, replace
from typing import Any, Final

from agent.mapping.recipient import Recipient
from agent.mapping.row import RowReader
from agent.shipping.checked_addresses import (
    CHECKED_COUNTRIES,
    AddressVerdict,
    CheckedAddress,
    CheckedAddresses,
    address_key,
    one_line,
)
from agent.shipping.text import is_blank
from agent.shipping.verdict import Changed

TAKEN: Final = "UPS's address, which you took"
BY_UPS: Final = "by UPS's address check"
NOT_TAKEN: Final = "UPS writes this address differently: “check the addresses” shows how"
SEVERAL: Final = "UPS finds several addresses like this one"
UNKNOWN: Final = "UPS does not know this address"


@dataclass(frozen=True, slots=True)
class CheckedRecipient:
    """A recipient as a label gets it."""

    recipient: Recipient | None
    written_address: dict[str, Any] | None = None
    """The sheet's own, where the recipient has UPS's in its place."""
    unknown_key: str | None = None
    """Of an address that UPS does not know and that nobody said to ship to."""
    home_open: bool = False
    """Whether nobody has said if it is a home, where UPS could."""


def with_check(reader: RowReader, recipient: Recipient | None, addresses: CheckedAddresses) -> CheckedRecipient:
    """The recipient after the check; without one it stays as it is. Findings go to the reader."""
    if recipient is None:
        return CheckedRecipient(None)
    address = recipient.ship_to["address"]
    key = address_key(address)
    found = addresses.get(key) if key is not None else None
    said = not is_blank(reader.text("residential"))
    home_open = recipient.country in CHECKED_COUNTRIES and not said and (found is None or found.home is None)
    if key is None or found is None:
        return CheckedRecipient(recipient, home_open=home_open)
    _warn(reader, found)
    settled = _as_home(reader, address, found)
    taken = found.correction(recipient.country) if found.decision == "taken" else None
    if taken is not None:
        reader.findings.take(Changed(None, one_line(address), one_line(taken), TAKEN), reader.column("address1"))
        settled = taken | ({"residential": True} if settled.get("residential") else {})
    unknown = found.verdict is AddressVerdict.unknown and found.decision is None
    return CheckedRecipient(
        replace(recipient, ship_to=recipient.ship_to | {"address": settled}, state=settled.get("state")),
        written_address=address if taken is not None else None,
        unknown_key=key if unknown else None,
        home_open=home_open,
    )


def _warn(reader: RowReader, found: CheckedAddress) -> None:
    """What UPS says stays said until the cell or the decision makes it right."""
    if found.verdict is AddressVerdict.unknown:
        reader.findings.warn(UNKNOWN if found.decision is None else f"{UNKNOWN}; it goes because you said so")
    elif found.decision is None and found.verdict is AddressVerdict.ambiguous:
        reader.findings.warn(SEVERAL)
    elif found.decision is None and found.verdict is AddressVerdict.corrected:
        reader.findings.warn(NOT_TAKEN)


def _as_home(reader: RowReader, address: dict[str, Any], found: CheckedAddress) -> dict[str, Any]:
    """UPS charges by its own classification, whatever the sheet says."""
    if found.home is None or found.home == bool(address.get("residential")):
        return address
    change = Changed(None, reader.text("residential"), "home" if found.home else "business", BY_UPS)
    reader.findings.take(change, reader.column("residential"))
    rest = {part: value for part, value in address.items() if part != "residential"}
    return rest | ({"residential": True} if found.home else {})
