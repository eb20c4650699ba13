"""Delivery on a Saturday and UPS's own packaging: which services have them, on which days, for what weight.

Rules: UPS's Shipping document and service guide. Ground, 3 Day Select and Standard know neither.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from agent.shipping import faults
from agent.shipping.services import service_label
from agent.shipping.text import key
from agent.shipping.verdict import Ok, Reject, reject
from agent.shipping.weights import Weight

OWN: Final = "02"
"""The customer's own box."""
LETTER: Final = "01"
PACKAGINGS: Final[dict[str, str]] = {
    "01": "UPS Letter",
    "04": "UPS Pak",
    "03": "UPS Tube",
    "21": "UPS Express Box",
    "2a": "UPS Express Box Small",
    "2b": "UPS Express Box Medium",
    "2c": "UPS Express Box Large",
    "25": "UPS 10KG Box",
    "24": "UPS 25KG Box",
}
"""Code to label; what is not here (a pallet) is not sent by these words."""
_WORDS: Final[dict[str, str]] = {
    "01": "01|1|letter|ups letter|express envelope|ups express envelope|lt",
    "04": "04|4|pak|ups pak|express pak|ups express pak|pk",
    "03": "03|3|tube|ups tube|express tube|ups express tube|tb",
    "21": "21|express box|ups express box",
    "2a": "2a|small express box|ups express box small|express box small|ups small express box",
    "2b": "2b|medium express box|ups express box medium|express box medium|ups medium express box",
    "2c": "2c|large express box|ups express box large|express box large|ups large express box",
    "25": "25|10kg box|ups 10kg box|ups 10 kg box|10 kg box",
    "24": "24|25kg box|ups 25kg box|ups 25 kg box|25 kg box",
}
_CODE_OF: Final = {word: code for code, words in _WORDS.items() for word in words.split("|")}
_AIR: Final = frozenset({"01", "02", "13", "14", "59"})
_EXPRESS_ABROAD: Final = frozenset({"07", "54", "65"})
_ONLY_ABROAD: Final = frozenset({"24", "25"})
_MOST_KILOGRAMS: Final[dict[str, Decimal]] = {"01": Decimal("0.5"), "25": Decimal(10), "24": Decimal(25)}
_FRIDAY, _THURSDAY = 4, 3
_SENT_ON: Final[dict[str, int]] = {"01": _FRIDAY, "14": _FRIDAY, "02": _THURSDAY}
"""Service -> the weekday on which a parcel starts that arrives on a Saturday."""
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the rules look at: how many packages, and what each weighs (None where it is not known)."""

    packages: int
    weight: Weight | None


def packaging_code(text: object) -> str | None:
    """`UPS Letter`, `PAK`, `10 KG Box`, `01` -> the code; None for what is not one of UPS's packagings."""
    return _CODE_OF.get(key(text))


def check_saturday(service: str, day: date) -> Ok[None] | Reject:
    """Whether a parcel that starts on a day by a service can arrive on a Saturday."""
    if service in _EXPRESS_ABROAD:
        return Ok(None)
    wanted = _SENT_ON.get(service)
    if wanted is None:
        return reject(faults.NOT_ON_SATURDAY, service=service_label(service))
    if day.weekday() != wanted:
        return reject(
            faults.SATURDAY_FROM, service=service_label(service), day=_WEEKDAYS[day.weekday()], wanted=_WEEKDAYS[wanted]
        )
    return Ok(None)


def check_packaging(code: str, service: str, parcel: Parcel) -> Ok[None] | Reject:
    """Whether a service takes UPS's packaging of a code, and the parcel fits into it."""
    name = PACKAGINGS[code]
    allowed = _EXPRESS_ABROAD if code in _ONLY_ABROAD else _AIR | _EXPRESS_ABROAD
    if service not in allowed:
        others = ", ".join(map(service_label, sorted(allowed)))
        return reject(faults.PACKAGING_SERVICE, packaging=name, service=service_label(service), choices=others)
    if code == LETTER and parcel.packages > 1:
        return reject(faults.SEVERAL_LETTERS)
    most = _MOST_KILOGRAMS.get(code)
    if most is not None and parcel.weight is not None and parcel.weight.to("KGS").value > most:
        return reject(faults.PACKAGING_WEIGHT, packaging=name, weight=parcel.weight, limit=Weight(most, "KGS"))
    return Ok(None)
