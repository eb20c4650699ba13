"""What was reported, weighed against what was planned: one function for every place that could settle a row. Pure.

The answer of a create request, the spool, label recovery, tracking and a number that a person names are believed only
when they fit. What does not fit leaves the row in doubt with its reason: the label exists in nearly all of these
cases, so nothing is ever failed or sent again because of it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from agent.errors import ErrorKind
from agent.planning.other_numbers import MASK, PRACTICE, is_other_number
from agent.planning.quoting import cents

POSTAL_SERVICE = frozenset({"M2", "M3", "M4", "M5", "M6", "M7", "92", "93", "94", "95"})
"""Mail Innovations and Ground Saver: the postal service delivers, and the number may be one of its own."""
UNBELIEVED = ErrorKind(
    "E-4286",
    "The answer to row {row} does not fit what was sent ({reason}): UPS probably made a label.",
    "`shipchat jobs resume {job_id}` asks UPS what became of it; it is never sent again on its own.",
)

Kind = Literal["fits", "doubt", "contradicts"]

_OWN_FORM = re.compile(r"1Z[0-9A-Z]{15}[0-9]")
_POSTAL_FORM = re.compile(r"[0-9]{20,34}|MI[0-9A-Z]{6,32}")
_OUR_REFERENCE = re.compile(r"SC[A-Z2-7]{8}[0-9]{8}")
_WORTH = {**{str(digit): digit for digit in range(10)}, **{chr(code): (code - 63) % 10 for code in range(65, 91)}}


@dataclass(frozen=True, slots=True)
class Planned:
    """What a request was approved to be."""

    environment: str
    account: str | None
    reference: str
    service_code: str | None
    packages: int
    postal_code: str | None
    country_code: str | None
    since: str
    """YYYYMMDD, the day of the intent."""
    order: str | None = None
    """The customer's order number: the label carries it beside our reference."""
    restored: bool = False
    """The ledger was restored: it may have forgotten under which reference the row was sent."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody says was made; None is what was not said."""

    source: str
    """`answer`, or where it was found by reference: `spool`, `label_recovery`, `track`; or `person`, who named it."""
    numbers: list[str]
    shipment_number: str | None = None
    context: str | None = None
    """What UPS echoes of the request: our reference."""
    package_count: int | None = None
    postal_code: str | None = None
    country_code: str | None = None
    created_on: str | None = None
    references: list[str] = field(default_factory=list)
    charge_problem: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`contradicts`: it is about another shipment. `doubt`: it may be this one and is not proven."""

    kind: Kind
    reason: str = ""

    @property
    def fits(self) -> bool:
        """Whether it may settle the row."""
        return self.kind == "fits"


FITS = Evidence("fits")


def weigh(planned: Planned, reported: Reported) -> Evidence:
    """Contradictions first: they say most. Whether another shipment has a number, the ledger's transaction checks."""
    for check in _CONTRADICTIONS:
        if (reason := check(planned, reported)) is not None:
            return Evidence("contradicts", reason)
    for check in _DOUBTS:
        if (reason := check(planned, reported)) is not None:
            return Evidence("doubt", reason)
    return FITS


def planned_of(shipment: Any, account: str | None, *, since: str | None = None) -> Planned | None:
    """What a shipment of the ledger was to be; None once its payload was purged."""
    if shipment.planned is None:
        return None
    payload = json.loads(shipment.planned)["payload"]
    environment = shipment.identity.split(":", 1)[0]
    day = local_day(since or shipment.intent_at)
    return expected(payload, environment, shipment.reference, account=account, since=day)


def expected(
    payload: dict[str, Any], environment: str, reference: str, *, account: str | None = None, since: str = ""
) -> Planned:
    """What a payload is expected to become."""
    address = payload["ship_to"]["address"]
    return Planned(
        environment=environment,
        account=account or (payload.get("shipper") or {}).get("account_number"),
        reference=reference,
        service_code=payload.get("service_code"),
        packages=len(payload["packages"]),
        postal_code=address.get("postal_code"),
        country_code=address.get("country_code"),
        since=since,
        order=payload.get("customer_reference"),
    )


def read_charge(charges: Any) -> tuple[int | None, str | None, str | None]:
    """(cents, currency, why they cannot be read) of an answer's `totalCharges`; without an amount the quote counts, and
    a currency that is not said is that of the quote."""
    charges = charges or {}
    value = charges.get("monetaryValue") or charges.get("amount")
    said = charges.get("currencyCode")
    currency = str(said).upper() if said else None
    if value is None:
        return None, currency, None
    try:
        return cents(str(value)), currency, None
    except ValueError as fault:
        return None, currency, str(fault)


def local_day(intent_at: str) -> str:
    """The day of the intent, local or UTC, whichever is earlier: UPS counts local days, the spool UTC ones."""
    moment = datetime.fromisoformat(intent_at)
    return min(moment.strftime("%Y%m%d"), moment.astimezone().strftime("%Y%m%d"))


def check_digit(number: str) -> str:
    """The last character of a `1Z` number, from the 15 between: a letter is worth (its ASCII code - 63) % 10, every
    second character counts twice, and the digit fills the sum up to a multiple of ten (UPS's published rule)."""
    worth = [_WORTH[character] for character in number[2:17]]
    return str(-(sum(worth[0::2]) + 2 * sum(worth[1::2])) % 10)


def number_problem(number: str, environment: str, service_code: str | None = None) -> str | None:
    """Why a text is not a tracking number of the environment; None where it is one."""
    if environment == "test" and MASK in number:
        return None
    if not _OWN_FORM.fullmatch(number):
        if service_code in POSTAL_SERVICE and environment != "simulator" and _POSTAL_FORM.fullmatch(number):
            return None
        return f"{number} is not a UPS tracking number: 1Z and 16 more, the last one a digit"
    if environment != "test" and check_digit(number) != number[-1]:
        return f"the last digit of {number} does not fit the others: it should be {check_digit(number)}"
    return None


def of_other_environment(number: str, environment: str) -> bool:
    """Practice numbers carry SIMSIM, real ones do not; what UPS publishes for trying is real nowhere."""
    if _OWN_FORM.fullmatch(number) is None:
        return False
    return (number[2:8] == PRACTICE) != (environment == "simulator") or is_other_number(number, environment)


def _other_request(planned: Planned, reported: Reported) -> str | None:
    if reported.context in (None, planned.reference):
        return None
    return f"it answers the request {reported.context}, not {planned.reference}"


def _other_row(planned: Planned, reported: Reported) -> str | None:
    """Reference = job (10 characters), row (16) and attempt: another attempt of the row may be adopted for it."""
    strange = _strange_reference(planned, reported)
    if strange is None or (planned.restored and strange[:10] != planned.reference[:10]):
        return None
    return f"it carries the reference {strange} of another row, not {planned.reference}"


def _strange_reference(planned: Planned, reported: Reported) -> str | None:
    """A reference of shipchat's that is not this row's. With the row's order number beside it, one of another job is
    no stranger: a ledger that was lost sent it, or another station."""
    ours = [value for value in reported.references if _OUR_REFERENCE.fullmatch(value)]
    if not ours or any(value[:16] == planned.reference[:16] for value in ours):
        return None
    same_job = any(value[:10] == planned.reference[:10] for value in ours)
    return None if planned.order in reported.references and not same_job else ours[0]


def _forgotten(planned: Planned, reported: Reported) -> str | None:
    strange = _strange_reference(planned, reported)
    return f"it carries the reference {strange}, which this ledger does not know" if strange else None


def _other_world(planned: Planned, reported: Reported) -> str | None:
    for number in reported.numbers:
        if of_other_environment(number, planned.environment):
            real = "a real number" if planned.environment == "simulator" else "a test number"
            what = "a practice number" if number[2:8] == PRACTICE else real
            return f"{number} is {what}, and this batch belongs to {planned.environment}"
    return None


def _other_count(planned: Planned, reported: Reported) -> str | None:
    if reported.package_count in (None, planned.packages):
        return None
    return f"it has {reported.package_count} packages, {planned.packages} were sent"


def _other_place(planned: Planned, reported: Reported) -> str | None:
    country, postal = reported.country_code, reported.postal_code
    elsewhere = country is not None and country != planned.country_code
    if not elsewhere and (postal is None or _plain(postal) == _plain(planned.postal_code)):
        return None
    return f"it goes to {postal or ''} {country or ''}, not to {planned.postal_code or ''} {planned.country_code}"


def _older(planned: Planned, reported: Reported) -> str | None:
    if reported.created_on is None or reported.created_on >= planned.since:
        return None
    return f"it was made on {reported.created_on}, before the request ({planned.since})"


def _number_count(planned: Planned, reported: Reported) -> str | None:
    if not reported.numbers:
        return "it names no tracking number"
    real = [number for number in reported.numbers if MASK not in number]
    if len(set(real)) != len(real):
        return "it names a tracking number twice"
    if len(reported.numbers) == planned.packages:
        return None
    return f"it names {len(reported.numbers)} tracking numbers for {planned.packages} packages"


def _bad_number(planned: Planned, reported: Reported) -> str | None:
    for number in reported.numbers:
        if (problem := number_problem(number, planned.environment, planned.service_code)) is not None:
            return problem
    return None


def _other_shipment_number(planned: Planned, reported: Reported) -> str | None:
    """The shipment is named by one of its packages; where the postal service delivers it may not be."""
    if (
        reported.shipment_number is None
        or reported.shipment_number in reported.numbers
        or planned.service_code in POSTAL_SERVICE
    ):
        return None
    return f"the shipment {reported.shipment_number} is not one of its packages ({', '.join(reported.numbers)})"


def _other_account(planned: Planned, reported: Reported) -> str | None:
    """A number carries the account; UPS's echo, or that it was found under our reference and account, says more."""
    ours = any(value[:16] == planned.reference[:16] for value in reported.references)
    proven = reported.context is not None or ours or reported.source in {"label_recovery", "track"}
    if planned.environment != "production" or proven or not planned.account:
        return None
    for number in reported.numbers:
        if number.startswith("1Z") and number[2:8] != planned.account.upper():
            return f"{number} carries the account {number[2:8]}, not {planned.account}"
    return None


def _left_out(planned: Planned, reported: Reported) -> str | None:
    """What is found is proven by where it goes, when it was made, and how much it is; an answer is to our request."""
    if reported.source == "answer":
        return None
    if reported.country_code is None or (reported.postal_code is None and planned.postal_code):
        return "UPS does not say where it goes"
    if reported.created_on is None:
        return "UPS does not say when it was made"
    return "UPS does not say how many packages it has" if reported.package_count is None else None


def _bad_charge(_planned: Planned, reported: Reported) -> str | None:
    return reported.charge_problem


_Check = Callable[[Planned, Reported], str | None]
_CONTRADICTIONS: tuple[_Check, ...] = (_other_request, _other_row, _other_world, _other_place, _other_count, _older)
_DOUBTS: tuple[_Check, ...] = (
    _number_count,
    _bad_number,
    _other_shipment_number,
    _forgotten,
    _other_account,
    _left_out,
    _bad_charge,
)


def _plain(code: Any) -> str:
    """Five digits of a US code, letters and digits of the others."""
    text = "".join(character for character in str(code or "").upper() if character.isalnum())
    return text[:5] if text.isdigit() else text
