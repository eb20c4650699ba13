"""UPS's own batch file: its columns have places instead of names.

The places are those of the published import format (CampusShip, UPS.com): no header row, empty fields kept.
"""

import re
from collections.abc import Sequence
from typing import Final

from agent.shipping.places import country_code

UPS_BATCH_HEADER: Final = (
    *("Contact Name", "Company or Name", "Country", "Address 1", "Address 2", "Address 3", "City", "State/Prov/Other"),
    *("Postal Code", "Telephone", "Ext", "Residential Ind", "Consignee Email", "Packaging Type", "Customs Value"),
    *("Weight", "Length", "Width", "Height"),
)
"""The names of its first columns, under which the dictionary knows them."""
_COUNTRY, _STREET, _CITY, _POSTAL_CODE, _WEIGHT = 2, 3, 6, 8, 15


def is_ups_batch(cells: Sequence[str]) -> bool:
    """Whether a row has its country, street, city, postal code and weight where that file has them."""
    if len(cells) < len(UPS_BATCH_HEADER):
        return False
    # A reader that took the row for a header has given names to its empty and repeated cells.
    texts = ["" if re.fullmatch(r"Column_\d+", cell) else re.sub(r"_\d+$", "", cell).strip() for cell in cells]
    return (
        len(texts[_COUNTRY]) == 2
        and country_code(texts[_COUNTRY]) is not None
        and bool(texts[_STREET] and texts[_CITY])
        and any(letter.isdigit() for letter in texts[_POSTAL_CODE])
        and re.fullmatch(r"\d*\.?\d+", texts[_WEIGHT]) is not None
    )
