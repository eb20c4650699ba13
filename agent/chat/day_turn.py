"""The end of a day in the chat: what was shipped, by service and place, and every tracking number."""

from agent.chat.state import SessionState
from agent.events import AssistantSaid, TableShown
from agent.labels.day import shipped_on
from agent.labels.paper import SHIPPED_HEADER, printable, shipped_rows, summarize, summary_lines
from agent.planning.wording import counted

MOST_SHOWN = 500
EXPORT = "For a spreadsheet: `shipchat jobs summary --export day.csv`."


async def end_of_day(state: SessionState) -> None:
    """Show the numbers of today's labels in this environment, and add them up."""
    settings = state.settings
    read = state.batches.ledger.read_async
    shipped = await read(shipped_on, settings.day(), settings.ups_environment, settings.places)
    rows = shipped_rows(shipped)
    if rows:
        title = f"{counted(len(rows), 'package')} on {settings.day().isoformat()}"
        state.emit(TableShown(title, list(SHIPPED_HEADER), rows[:MOST_SHOWN], len(rows)))
    lines = [printable(line) for line in summary_lines(summarize(shipped))]
    lines = [f"- {line}" for line in lines] if len(lines) > 1 else lines
    state.emit(AssistantSaid("\n".join([*lines, *(["", EXPORT] if rows else [])])))
