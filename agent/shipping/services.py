"""UPS services: codes, names and the words people use for them; which lanes they serve.

Codes: docs/ups-facts.md. A near miss is confirmed; nothing unknown ever becomes Ground.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from agent.shipping import faults
from agent.shipping.countries import US_TERRITORIES
from agent.shipping.places import STATES, country_name
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Ok, Reject, Verdict, reject

LABELS: Final[dict[str, str]] = {
    "01": "UPS Next Day Air",
    "02": "UPS 2nd Day Air",
    "03": "UPS Ground",
    "07": "UPS Worldwide Express",
    "08": "UPS Worldwide Expedited",
    "11": "UPS Standard",
    "12": "UPS 3 Day Select",
    "13": "UPS Next Day Air Saver",
    "14": "UPS Next Day Air Early",
    "54": "UPS Worldwide Express Plus",
    "59": "UPS 2nd Day Air A.M.",
    "65": "UPS Worldwide Saver",
    "17": "UPS Worldwide Economy DDU",
    "72": "UPS Worldwide Economy DDP",
    "92": "UPS Ground Saver (under 1 lb)",
    "93": "UPS Ground Saver",
}
"""What a person reads, by code."""
DOMESTIC: Final = ("03", "12", "02", "59", "13", "01", "14")
"""Within the United States, cheapest first."""
INTERNATIONAL: Final = ("11", "08", "65", "07", "54")
"""From the United States across a border; 11 reaches Canada and Mexico only."""
_MOST_ASKED: Final = ("03", "12", "02", "01", "59", "13", "14", *INTERNATIONAL)
"""In the order in which they are offered."""
_ECONOMY: Final = frozenset({"17", "72"})
"""By contract only, so they are known but never offered."""
BY_POST: Final = frozenset({"92", "93", "94", "95", "M2", "M3", "M4", "M5", "M6", "M7"})
"""Handed to the postal service for delivery: the only ones that reach PO boxes and military mail."""

GROUND_SAVER: Final = ("92", "93")
"""One service with two codes: under a pound, and from a pound on."""

_WORDS: Final[dict[str, str]] = {
    "01": "next day air|next day|nextday|1 day|one day|1day|overnight|overnite|over night|nda|1da|"
    "next day air overnight|1 day air|next business day|tomorrow",
    "02": "2nd day air|2 day|two day|2day|second day|secondday|2nd day|2 day air|second day air|2da|2d air|"
    "2 days service|two days service|2 day service|two day service|"
    "two day air|2nd day service|2 days|two days",
    "03": "ground|gnd|grnd|ground shipping|ground commercial|ground residential|ground service|by ground",
    "07": "worldwide express|international express|intl express|ww express|wwx",
    "08": "worldwide expedited|international expedited|intl expedited|ww expedited",
    "11": "standard to canada|standard to mexico|standard international",
    "12": "3 day select|3 day|three day|3day|third day|3rd day|3ds|3 day air|three day select|3 days|three days",
    "13": "next day air saver|next day saver|1dp|nda saver|overnight saver|1 day saver",
    "14": "next day air early|next day early|next day air early am|next day air early a m|1dm|early am|early a m|"
    "next day early am|overnight early",
    "54": "worldwide express plus|express plus|ww express plus",
    "59": "2nd day air am|2nd day air a m|2 day am|second day air am|2dm|2nd day am|2 day air am",
    "65": "worldwide saver|express saver|international saver|intl saver|worldwide express saver|ww saver",
    "17": "worldwide economy ddu|economy ddu",
    "72": "worldwide economy ddp|economy ddp",
    "92": "ground saver under 1 lb|surepost under 1 lb|surepost less than 1 lb",
    "93": "ground saver|surepost|sure post|surepost 1 lb or greater",
}
_SERVICE_OF: Final[dict[str, str]] = {word: code for code, words in _WORDS.items() for word in words.split("|")} | {
    code.casefold(): code for code in (*LABELS, *BY_POST)
}
SERVICE_WORDS: Final = tuple(_SERVICE_OF)
"""All names that `service_code` reads."""
_SEVERAL: Final[dict[str, tuple[str, ...]]] = {
    "standard": ("03", "11"),
    "standard shipping": ("03", "11"),
    "economy": ("03", "93"),
    "economy shipping": ("03", "93"),
    "express": ("01", "02", "07"),
    "express shipping": ("01", "02", "07"),
    "expedited": ("02", "12", "08"),
    "expedited shipping": ("02", "12", "08"),
    "saver": ("13", "65", "93"),
    "priority": ("02", "01"),
    "air": ("01", "02"),
    "1": ("01",),
    "2": ("02",),
    "3": ("03", "12"),
    "7": ("07",),
    "8": ("08",),
}
"""Words that shops use for more than one service, and codes that lost their zero."""
_OTHER_CARRIERS: Final = frozenset(
    "usps fedex dhl ontrac lasership purolator dpd gls hermes evri tnt amzl parcelforce postal post mail".split()  # noqa: SIM905
)


def nameable() -> tuple[str, ...]:
    """The services as people read them, and the words for more than one of them, which are asked about."""
    return (*LABELS.values(), *(word for word in _SEVERAL if word.isalpha()))


def service_label(code: str) -> str:
    """`03` -> `UPS Ground`; a code without a name is shown as it is."""
    return LABELS.get(code, f"UPS service {code}")


def service_code(text: object) -> str | None:
    """The code that a name, code or shorthand stands for exactly (`ground`, `UPS Ground`, `03`, `GND`); else None."""
    return _SERVICE_OF.get(_words(text))


def _words(text: object) -> str:
    # Trade marks, and how the parcel is paid for, say nothing about the service.
    kept = (word.strip("®™") for word in key(clean(text).replace("®", " ").replace("™", " ")).split())
    return " ".join(word for word in kept if word != "ups")


def read_service(text: object, international: bool = False) -> Verdict[str | None]:
    """The service of a cell or of a person's words: blank -> None, exact -> its code, a near miss -> to confirm."""
    cell = clean(text)
    if is_blank(cell):
        return Ok(None)
    words = _words(cell.removesuffix(".0"))
    if words in _SERVICE_OF and not (cell.endswith(".0") and words.isdigit()):
        return Ok(_SERVICE_OF[words])
    if set(words.split()) & _OTHER_CARRIERS:
        return reject(faults.UNKNOWN_SERVICE, cell, cell=cell)
    slot = f"service:{words}"
    if words in _SEVERAL:
        choices = tuple(service_label(code) for code in _SEVERAL[words])
        return Ask(f'Which UPS service is "{cell}"?', choices, slot, free_text=True)
    close = _near(words)
    if close:
        return Ask(
            f'Does "{cell}" mean {service_label(close[0])}?', tuple(map(service_label, close)), slot, free_text=True
        )
    offered = INTERNATIONAL[:4] if international else (*DOMESTIC[:3], "01")
    choices = tuple(service_label(code) for code in dict.fromkeys(offered))
    return Ask(f'"{cell}" is not a known UPS service. Which one should it be?', choices, slot, free_text=True)


def read_chosen(answer: str, international: bool = False) -> Verdict[str | None]:
    """The service that a person chose when asked: a label that was offered is that service, also where its words mean
    several (`UPS Standard`); anything else is read as ever."""
    label = clean(answer).casefold()
    code = next((code for code, known in LABELS.items() if known.casefold() == label), None)
    return Ok(code) if code is not None else read_service(answer, international)


def _near(words: str) -> list[str]:
    """The up to three services that a typing error may have meant, best first."""
    found = process.extract(
        words, list(_SERVICE_OF), scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.7, limit=8
    )
    return list(dict.fromkeys(_SERVICE_OF[word] for word, _, _ in found if len(word) > 2))[:3]


def lane_services(origin: str, country: str, state: str | None) -> tuple[str, ...] | None:
    """The services from a country to a place; None where this product knows no rule (then UPS decides).

    Puerto Rico counts as domestic; the other territories are reached by international services.
    """
    if origin not in {"US", "PR"}:
        return None
    if country == "US":
        return tuple(code for code in DOMESTIC if code != "12") if state in {"AK", "HI"} else DOMESTIC
    if country == "PR":
        return ("03", "02", "01")
    return INTERNATIONAL if country in {"CA", "MX"} else tuple(code for code in INTERNATIONAL if code != "11")


def services_to(origin: str, places: Iterable[tuple[str, str | None]]) -> tuple[str, ...] | None:
    """The services that reach every place (country, state), what is asked for most first; empty where none does.

    None where no rule is known for any of them: then UPS decides.
    """
    lanes = [lane_services(origin, country, state) for country, state in places]
    known = [lane for lane in lanes if lane is not None]
    if not known:
        return None
    return tuple(code for code in _MOST_ASKED if all(code in lane for lane in known))


def offering(ask: Ask, codes: tuple[str, ...] | None) -> Ask:
    """A question about a service with only those of its options that are among the codes; else with the codes' own."""
    if not codes:
        return ask
    labels = tuple(map(service_label, codes))
    return replace(ask, options=tuple(option for option in ask.options if option in labels) or labels[:4])


def check_lane(code: str, origin: str, country: str, state: str | None) -> Ok[str] | Reject:
    """Whether the service goes there; if not, which ones do."""
    allowed = lane_services(origin, country, state)
    by_post = code in BY_POST and country in {"US", *US_TERRITORIES}
    economy = code in _ECONOMY and country not in {"US", "PR"}
    if allowed is None or code in allowed or by_post or economy:
        return Ok(code)
    place = STATES.get(state or "", "the United States") if country == "US" else country_name(country)
    choices = ", ".join(service_label(choice) for choice in allowed)
    return reject(
        faults.SERVICE_UNAVAILABLE, service=service_label(code), lane=f"to {place}", choices=f"one of: {choices}"
    )
