"""A required field that no known header feeds: which column it is, is chosen from the columns that nothing reads."""

from agent.dialogue import Dialogue
from agent.mapping.columns import MappingProposal
from agent.opening.sheet_state import SheetState

WHICH_COLUMN = "Which column holds {what}?"
NONE_OF_THEM = "None of them"


def unread_columns(sheet: SheetState, proposal: MappingProposal) -> list[str]:
    """Columns whose header says nothing, and that the person has not named; ours are never offered."""
    opened = sheet.require()
    taken = proposal.known_columns | set(sheet.columns_chosen.values()) | set(opened.managed_columns.values())
    return [column for column in opened.columns if column not in taken]


async def column_for(sheet: SheetState, dialogue: Dialogue, proposal: MappingProposal, what: str) -> str | None:
    """The column that the person names; None where there is nothing to choose from, or it is none of them."""
    unread = unread_columns(sheet, proposal)
    if not unread:
        return None
    choice = await dialogue.ask(WHICH_COLUMN.format(what=what), [*unread, NONE_OF_THEM], remember=False)
    return choice if choice != NONE_OF_THEM else None
