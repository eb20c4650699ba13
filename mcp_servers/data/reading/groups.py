"""Two header rows: `Bill To` and `Ship To` above the names of their columns become part of those names.

Where a group ends is told by merged cells, or else by where its name stands (at the start of its columns, or in their
middle) and by names that begin to repeat. A column is named after a group only where all that could be meant agree.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from mcp_servers.data.reading.ours import ours_in

_SHIP_TO = (
    "ship to;shipto;shipping;ship;deliver to;delivery;recipient;receiver;consignee;destination;to;lieferadresse;"
    "lieferanschrift;lieferung;versand;empfänger;livraison;adresse de livraison;destinataire;envío;dirección de envío;"
    "destinatario;spedizione"
)
_BILL_TO = (
    "bill to;billto;billing;bill;invoice;invoice to;sold to;payer;customer;buyer;purchaser;client;ordered by;"
    "rechnungsadresse;rechnungsanschrift;rechnung;kunde;besteller;facturation;adresse de facturation;facturación;"
    "dirección de facturación;cliente;fatturazione"
)
_SENDER = "sender;ship from;from;shipper;origin;return;return to;returns;absender;expéditeur;remitente;mittente"
_ROLES = frozenset(f"{_SHIP_TO};{_BILL_TO};{_SENDER}".split(";"))
_TAIL = frozenset(("address", "information", "info", "details", "data", "party", "contact"))
"""Words of a group's name that say nothing: `Shipping Address` above `City` is the shipping city."""
_OPENING = (
    "name first firstname company organization organisation business attention attn contact recipient customer "
    "consignee vorname nachname firma prénom nom société nombre empresa nome cognome"
)
_OTHER = (
    "last lastname surname address addr street suite apt apartment unit floor building city town suburb state province "
    "prov region county zip zipcode postal postcode country phone telephone tel mobile cell fax email mail residential "
    "straße strasse hausnummer plz ort stadt land telefon adresse anschrift bundesland rue ville pays téléphone "
    "apellido apellidos dirección ciudad provincia país teléfono calle indirizzo città cap telefono via"
)
_BESIDES = "code no number nr line full e of the and ship shipping deliver delivery bill billing sold to from return"
_STARTERS = frozenset(_OPENING.split())
_FIELDS = frozenset(f"{_OPENING} {_OTHER}".split())
_FILLERS = frozenset(_BESIDES.split())
_MOST_GROUPS = 6
"""In one unbroken run of columns: how they can be meant is tried out."""

Assigned = dict[int, str]
"""Column -> its group's name."""


def grouped(above: Sequence[str], header: Sequence[str], merged: Sequence[tuple[int, int]] = ()) -> list[str]:
    """The header with the names of groups before those of their columns, and with names that stand in the row above
    alone; `merged` are the first and last columns of merged cells there. A title above the header is not a group."""
    labels = {column: " ".join(cell.split()) for column, cell in enumerate(above[: len(header)]) if cell.strip()}
    # Columns that we appended are in no group, though a merged cell may reach over them.
    own = set(ours_in(header))
    names = ["" if column in own else " ".join(cell.casefold().split()) for column, cell in enumerate(header)]
    exact = {column: label for column, label in _exact(labels, merged, len(header)).items() if column not in own}
    loose = {column: label for column, label in labels.items() if column not in exact and names[column]}
    count = len(set(exact.values())) + len(loose)
    if not labels or count * 2 > sum(1 for name in names if name):
        return [*header]
    found = exact | _agreed(loose, [None if column in exact else _key(names, column) for column in range(len(names))])
    grouping = {column for column, label in found.items() if _counts(label, count, names, column)}
    # A name that spans both rows (`Order` beside `Bill To`) stands in the upper one alone once nothing is merged.
    alone = {
        column: labels[column]
        for column, name in enumerate(names)
        if grouping and not name and column in labels and column not in own
    }
    return [
        _joined(found[column], cell) if column in grouping else alone.get(column, cell)
        for column, cell in enumerate(header)
    ]


def _exact(labels: Mapping[int, str], merged: Sequence[tuple[int, int]], width: int) -> Assigned:
    """Columns whose group is certain: under a merged cell, or under one name that is written again in each."""
    found: Assigned = {}
    for left, right in merged:
        if left in labels and right > left:
            found |= dict.fromkeys(range(left, min(right + 1, width)), labels[left])
    for left, right in pairwise(sorted(labels)):
        if right == left + 1 and labels[left] == labels[right]:
            found |= {left: labels[left], right: labels[right]}
    return found


def _counts(label: str, count: int, names: Sequence[str], column: int) -> bool:
    """Whether a group names a column: a role always does; another one only where it tells columns of one name apart."""
    return _is_role(label) or (count > 1 and bool(names[column]) and names.count(names[column]) > 1)


def _joined(label: str, cell: str) -> str:
    words = label.rstrip(" :-").split()
    while len(words) > 1 and _is_role(label) and words[-1].casefold() in _TAIL:
        words.pop()
    name = " ".join(cell.split())
    prefix = " ".join(words)
    return name if not name or name.casefold().startswith(prefix.casefold()) else f"{prefix} {name}"


def _is_role(label: str) -> bool:
    words = re.findall(r"[^\W\d_]+", label.casefold())
    while len(words) > 1 and words[-1] in _TAIL:
        words.pop()
    return " ".join(words) in _ROLES


def _key(names: Sequence[str], column: int) -> str | None:
    """What makes two columns the same field of two groups; None for one that no group repeats (an order's weight)."""
    words = re.findall(r"[^\W\d_]+", names[column])
    field = all(word in _FIELDS or word in _FILLERS for word in words) and any(word in _FIELDS for word in words)
    return names[column] if field or (words and names.count(names[column]) > 1) else None


def _agreed(labels: Mapping[int, str], keys: Sequence[str | None]) -> Assigned:
    """The columns that get the same group in whatever way the groups may be meant."""
    ways = [way for way in (_from_the_start(labels, keys), _repeating(labels, keys), _centred(labels, keys)) if way]
    return _common(ways) if ways else {}


def _common(ways: Sequence[Assigned]) -> Assigned:
    return {column: label for column, label in ways[0].items() if all(way.get(column) == label for way in ways)}


def _from_the_start(labels: Mapping[int, str], keys: Sequence[str | None]) -> Assigned | None:
    """Every name stands above the first of its columns; the last one's end where other columns begin."""
    found: Assigned = {}
    for left, right in pairwise([*sorted(labels), len(keys)]):
        columns = [column for column in range(left, right) if keys[column] is not None]
        if right == len(keys):
            columns = [column for place, column in enumerate(columns) if column == columns[0] + place]
        if not columns:
            continue
        if left not in columns and len(labels) == 1:
            # One name above a column that no group has is a title.
            return None
        opens = left not in columns or left == 0 or keys[left - 1] is None or left - 1 in found or _starts(keys[left])
        if not opens or _repeats(keys, columns):
            return None
        found |= dict.fromkeys(columns, labels[left])
    named = {keys[column] for column in found}
    outside = any(key in named and column not in found for column, key in enumerate(keys) if key is not None)
    return None if outside else found


def _repeating(labels: Mapping[int, str], keys: Sequence[str | None]) -> Assigned | None:
    """Every name stands somewhere above its columns, which end where their names begin to repeat."""
    blocks: list[list[int]] = []
    for run in _runs(keys):
        block: list[int] = []
        for column in run:
            if keys[column] in {keys[one] for one in block}:
                blocks.append(block)
                block = []
            block.append(column)
        blocks.append(block)
    found: Assigned = {}
    for block in blocks:
        here = [labels[column] for column in block if column in labels]
        if len(here) > 1:
            return None
        found |= dict.fromkeys(block, here[0]) if here else {}
    return found if _all_roles(labels, found) else None


def _centred(labels: Mapping[int, str], keys: Sequence[str | None]) -> Assigned | None:
    """Every name stands above the middle of its columns, and every column of an unbroken run has a group."""
    found: Assigned = {}
    for run in _runs(keys):
        here = [column for column in run if column in labels]
        if not here:
            continue
        if len(here) > _MOST_GROUPS:
            return None
        ways = [
            {
                column: labels[middle]
                for (start, end), middle in zip(pairwise(way), here, strict=True)
                for column in range(start, end)
            }
            for way in _partitions(run[0], run[-1] + 1, here, keys)
        ]
        if not ways:
            return None
        found |= _common(ways)
    return found if _all_roles(labels, found) else None


def _all_roles(labels: Mapping[int, str], found: Assigned) -> bool:
    """Whether every role stands above one of its own columns."""
    return all(column in found for column, label in labels.items() if _is_role(label))


def _partitions(start: int, end: int, middles: Sequence[int], keys: Sequence[str | None]) -> Iterator[list[int]]:
    """The borders of spans from `start` to `end`, one around each middle, without a repeated name in any."""
    if not middles:
        if start == end:
            yield [start]
        return
    for border in (2 * middles[0] - start + shift for shift in (0, 1, 2)):
        if middles[0] < border <= end and not _repeats(keys, range(start, border)):
            for rest in _partitions(border, end, middles[1:], keys):
                yield [start, *rest]


def _runs(keys: Sequence[str | None]) -> list[list[int]]:
    """Unbroken runs of columns that a group may have."""
    runs: list[list[int]] = []
    for column, key in enumerate(keys):
        if key is None:
            continue
        if runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _starts(key: str | None) -> bool:
    words = re.findall(r"[^\W\d_]+", key or "")
    return bool(words) and words[0] in _STARTERS


def _repeats(keys: Sequence[str | None], columns: Sequence[int]) -> bool:
    return len({keys[column] for column in columns}) < len(columns)
