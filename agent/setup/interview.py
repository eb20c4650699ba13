"""What `shipchat setup` asks, in order, and what it does with each answer. Pure: asking is the command's."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.settings import Settings
from agent.setup.shipper_rules import account_fault
from agent.shipping.addresses import read_area, read_city, read_street
from agent.shipping.country_names import country_of
from agent.shipping.phones import read_phone
from agent.shipping.postal_codes import read_postal_code
from agent.shipping.verdict import Ask, Changed, Ok, Reject, Verdict

ENVIRONMENTS = {
    "simulator": "practice: nothing is bought, no account is needed",
    "test": "UPS's own test system: needs credentials, buys nothing",
    "production": "real labels for real money",
}

Answers = Mapping[str, Any]
"""What was answered so far, by dotted setting."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer as it will be written; `note` says what was changed in it."""

    value: Any
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an answer will not do."""

    why: str


Judge = Callable[[str, Answers], Accepted | Refused]


@dataclass(frozen=True, slots=True)
class Question:
    """One setting that is asked for."""

    setting: str
    text: str
    judge: Judge
    choices: Mapping[str, str] | None = None
    optional: bool = False


def questions(environment: str) -> Iterator[Question]:
    """The sender's questions for an environment; practice has a sample sender and needs none of them."""
    if environment == "simulator":
        return
    yield Question("shipper.name", "Your shop's name, as labels print it", _text(35))
    yield Question("shipper.attention_name", "A person or department there", _text(35), optional=True)
    yield Question("shipper.address.country_code", "Country (two letters)", _country)
    yield Question("shipper.address.lines", "Street", _street)
    yield Question("shipper.address.city", "City", _city)
    yield Question("shipper.address.state", "State or province code", _state, optional=True)
    yield Question("shipper.address.postal_code", "Postal code", _postal_code, optional=True)
    yield Question("shipper.phone", "Phone", _phone)
    yield Question("shipper.account_number", "UPS account number (six letters and digits)", _account)


def printer_question() -> Question:
    return Question("printer", "Label printer: a queue of the print system, or HOST:9100", _printer, optional=True)


def model_question(own: Iterable[str] = ()) -> Question:
    """`own`: the names of `[models.NAME]`, local ones among them (docs/models.md)."""
    known = {"offline": "built in: no key, no network", "claude": "Claude: needs a key"}
    known |= dict.fromkeys(own, "of your settings, see docs/models.md")
    return Question("model", "What reads your messages", _one_of(known), choices=known)


def environment_question() -> Question:
    return Question("ups_environment", "Which UPS", _one_of(ENVIRONMENTS), choices=ENVIRONMENTS)


def present(settings: Settings, setting: str) -> str:
    """What is set now, as it would be typed; empty where nothing is."""
    value: Any = settings
    for part in setting.split("."):
        value = getattr(value, part, None)
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _one_of(known: Mapping[str, str]) -> Judge:
    def judge(typed: str, _answers: Answers) -> Accepted | Refused:
        begun = typed.strip().casefold()
        same = [one for one in known if one.casefold() == begun]
        fitting = same or [one for one in known if begun and one.casefold().startswith(begun)]
        return Accepted(fitting[0]) if len(fitting) == 1 else Refused(f"choose one of {', '.join(known)}")

    return judge


def _text(longest: int) -> Judge:
    def judge(typed: str, _answers: Answers) -> Accepted | Refused:
        text = " ".join(typed.split())
        return Accepted(text) if 0 < len(text) <= longest else Refused(f"1 to {longest} characters, please")

    return judge


def _from(verdict: Verdict[Any], value: Callable[[Any], Any] = lambda found: found) -> Accepted | Refused:
    match verdict:
        case Ok(value=found, warning=warning):
            return Accepted(value(found), warning)
        case Changed(value=found):
            return Accepted(value(found), str(verdict))
        case Reject():
            return Refused(f"{verdict.why}. {verdict.remedy}")
        case Ask():
            return Refused(f"{verdict.question} ({', '.join(verdict.options)})")


def _country(typed: str, _answers: Answers) -> Accepted | Refused:
    code = country_of(typed)
    return Accepted(code) if code else Refused("not a country: its name or two-letter code, please")


def _street(typed: str, _answers: Answers) -> Accepted | Refused:
    return _from(read_street(tuple(part.strip() for part in typed.split(","))), lambda street: list(street.lines))


def _city(typed: str, answers: Answers) -> Accepted | Refused:
    return _from(read_city(typed, answers.get("shipper.address.state")))


def _state(typed: str, answers: Answers) -> Accepted | Refused:
    country = answers["shipper.address.country_code"]
    city = answers.get("shipper.address.city", "")
    return _from(read_area(country, typed, country, city), lambda area: area.state)


def _postal_code(typed: str, answers: Answers) -> Accepted | Refused:
    country, state = answers["shipper.address.country_code"], answers.get("shipper.address.state")
    return _from(read_postal_code(typed, country, state))


def _phone(typed: str, answers: Answers) -> Accepted | Refused:
    return _from(read_phone(typed, answers["shipper.address.country_code"], needed=True))


def _account(typed: str, answers: Answers) -> Accepted | Refused:
    account = typed.strip().upper()
    wrong = account_fault(account, practice=answers.get("ups_environment") == "simulator")
    return Refused(wrong) if wrong else Accepted(account)


def _printer(typed: str, _answers: Answers) -> Accepted | Refused:
    from agent.errors import ShipchatError
    from agent.labels.printing import parse_printer

    try:
        return Accepted(str(parse_printer(typed.strip())))
    except ShipchatError as refusal:
        return Refused(f"{refusal.message} {refusal.remedy}")
