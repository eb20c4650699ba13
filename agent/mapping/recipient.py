"""Who gets the parcel and where: the `ship_to` of a payload, by the rules of agent.shipping."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from agent.mapping.row import RowReader, from_answer
from agent.mapping.template import Rendered
from agent.sheet.cells import begins_with_name
from agent.shipping import faults
from agent.shipping.addresses import Area, read_area, read_city, read_street
from agent.shipping.country_names import country_of
from agent.shipping.names import read_name, shorten
from agent.shipping.phones import read_phone
from agent.shipping.places import country_name
from agent.shipping.postal_codes import read_postal_code, zip_digits
from agent.shipping.residential import read_residential
from agent.shipping.text import clean, is_blank, is_blank_name, key
from agent.shipping.verdict import Ask, Changed, Ok, Reject, Verdict, reject
from agent.shipping.whole_addresses import split_address, split_town

_TOWN = ("city_state_zip", "city_state")
"""Fields of one column that holds the city and more."""
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A checked recipient; `ship_to` is complete only if no finding stands against it."""

    ship_to: dict[str, Any]
    shown_name: str
    country: str
    state: str | None
    company: bool = False
    """Whether the row names a company."""

    @property
    def kind(self) -> Literal["business", "consumer"]:
        """A company at an address that is not a home is a business."""
        return "business" if self.company and not self.ship_to["address"].get("residential") else "consumer"

    @property
    def city_state(self) -> str:
        """`Boston, MA`, or the country where there is no state."""
        address = self.ship_to["address"]
        return ", ".join(part for part in (address.get("city"), self.state or country_name(self.country)) if part)


def read_destination(reader: RowReader) -> Area | None:
    """Where a row goes; None while its country or state is not known. Findings go to the reader."""
    return _area(reader) if _apart(reader) else None


def read_recipient(reader: RowReader, *, phone_needed: bool) -> Recipient | None:
    """The recipient of a row; None while its country or state is not known. Findings go to the reader."""
    area = read_destination(reader)
    if area is None:
        _other_cells(reader)
        return None
    lines = tuple(reader.text(f"address{line}") for line in (1, 2, 3))
    street = reader.take(read_street(lines, area.country), "address1")
    address: dict[str, Any] = {
        "lines": list(street.lines) if street else [],
        "city": reader.take(read_city(reader.text("city"), area.state, area.country), "city"),
        "state": area.state,
        "postal_code": reader.take(
            read_postal_code(reader.text("postal_code"), area.country, area.state), "postal_code"
        ),
        "country_code": area.country,
    }
    if _residential(reader):
        address["residential"] = True
    names = _names(reader, street.attention if street else "", area.country)
    # Every other country counts, Puerto Rico too, where no customs is.
    needed = phone_needed or area.country != reader.home
    if needed and "name" in names:
        # UPS wants somebody to ask for; a person addressed by name is their own.
        names.setdefault("attention_name", names["name"])
    ship_to = {
        **names,
        "phone": _phone(reader, area.country, needed=needed),
        "email": reader.take(_email(reader.text("email")), "email"),
        "address": _filled(address),
    }
    shown = names.get("attention_name") or names.get("name") or ""
    company = not is_blank_name(reader.text("company"))
    return Recipient(_filled(ship_to), shown, area.country, area.state, company)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without empty fields: UPS refuses them (121000)."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _area(reader: RowReader) -> Area | None:
    text, default, home = reader.text("country"), reader.answers.get("country"), reader.home
    if default is not None:
        said = country_of(default.text)
        if said is None:
            return reader.take(reject(faults.UNKNOWN_COUNTRY, cell=default.text, nearest=""), "country")
        home = said
    if reader.faulty("country"):
        return None
    state, city, postal_code = (reader.text(name) for name in ("state", "city", "postal_code"))
    verdict: Verdict[Area] = read_area(text, state, home, city, postal_code)
    if isinstance(verdict, Ask) and (answer := reader.answered(verdict)):
        verdict = read_area(text, answer.text, home, city, postal_code)
        if isinstance(verdict, Ok):
            verdict = from_answer(verdict.value, answer, reader.column("state"), state, verdict.value.state or "")
    if isinstance(verdict, Reject) and verdict.code == faults.NO_STATE.code and not reader.has("state"):
        verdict = reject(faults.NO_STATE_COLUMN, what=verdict.why.removeprefix("no "))
    about = "country" if getattr(verdict, "code", "") == faults.UNKNOWN_COUNTRY.code else "state"
    return reader.take(verdict, about)


def _apart(reader: RowReader) -> bool:
    """Where one column holds several parts of the address, they fill in for the columns that are missing."""
    return _town_apart(reader) and _street_apart(reader)


def _town_apart(reader: RowReader) -> bool:
    """`City, State Zip` in one cell; and a state behind the city where no column holds the state."""
    name = next((name for name in _TOWN if reader.text(name)), "city")
    cell = clean(reader.text(name))
    if name == "city" and (reader.has("state") or _goes_far(reader)):
        return True
    town = split_town(cell)
    if town is None:
        if name != "city":
            reader.take(reject(faults.NO_TOWN, cell, cell=cell), name)
        return name == "city"
    own = {part: text for part, text in reader.rendered.texts.items() if text and part != "city"}
    _replace(reader, {"state": town.state, "postal_code": town.postal_code} | own | {"city": town.city})
    shown = " | ".join(part for part in (town.city, town.state, town.postal_code) if part)
    reader.take(Changed(town, cell, shown, "taken apart"), name)
    return True


def _goes_far(reader: RowReader) -> bool:
    """Whether the row names a country whose cities have no US state or Canadian province behind them."""
    default = reader.answers.get("country")
    named = reader.text("country") or (default.text if default else "")
    return (reader.home if is_blank(named) else country_of(named)) not in ("US", "CA")


def _street_apart(reader: RowReader) -> bool:
    """A street's cell with the whole address: taken apart; where other columns say the same, they must agree."""
    if not reader.has("address1"):
        return True
    cell = reader.text("address1") or reader.text("whole_address")
    verdict = split_address(cell)
    if not any(reader.has(name) for name in ("city", "postal_code", *_TOWN)):
        parts = reader.take(verdict, "address1")
        if parts is not None:
            _replace(reader, parts | _given(reader, parts))
        return parts is not None
    if not isinstance(verdict, Changed):
        return not _differs(reader, clean(reader.text("whole_address")))
    if _differs(reader, clean(cell)):
        return False
    parts = reader.take(verdict, "address1") or {}
    _replace(reader, parts | _given(reader, parts))
    return True


def _differs(reader: RowReader, whole: str) -> bool:
    """Whether a whole address and the columns beside it say two things: then nobody knows where the parcel goes."""
    postal_code = (zip_digits(clean(reader.text("postal_code"))) or reader.text("postal_code"))[:5]
    # A city is spelt in several ways, a postal code in one.
    own = [postal_code or reader.text("city")]
    if reader.text("whole_address"):
        own.append(reader.text("address1") if not split_town(reader.text("address1")) else "")
    text = key(whole).replace(" ", "")
    off = [clean(part) for part in own if whole and part and key(part).replace(" ", "") not in text]
    if off:
        reader.take(reject(faults.ADDRESSES_DIFFER, whole, cell=whole, parts=", ".join(off)), "address1")
    return bool(off)


def _replace(reader: RowReader, texts: dict[str, str]) -> None:
    reader.rendered = Rendered(reader.rendered.texts | texts, reader.rendered.faults)


def _given(reader: RowReader, parts: dict[str, str]) -> dict[str, str]:
    """What the row says of itself goes before what was read out of the address, except for the address's own lines."""
    own = {name: text for name, text in reader.rendered.texts.items() if text and name not in ("address1", "city")}
    if reader.text("city") and not split_town(reader.text("city")):
        own["city"] = reader.text("city")
    lines = [line for name in ("address1", "address2", "address3") if (line := parts.get(name))]
    who = [reader.text(name) for name in ("name", "company") if reader.text(name)]
    if len(lines) > 1 and begins_with_name(lines[0], lines[1]):
        # The first line of a whole address may be who lives there.
        if not who:
            own["name"] = lines.pop(0)
        elif key(lines[0]) in map(key, who):
            lines.pop(0)
    second = own.get("address2")
    if second and key(second) not in map(key, lines):
        lines.append(second)
    return own | {f"address{place}": lines[place - 1] if place <= len(lines) else "" for place in (1, 2, 3)}


def _other_cells(reader: RowReader) -> None:
    """Without a country the other cells are still looked at, so that all faults of a row are told at once."""
    if any(reader.has(name) for name in ("city", "postal_code", *_TOWN)):
        reader.take(read_street(tuple(reader.text(f"address{line}") for line in (1, 2, 3))), "address1")
    _names(reader, "", "")


def _names(reader: RowReader, attention: str, country: str) -> dict[str, str]:
    """A company is the addressee and the person its attention; without a company the person is, or whom it is for."""
    person, company, contact = (
        reader.take(read_name(reader.text(name), country=country), name)
        for name in ("name", "company", "attention_name")
    )
    given = contact or attention
    if person is None or company is None:
        return {}
    name = company or person or given
    if not name:
        reader.take(reject(faults.NO_RECIPIENT), "name")
        return {}
    contact = given or (person if company and person != company else "")
    return {"name": name} | ({"attention_name": shorten(contact, 35)} if contact and contact != name else {})


def _phone(reader: RowReader, country: str, *, needed: bool) -> str | None:
    text = reader.text("phone")
    number = reader.take(read_phone(text, country, needed=needed), "phone")
    if needed and number is None and is_blank(text):
        reason = f"a shipment to {country_name(country)}" if country != "US" else "this service"
        reader.take(reject(faults.NO_PHONE, reason=reason), "phone")
    return number


def _email(text: str) -> Verdict[str | None]:
    cell = clean(text)
    if is_blank(cell):
        return Ok(None)
    if len(cell) > 50 or not _EMAIL.match(cell):
        return Changed(None, cell, "", "no e-mail address that UPS takes")
    return Ok(cell)


def _residential(reader: RowReader) -> bool:
    verdict: Verdict[bool | None] = read_residential(reader.text("residential"))
    if isinstance(verdict, Ask) and (answer := reader.answered(verdict)):
        verdict = read_residential(answer.text)
    home: bool | None = reader.take(verdict, "residential")
    return bool(home)
