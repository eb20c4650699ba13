"""Which cells of a row may hold nothing, and what a rejection says of one that does."""

from typing import Final

from agent.shipping import faults
from agent.shipping.text import clean, is_blank, is_broken

MAY_STAY_EMPTY: Final = frozenset(
    {"company", "attention_name", "address2", "address3", "phone", "email", "residential", "currency"}
)
"""What a parcel can go without: an error there is said, and the cell left empty."""
NOT_ALWAYS_READ: Final = frozenset(
    {"order_date", "paid_date", "status", "fulfilment_status", "cancelled_at", "total", "sku", "quantity"}
    | {"tracking_number", "description", "unit_value", "commodity_code", "origin_country", "invoice_number"}
    | {"reason_for_export"}
)
"""What only some shipments need; the rule that needs it rejects the empty cell."""
_NOTHING_THERE: Final = frozenset(
    kind.code
    for kind in (
        *(faults.NO_RECIPIENT, faults.NO_ADDRESS_LINE, faults.NO_CITY, faults.NO_STATE, faults.NO_REGION),
        faults.NO_POSTAL_CODE,
        *(faults.NO_WEIGHT, faults.NO_PHONE, faults.NO_CONTENTS, faults.NO_QUANTITY),
    )
)


def said_cell(code: str, text: str) -> str:
    """What a rejection of an empty cell adds: the word in the cell, where there is one."""
    if code not in _NOTHING_THERE or not clean(text) or not (is_blank(text) or is_broken(text)):
        return ""
    return f": the cell says {clean(text)!r}"
