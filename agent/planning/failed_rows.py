"""Where the failed rows of a batch are in the sheet now: found by their cells, their order number or what they send,
never by the place where they stood.

Pure decisions. Each row of the sheet is at most one row of the batch; rows that were not part of it are left alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from agent.planning.identity import Destination


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row of the batch, with what is known of its shipment."""

    row_number: int
    """Of the batch; it says nothing about the sheet as it is now."""
    row: str
    """Checksum of its cells."""
    shipment: str
    """What the rows of one shipment share: its reference."""
    order: str | None = None
    content: str | None = None
    destination: Destination | None = None
    goods: str | None = None


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A row of the sheet as it is now; without `order`, `content`, `destination` and `goods` until it was read."""

    row_number: int
    row: str
    tracked: bool = False
    """Whether the sheet has a tracking number for it."""
    order: str | None = None
    content: str | None = None
    destination: Destination | None = None
    goods: str | None = None


@dataclass(slots=True)
class Located:
    """Row numbers of the sheet -> of the batch, and what could not be told."""

    rows: dict[int, int] = field(default_factory=dict)
    unclear: dict[int, list[int]] = field(default_factory=dict)
    """Row number of the batch -> rows of the sheet that could be it: a person says which."""
    missing: list[int] = field(default_factory=list)


def locate(
    failed: Sequence[BatchRow],
    others: Sequence[BatchRow],
    rows: Sequence[CandidateRow],
    read: Callable[[set[int]], Sequence[CandidateRow]],
) -> Located:
    """Where the `failed` rows stand; `others` are the rows of the batch that did not fail.

    `read` gives rows of the sheet with what they send: asked only where the cells of a row are not as they were.
    """
    located, taken, changed = _same_cells(failed, others, rows)
    if located.missing:
        free = {candidate.row_number for candidate in rows} - taken - located.rows.keys()
        still = [each for each in failed if each.row_number in located.missing]
        found = _edited(still, changed, read(free))
        located = Located(located.rows | found.rows, found.unclear, found.missing)
    return located


def _same_cells(
    failed: Sequence[BatchRow], others: Sequence[BatchRow], rows: Sequence[CandidateRow]
) -> tuple[Located, set[int], list[BatchRow]]:
    """Failed rows whose cells are as they were; rows of the sheet that are others of the batch; others without any."""
    free: dict[str, list[CandidateRow]] = {}
    for candidate in sorted(rows, key=lambda candidate: candidate.tracked, reverse=True):
        free.setdefault(candidate.row, []).append(candidate)
    taken, changed = set(), []
    for other in others:
        # Of rows that are the same, those with a tracking number are the ones that were sent.
        if free.get(other.row):
            taken.add(free[other.row].pop(0).row_number)
        else:
            changed.append(other)
    located = Located()
    for each in failed:
        if free.get(each.row):
            located.rows[free[each.row].pop().row_number] = each.row_number
        else:
            located.missing.append(each.row_number)
    return located, taken, changed


def _edited(failed: Sequence[BatchRow], others: Sequence[BatchRow], rows: Sequence[CandidateRow]) -> Located:
    """Rows whose cells were changed since; `rows` are those that `_same_cells` left over."""
    free = FreeRows(rows)
    for other in others:
        for candidate in free.meant(other)[:1]:
            free.take(candidate)
    located = Located()
    shipments: dict[str, list[BatchRow]] = {}
    for each in failed:
        shipments.setdefault(each.shipment, []).append(each)
    for parts in shipments.values():
        found = free.meant(parts[0])
        if len(found) > len(parts):
            _unclear(located, parts, found)
            continue
        for each, candidate in zip(parts, found, strict=False):
            located.rows[candidate.row_number] = each.row_number
            free.take(candidate)
        _look_alike(located, parts[len(found) :], free)
    return located


def _unclear(located: Located, parts: Sequence[BatchRow], found: Sequence[CandidateRow]) -> None:
    if len(parts) == 1:
        located.unclear[parts[0].row_number] = [candidate.row_number for candidate in found]
    else:
        located.missing += [each.row_number for each in parts]


class FreeRows:
    """The rows of the sheet that are not known as rows of the batch; a large sheet is never compared pair by pair."""

    def __init__(self, rows: Iterable[CandidateRow]) -> None:
        self._rows = {candidate.row_number: candidate for candidate in rows}
        self._by_key: dict[tuple[str, str], list[CandidateRow]] = {}
        for candidate in self._rows.values():
            for name in _names(candidate):
                self._by_key.setdefault(name, []).append(candidate)

    def __iter__(self) -> Iterator[CandidateRow]:
        return iter(self._rows.values())

    def take(self, candidate: CandidateRow) -> None:
        del self._rows[candidate.row_number]

    def meant(self, sought: BatchRow) -> list[CandidateRow]:
        """Rows with the order number, or where one of the two has none, with the same content."""
        alike = [row for name in _names(sought) for row in self._by_key.get(name, ())]
        found = {row.row_number: row for row in alike if row.row_number in self._rows and _is(sought, row)}
        there = {number: row for number, row in found.items() if row.destination == sought.destination}
        return list((there if sought.destination is not None and there else found).values())


def _names(one: BatchRow | CandidateRow) -> list[tuple[str, str]]:
    return [(kind, name) for kind, name in (("order", one.order), ("content", one.content)) if name]


def _is(sought: BatchRow, candidate: CandidateRow) -> bool:
    if sought.order and candidate.order:
        return sought.order == candidate.order
    return sought.content is not None and sought.content == candidate.content


def _look_alike(located: Located, parts: Sequence[BatchRow], free: FreeRows) -> None:
    """Without an order number: the row where only the town differs; one that differs otherwise only a person knows."""
    for each in parts:
        alike = [s for s in free if not s.tracked and not (each.order or s.order) and _parts(each, s) >= 2]
        sure = [candidate for candidate in alike if _parts(each, candidate) == 3 and not _same_place(each, candidate)]
        if len(sure) == 1:
            located.rows[sure[0].row_number] = each.row_number
            free.take(sure[0])
        elif alike:
            alike.sort(key=lambda candidate: (-_parts(each, candidate), candidate.row_number))
            located.unclear[each.row_number] = [candidate.row_number for candidate in alike]
        else:
            located.missing.append(each.row_number)


def _parts(sought: BatchRow, candidate: CandidateRow) -> int:
    """How many of addressee, street and contents are the same; none where both, addressee and street, are others."""
    to, there = sought.destination, candidate.destination
    if to is None or there is None:
        return 0
    person, street = bool(to.names & there.names), bool(to.street) and to.street == there.street
    return (person + street + (sought.goods == candidate.goods)) if person or street else 0


def _same_place(sought: BatchRow, candidate: CandidateRow) -> bool:
    to, there = sought.destination, candidate.destination
    return to is not None and there is not None and to.place == there.place
