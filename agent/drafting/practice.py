"""Numbers of practice and of tests in a sheet are offered for clearing before labels are bought for it."""

from agent.drafting.state import DraftingContext
from agent.errors import from_reply, is_refusal
from agent.opening.order_sheet import read_again
from agent.planning.model import SheetRow
from agent.planning.other_numbers import PRACTICE, holds_other_number
from agent.planning.selection import fetch, quoted
from agent.planning.sentence import counted

HOLDS = "{rows} of {sheet} {holds} {what}."
CLEARED = "The numbers of {rows} are cleared."
CLEARED_IN_PART = "The numbers of {done} of {rows} are cleared; the others could not be written."
CLEAR, LEAVE = "Clear them first", "Leave them"


async def offer_clearing(context: DraftingContext) -> None:
    """Whether the sheet's numbers of another environment go. They never count as shipped, whatever is chosen.

    Raises:
        ShipchatError: what the data server refused.
    """
    dialogue, sheet = context.dialogue, context.sheet.require()
    column = sheet.managed_columns.get("tracking_number")
    if column not in sheet.columns:
        return
    time = sheet.managed_columns.get("shipped_at", "")
    rows = await fetch(context.sheet.data, holds_other_number(quoted(column), context.settings.ups_environment))
    if not rows:
        return
    count = counted(len(rows), "row")
    holds = "holds" if len(rows) == 1 else "hold"
    text = HOLDS.format(rows=count, sheet=sheet.name, holds=holds, what=_kind(rows, column))
    if await dialogue.ask(text, [CLEAR, LEAVE]) != CLEAR:
        return
    cleared = [
        {
            "row_number": row.row_number,
            "tracking_number": "",
            "shipped_at": "",
            "expected": row.data[column],
            "expected_shipped_at": row.data.get(time, ""),
            "row_checksum": row.checksum,
        }
        for row in rows
    ]
    reply = await context.sheet.data("write_back_many", {"rows": cleared, "source_id": sheet.source_id, "final": True})
    if is_refusal(reply):
        raise from_reply(reply)
    if reply["written"] < len(rows):
        dialogue.say(CLEARED_IN_PART.format(done=reply["written"], rows=count))
    else:
        dialogue.say(CLEARED.format(rows=count))
    await read_again(context.sheet, context.person, dialogue)


def _kind(rows: list[SheetRow], column: str) -> str:
    """What the rows hold in the tracking column, with an example of a test number."""
    tests = [row.data[column].strip() for row in rows if PRACTICE not in row.data[column].upper()]
    if not tests:
        return f"a practice tracking number ({PRACTICE})"
    kind = "test" if len(tests) == len(rows) else "practice or test"
    return f"a {kind} tracking number ({tests[0]})"
