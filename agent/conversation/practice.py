"""Numbers of practice and of tests in a sheet are offered for clearing before labels are bought for it."""

from agent.conversation.opening import read_again
from agent.conversation.state import SessionState
from agent.errors import from_reply, is_refusal
from agent.plan.model import SheetRow
from agent.plan.other_numbers import PRACTICE, holds_other_number
from agent.plan.selection import fetch, quoted
from agent.plan.sentence import counted

CLEAR, LEAVE = "Clear them first", "Leave them"


async def offer_clearing(state: SessionState) -> None:
    """Whether the sheet's numbers of another environment go. They never count as shipped, whatever is chosen.

    Raises:
        ShipchatError: what the data server refused.
    """
    sheet = state.require_sheet()
    column = (sheet.answer.get("managed_columns") or {}).get("tracking_number")
    if column not in sheet.columns:
        return
    time = (sheet.answer.get("managed_columns") or {}).get("shipped_at", "")
    rows = await fetch(state.data, holds_other_number(quoted(column), state.settings.ups_environment))
    if not rows:
        return
    count = counted(len(rows), "row")
    text = f"{count} of {sheet.name} {'holds' if len(rows) == 1 else 'hold'} {_kind(rows, column)}."
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
        state.say(f"The numbers of {reply['written']} of {count} are cleared; the others could not be written.")
    else:
        state.say(f"The numbers of {count} are cleared.")
    await read_again(state)


def _kind(rows: list[SheetRow], column: str) -> str:
    """What the rows hold in the tracking column, with an example of a test number."""
    tests = [row.data[column].strip() for row in rows if PRACTICE not in row.data[column].upper()]
    if not tests:
        return f"a practice tracking number ({PRACTICE})"
    kind = "test" if len(tests) == len(rows) else "practice or test"
    return f"a {kind} tracking number ({tests[0]})"
