"""Which column is which: a proposal from headers and cells, for a person to confirm.

The recipient comes from one block of columns (`agent.sheet.blocks`). Every other field is matched by its known headers
only; what a header merely resembles is proposed for required fields, and asked about.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.mapping.weight_columns import WEIGHTS, parts_of_one_weight
from agent.sheet.blocks import find_blocks
from agent.sheet.cells import Row, can_be, filled
from agent.sheet.fields import ADDRESS_FIELDS
from agent.sheet.headers import SURE, HeaderReading, guess_header, owner_of, read_headers, read_unknown_owners
from agent.sheet.recipients import Choice, Doubt, Recipient, choose_recipient

REQUIRED = ("name", "address1", "city", "state", "postal_code", "weight")
"""What a parcel cannot go without; a company does for the name, a saved weight for the weight."""
ONE_OF_MANY = ("weight", "item_weight", "ship_date", "length", "width", "height", "dimensions", "declared_value")
"""Fields where a second matching column is a question, not a matter of order."""
_STATUS_FIELDS = frozenset({"status", "payment_status", "fulfilment_status", "cancelled_at"})
_IN_WORDS = {"dimensions": "parcel's size", "postal_code": "ZIP code", "name": "recipient's name"}
_SAID = 3
"""So many cells are quoted where a column is not used."""


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """The column of a field. `more` are the columns joined behind it (a last name)."""

    column: str
    confidence: float
    """0..1; 1 is a known header."""
    known_header: bool
    more: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, *self.more)


@dataclass(frozen=True, slots=True)
class MappingProposal:
    """What the sheet says, and what it leaves open."""

    fields: dict[str, ColumnMatch]
    missing: list[str]
    """Required fields without a column."""
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    """Fields with several columns that fit equally well: to be asked."""
    date_columns: list[str] = field(default_factory=list)
    """All columns of dates, for "placed today": which one is meant is asked when it matters."""

    status_columns: list[str] = field(default_factory=list)
    """All columns that may say cancelled or refunded (a cancellation date included)."""
    recipients: tuple[Recipient, ...] = ()
    """All that the address columns could mean; `fields` has the first."""
    doubt: Doubt = ""
    """Why a person has to say which recipient it is; empty where the columns leave no doubt."""
    whole: bool = False
    """Whether the street's column holds the whole address."""
    other_countries: tuple[str, ...] = ()
    """Columns that name the country of somebody else's address."""
    unused: dict[str, str] = field(default_factory=dict)
    """Columns with a known header that are not used -> why, as a sentence."""

    @property
    def known_columns(self) -> set[str]:
        """All columns with a known header that a shipment could be made of."""
        known = {column for match in self.fields.values() if match.known_header for column in match.columns}
        for recipient in self.recipients:
            known |= {
                column for name, found in recipient.columns.items() if name not in recipient.guessed for column in found
            }
        return known.union(*self.ambiguous.values())

    @property
    def required_known(self) -> bool:
        """Whether every required field that has a column matches a known header (what `--yes` may approve)."""
        named = [self.fields.get(name) or (self.fields.get("company") if name == "name" else None) for name in REQUIRED]
        sure = all(match.known_header for match in named if match is not None)
        return sure and not self.ambiguous and not self.doubt and not self.whole

    def addressed_to(self, recipient: Recipient) -> "MappingProposal":
        """The same proposal with the recipient that the person chose."""
        others = {name: match for name, match in self.fields.items() if name not in ADDRESS_FIELDS}
        open_fields = {name: columns for name, columns in self.ambiguous.items() if name not in ADDRESS_FIELDS}
        weight = [name for name in self.missing if name == "weight"]
        return replace(
            self,
            fields=_address(recipient) | others,
            missing=[*recipient.missing, *weight],
            ambiguous={name: list(columns) for name, columns in recipient.repeated.items()} | open_fields,
            doubt="",
            whole=recipient.whole,
        )


def propose_mapping(
    columns: list[str],
    types: dict[str, str],
    rows: Sequence[Row] = (),
    repeats: Mapping[str, str] | None = None,
) -> MappingProposal:
    """Match columns to fields.

    `types` (column to type, as the data server says it) helps to find the dates; `rows` is a sample of the sheet that
    shows what a column cannot be; `repeats` (column to the header it repeats) is what the data server knows of headers.
    """
    readings = read_headers(columns, repeats)
    unfit = [one for one in readings if not can_be(one.field, one.column, rows)]
    fitting = [one for one in readings if one not in unfit]
    fitting += read_unknown_owners(columns, [one for one in columns if one not in {each.column for each in readings}])
    read = {one.column for one in [*readings, *fitting]}
    unread = {column: position for position, column in enumerate(columns) if column not in read}
    choice = _recipients(fitting, unread, rows)
    fields, ambiguous = _other_fields(one for one in fitting if one.field not in ADDRESS_FIELDS)
    if not (fields.keys() | ambiguous.keys()) & set(WEIGHTS):
        fields |= {guess.field: _match(guess) for guess in _guesses(unread, rows) if guess.field == "weight"}
    proposal = MappingProposal(
        fields,
        [] if (fields.keys() | ambiguous.keys()) & set(WEIGHTS) else ["weight"],
        ambiguous,
        _dates(columns, types, readings),
        [one.column for one in readings if one.field in _STATUS_FIELDS],
        choice.recipients,
        other_countries=tuple(one.column for one in fitting if one.field == "country" and one.owner != "sender"),
        unused={one.column: _not_used(one, rows) for one in unfit if one.owner in ("ship", "plain")},
    )
    # Nobody ships to a billing address without having said so.
    first = Recipient() if choice.doubt == "billing" else choice.recipients[0]
    return replace(proposal.addressed_to(first), doubt=choice.doubt)


def _recipients(readings: list[HeaderReading], unread: Mapping[str, int], rows: Sequence[Row]) -> Choice:
    """By known headers; where those leave a required field open, by what an unknown header resembles."""
    unknown = [column for column in unread if owner_of(column) == "plain"]
    choice = choose_recipient(find_blocks(readings, rows, unknown))
    guesses = [guess for guess in _guesses(unread, rows) if guess.field != "weight"]
    shipped = {one.field for one in guesses if one.owner == "ship"}
    missing = set(choice.recipients[0].missing)
    if "address1" in shipped and shipped & {"city", "postal_code"} and choice.recipients[0].owner != "ship":
        # A misspelt ship-to address is one nonetheless: it must not lose to another person's.
        fitting = guesses
    elif len(choice.recipients) == 1 and missing:
        names = {"name", "first_name", "last_name"} if "name" in missing else set()
        fitting = [one for one in guesses if one.field in missing | names and one.owner not in ("bill", "sender")]
    else:
        return choice
    return choose_recipient(find_blocks([*readings, *fitting], rows, unknown)) if fitting else choice


def _guesses(unread: Mapping[str, int], rows: Sequence[Row]) -> list[HeaderReading]:
    """What unread columns (column to its place in the sheet) resemble."""
    found = [guess_header(column, position) for column, position in unread.items() if owner_of(column) == "plain"]
    return [guess for guess in found if guess is not None and can_be(guess.field, guess.column, rows)]


def _address(recipient: Recipient) -> dict[str, ColumnMatch]:
    matches = {}
    for name, columns in recipient.columns.items():
        known = name not in recipient.guessed
        matches[name] = ColumnMatch(columns[0], SURE if known else 0.8, known, columns[1:])
    return {name: match for name, match in matches.items() if name not in recipient.repeated}


def _other_fields(readings: Iterable[HeaderReading]) -> tuple[dict[str, ColumnMatch], dict[str, list[str]]]:
    by_field: dict[str, list[HeaderReading]] = {}
    for reading in readings:
        by_field.setdefault(reading.field, []).append(reading)
    fields: dict[str, ColumnMatch] = {}
    ambiguous: dict[str, list[str]] = {}
    for name, found in by_field.items():
        found.sort(key=lambda reading: (reading.copy, reading.place))
        columns = [one.column for one in sorted(found, key=lambda reading: reading.position)]
        parts = parts_of_one_weight(columns) if name in WEIGHTS and len(found) > 1 else None
        if parts is not None:
            fields[name] = ColumnMatch(parts[0], SURE, True, parts[1:])
        elif name in ONE_OF_MANY and len(found) > 1:
            ambiguous[name] = columns
        else:
            fields[name] = _match(found[0])
    return fields, ambiguous


def _match(reading: HeaderReading) -> ColumnMatch:
    return ColumnMatch(reading.column, reading.confidence, reading.known)


def _dates(columns: list[str], types: dict[str, str], readings: list[HeaderReading]) -> list[str]:
    known = {one.column for one in readings if one.field in ("order_date", "paid_date", "ship_date")}
    return [
        column
        for column in columns
        if column in known
        or any(word in types.get(column, "").casefold() for word in ("date", "timestamp"))
        or re.search(r"\bdate\b", column.casefold().replace("_", " "))
    ]


def _not_used(reading: HeaderReading, rows: Sequence[Row]) -> str:
    cells = list(dict.fromkeys(filled(reading.column, rows)))[:_SAID]
    what = _IN_WORDS.get(reading.field, reading.field.replace("_", " "))
    return f"{reading.column} is not used as the {what}: its cells say {', '.join(cells)}."
