"""Tools over saved mappings, and help."""

from importlib.resources import files
from typing import Any, Literal

from agent.chat.mapping_turn import show_mapping
from agent.chat.state import SessionState
from agent.chat.tools.registry import ToolArguments, tool
from agent.errors import ErrorKind, error
from agent.events import AssistantSaid, TableShown
from agent.mapping.store import MappingStore, edited
from agent.mapping.template import check_columns
from agent.opening.mapping_choice import MappingChoice, choose_mapping
from agent.planning.sentence import counted

NEEDS_NAME = ErrorKind("E-2317", "The mapping needs a name.", "Say e.g. “save the mapping as Shopify”.")


class MappingsArguments(ToolArguments):
    what: Literal["list", "save", "use", "edit"]
    name: str | None = None
    field: str | None = None
    expression: str | None = None


class HelpArguments(ToolArguments):
    topic: str | None = None


@tool(MappingsArguments)
async def mappings(state: SessionState, arguments: MappingsArguments) -> dict[str, Any]:
    store = MappingStore(state.settings.home)
    if arguments.what == "list":
        return _listed(state, store)
    state.sheet.require()
    if arguments.what == "edit" and arguments.field:
        return await edit_mapping(state, arguments.field, arguments.expression or "")
    if arguments.what == "edit":
        await show_mapping(state)
        return {"status": "shown"}
    if not arguments.name:
        raise error(NEEDS_NAME)
    return await (_save if arguments.what == "save" else _use)(state, store, arguments.name)


async def edit_mapping(state: SessionState, field: str, expression: str) -> dict[str, Any]:
    """Another expression for one field of the open sheet's mapping; an empty one takes the field out.

    Raises:
        ShipchatError: E-2259 for an unknown field, E-2250 and E-2251 for an expression that does not fit.
    """
    sheet = state.sheet.require()
    choice = await _chosen(state)
    changed = edited(choice.mapping, field, expression)
    check_columns(changed, sheet.columns)
    MappingStore(state.settings.home).save(sheet.header_fingerprint, changed)
    state.sheet.columns_chosen.pop(field, None)
    state.withdraw("the mapping was changed")
    state.say(f"{field} is now {expression or 'left out'} for sheets with these columns.")
    return {"status": "changed", "field": field, "expression": expression}


async def _chosen(state: SessionState) -> MappingChoice:
    home_country = state.settings.sender.address.country_code
    return await choose_mapping(state.sheet, state.person, state.dialogue, home_country)


def _listed(state: SessionState, store: MappingStore) -> dict[str, Any]:
    rows = [[named.name or "", str(len(named.mapping.fields))] for named in store.list_named()]
    title = counted(len(rows), "saved mapping")
    summary = title + (": " + ", ".join(name for name, _ in rows) if rows else "") + "."
    state.emit(TableShown(title, ["Name", "Fields"], rows, len(rows), summary))
    return {"count": len(rows)}


async def _show(state: SessionState) -> None:
    lines = [[name, source] for name, source in (await _chosen(state)).lines()]
    state.emit(TableShown("The mapping of this sheet", ["Field", "From"], lines, len(lines)))


async def _save(state: SessionState, store: MappingStore, name: str) -> dict[str, Any]:
    choice = await _chosen(state)
    store.save(state.sheet.require().header_fingerprint, choice.mapping, name)
    await _show(state)
    state.say(f"Saved as {name}.")
    return {"status": "saved"}


async def _use(state: SessionState, store: MappingStore, name: str) -> dict[str, Any]:
    sheet, mapping = state.sheet.require(), store.use(name)
    check_columns(mapping, sheet.columns)
    store.save(sheet.header_fingerprint, mapping)
    state.sheet.columns_chosen.clear()
    state.withdraw("the sheet uses another mapping now")
    await _show(state)
    state.say(f"This sheet uses {name} now.")
    return {"status": "used"}


@tool(HelpArguments)
async def help(state: SessionState, _arguments: HelpArguments) -> dict[str, Any]:
    state.emit(AssistantSaid((files("prompts") / "help.md").read_text(encoding="utf-8").strip()))
    return {"status": "shown"}
