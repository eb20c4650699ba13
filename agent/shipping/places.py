"""States, provinces, regions and countries: names to codes, and what a state cell may say.

The short forms of states that people still write (`Mass.`, `Calif.`) are read; `Wash.` is not, because it also stands
for Washington DC.
"""

from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from agent.shipping.countries import COUNTRY_NAMES, US_TERRITORIES
from agent.shipping.text import clean, key

_STATES = """
AL Alabama;Ala|AK Alaska|AZ Arizona;Ariz|AR Arkansas;Ark|CA California;Calif;Cali|CO Colorado;Colo|CT Connecticut;Conn
DE Delaware;Del|DC District of Columbia;Washington DC;Washington D C;Dist of Columbia|FL Florida;Fla|GA Georgia
HI Hawaii|ID Idaho|IL Illinois;Ill|IN Indiana;Ind|IA Iowa|KS Kansas;Kans|KY Kentucky|LA Louisiana|ME Maine|MD Maryland
MA Massachusetts;Mass|MI Michigan;Mich|MN Minnesota;Minn|MS Mississippi;Miss|MO Missouri|MT Montana;Mont
NE Nebraska;Nebr;Neb|NV Nevada;Nev|NH New Hampshire|NJ New Jersey|NM New Mexico;N Mex|NY New York;New York State
NC North Carolina;N Carolina|ND North Dakota;N Dakota|OH Ohio|OK Oklahoma;Okla|OR Oregon;Ore|PA Pennsylvania;Penn;Penna
RI Rhode Island|SC South Carolina;S Carolina|SD South Dakota;S Dakota|TN Tennessee;Tenn|TX Texas;Tex|UT Utah
VT Vermont|VA Virginia|WA Washington;Washington State;State of Washington|WV West Virginia;W Virginia;W Va
WI Wisconsin;Wis;Wisc|WY Wyoming;Wyo
"""
_PROVINCES = """
AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador;Newfoundland|NS Nova Scotia
NT Northwest Territories|NU Nunavut|ON Ontario;Ont|PE Prince Edward Island;PEI|QC Quebec;Québec;Que|SK Saskatchewan;Sask
YT Yukon;Yukon Territory
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    return {entry[:2]: tuple(entry[3:].split(";")) for entry in text.strip().replace("\n", "|").split("|")}


def _by_name(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {key(name): code for code, names in table.items() for name in (code, *names)}


STATES: Final[dict[str, str]] = {code: names[0] for code, names in _table(_STATES).items()}
"""The 50 states and DC, code to name."""
PROVINCES: Final[dict[str, str]] = {code: names[0] for code, names in _table(_PROVINCES).items()}
"""Canadian provinces and territories, code to name."""
MILITARY: Final[dict[str, str]] = {
    "AA": "Armed Forces Americas",
    "AE": "Armed Forces Europe",
    "AP": "Armed Forces Pacific",
}
"""Postal "states" of APO, FPO and DPO addresses."""

REGIONS: Final[dict[str, tuple[str, ...]]] = {
    "west coast": ("CA", "OR", "WA"),
    "pacific northwest": ("OR", "WA"),
    "new england": ("CT", "MA", "ME", "NH", "RI", "VT"),
    "midwest": ("IA", "IL", "IN", "KS", "MI", "MN", "MO", "ND", "NE", "OH", "SD", "WI"),
    "northeast": ("CT", "MA", "ME", "NH", "NJ", "NY", "PA", "RI", "VT"),
    "mid atlantic": ("NJ", "NY", "PA"),
    "south": (*("AL", "AR", "DC", "DE", "FL", "GA", "KY", "LA", "MD", "MS", "NC", "OK", "SC", "TN", "TX", "VA", "WV"),),
    "west": ("AK", "AZ", "CA", "CO", "HI", "ID", "MT", "NM", "NV", "OR", "UT", "WA", "WY"),
    "mountain states": ("AZ", "CO", "ID", "MT", "NM", "NV", "UT", "WY"),
    "great plains": ("KS", "ND", "NE", "OK", "SD", "TX"),
    "southeast": ("AL", "AR", "FL", "GA", "KY", "LA", "MS", "NC", "SC", "TN", "VA", "WV"),
    "southwest": ("AZ", "NM", "OK", "TX"),
    "gulf coast": ("AL", "FL", "LA", "MS", "TX"),
    "east coast": ("CT", "DE", "FL", "GA", "MA", "MD", "ME", "NC", "NH", "NJ", "NY", "PA", "RI", "SC", "VA", "VT"),
    "tri state area": ("CT", "NJ", "NY"),
    "contiguous states": tuple(sorted(set(STATES) - {"AK", "HI"})),
}
"""Region to states; Northeast, Midwest, South, West and Mid-Atlantic as the US Census draws them."""

_STATE_NAMES = _by_name(_table(_STATES))
_PROVINCE_NAMES = _by_name(_table(_PROVINCES))
_COUNTRIES = _by_name(COUNTRY_NAMES)
_TERRITORY_NAMES = {key(name): code for code, name in US_TERRITORIES.items()} | {
    key(code): code for code in US_TERRITORIES
}
_TERRITORY_NAMES |= {key(name): code for code in US_TERRITORIES for name in COUNTRY_NAMES[code]}
_REGION_NAMES = {key(name): states for name, states in REGIONS.items()} | {
    "pnw": REGIONS["pacific northwest"],
    "mid west": REGIONS["midwest"],
    "north east": REGIONS["northeast"],
    "south east": REGIONS["southeast"],
    "south west": REGIONS["southwest"],
    "midatlantic": REGIONS["mid atlantic"],
    "eastern seaboard": REGIONS["east coast"],
    "lower 48": REGIONS["contiguous states"],
    "continental us": REGIONS["contiguous states"],
    "tristate area": REGIONS["tri state area"],
    "tri state": REGIONS["tri state area"],
    "mountain west": REGIONS["mountain states"],
}
AMBIGUOUS_STATES: Final[dict[str, tuple[str, str]]] = {"wash": ("WA", "DC")}
"""Short forms that stand for two places; they are asked about."""


def state_code(text: object) -> str | None:
    """`Massachusetts`, `mass.`, `MA.` -> `MA`; None for anything that is not exactly a state (or DC)."""
    return _STATE_NAMES.get(key(text))


def province_code(text: object) -> str | None:
    """`Ontario`, `ont.`, `ON` -> `ON`; Canada only."""
    return _PROVINCE_NAMES.get(key(text))


def territory_code(text: object) -> str | None:
    """`Puerto Rico`, `P.R.` -> `PR`: a country code at UPS, though sheets write it as a state."""
    return _TERRITORY_NAMES.get(key(text))


def military_code(text: object) -> str | None:
    """`AE`, `Armed Forces Europe` -> `AE`."""
    word = key(text)
    return next((code for code, name in MILITARY.items() if word in {code.casefold(), name.casefold()}), None)


def region_states(text: object) -> tuple[str, ...] | None:
    """`west coast`, `the Midwest`, `New England` -> their states."""
    word = key(text).removeprefix("the ")
    return _REGION_NAMES.get(word) or _REGION_NAMES.get(word.removesuffix(" states"))


def country_code(text: object) -> str | None:
    """`USA`, `U.S.`, `England`, `Deutschland`, `de` -> the two-letter code that UPS takes."""
    return _COUNTRIES.get(key(text))


def country_name(code: str) -> str:
    """The name that is shown for a code; the code itself when it is not known."""
    return COUNTRY_NAMES.get(code, (code,))[0]


def nearest(text: object, names: dict[str, str]) -> list[str]:
    """The up to three names that a typing error may have meant, best first."""
    word = clean(text).casefold()
    choices = {name: name.casefold() for name in names.values()}
    found = process.extract(word, choices, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.6, limit=3)
    return [name for _, _, name in found]


def nearest_countries(text: object) -> list[str]:
    """The up to three countries that a typing error may have meant."""
    return nearest(text, {code: names[0] for code, names in COUNTRY_NAMES.items()})
