"""Countries beyond North America whose region UPS wants: the county of Ireland, the province of Vietnam.

Codes are those of ISO 3166-2; Vietnam's go out whole (`VN-44`), as UPS writes them.
"""

import re
from dataclasses import dataclass
from typing import Final

from anyascii import anyascii

from agent.shipping.text import clean, key

_COUNTIES = """
CW Carlow|CN Cavan|CE Clare|CO Cork|DL Donegal|D Dublin|G Galway|KY Kerry|KE Kildare|KK Kilkenny|LS Laois|LM Leitrim
LK Limerick|LD Longford|LH Louth|MO Mayo|MH Meath|MN Monaghan|OY Offaly|RN Roscommon|SO Sligo|TA Tipperary|WD Waterford
WH Westmeath|WX Wexford|WW Wicklow
"""
_PROVINCES = """
01 Lai Chau|02 Lao Cai|03 Ha Giang|04 Cao Bang|05 Son La|06 Yen Bai|07 Tuyen Quang|09 Lang Son|13 Quang Ninh|14 Hoa Binh
18 Ninh Binh|20 Thai Binh|21 Thanh Hoa|22 Nghe An|23 Ha Tinh|24 Quang Binh|25 Quang Tri|26 Thua Thien Hue|27 Quang Nam
28 Kon Tum|29 Quang Ngai|30 Gia Lai|31 Binh Dinh|32 Phu Yen|33 Dak Lak|34 Khanh Hoa|35 Lam Dong|36 Ninh Thuan
37 Tay Ninh|39 Dong Nai|40 Binh Thuan|41 Long An|43 Ba Ria Vung Tau|44 An Giang|45 Dong Thap|46 Tien Giang|47 Kien Giang
49 Vinh Long|50 Ben Tre|51 Tra Vinh|52 Soc Trang|53 Bac Kan|54 Bac Giang|55 Bac Lieu|56 Bac Ninh|57 Binh Duong
58 Binh Phuoc|59 Ca Mau|61 Hai Duong|63 Ha Nam|66 Hung Yen|67 Nam Dinh|68 Phu Tho|69 Thai Nguyen|70 Vinh Phuc
71 Dien Bien|72 Dak Nong|73 Hau Giang|CT Can Tho|DN Da Nang|HN Ha Noi;Hanoi|HP Hai Phong;Haiphong
SG Ho Chi Minh;HCM;HCMC;Saigon;Sai Gon
"""


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of one country. `by_town` are those whose name a town has that lies in them."""

    what: str
    """What the country calls a region."""
    by_name: dict[str, str]
    """Name or code in comparable form -> the code that is sent."""
    by_town: frozenset[str]
    around: re.Pattern[str]
    """What comes before or after a name: `Co. Cork`, `Ha Noi City`."""

    def code(self, text: object) -> str | None:
        """`Co. Cork`, `CO`, `IE-CO` -> `CO`; None for what is not a region."""
        return self.by_name.get(self._word(text))

    def of_town(self, city: object) -> str | None:
        """The region that a town says by its own name (`Galway`, `Dublin 4`)."""
        word = re.sub(r"\s+\d+[a-z]?$", "", self._word(city))
        return self.by_name[word] if word in self.by_town else None

    def _word(self, text: object) -> str:
        return self.around.sub("", key(anyascii(clean(text)))).strip()


def _regions(what: str, table: str, prefix: str, towns: str, around: str) -> Regions:
    names: dict[str, str] = {}
    sent = f"{prefix.upper()}-" if prefix == "vn" else ""
    for entry in table.strip().replace("\n", "|").split("|"):
        code, _, known = entry.partition(" ")
        own = (code, f"{prefix} {code}", *known.split(";"))
        names |= dict.fromkeys((key(name) for name in own), sent + code)
    return Regions(what, names, frozenset(map(key, towns.split("|"))), re.compile(around))


REGIONS_ABROAD: Final = {
    "IE": _regions(
        "county",
        _COUNTIES,
        "ie",
        "Carlow|Cavan|Cork|Donegal|Dublin|Galway|Kildare|Kilkenny|Limerick|Longford|Louth|Monaghan|Roscommon|Sligo"
        "|Tipperary|Waterford|Wexford|Wicklow",
        r"^(?:county|co)\s+(?=\S)|\s+city$",
    ),
    "VN": _regions(
        "province",
        _PROVINCES,
        "vn",
        "Ho Chi Minh|HCM|HCMC|Saigon|Sai Gon|Ha Noi|Hanoi|Da Nang|Hai Phong|Haiphong|Can Tho",
        r"^(?:thanh pho|tp|tinh)\s+|\s+(?:city|province)$",
    ),
}
"""By country code."""
