"""The words of a header, and the ways in which a person may say them."""

from typing import Final

from agent.understanding.tokens import keys

_SHORT: Final[dict[str, str]] = {
    "dept": "department", "dt": "date", "req": "required", "reqd": "required", "amt": "amount", "wt": "weight",
    "no": "number", "nr": "number", "addr": "address", "cust": "customer", "inv": "invoice", "pkg": "package",
    "ctn": "carton", "ctns": "cartons", "pcs": "pieces", "svc": "service", "dest": "destination", "ctry": "country",
    "desc": "description", "cat": "category", "mfr": "manufacturer", "acct": "account", "exp": "expected",
    "ord": "order", "grp": "group", "instr": "instructions", "msg": "message", "recd": "received", "num": "number",
    "ext": "extended", "haz": "hazardous", "temp": "temperature", "ctrl": "control", "sig": "signature", "val": "value",
    "cty": "city", "st": "state", "qty": "quantity", "cntry": "country", "whse": "warehouse",
    "nbr": "number", "cls": "class",
    "flg": "flag", "bo": "backorder", "cred": "credit", "stat": "status", "dlv": "delivery", "grs": "gross",
    "carr": "carrier", "ent": "entry",
}  # fmt: skip
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "required": ("requested",), "hazardous": ("hazmat", "hazard"), "backorder": ("backordered",),
}  # fmt: skip
"""What an abbreviation may stand for as well: `REQ_SHIP_DT`."""
UNIT_WORDS: Final = frozenset(
    "lb lbs pound oz kg kgs g gram usd eur gbp cad in inch cm $".split()  # noqa: SIM905
)
GENERAL: Final = frozenset(
    "order orders date item name number code id ship shipping to from of is on by column flag line type buyer customer "  # noqa: SIM905
    "total amount method details group level title at for date service price value sales weight unit required next up "
    "purchased promise past day days list form full a the what who how via signed status and or".split()
)
"""Words of headers that do not name a column when they stand alone."""


def full_words(name: str) -> tuple[str, ...]:
    """The words of a header with its abbreviations written out."""
    return tuple(_SHORT.get(word, word) for word in keys(name))


def header_phrases(name: str) -> set[tuple[str, ...]]:
    """All phrases that are the whole header: with and without units, abbreviations, its group."""
    words, full = keys(name), full_words(name)
    others = [tuple(other if w == word else w for w in full) for word in full for other in _ALSO.get(word, ())]
    bare = tuple(word for word in full if word not in UNIT_WORDS)
    plain = tuple(word for word in words if word not in UNIT_WORDS)
    tail = keys(name.rpartition(" - ")[2])
    return {phrase for phrase in (words, full, *others, bare, plain, tail, ("".join(words),)) if phrase}


def flag_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """`is-business-order` is `business`."""
    kept = words[1:] if words[:1] in (("is",), ("has",)) else words
    return kept[:-1] if len(kept) > 1 and kept[-1] in ("order", "item", "flag", "required", "needed") else kept
