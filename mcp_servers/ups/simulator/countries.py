"""Countries and provinces, as far as the practice UPS knows them."""

_ISO = (
    "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CD CF "
    "CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG "
    "GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR "
    "KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK "
    "SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF "
    "WS XK YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_ISO.split())
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
NO_SERVICE = frozenset({"BY", "CU", "IR", "KP", "RU", "SY"})
"""Embargoed, or without service."""
_PROVINCES = {
    "AB": "T", "BC": "V", "MB": "R", "NB": "E", "NL": "A", "NS": "B", "NT": "X", "NU": "X", "ON": "KLMNP", "PE": "C",
    "QC": "GHJ", "SK": "S", "YT": "Y",
}  # fmt: skip
_CURRENCIES = {"US": "USD", "PR": "USD", "VI": "USD", "CA": "CAD", "MX": "MXN", "GB": "GBP", "CH": "CHF"}


_EURO = frozenset("AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split())  # noqa: SIM905


def billed_in(country: str) -> str:
    """What the practice UPS bills accounts of a country in: EUR, CAD or GBP where that is the local money, else USD.

    The amounts are those of a sender in the US: it practises currencies, not tariffs.
    """
    return "EUR" if country in _EURO else {"CA": "CAD", "GB": "GBP"}.get(country, "USD")


def is_province(code: str) -> bool:
    """Whether it is a province or territory of Canada."""
    return code in _PROVINCES


def postal_code_fits_province(postal_code: str, province: str) -> bool:
    """Whether a Canadian postal code begins with a letter of the province."""
    return province in _PROVINCES and postal_code[:1] in _PROVINCES[province]


def currency_of(country: str) -> str | None:
    """The currency that shippers of a country declare values in, None where it is not known here."""
    return "EUR" if country in EU else _CURRENCIES.get(country)
