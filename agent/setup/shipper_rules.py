"""Whether a shipper can ship: the same rules that a recipient's address meets. Pure."""

import re
from collections.abc import Iterator

from agent.sender import SAMPLE_ACCOUNTS, SAMPLE_SHIPPER, ShipFromPlace, Shipper, ShipperAddress
from agent.shipping.addresses import read_area, read_city, read_street
from agent.shipping.phones import read_phone
from agent.shipping.postal_codes import read_postal_code
from agent.shipping.verdict import Ask, Reject

_ACCOUNT = re.compile(r"[0-9A-Z]{6}")


def account_fault(account: str, *, practice: bool) -> str | None:
    """Why this is not a UPS account number; None where it can be one."""
    if not _ACCOUNT.fullmatch(account):
        return "a UPS account number is six capital letters and digits"
    if account in SAMPLE_ACCOUNTS and not practice:
        return f"{account} is the sample of the README, not an account"
    return None


def shipper_faults(shipper: Shipper, *, practice: bool) -> list[str]:
    """What UPS would refuse of this sender, in words; empty where nothing is wrong."""
    return list(_faults(shipper, practice=practice))


def place_faults(shipper: Shipper, place: ShipFromPlace) -> list[str]:
    """What UPS would refuse of a ship-from place of this shipper."""
    return list(_where_faults(place.phone or shipper.phone, place.address))


def _faults(shipper: Shipper, *, practice: bool) -> Iterator[str]:
    if wrong := account_fault(shipper.account_number, practice=practice):
        yield f"account_number: {wrong}"
    if not practice and shipper.name == SAMPLE_SHIPPER.name:
        yield "name: that is the sample sender"
    yield from _where_faults(shipper.phone, shipper.address)


def _where_faults(phone: str | None, address: ShipperAddress) -> Iterator[str]:
    country = address.country_code.upper()
    area = read_area(country, address.state, country, address.city, address.postal_code)
    verdicts = {
        "phone": read_phone(phone, country, needed=True),
        "address.lines": read_street(tuple(address.lines)),
        "address.city": read_city(address.city, address.state),
        "address.state": area,
        "address.postal_code": read_postal_code(address.postal_code, country, address.state),
    }
    for name, verdict in verdicts.items():
        if isinstance(verdict, Reject):
            yield f"{name}: {verdict.why}"
        elif isinstance(verdict, Ask):
            yield f"{name}: {verdict.question}"
