"""Tools over saved mappings, and help."""

from importlib.resources import files
from typing import Any, Literal

from agent.conversation.mapping_choice import choose_mapping
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, error
from agent.events import AssistantSaid, TableShown
from agent.mapping.store import MappingStore
from agent.tools.registry import ToolArguments, tool

NEEDS_NAME = ErrorKind("E-2317", "A mapping needs a name for that.", "Say e.g. “save the mapping as Shopify”.")


class MappingsArguments(ToolArguments):
    what: Literal["list", "save", "use", "edit"]
    name: str | None = None


class HelpArguments(ToolArguments):
    topic: str | None = None


@tool(MappingsArguments)
async def mappings(state: SessionState, arguments: MappingsArguments) -> dict[str, Any]:
    store = MappingStore(state.settings.home)
    if arguments.what == "list":
        rows = [[named.name or "", str(len(named.mapping.fields))] for named in store.list_named()]
        state.emit(TableShown(f"{len(rows)} saved mappings", ["Name", "Fields"], rows, len(rows)))
        return {"count": len(rows)}
    sheet = state.require_sheet()
    if arguments.what == "edit":
        choice = await choose_mapping(state)
        lines = [[name, source] for name, source in choice.lines()]
        state.emit(TableShown("The mapping of this sheet", ["Field", "From"], lines, len(lines)))
        state.say("Change it by words: “the weight is in column Gross”.")
        return {"status": "shown"}
    if not arguments.name:
        raise error(NEEDS_NAME)
    if arguments.what == "save":
        choice = await choose_mapping(state)
        store.save(sheet.header_fingerprint, choice.mapping, arguments.name)
        state.say(f"Saved as {arguments.name}.")
        return {"status": "saved"}
    store.save(sheet.header_fingerprint, store.use(arguments.name))
    state.say(f"This sheet uses {arguments.name} now.")
    return {"status": "used"}


@tool(HelpArguments)
async def help(state: SessionState, _arguments: HelpArguments) -> dict[str, Any]:
    state.emit(AssistantSaid((files("prompts") / "help.md").read_text(encoding="utf-8").strip()))
    return {"status": "shown"}
