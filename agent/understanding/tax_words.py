"""The sender's numbers for customs, said once: `our IOSS number is IM2760001234`, `our EORI is GB123456789000`."""

import re
from typing import Final

from agent.shipping.billing import EORI, IOSS, TAX, TaxNumber, read_tax_number
from agent.shipping.verdict import Ok
from agent.understanding.requests import ToolRequest

_SAID: Final = re.compile(
    r"^(?:please )?(?:use |set |take )?(?:our |my |the |the sender's |the shipper's )?"
    r"(?P<what>ioss|eori|vat|tax)(?: (?:number|no\.?|id))?(?: is| =|:| to)? (?P<number>[A-Z0-9][A-Z0-9 ./-]{4,24})$",
    re.IGNORECASE,
)
_SLOTS: Final[dict[str, tuple[str, TaxNumber]]] = {
    "ioss": ("ioss", IOSS),
    "eori": ("sender_eori", EORI),
    "vat": ("sender_tax_id", TAX),
    "tax": ("sender_tax_id", TAX),
}


def tax_default(text: str) -> ToolRequest | None:
    """What is noted of such a message; None for every other, and for what is not a number of that kind."""
    found = _SAID.match(" ".join(text.split()).strip(" .!"))
    if found is None:
        return None
    slot, kind = _SLOTS[found["what"].casefold()]
    number = read_tax_number(found["number"], kind)
    if not isinstance(number, Ok) or number.value is None or not any(map(str.isdigit, number.value)):
        return None
    return ToolRequest("set_default", {"field": slot, "value": number.value})
