"""Practice numbers in a sheet are offered for clearing before real labels are bought for it (money.md, Practice)."""

from agent.chat.state import SessionState
from agent.errors import from_reply, is_refusal
from agent.opening.order_sheet import read_again
from agent.planning.selection import PRACTICE, fetch, practice_numbers
from agent.planning.sentence import counted

CLEAR, LEAVE = "Clear them first", "Leave them"


async def offer_clearing(state: SessionState) -> None:
    """Outside of practice: whether the sheet's practice numbers go. They never count as shipped, whatever is chosen.

    Raises:
        ShipchatError: what the data server refused.
    """
    sheet = state.require_sheet()
    column = (sheet.answer.get("managed_columns") or {}).get("tracking_number")
    if state.settings.ups_environment == "simulator" or column not in sheet.columns:
        return
    time = (sheet.answer.get("managed_columns") or {}).get("shipped_at", "")
    rows = await fetch(state.data, practice_numbers(column))
    if not rows:
        return
    count = counted(len(rows), "row")
    text = f"{count} of {sheet.name} {'holds' if len(rows) == 1 else 'hold'} a practice tracking number ({PRACTICE})."
    if await state.ask(text, [CLEAR, LEAVE]) != CLEAR:
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
    reply = await state.data("write_back_many", {"rows": cleared, "source_id": sheet.source_id, "final": True})
    if is_refusal(reply):
        raise from_reply(reply)
    if reply["written"] < len(rows):
        state.say(
            f"The practice numbers of {reply['written']} of {count} are cleared; the others could not be written."
        )
    else:
        state.say(f"The practice numbers of {count} are cleared.")
    await read_again(state)
