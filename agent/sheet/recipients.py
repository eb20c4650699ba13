"""Who gets the parcels: the recipients that the columns could mean, and whether a person has to say which."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from agent.sheet.blocks import PERSON, PLACE, Block
from agent.sheet.cells import Row
from agent.sheet.headers import HeaderReading
from agent.shipping.text import is_blank

Doubt = Literal["", "which", "half", "billing", "name"]
"""Why a person has to say it: several addresses fit, the ship-to one is not complete, there are only billing
addresses, or it is not certain whose name stands over the address."""
_IN_ORDER: Final = (
    *("name", "company", "address1", "address2", "address3", "city", "city_state", "city_state_zip", "state"),
    *("postal_code", "country"),
)
_OF_A_PERSON: Final = ("company", "attention_name", "phone")
_REQUIRED: Final = ("name", "address1", "city", "state", "postal_code")
_STAND_FOR: Final = {
    "company": {"name"},
    "city_state": {"city", "state"},
    "city_state_zip": {"city", "state", "postal_code"},
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """The columns of one recipient, by field."""

    owner: str = "plain"
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    """Fields whose header only resembles a known one."""
    repeated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields for which it is open which of two equal headers is meant."""
    whole: bool = False
    """Whether the street's column holds the whole address."""
    addressed: bool = False
    """Whether that address begins with the name."""

    @property
    def missing(self) -> list[str]:
        """What a parcel cannot go without and no column of this recipient holds."""
        given = set(self.columns).union(*(_STAND_FOR.get(name, ()) for name in self.columns))
        given |= {"city", "state", "postal_code"} if self.whole else set()
        given |= {"name"} if self.addressed else set()
        return [name for name in _REQUIRED if name not in given]

    def words(self, row: Row) -> str:
        """Name and address as one row has them: `Ann Lee, 9 Gift Ln, Boston, MA, 02116`."""
        cells = [[row.get(column, "") for column in self.columns.get(name, ())] for name in _IN_ORDER]
        texts = [" ".join(text for cell in found if not is_blank(cell) for text in cell.split()) for found in cells]
        return ", ".join(filter(None, texts)) or "nothing"


@dataclass(frozen=True, slots=True)
class Choice:
    """The recipients that a sheet could mean, the likeliest first, and why a person has to choose."""

    recipients: tuple[Recipient, ...]
    doubt: Doubt = ""


def choose_recipient(blocks: Sequence[Block]) -> Choice:
    """One recipient where the columns leave no doubt; else all that they could mean."""
    placed, doubt = _placed(blocks)
    if not placed:
        return Choice((_unplaced(blocks),))
    found: list[Recipient] = []
    for block in placed:
        named, sure = _named(block, blocks)
        doubt = doubt or ("" if sure else "name")
        found += [_recipient(block, one, blocks) for one in named]
        # A name that belongs to another address: that address is the other way to read the sheet.
        found += [_recipient(one, one, blocks) for one in named if not sure and one.complete and one not in placed]
    return Choice(tuple(found), doubt)


def _placed(blocks: Sequence[Block]) -> tuple[list[Block], Doubt]:
    """The blocks with an address to choose from. Never a sender's; a bill-to one only in a question."""
    ship, plain, buyer, bill, other = (
        [block for block in blocks if block.owner == owner and block.has_place]
        for owner in ("ship", "plain", "buyer", "bill", "other")
    )
    complete = [[block for block in found if block.complete] for found in (ship, plain, buyer, other, bill)]
    ships, plains, buyers, others, bills = complete
    if ships:
        return _doubtful(ships, "which")
    if ship:
        return _doubtful([*ship[:1], *plains[:1], *buyers[:1], *others, *bills[:1]], "half")
    if plains:
        return _doubtful([*plains, *others], "which")
    half = [block for block in plain if block.has_street][:1]
    if buyers or others:
        return _doubtful([*half, *buyers, *others], "half" if half else "which")
    half = half or [block for block in buyer if block.has_street][:1]
    if bills:
        return (_doubtful([*half, *bills[:1]], "half")) if half else (bills[:1], "billing")
    return [*half, *plain, *buyer][:1], ""


def _doubtful(blocks: list[Block], doubt: Doubt) -> tuple[list[Block], Doubt]:
    return blocks, doubt if len(blocks) > 1 else ""


def _named(block: Block, blocks: Sequence[Block]) -> tuple[list[Block], bool]:
    """The blocks whose name may stand over the address of one, and whether that is certain."""
    free = {other.owner: other for other in reversed(blocks) if other.name_columns and not other.has_place}
    if block.name_columns:
        # `Name, Address, City, Ship To`: the address may be either's.
        aside = free.get("ship") if block.owner in ("plain", "buyer") else None
        return ([aside, block], False) if aside is not None else ([block], True)
    near = {"plain": ("ship", "buyer"), "bill": ("plain", "buyer")}.get(block.owner, ("plain",))
    named = next((free[owner] for owner in near if owner in free), None)
    if named is not None:
        return [named], True
    if "company" in block.readings or block.addressed:
        return [block], True
    others = [other for other in blocks if other.owner in ("ship", "plain", "buyer") and other.name_columns]
    return (others[:1], False) if others else ([block], True)


def _recipient(block: Block, named: Block, blocks: Sequence[Block]) -> Recipient:
    """The place of one block; the person of the one with the name, and what that leaves open from the other."""
    readings = {name: one for name, one in block.readings.items() if name in PLACE}
    # `Recipient Phone` beside `Name, Address`: an owner's columns without a name or a place complete the plain block.
    loose = [one for one in blocks if one.owner == "ship" and not one.has_place and not one.name_columns]
    for source in (named, block, *(loose if block.owner == "plain" else ())):
        person = PERSON if source in (named, block) else _OF_A_PERSON
        readings |= {name: one for name, one in source.readings.items() if name in person and name not in readings}
    _note_email(readings, blocks)
    names = ("name", "first_name", "last_name")
    columns: dict[str, tuple[str, ...]] = {name: (one.column,) for name, one in readings.items() if name not in names}
    if named.name_columns:
        columns["name"] = named.name_columns
    if columns.get("attention_name") == columns.get("name", ()):
        del columns["attention_name"]
    if "whole_address" in columns:
        columns["address1"] = columns.pop("whole_address")
    if block.spare:
        # It is held against the other columns row by row.
        columns["whole_address"] = (block.spare[0].column,)
    used = {column for found in columns.values() for column in found}
    sources = (block, named)
    read = [one for source in sources for one in source.readings.values() if one.column in used]
    repeated = {
        name: tuple(dict.fromkeys(one.column for one in found))
        for source in sources
        for name, found in source.repeated.items()
        if used & {one.column for one in found}
    }
    guessed = frozenset("name" if one.field in names else one.field for one in read if not one.known)
    return Recipient(block.owner, columns, guessed, repeated, block.whole, block.addressed)


def _unplaced(blocks: Sequence[Block]) -> Recipient:
    """A sheet without any address: what there is of a person."""
    people = [block for block in blocks if block.owner in ("ship", "plain", "buyer")]
    named = next((block for block in people if block.name_columns), None)
    first = people[0] if people else Block("plain", {})
    return _recipient(first, named or first, blocks)


def _note_email(readings: dict[str, HeaderReading], blocks: Sequence[Block]) -> None:
    """The e-mail address is the order's: where the recipient has none, the sheet's plain one, then the buyer's."""
    for owner in ("plain", "buyer"):
        for block in blocks:
            if block.owner == owner and "email" in block.readings:
                readings.setdefault("email", block.readings["email"])
