"""Which column feeds which shipment field: saved for this header, else proposed - and asked where it is open."""

from dataclasses import dataclass

from agent.conversation.state import SessionState
from agent.errors import ErrorKind, error
from agent.mapping.answers import ADD_COLUMNS, ENCODING
from agent.mapping.columns import REQUIRED, MappingProposal, propose_mapping
from agent.mapping.headers import ADDRESS_FIELDS, OTHER_HEADERS
from agent.mapping.store import MappingStore
from agent.mapping.template import Mapping, column_expression, compile_mapping, mapping_from

NOT_AN_ORDER_SHEET = ErrorKind(
    "E-2330",
    "{sheet} has no column for {fields}.",
    "Does its first row hold the column names? Else say which column it is, e.g. “the street is in column Adr”.",
)

FIELD_WORDS = {
    "name": "the recipient's name",
    "address1": "the street",
    "city": "the city",
    "state": "the state",
    "postal_code": "the ZIP code",
    "weight": "the weight",
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

    def lines(self) -> list[tuple[str, str]]:
        """(field, where it comes from), for the preview."""
        columns = compile_mapping(self.mapping).columns
        lines = [
            (name, ", ".join(columns[name]) if expression == column_expression(*columns[name]) else expression)
            for name, expression in sorted(self.mapping.fields.items())
        ]
        return lines + [(name, f"{value} (for every row)") for name, value in sorted(self.mapping.constants.items())]


def known_fields() -> list[str]:
    """All shipment fields that a column can feed."""
    return sorted({*ADDRESS_FIELDS, *OTHER_HEADERS.values()})


def assign_roles(state: SessionState) -> MappingProposal:
    """Match the open sheet's headers once and remember which column plays which role."""
    sheet = state.require_sheet()
    proposal = propose_mapping(sheet.columns, sheet.types)
    roles = {column: name for name, match in proposal.fields.items() for column in match.columns}
    roles |= {column: name for name, columns in proposal.ambiguous.items() for column in columns}
    roles |= {column: name for name, column in state.columns_chosen.items()}
    state.column_roles = roles
    return proposal


async def choose_mapping(state: SessionState) -> MappingChoice:
    """The mapping of the open sheet: the one that was confirmed for these headers, with what was said since.

    Raises:
        ShipchatError: E-2330 when a required field has no column and nothing can stand in for it.
    """
    sheet = state.require_sheet()
    proposal = assign_roles(state)
    saved = MappingStore(state.settings.home).load(sheet.header_fingerprint)
    said = {name: value for name, value in (state.defaults | state.sheet_answers).items() if name not in _NO_FIELDS}
    chosen = {name: column_expression(column) for name, column in state.columns_chosen.items()}
    if saved is not None:
        mapping = Mapping(saved.fields | chosen, saved.constants | said)
        return MappingChoice(mapping, proposal, confirmed=mapping.fields == saved.fields, required_known=True)
    answers = {f"column:{name}": column for name, column in state.columns_chosen.items()}
    for name, columns in proposal.ambiguous.items():
        if f"column:{name}" not in answers:
            what = FIELD_WORDS.get(name, name.replace("_", " "))
            answers[f"column:{name}"] = await state.ask(f"Which column holds {what}?", columns)
    whole = "address1" in proposal.fields and {"city", "postal_code"} <= set(proposal.missing)
    lacking = [
        name
        for name in proposal.missing
        if f"column:{name}" not in answers
        and name not in ASKED_AS_ANSWER
        and name not in state.defaults
        and not (whole and name in OUT_OF_ONE_CELL)
    ]
    if lacking:
        words = ", ".join(FIELD_WORDS.get(name, name) for name in lacking)
        raise error(NOT_AN_ORDER_SHEET, where=sheet.name, sheet=sheet.name, fields=words)
    mapping = mapping_from(proposal, answers | said)
    known = proposal.required_known or (not proposal.ambiguous and _all_known(proposal))
    return MappingChoice(mapping, proposal, confirmed=False, required_known=known and not whole)


def _all_known(proposal: MappingProposal) -> bool:
    return all(proposal.fields[name].known_header for name in REQUIRED if name in proposal.fields)


def save_mapping(state: SessionState, choice: MappingChoice, constants: dict[str, str]) -> None:
    """Keep what the person confirmed by approving a plan made with it; further answers are added to a saved one."""
    mapping = Mapping(choice.mapping.fields, choice.mapping.constants | constants)
    store, fingerprint = MappingStore(state.settings.home), state.require_sheet().header_fingerprint
    if store.load(fingerprint) != mapping:
        store.save(fingerprint, mapping)
