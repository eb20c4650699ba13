"""How the open sheet is understood without asking anything: for a screen that shows it, never for a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.mapping.columns import MappingProposal
from agent.mapping.template import Mapping, compile_mapping, field_expression, mapping_from
from agent.mapping.weight_columns import WEIGHTS
from agent.opening.mapping_choice import assign_roles, said_of_fields
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.sheet.cells import Row

State = Literal["", "needed", "open", "guessed"]


@dataclass(frozen=True, slots=True)
class MappingSoFar:
    """A mapping, and what of it is not certain."""

    mapping: Mapping
    proposal: MappingProposal
    states: dict[str, State]
    """By field, where it is needed, open or guessed."""


def mapping_so_far(sheet: SheetState, person: PersonState, rows: Sequence[Row]) -> MappingSoFar:
    """The saved mapping, else the proposed one, with the columns and values that the person named."""
    saved, said = sheet.saved_mapping(), said_of_fields(sheet, person)
    named = {f"column:{name}": column for name, column in sheet.columns_chosen.items()}
    if saved is not None:
        proposal = assign_roles(sheet)
        chosen = mapping_from(proposal, named).fields
        fields = saved.fields | {name: chosen[name] for name in sheet.columns_chosen}
        return MappingSoFar(Mapping(fields, saved.constants | said), proposal, {})
    proposal = assign_roles(sheet, rows)
    mapping = mapping_from(proposal, named | said)
    states: dict[str, State] = dict.fromkeys(proposal.ambiguous, "open")
    states |= {name: "guessed" for name, match in proposal.fields.items() if not match.known_header}
    states |= {name: "needed" for name in proposal.missing if name not in mapping.constants}
    return MappingSoFar(mapping, proposal, {n: state for n, state in states.items() if n not in sheet.columns_chosen})


def sources(mapping: Mapping) -> dict[str, str]:
    """Field -> where it comes from, in words."""
    columns = compile_mapping(mapping).columns
    found = {
        name: (" + " if name in WEIGHTS else ", ").join(columns[name])
        if expression == field_expression(name, *columns[name])
        else expression
        for name, expression in mapping.fields.items()
    }
    return found | {name: f"{value} (for every row)" for name, value in mapping.constants.items()}
