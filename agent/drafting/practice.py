"""Practice numbers in a sheet are offered for clearing before real labels are bought for it."""

from agent.drafting.state import DraftingContext
from agent.errors import from_reply, is_refusal
from agent.opening.order_sheet import read_again
from agent.planning.selection import PRACTICE, fetch, practice_numbers
from agent.planning.sentence import counted

HOLDS = "{rows} of {sheet} {holds} a practice tracking number ({mark})."
CLEARED = "The practice numbers of {rows} are cleared."
CLEARED_IN_PART = "The practice numbers of {done} of {rows} are cleared; the others could not be written."
CLEAR, LEAVE = "Clear them first", "Leave them"


async def offer_clearing(context: DraftingContext) -> None:
    """Outside of practice: whether the sheet's practice numbers go. They never count as shipped, whatever is chosen.

    Raises:
        ShipchatError: what the data server refused.
    """
    dialogue, sheet = context.dialogue, context.sheet.require()
    column = sheet.managed_columns.get("tracking_number")
    if context.settings.ups_environment == "simulator" or column not in sheet.columns:
        return
    time = sheet.managed_columns.get("shipped_at", "")
    rows = await fetch(context.sheet.data, practice_numbers(column))
    if not rows:
        return
    count = counted(len(rows), "row")
    holds = "holds" if len(rows) == 1 else "hold"
    text = HOLDS.format(rows=count, sheet=sheet.name, holds=holds, mark=PRACTICE)
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
