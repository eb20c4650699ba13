"""Which column is which: a proposal with its confidence, for a person to confirm.

A field of the address is taken from the best role that the sheet has: ship-to columns, then columns without a role,
then the buyer's. Bill-to and sender columns are never taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from agent.mapping.weight_columns import WEIGHTS, parts_of_one_weight
from agent.sheet.fields import (
    ADDRESS_FIELDS,
    ADDRESS_HEADERS,
    FIELDS,
    OTHER_HEADERS,
    ROLE_ALONE,
    ROLES,
    SHOPIFY_SIGNS,
    normal,
    without_unit,
)

REQUIRED = ("name", "address1", "city", "state", "postal_code", "weight")
"""What a parcel cannot go without; a company does for the name, a saved weight for the weight."""
ONE_OF_MANY = ("weight", "item_weight", "ship_date", "length", "width", "height", "dimensions", "declared_value")
"""Fields where a second matching column is a question, not a matter of order."""
_WITH_UNIT = frozenset(name for name, entry in FIELDS.items() if entry.unit)
_STATUS_FIELDS = frozenset({"status", "payment_status", "fulfilment_status", "cancelled_at"})
_ROLE_ORDER = {"ship": 0, "plain": 1, "buyer": 2}
_SURE, _CLOSE = 1.0, 0.84
_ADDRESS_PLACE = {name: place for place, name in enumerate(ADDRESS_HEADERS)}
_WITH_ROLE = tuple(
    (word + known, role, found)
    for word, role in ROLES.items()
    if role != "bill"
    for known, found in ADDRESS_HEADERS.items()
)
_OTHER_PLACE = {name: place for place, name in enumerate(OTHER_HEADERS)}


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """The column of a field. `more` are the columns joined behind it (a last name)."""

    column: str
    confidence: float
    """0..1; 1 is a known header."""
    known_header: bool
    more: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, *self.more)


@dataclass(frozen=True, slots=True)
class MappingProposal:
    """What the headers say, and what they leave open."""

    fields: dict[str, ColumnMatch]
    missing: list[str]
    """Required fields without a column."""
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    """Fields with several columns that fit equally well: to be asked."""
    date_columns: list[str] = field(default_factory=list)
    """All columns of dates, for "placed today": which one is meant is asked when it matters."""

    status_columns: list[str] = field(default_factory=list)
    """All columns that may say cancelled or refunded (a cancellation date included)."""

    @property
    def required_known(self) -> bool:
        """Whether every required field that has a column matches a known header (what `--yes` may approve)."""
        named = [self.fields.get(name) or (self.fields.get("company") if name == "name" else None) for name in REQUIRED]
        return not self.ambiguous and all(match.known_header for match in named if match is not None)


@dataclass(frozen=True, slots=True)
class _Candidate:
    column: str
    field: str
    role: str
    place: int
    """In the list of known names: the earlier name wins."""
    confidence: float


def propose_mapping(columns: list[str], types: dict[str, str]) -> MappingProposal:
    """Match headers to fields. `types` (column to type, as the data server says it) helps to find the dates."""
    known = [candidate for column in columns for candidate in _identify(column)]
    known = _shopify_order_number(columns, known)
    taken = {candidate.column for candidate in known}
    bill = {column for column in columns if _role_of(normal(column)) == "bill"}
    guesses = [guess for column in columns if column not in taken | bill for guess in _guess(column)]
    fields, ambiguous = _choose(known + guesses)
    missing = [name for name in REQUIRED if name not in fields and name not in ambiguous]
    if "company" in fields and "name" in missing:
        missing.remove("name")
    if "item_weight" in fields.keys() | ambiguous.keys() and "weight" in missing:
        missing.remove("weight")
    dates = [
        column
        for column in columns
        if {candidate.field for candidate in known if candidate.column == column} & {"order_date", "ship_date"}
        or any(word in types.get(column, "").casefold() for word in ("date", "timestamp"))
        or re.search(r"\bdate\b", column.casefold().replace("_", " "))
    ]
    statuses = [
        column
        for column in columns
        if any(candidate.column == column and candidate.field in _STATUS_FIELDS for candidate in known)
    ]
    return MappingProposal(fields, missing, ambiguous, dates, statuses)


def _identify(column: str) -> list[_Candidate]:
    """What a header names exactly; nothing for a bill-to column or an unknown one."""
    name = normal(column)
    if name in OTHER_HEADERS:
        return [_Candidate(column, OTHER_HEADERS[name], "plain", _OTHER_PLACE[name], _SURE)]
    if name in ADDRESS_HEADERS:
        return [_Candidate(column, ADDRESS_HEADERS[name], "plain", _ADDRESS_PLACE[name], _SURE)]
    if name in ROLE_ALONE:
        return [_Candidate(column, "name", ROLE_ALONE[name], len(ADDRESS_HEADERS), _SURE)]
    role, rest = _without_role(name)
    if role not in {"plain", "bill"} and rest in ADDRESS_HEADERS:
        return [_Candidate(column, ADDRESS_HEADERS[rest], role, _ADDRESS_PLACE[rest], _SURE)]
    bare = normal(without_unit(column))
    if bare != name and OTHER_HEADERS.get(bare) in _WITH_UNIT:
        return [_Candidate(column, OTHER_HEADERS[bare], "plain", _OTHER_PLACE[bare], _SURE)]
    return []


def _without_role(name: str) -> tuple[str, str]:
    """`shiptoname` -> (`ship`, `name`); `city(billing)` -> (`bill`, `city`); `plain` without a role word."""
    head, bracket, tail = name.rstrip(")").partition("(")
    if bracket and tail in ROLES:
        return ROLES[tail], head
    fitting = [word for word in ROLES if name.startswith(word) and len(name) > len(word)]
    # `customername` must not lose `customer` to a shorter word; the longest one that leaves a known name wins.
    fitting.sort(key=lambda word: (name[len(word) :] in ADDRESS_HEADERS, len(word)), reverse=True)
    return (ROLES[fitting[0]], name[len(fitting[0]) :]) if fitting else ("plain", name)


def _role_of(name: str) -> str:
    role, rest = _without_role(name)
    return role if rest in ADDRESS_HEADERS or role == "bill" else "plain"


def _guess(column: str) -> list[_Candidate]:
    """The field whose known names a header resembles; never certain."""
    name = normal(without_unit(column)) or normal(column)
    role, rest = _without_role(name)
    if role == "bill" or len(name) < 4:
        return []
    best = max(
        (
            *((fuzz.ratio(rest, known) / 100, role, ADDRESS_HEADERS[known]) for known in ADDRESS_HEADERS),
            *((fuzz.ratio(name, known) / 100, of, found) for known, of, found in _WITH_ROLE),
            *((fuzz.ratio(name, known) / 100, "plain", OTHER_HEADERS[known]) for known in OTHER_HEADERS),
        )
    )
    score, found_role, found = best
    if score < _CLOSE:
        return []
    return [_Candidate(column, found, found_role, len(OTHER_HEADERS), round(min(score, 0.99) * 0.9, 2))]


def _shopify_order_number(columns: list[str], known: list[_Candidate]) -> list[_Candidate]:
    signs = SHOPIFY_SIGNS & {normal(column) for column in columns}
    ship_name = any(candidate.field == "name" and candidate.role == "ship" for candidate in known)
    numbered = any(candidate.field == "order_number" for candidate in known)
    if not signs or not ship_name or numbered:
        return known
    return [
        _Candidate(candidate.column, "order_number", "plain", 0, _SURE)
        if normal(candidate.column) == "name"
        else candidate
        for candidate in known
    ]


def _choose(candidates: Iterable[_Candidate]) -> tuple[dict[str, ColumnMatch], dict[str, list[str]]]:
    by_field: dict[str, list[_Candidate]] = {}
    for candidate in candidates:
        by_field.setdefault(candidate.field, []).append(candidate)
    block = min((_rank(candidate) for candidate in by_field.get("address1", [])), default=(1, 0, 0.0))[0]
    fields: dict[str, ColumnMatch] = {}
    ambiguous: dict[str, list[str]] = {}
    for name, found in by_field.items():
        found.sort(key=lambda candidate: _rank_in_block(candidate, block))
        best = found[0]
        sure = [candidate for candidate in found if candidate.confidence == _SURE] or found
        if name in ONE_OF_MANY and len(sure) > 1:
            columns = [candidate.column for candidate in sure]
            parts = parts_of_one_weight(columns) if name in WEIGHTS else None
            if parts is None:
                ambiguous[name] = columns
            else:
                fields[name] = ColumnMatch(parts[0], _SURE, True, parts[1:])
            continue
        fields[name] = ColumnMatch(best.column, best.confidence, best.confidence == _SURE)
    _join_names(fields, by_field, block)
    return fields, ambiguous


def _rank(candidate: _Candidate) -> tuple[int, int, float]:
    return _ROLE_ORDER[candidate.role], candidate.place, -candidate.confidence


def _rank_in_block(candidate: _Candidate, block: int) -> tuple[bool, float, int, int]:
    """Sure before guessed, the role of the street's own columns first, then the usual order."""
    role = _ROLE_ORDER[candidate.role]
    in_block = -1 if candidate.field in ADDRESS_FIELDS and role == block else role
    return candidate.confidence < _SURE, in_block, candidate.place, -round(candidate.confidence * 100)


def _join_names(fields: dict[str, ColumnMatch], by_field: dict[str, list[_Candidate]], block: int) -> None:
    """First and last name make a name where no column of as good a role holds it whole."""
    first, last = fields.pop("first_name", None), fields.pop("last_name", None)
    if first is None or last is None:
        return
    whole = by_field.get("name")
    joined = by_field["first_name"][0]
    if whole and _rank_in_block(whole[0], block)[:2] <= _rank_in_block(joined, block)[:2]:
        return
    sure = first.known_header and last.known_header
    fields["name"] = ColumnMatch(first.column, min(first.confidence, last.confidence), sure, (last.column,))
