"""The mapping in words: shown with a row as it would be printed, and changed by naming a column for a field."""

from agent.chat.proposal_turn import propose
from agent.chat.state import SessionState
from agent.drafting.building import builder_of
from agent.drafting.detail import label_lines
from agent.errors import ErrorKind, error
from agent.events.mapping import FieldSeen, HeaderSeen, MappingShown
from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltShipment
from agent.mapping.template import compile_mapping
from agent.opening.mapping_choice import FIELD_WORDS, MappingChoice, known_fields
from agent.opening.mapping_so_far import MappingSoFar, mapping_so_far, sources
from agent.planning.model import SheetRow
from agent.planning.selection import fetch
from agent.planning.sentence import counted
from agent.planning.ship_request import ShipRequest
from agent.sheet.fields import ADDRESS_FIELDS, FIELDS, MAPPED

UNKNOWN_FIELD = ErrorKind("E-2314", "{field} is not a shipment field.", "Use one of: {fields}.")
NO_ROWS = "The sheet has no rows."
NEEDED = "Nothing feeds {fields} yet: choose a column, or you are asked when you ship."
MOST_SHOWN = 4
_ASKED_LATER = frozenset({"service"})
"""Chosen with what is shipped, not with the columns."""
_SAMPLE = 100


async def show_mapping(state: SessionState) -> None:
    """Tell how the open sheet is understood, without asking anything.

    Raises:
        ShipchatError: E-1501 when no sheet is open, else what the data server refused.
    """
    sheet = state.sheet.require()
    rows = await fetch(state.sheet.data, "TRUE", limit=_SAMPLE)
    found = mapping_so_far(state.sheet, state.person, [row.filled.data for row in rows])
    first = rows[0] if rows else None
    built = await _built(state, found, first) if first is not None else None
    problems = _problems(found, built) if built is not None else [NO_ROWS]
    compiled, texts = compile_mapping(found.mapping), {}
    if first is not None:
        texts = compiled.render(first.filled.data).texts
    read: dict[str, list[str]] = {}
    for name, columns in compiled.columns.items():
        for column in columns:
            read.setdefault(column, []).append(name)
    state.emit(
        MappingShown(
            sheet=sheet.name,
            sheet_row=first.sheet_row if first is not None else None,
            headers=[HeaderSeen(column, _cell(first, column), read.get(column, [])) for column in sheet.columns],
            fields=_fields(found),
            label=label_lines(built.rendered.get("ship_to") or {}, _home(state)) if built is not None else [],
            facts=[(name, text) for name, text in texts.items() if name not in ADDRESS_FIELDS and text],
            problems=problems,
            summary=f"{len(read)} of {counted(len(sheet.columns), 'column')} of {sheet.name} are read.",
        )
    )


async def assign_column(state: SessionState, field: str, column: str) -> bool:
    """Read a field from a column that the person named. A preview that waits is drafted anew, unless a model has said
    it (it proposes by itself); whether one was.

    Raises:
        ShipchatError: E-2314 for a field or a column that there is not, and what a draft raises.
    """
    sheet, fields = state.sheet.require(), known_fields()
    if field not in fields:
        raise error(UNKNOWN_FIELD, field=field, fields=", ".join(fields))
    columns = {known.casefold(): known for known in sheet.columns}
    found = columns.get(column.casefold())
    if found is None:
        raise error(UNKNOWN_FIELD, field=column, fields=", ".join(sheet.columns))
    if state.sheet.columns_chosen.get(field) == found:
        return False
    state.sheet.columns_chosen[field] = found
    return _taken_away(state, f"{field.replace('_', ' ')} comes from {found} now")


async def name_column(state: SessionState, field: str, column: str) -> None:
    """The literal words for it: the mapping is shown as it is now, then the preview that waited."""
    again = await assign_column(state, field, column)
    await show_mapping(state)
    state.say(f"{field.replace('_', ' ')} is read from {column}.")
    if again:
        state.model_turn.at_work = False
        await propose(state, ShipRequest.model_validate(state.conversation.proposal), wait=True)


def _taken_away(state: SessionState, reason: str) -> bool:
    """A preview that waits was made with the columns of before; whether its request can be drafted again."""
    waiting = state.pending
    if waiting is None or waiting.preview.purpose not in ("ship", "retry"):
        return False
    state.withdraw(reason)
    return waiting.preview.purpose == "ship" and state.conversation.proposal is not None


async def _built(state: SessionState, found: MappingSoFar, row: SheetRow) -> BuiltShipment:
    choice = MappingChoice(found.mapping, found.proposal, confirmed=False, required_known=False)
    answers = Answers.of(state.person.values, found.mapping.constants)
    return (await builder_of(state.drafting(), choice, answers)).alone(row)


def _problems(found: MappingSoFar, built: BuiltShipment) -> list[str]:
    needed = [
        FIELD_WORDS.get(name, name.replace("_", " ")) for name, known in found.states.items() if known == "needed"
    ]
    said = [NEEDED.format(fields=", ".join(needed))] if needed else []
    faults = [fault for fault in built.rejections if fault.column not in found.states]
    said += [f"{fault.column}: {fault.why}" if fault.column else fault.why for fault in faults]
    said += [ask.question for ask in built.asks if ask.slot not in _ASKED_LATER | found.states.keys()]
    return list(dict.fromkeys(said))[:MOST_SHOWN]


def _fields(found: MappingSoFar) -> list[FieldSeen]:
    """What feeds something or has to come first, then all others, in the dictionary's order."""
    fed = sources(found.mapping)
    seen = [FieldSeen(name, FIELDS[name].means, fed.get(name, ""), found.states.get(name, "")) for name in MAPPED]
    return sorted(seen, key=lambda field: (field.state != "needed", not (field.source or field.state)))


def _cell(row: SheetRow | None, column: str) -> str:
    return str((row.filled.data.get(column) if row is not None else None) or "").strip()


def _home(state: SessionState) -> str:
    return state.settings.sender.address.country_code
