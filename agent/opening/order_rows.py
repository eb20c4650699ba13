"""Sheets with several rows for one order: how orders are told apart, and the question about parts of orders."""

from agent.dialogue import Dialogue
from agent.errors import from_reply, is_refusal
from agent.mapping.template import Mapping, compile_mapping
from agent.opening.sheet_state import SheetState
from agent.planning.selection import Selected
from agent.planning.whole_orders import OrderColumns

ADDRESS = (
    *("name", "company", "address1", "address2", "address3", "city", "state", "postal_code"),
    *("city_state", "city_state_zip", "whole_address"),
)
"""Fields that a row leaves blank when it continues an order; shops repeat the e-mail."""
PART_MATCHES = "Only row {match} of order {number} matches; row {rest} belongs to it too."
MORE_ORDERS = " {count} more orders are like that."
GOES_WHOLE, GO_WHOLE = "Ship the whole order?", "Ship the whole orders?"
WHOLE, PART = "Ship the whole orders", "Ship only the rows that match"


async def settle_order_rows(sheet: SheetState, mapping: Mapping | None = None) -> OrderColumns | None:
    """Tell the data server which columns tell orders apart; None where every order has one row, or no number.

    `mapping` is the one that a plan is made with; without it the saved or the proposed columns serve.
    """
    mapping = mapping or sheet.saved_mapping()
    if mapping is not None:
        columns = compile_mapping(mapping).columns
    else:
        columns = {name: (column,) for column, name in sheet.roles.items()}
    present = sheet.require().columns
    number = next(iter(columns.get("order_number", ())), None)
    address = [column for name in ADDRESS for column in columns.get(name, ()) if column in present]
    if number not in present or not address:
        return None
    reply = await sheet.data("set_order_lines", {"order_column": number, "address_columns": address})
    if is_refusal(reply):
        raise from_reply(reply)
    if not reply["orders_on_several_rows"]:
        return None
    return OrderColumns(number, tuple(reply["order_columns"]))


async def settle_parts(dialogue: Dialogue, selected: Selected, columns: OrderColumns) -> None:
    """Where a clause takes only some of an order's rows: the order goes whole, or the person wants just these rows."""
    if not selected.parts:
        return
    rows, others = selected.parts[0]
    count = len(selected.parts)
    number = rows[0].filled.data.get(columns.number, "")
    match = ", ".join(str(row.sheet_row) for row in rows)
    rest = ", ".join(str(row.sheet_row) for row in others)
    text = PART_MATCHES.format(number=number, match=match, rest=rest)
    text += MORE_ORDERS.format(count=count - 1) if count > 1 else ""
    if await dialogue.ask(f"{text} {GO_WHOLE if count > 1 else GOES_WHOLE}", [WHOLE, PART]) == WHOLE:
        for rows, others in selected.parts:
            place = selected.rows.index(rows[-1]) + 1
            selected.rows[place:place] = others
