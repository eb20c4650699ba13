"""Whose address it is: the address columns of a sheet as whole blocks, one per person they belong to.

Every field of a recipient comes from one block. What a block lacks is asked for and never taken from another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from agent.sheet.cells import Row, holds_whole_addresses, names_addressees
from agent.sheet.fields import ADDRESS_FIELDS
from agent.sheet.header_text import normal
from agent.sheet.headers import HeaderReading

STREET: Final = ("address1", "whole_address")
TOWN: Final = ("city", "postal_code", "city_state_zip", "city_state")
PLACE: Final = frozenset({*STREET, *TOWN, "address2", "address3", "state", "country"})
PERSON: Final = tuple(name for name in ADDRESS_FIELDS if name not in PLACE)


@dataclass(frozen=True, slots=True)
class Block:
    """The address columns of one owner, or of one of several owners under the same words."""

    owner: str
    """ship, plain, buyer, bill, sender; `other` for an address under words that say nothing."""
    readings: dict[str, HeaderReading]
    """Field -> the column that feeds it."""
    repeated: dict[str, tuple[HeaderReading, ...]] = field(default_factory=dict)
    """Fields whose header the sheet repeats, so that it is open which column is meant."""
    spare: tuple[HeaderReading, ...] = ()
    """Further columns that hold the same address."""
    whole: bool = False
    """Whether its street column holds the whole address."""
    addressed: bool = False
    """Whether that address begins with the name."""

    @property
    def has_place(self) -> bool:
        """Whether it names a place at all: a country or a state alone is not an address."""
        return any(name in self.readings for name in (*STREET, *TOWN))

    @property
    def has_street(self) -> bool:
        return any(name in self.readings for name in STREET)

    @property
    def complete(self) -> bool:
        """Whether a parcel finds its way: a street and a town, or both in one cell."""
        if self.whole:
            return True
        town = "city_state_zip" in self.readings or (
            "postal_code" in self.readings and ("city" in self.readings or "city_state" in self.readings)
        )
        return self.has_street and town

    @property
    def name_columns(self) -> tuple[str, ...]:
        """The column of the name, or those that are joined to it."""
        parts = [self.readings[name].column for name in ("first_name", "last_name") if name in self.readings]
        whole = self.readings.get("name")
        if whole is not None:
            return (whole.column,)
        if len(parts) == 2:
            return tuple(parts)
        # An attention line stands for the name where there is no other name.
        attention = self.readings.get("attention_name") if "company" not in self.readings else None
        return (attention.column,) if attention is not None else ()

    def columns(self) -> set[str]:
        return {reading.column for reading in self.readings.values()}


def find_blocks(readings: Iterable[HeaderReading], rows: Sequence[Row], unknown: Sequence[str] = ()) -> list[Block]:
    """The blocks of a sheet, the best first: ship-to, plain, the buyer's, bill-to, sender's.

    `rows` is a sample that shows which columns hold whole addresses; `unknown` are columns without a known header.
    """
    found = [reading for reading in readings if reading.field in ADDRESS_FIELDS]
    blocks = []
    for (owner, _), members in sorted(
        _by_owner(found).items(), key=lambda entry: (_OWNERS.index(entry[0][0]), entry[0])
    ):
        blocks += [_block(owner, part, rows) for part in _by_word(owner, members, rows)]
    blocks = _parted(_joined(_enclosed(blocks)), rows)
    blocks += [
        Block("other", {"address1": HeaderReading(column, position, "address1", "other")}, whole=True)
        for position, column in enumerate(unknown)
        if rows and holds_whole_addresses(column, rows)
    ]
    return _agreed(blocks, rows)


_OWNERS: Final = ("ship", "plain", "buyer", "bill", "sender", "other")
_OWN: Final = ("ship", "plain", "buyer")


def _by_owner(readings: list[HeaderReading]) -> dict[tuple[str, int], list[HeaderReading]]:
    """(owner, copy) -> its readings. A header that only once repeats another is a doubt inside its block."""
    copies: dict[tuple[str, int], list[HeaderReading]] = {}
    for reading in readings:
        copies.setdefault((reading.owner, reading.copy), []).append(reading)
    owners: dict[tuple[str, int], list[HeaderReading]] = {}
    for (owner, copy), members in sorted(copies.items(), key=lambda entry: entry[0][1]):
        fields = {reading.field for reading in members}
        own = copy == 1 or ("address1" in fields and len(fields) > 1)
        owners.setdefault((owner, copy if own else 1), []).extend(members)
    return _opened(owners, readings)


def _opened(
    owners: dict[tuple[str, int], list[HeaderReading]], readings: list[HeaderReading]
) -> dict[tuple[str, int], list[HeaderReading]]:
    """`Bill To, Address, City, Ship To, Address, City`: an owner's word before a run of columns names it."""
    plain = {owner: members for owner, members in owners.items() if owner[0] == "plain"}
    openers = {reading.position: reading for reading in readings if reading.alone}
    for owner, members in plain.items():
        opener = openers.get(min(reading.position for reading in members) - 1)
        named = any(reading.field in ("name", "first_name") for reading in members)
        if opener is None or (len(plain) == 1 and (named or opener.owner in ("ship", "buyer"))):
            continue
        if (opener.owner, 1) in owners and any(
            reading.field in PLACE for reading in owners[opener.owner, 1] if reading is not opener
        ):
            continue
        del owners[owner]
        owners.setdefault((opener.owner, 1), []).extend(members)
    return owners


def _by_word(owner: str, members: list[HeaderReading], rows: Sequence[Row]) -> list[list[HeaderReading]]:
    """`Shipping ...` and `Delivery ...` are two addresses where each of them is one by itself."""
    words: dict[str, list[HeaderReading]] = {}
    for reading in members:
        words.setdefault(reading.word, []).append(reading)
    complete = [word for word, part in words.items() if word and _block(owner, part, rows).complete]
    if owner == "other":
        return list(words.values())
    if owner not in {"ship", "buyer"} or len(complete) < 2:
        return [members]
    others = complete[1:]
    return [[one for one in members if one.word not in others], *(words[word] for word in others)]


def _block(owner: str, members: list[HeaderReading], rows: Sequence[Row]) -> Block:
    words = [reading.word for reading in members]
    by_field: dict[str, list[HeaderReading]] = {}
    for reading in members:
        by_field.setdefault(reading.field, []).append(reading)
    readings, repeated, spare = {}, {}, []
    for name, found in by_field.items():
        # The words that most of the block's columns carry go first, then the better known name.
        found.sort(key=lambda reading: (not reading.known, -words.count(reading.word), reading.place, reading.position))
        readings[name] = found[0]
        copies = {reading.copy: reading for reading in reversed(found)}
        if len(copies) > 1:
            repeated[name] = tuple(copies[copy] for copy in sorted(copies))
        elif name in STREET:
            spare += [reading for reading in found[1:] if reading.word != found[0].word]
    _join_halves(readings, rows)
    if "address1" in readings and "whole_address" in readings:
        if any(name in readings for name in TOWN):
            spare.append(readings.pop("whole_address"))
        else:
            spare.append(readings.pop("address1"))
    whole = not any(name in readings for name in TOWN) and (
        "whole_address" in readings
        or ("address1" in readings and holds_whole_addresses(readings["address1"].column, rows))
        or _named_whole(readings, rows)
    )
    if whole and not any(name in readings for name in STREET):
        readings["address1"] = readings.pop("name")
    street = next((readings[name].column for name in STREET if name in readings), "")
    return Block(owner, readings, repeated, tuple(spare), whole, whole and names_addressees(street, rows))


def _join_halves(readings: dict[str, HeaderReading], rows: Sequence[Row]) -> None:
    """`Vorname, Name`, `Nombre, Apellidos`: a name that never contains its other half is a half itself."""
    for half, other in (("first_name", "last_name"), ("last_name", "first_name")):
        if half in readings and "name" in readings and other not in readings:
            pairs = [(normal(row[readings[half].column]), normal(row[readings["name"].column])) for row in rows]
            if pairs and not any(part and part in whole for part, whole in pairs):
                readings[other] = replace(readings.pop("name"), field=other)


def _named_whole(readings: dict[str, HeaderReading], rows: Sequence[Row]) -> bool:
    """`Ship To` with a whole address in its cells is not a name."""
    name = readings.get("name")
    no_street = not any(street in readings for street in STREET)
    return name is not None and name.alone and no_street and holds_whole_addresses(name.column, rows)


def _enclosed(blocks: list[Block]) -> list[Block]:
    """`Ship Address, Ship City, State, Ship Zip`: a plain part of a place between two columns of a block is the block's
    own. A person's part is not: `Phone` may be anybody's."""
    plain = next((block for block in blocks if block.owner == "plain"), None)
    if plain is None or plain.has_place:
        return blocks
    for block in blocks:
        around = {reading.position for reading in block.readings.values()}
        inside = {
            name: one
            for name, one in plain.readings.items()
            if name in PLACE and name not in block.readings and {one.position - 1, one.position + 1} <= around
        }
        if block is not plain and inside:
            rest = {name: one for name, one in plain.readings.items() if name not in inside}
            new = {
                id(block): replace(block, readings=block.readings | inside),
                id(plain): replace(plain, readings=rest),
            }
            return _enclosed([new.get(id(one), one) for one in blocks])
    return blocks


def _joined(blocks: list[Block]) -> list[Block]:
    """`Street 1, Ship City, Ship Zip`: an owner's columns and plain ones that only together are an address."""
    plain = [block for block in blocks if block.owner == "plain"]
    for owner in ("ship", "buyer"):
        mine = [block for block in blocks if block.owner == owner and block.has_place and not block.complete]
        if len(mine) != 1 or len(plain) != 1 or plain[0].complete or not plain[0].has_place:
            continue
        half, rest = mine[0], plain[0]
        shared = PLACE & half.readings.keys() & rest.readings.keys() - {"country"}
        together = Block("plain", rest.readings | half.readings, rest.repeated | half.repeated, half.spare + rest.spare)
        if not shared and together.complete:
            return [together, *(block for block in blocks if block is not half and block is not rest)]
    return blocks


def _parted(blocks: list[Block], rows: Sequence[Row]) -> list[Block]:
    """A further street column of a block: an address of its own where it holds one, else a doubt where it differs."""
    found = []
    for block in blocks:
        own, street = block, next((block.readings[name] for name in STREET if name in block.readings), None)
        for spare in block.spare:
            if holds_whole_addresses(spare.column, rows):
                found.append(Block(block.owner, {"address1": replace(spare, field="address1")}, whole=True))
            elif street and any(normal(row[spare.column]) != normal(row[street.column]) for row in rows):
                own = replace(own, repeated=own.repeated | {"address1": (street, spare)})
        found.append(replace(own, spare=()))
    return sorted(found, key=lambda block: (_OWNERS.index(block.owner), block.whole))


def _agreed(blocks: list[Block], rows: Sequence[Row]) -> list[Block]:
    """A whole address that says in every row what the columns of another block say is that block's own."""
    for whole in [block for block in blocks if block.whole]:
        street = next(whole.readings[name] for name in STREET if name in whole.readings)
        for block in blocks:
            if block.complete and not block.whole and block.owner in _OWN and agrees(street.column, block, rows):
                person = {name: one for name, one in whole.readings.items() if name not in PLACE}
                changed = {id(block): [replace(block, spare=(*block.spare, street))]}
                changed[id(whole)] = [replace(whole, readings=person, whole=False)] if person else []
                return _agreed([new for one in blocks for new in changed.get(id(one), [one])], rows)
    return blocks


def agrees(column: str, block: Block, rows: Sequence[Row]) -> bool:
    """Whether the whole addresses of a column are those of a block: street and postal code, in every row."""
    parts = [block.readings[name].column for name in ("address1", "postal_code") if name in block.readings]
    texts = [(normal(row.get(column, "")), [normal(row.get(part, "")) for part in parts]) for row in rows]
    same = all(not whole or all(part in whole for part in own) for whole, own in texts)
    return bool(texts) and len(parts) == 2 and same
