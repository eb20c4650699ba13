"""Which parcels of a plan another batch has already: found by what they are, never by the place of their row.

Pure decisions over what the sheet and the ledger say. A parcel that cannot be told from one that was sent, or may have
been, does not go; where only a person can tell, the person is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.planning.identity import Destination, nth, without_count
from agent.shipping.orders import SEPARATE, SHIP_EACH, SHIP_ONCE
from agent.shipping.text import key

IN_DOUBT = frozenset({"submitting", "in_doubt"})
ASKED = frozenset({"other_order", "like_unplaced"})
"""Fates that only a person decides."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A shipment of the ledger that is, or may be, on its way. Identities are without their environment."""

    reference: str
    identity: str
    generation: int
    state: str
    job_id: str
    job_name: str
    recipient: str
    order: str | None = None
    """Canonical order number."""
    content: str | None = None
    row: str | None = None
    """Checksum of its first row."""
    destination: Destination | None = None
    """None once its payload was purged."""
    sheet_rows: tuple[int, ...] = ()
    row_numbers: tuple[int, ...] = ()
    tracking_number: str | None = None
    source_id: str | None = None
    shipped_at: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment to be, or a row of the sheet that is not selected."""

    row_numbers: tuple[int, ...]
    sheet_rows: tuple[int, ...]
    order: str | None
    content: str | None
    row: str
    destination: Destination | None
    tracking: str = ""
    """The text of its tracking cell."""
    apart_from: tuple[str, ...] = ()
    """References of shipments that a person told it apart from before."""
    same_as: str | None = None
    """The reference of the shipment that a person says it is, changed since."""

    @property
    def name(self) -> str:
        return self.order or self.content or self.row


@dataclass(frozen=True, slots=True)
class ParcelDecision:
    """What becomes of a parcel. `free` goes under `identity`; the others name the shipment that stands against it."""

    kind: Literal["free", "held", "other_order", "repeats", "like_doubt", "like_unplaced"]
    holder: Holder | None = None
    identity: str = ""
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DuplicateAnswers:
    """What the person has answered about rows that look the same."""

    exact_duplicates: str | None = None
    order_addresses: str | None = None

    @property
    def several(self) -> bool:
        return self.exact_duplicates == SHIP_EACH or self.order_addresses == SEPARATE


@dataclass(slots=True)
class Claims:
    """The identities that a plan takes, each once."""

    held: set[str]
    taken: set[str] = field(default_factory=set)

    def next(self, name: str, wanted: str | None = None) -> str:
        """The first identity of a name that nothing has; `wanted` goes first, if it is one of them."""
        if wanted is not None and without_count(wanted) == name and wanted not in self.held | self.taken:
            self.taken.add(wanted)
            return wanted
        count = 1
        while nth(name, count) in self.held | self.taken:
            count += 1
        self.taken.add(nth(name, count))
        return nth(name, count)

    def again(self, holder: Holder, name: str) -> str:
        """The identity of what is shipped again; a second parcel of the same order gets one of its own."""
        if holder.identity in self.taken:
            return self.next(name)
        self.taken.add(holder.identity)
        return holder.identity


def may_be(parcel: Parcel, holder: Holder) -> bool:
    """Whether a shipment of the ledger may be this parcel: by order number, or where one has none, by what it is."""
    if parcel.order and holder.order:
        return parcel.order == holder.order
    return _same_content(parcel, holder)


class KnownShipments:
    """Shipments of the ledger by what they are known by: a large sheet is never compared pair by pair."""

    def __init__(self, holders: Iterable[Holder]) -> None:
        self._by_key: dict[tuple[str, str], list[Holder]] = {}
        for holder in holders:
            for name in _names(holder):
                self._by_key.setdefault(name, []).append(holder)

    def of(self, parcel: Parcel) -> list[Holder]:
        """The shipments that may be this parcel."""
        found = {holder.reference: holder for name in _names(parcel) for holder in self._by_key.get(name, ())}
        return [holder for holder in found.values() if may_be(parcel, holder)]


def _names(one: Parcel | Holder) -> list[tuple[str, str]]:
    known_by = (("order", one.order), ("content", one.content), ("row", one.row))
    return [(kind, name) for kind, name in known_by if name]


def _same_content(parcel: Parcel, holder: Holder) -> bool:
    same = parcel.content is not None and parcel.content == holder.content
    return same or bool(parcel.row and parcel.row == holder.row)


def is_other(parcel: Parcel, holder: Holder) -> bool:
    """Whether it goes to clearly another addressee at another address; an unknown address leaves the name."""
    to, there = parcel.destination, holder.destination
    if to is None:
        return False
    if there is None:
        return bool(key(holder.recipient)) and key(holder.recipient) not in to.names
    return not to.names & there.names and to.street != there.street


def needs_whole_sheet(
    parcels: Sequence[Parcel],
    holders: Sequence[Holder],
    doubts: Sequence[Holder],
    said: DuplicateAnswers,
    source_id: str,
) -> bool:
    """Whether rows that are not selected can tell more: where the shipment of another row looks the same."""
    held, lost = KnownShipments(holders), LostShipments(doubts, source_id)
    for parcel in parcels:
        if any(said.several or not (parcel.order and holder.order) for holder in held.of(parcel)):
            return True
        if lost.like(parcel):
            return True
    return False


def decide(
    parcels: Sequence[Parcel],
    others: Sequence[Parcel],
    holders: Sequence[Holder],
    doubts: Sequence[Holder],
    said: DuplicateAnswers,
    source_id: str,
) -> list[ParcelDecision]:
    """What becomes of each of the `parcels`; `others` are the sheet's rows that are not selected.

    `holders` have a key in common with a parcel; `doubts` are all open doubts of the environment, and the shipments
    whose number found no place in their sheet.
    """
    everything = [*parcels, *others]
    lost = LostShipments(doubts, source_id, everything)
    held = KnownShipments(holders)
    owners = _owners(everything, held)
    claims = Claims({holder.identity for holder in holders})
    decisions = []
    for place, parcel in enumerate(parcels):
        decision = _against_holders(parcel, place, held.of(parcel), owners, said)
        if decision is None:
            decision = _against_lost(parcel, lost)
        if decision is None:
            apart = sorted(holder.reference for holder in held.of(parcel))
            decision = ParcelDecision("free", None, claims.next(parcel.name), tuple(apart))
        decisions.append(decision)
    return decisions


def _against_holders(
    parcel: Parcel, place: int, holders: Sequence[Holder], owners: dict[str, int], said: DuplicateAnswers
) -> ParcelDecision | None:
    against = [holder for holder in holders if holder.reference not in parcel.apart_from]
    mine = [holder for holder in against if owners.get(holder.reference) == place]
    if mine:
        return ParcelDecision("held", mine[0])
    ask: ParcelDecision | None = None
    for holder in against:
        decision = _not_located_here(parcel, holder, owners, said)
        if decision is not None and decision.kind == "held":
            return decision
        ask = ask or decision
    return ask


def _not_located_here(
    parcel: Parcel, holder: Holder, owners: dict[str, int], said: DuplicateAnswers
) -> ParcelDecision | None:
    elsewhere = holder.reference in owners
    same = _same_content(parcel, holder)
    if parcel.order and holder.order:
        several = said.exact_duplicates == SHIP_EACH if same else said.order_addresses == SEPARATE
        apart = same or (holder.destination is not None and parcel.destination != holder.destination)
        if elsewhere and several and apart:
            return None
        return ParcelDecision("other_order" if is_other(parcel, holder) else "held", holder)
    if not elsewhere or said.exact_duplicates == SHIP_ONCE:
        return ParcelDecision("held", holder)
    return None if said.exact_duplicates == SHIP_EACH else ParcelDecision("repeats", holder)


def _owners(parcels: Sequence[Parcel], held: KnownShipments) -> dict[str, int]:
    """Reference of a shipment -> the one parcel of the sheet that it is; the best signs first, one to one."""
    signs = []
    for place, parcel in enumerate(parcels):
        for holder in held.of(parcel):
            strength = _strength(parcel, holder)
            if strength:
                signs.append((-strength, place, holder.reference))
    owners: dict[str, int] = {}
    taken: set[int] = set()
    for _, place, reference in sorted(signs):
        if reference not in owners and place not in taken:
            owners[reference] = place
            taken.add(place)
    return owners


def _strength(parcel: Parcel, holder: Holder) -> int:
    """How sure it is that a row of the sheet is a shipment's: its number in the row, then its content."""
    if holder.tracking_number and parcel.tracking and holder.tracking_number in parcel.tracking:
        return 4
    alike = _same_content(parcel, holder)
    alike = alike or (parcel.destination is not None and parcel.destination == holder.destination)
    if not alike:
        return 0
    return 3 if parcel.row_numbers[:1] == holder.row_numbers[:1] else 2


def _against_lost(parcel: Parcel, lost: "LostShipments") -> ParcelDecision | None:
    for holder in lost.like(parcel):
        if holder.reference == parcel.same_as:
            return ParcelDecision("held", holder)
        if holder.reference not in parcel.apart_from:
            return ParcelDecision("like_doubt" if holder.state in IN_DOUBT else "like_unplaced", holder)
    return None


class LostShipments:
    """Shipments whose own row is not in the sheet any more: in doubt, or with a number that found no place in it."""

    def __init__(self, holders: Sequence[Holder], source_id: str, everything: Iterable[Parcel] = ()) -> None:
        self._source_id = source_id
        self._by_part: dict[tuple[str, ...], list[Holder]] = {}
        known = KnownShipments(holders)
        # Where a shipment's own row is still in the sheet, any other one is another parcel.
        present = {holder.reference for parcel in everything for holder in known.of(parcel)}
        for holder in holders:
            for part in _parts(holder.destination) if holder.reference not in present else ():
                self._by_part.setdefault(part, []).append(holder)

    def like(self, parcel: Parcel) -> list[Holder]:
        """Those that the row could be, edited since."""
        near = {one.reference: one for part in _parts(parcel.destination) for one in self._by_part.get(part, ())}
        return [holder for holder in near.values() if _like(parcel, holder, self._source_id)]


def _parts(to: Destination | None) -> list[tuple[str, ...]]:
    return [*((name,) for name in sorted(to.names)), (to.street, to.place)] if to is not None else []


def _like(parcel: Parcel, doubt: Holder, source_id: str) -> bool:
    """Whether a row could be a lost one's, edited since: in the sheet of the doubt it shares addressee or address; in
    another one both, and one of the two has no order number."""
    to, there = parcel.destination, doubt.destination
    if to is None or there is None or may_be(parcel, doubt):
        return False
    if doubt.state not in IN_DOUBT and (source_id != doubt.source_id or (parcel.order and doubt.order)):
        # What was shipped for certain is asked about in its own sheet, and where no order number tells it apart.
        return False
    person, address = bool(to.names & there.names), to.street == there.street and to.place == there.place
    if source_id == doubt.source_id:
        return person or address
    return person and address and not (parcel.order and doubt.order)
