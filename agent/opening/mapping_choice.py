"""Which column feeds which shipment field: saved for this header, else proposed - and asked where it is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.dialogue import Dialogue
from agent.errors import ErrorKind, error
from agent.mapping.answers import ADD_COLUMNS, ENCODING, NEVER_SAVED
from agent.mapping.columns import REQUIRED, ColumnMatch, MappingProposal, propose_mapping
from agent.mapping.template import Mapping, column_expression, compile_mapping, field_expression, mapping_from
from agent.mapping.weight_columns import WEIGHTS, weight_choices
from agent.opening.column_choice import WHICH_COLUMN, column_for
from agent.opening.person import PersonState
from agent.opening.recipient_choice import confirm_guesses, sample_rows, settle_country, settle_lines, settle_recipient
from agent.opening.sheet_state import SheetState
from agent.sheet.cells import Row, holds_whole_addresses
from agent.sheet.fields import ADDRESS_FIELDS, MAPPED

NOT_AN_ORDER_SHEET = ErrorKind(
    "E-2330",
    "{sheet} has no column for {fields}.",
    "Check that its first row holds the column names, or say which column it is, e.g. “the street is in column Adr”.",
)

FIELD_WORDS = {
    "name": "the recipient's name",
    "address1": "the street",
    "city": "the city",
    "state": "the state",
    "postal_code": "the ZIP code",
    "weight": "the weight",
    "item_weight": "the weight of one item",
    "ship_date": "the ship date",
    "declared_value": "the declared value",
}
ASKED_AS_ANSWER = frozenset({"weight", "state"})
"""Missing columns that a constant (or nothing, abroad) can stand in for."""
OUT_OF_ONE_CELL = frozenset({"city", "state", "postal_code"})
"""What a single column may hold together with the street."""

_NO_FIELDS = ("service", ADD_COLUMNS, ENCODING)
"""Said like values of fields, and not part of a mapping."""


@dataclass(slots=True)
class MappingChoice:
    """A mapping, and whether a person has confirmed it for this header before."""

    mapping: Mapping
    proposal: MappingProposal
    confirmed: bool
    required_known: bool
    """Every required field matches a known header exactly: what `--yes` may approve."""
    usual_service: str | None = None
    """What `service` is read from otherwise, where this command names another column; empty for nothing."""

    def read_services_from(self, column: str) -> None:
        """Take the services of this command from a column that the person named; the saved mapping stays as it is."""
        if self.usual_service is None:
            self.usual_service = self.mapping.fields.get("service", "")
        self.mapping = replace(self.mapping, fields=self.mapping.fields | {"service": column_expression(column)})

    def to_save(self, constants: dict[str, str]) -> Mapping:
        """The mapping with further answers, without what holds for this command only."""
        fields = dict(self.mapping.fields)
        if self.usual_service is not None:
            del fields["service"]
            fields |= {"service": self.usual_service} if self.usual_service else {}
        kept = {slot: text for slot, text in (self.mapping.constants | constants).items() if slot not in NEVER_SAVED}
        return Mapping(fields, kept)

    @property
    def columns_read(self) -> int:
        """How many columns of the sheet it reads."""
        return len({column for read in compile_mapping(self.mapping).columns.values() for column in read})

    def lines(self) -> list[tuple[str, str]]:
        """(field, where it comes from), for the preview."""
        columns = compile_mapping(self.mapping).columns
        lines = [
            (name, (" + " if name in WEIGHTS else ", ").join(columns[name]))
            if expression == field_expression(name, *columns[name])
            else (name, expression)
            for name, expression in sorted(self.mapping.fields.items())
        ]
        lines += [(name, f"{value} (for every row)") for name, value in sorted(self.mapping.constants.items())]
        return lines if "ship_date" in self.mapping.fields else [*lines, ("ship_date", "today")]


def known_fields() -> list[str]:
    """All shipment fields that a column can feed."""
    return sorted(MAPPED)


def assign_roles(sheet: SheetState, rows: Sequence[Row] = ()) -> MappingProposal:
    """Match the open sheet's columns and remember which one plays which role; `rows` are a sample of it."""
    opened = sheet.require()
    proposal = propose_mapping(opened.columns, opened.types, rows, opened.repeats)
    _keep_roles(sheet, proposal)
    return proposal


def _keep_roles(sheet: SheetState, proposal: MappingProposal) -> None:
    """While it is open whose address it is, no column of an address plays a role."""
    roles = {column: name for name, match in proposal.fields.items() for column in match.columns}
    roles |= {column: name for name, columns in proposal.ambiguous.items() for column in columns}
    roles = {column: name for column, name in roles.items() if not proposal.doubt or name not in ADDRESS_FIELDS}
    sheet.roles = roles | {column: name for name, column in sheet.columns_chosen.items()}


def said_of_fields(sheet: SheetState, person: PersonState) -> dict[str, str]:
    """Values that the person gave for fields of every row."""
    return {name: value for name, value in (person.defaults | sheet.answers).items() if name not in _NO_FIELDS}


async def choose_mapping(
    sheet: SheetState, person: PersonState, dialogue: Dialogue, home_country: str
) -> MappingChoice:
    """The mapping of the open sheet: the one that was confirmed for these headers, with what was said since.

    Raises:
        ShipchatError: E-2330 when a required field has no column and nothing can stand in for it, E-2331 when it stays
            open whose address it is.
    """
    saved = sheet.saved_mapping()
    said = said_of_fields(sheet, person)
    chosen = {name: column_expression(column) for name, column in sheet.columns_chosen.items()}
    if saved is not None:
        proposal = assign_roles(sheet)
        mapping = Mapping(saved.fields | chosen, saved.constants | said)
        return MappingChoice(mapping, proposal, confirmed=mapping.fields == saved.fields, required_known=True)
    rows = await sample_rows(sheet.data)
    proposal = await settle_recipient(sheet, dialogue, assign_roles(sheet, [row["data"] for row in rows]), rows)
    _keep_roles(sheet, proposal)
    denied = await confirm_guesses(sheet, dialogue, proposal, FIELD_WORDS)
    answers = await settle_lines(sheet, dialogue, proposal)
    answers |= {f"column:{name}": column for name, column in sheet.columns_chosen.items()}
    picked: dict[str, ColumnMatch] = {}
    for name, columns in proposal.ambiguous.items():
        if f"column:{name}" not in answers:
            what = FIELD_WORDS.get(name, name.replace("_", " "))
            choices = weight_choices(columns) if name in WEIGHTS else {column: (column,) for column in columns}
            first, *more = choices[await dialogue.ask(WHICH_COLUMN.format(what=what), list(choices))]
            picked[name] = ColumnMatch(first, 1.0, known_header=True, more=tuple(more))
    given = answers.keys() | person.defaults.keys() | {f"column:{name}" for name in ASKED_AS_ANSWER}
    lacking: list[str] = []
    for name in _in_order({*proposal.missing, *denied}):
        whole = {f"column:{part}" for part in OUT_OF_ONE_CELL} if _whole_by_hand(sheet, rows) else set()
        if {name, f"column:{name}"} & (given | whole):
            continue
        what = FIELD_WORDS.get(name, name.replace("_", " "))
        column = await column_for(sheet, dialogue, proposal, what) if not lacking else None
        if column is None:
            lacking.append(name)
            continue
        sheet.columns_chosen[name] = answers[f"column:{name}"] = column
        sheet.columns_asked.add(name)
        chosen[name] = column_expression(column)
    if lacking:
        words = ", ".join(FIELD_WORDS.get(name, name) for name in lacking)
        name = sheet.require().name
        raise error(NOT_AN_ORDER_SHEET, where=name, sheet=name, fields=words)
    fields, constants = await settle_country(sheet, person, dialogue, proposal, home_country)
    mapping = mapping_from(replace(proposal, fields=proposal.fields | picked), answers | constants | said)
    kept = {name: expression for name, expression in mapping.fields.items() if name not in denied or name in chosen}
    mapping = Mapping(kept | fields, mapping.constants)
    known = proposal.required_known or (not proposal.ambiguous and not proposal.whole and _all_known(proposal))
    return MappingChoice(mapping, proposal, confirmed=False, required_known=known and not sheet.columns_asked)


def _in_order(fields: set[str]) -> list[str]:
    """The required ones as an address is written, then the others."""
    return [*(name for name in REQUIRED if name in fields), *sorted(fields.difference(REQUIRED))]


def _whole_by_hand(sheet: SheetState, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether the person named a street's column that holds the whole address."""
    street = sheet.columns_chosen.get("address1")
    return street is not None and holds_whole_addresses(street, [row["data"] for row in rows])


def _all_known(proposal: MappingProposal) -> bool:
    return all(proposal.fields[name].known_header for name in REQUIRED if name in proposal.fields)


def save_mapping(sheet: SheetState, choice: MappingChoice, constants: dict[str, str]) -> None:
    """Keep what the person confirmed by approving a plan made with it; further answers are added to a saved one."""
    mapping = choice.to_save(constants)
    if sheet.saved_mapping() != mapping:
        sheet.mappings.save(sheet.require().header_fingerprint, mapping)
