"""Whether a model's proposal does what shipchat's own reading of the words does: the same rows, sent the same way.

Effects are compared, never forms: which rows of the open sheet a proposal takes, and the service of each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.errors import from_reply, is_refusal
from agent.mapping.parcel_options import packaging_named
from agent.planning.model import SheetRow
from agent.planning.selection import all_of, cut, fetch, rows_needed
from agent.planning.sentence import counted
from agent.planning.ship_request import ShipRequest
from agent.shipping.services import read_service, service_label
from agent.shipping.text import is_blank, key
from agent.shipping.verdict import Ok
from agent.tool_caller import ToolCaller

_SAID = (
    *("reship", "include_cancelled", "signature", "adult_signature", "arrive_by", "arrive_by_column", "of_batch"),
    "ship_from",
)
"""What holds for every row alike and needs the person's word: the same or not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets two proposals apart, in words that name counts of stored data and no prose of a model."""

    rows_more: int
    rows_fewer: int
    others: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.rows_more or self.rows_fewer or self.others)

    def __str__(self) -> str:
        rows = [
            f"{counted(count, 'row')} {word}"
            for count, word in ((self.rows_more, "more"), (self.rows_fewer, "fewer"))
            if count
        ]
        return ", ".join([*rows, *self.others])


async def difference(
    data: ToolCaller, own: ShipRequest, proposed: ShipRequest, service_column: str | None = None
) -> Difference:
    """Compare over the open sheet. `service_column` is the column that services come from where none is named.

    Raises:
        ShipchatError: what the data server refuses about one of the clauses.
    """
    # Any seed will do for "ten at random": ours is the one that is drawn with.
    proposed = proposed.model_copy(update={"seed": own.seed})
    others = [
        f"{name.replace('_', ' ')} {_shown(theirs)} instead of {_shown(ours)}"
        for name in _SAID
        if (theirs := getattr(proposed, name)) != (ours := getattr(own, name))
    ]
    if own.options != proposed.options:
        others.append(f"{_options(proposed)} instead of {_options(own)}")
    others += _other_packing(own, proposed)
    if _takes_all(own) and _takes_all(proposed) and _one_service(own) and _one_service(proposed):
        more, fewer = await _apart(data, own.where, proposed.where)
        return Difference(more, fewer, (*others, *_other_service(own, proposed)))
    ours = await _effect(data, own, service_column)
    theirs = await _effect(data, proposed, service_column)
    if _one_service(own) and _one_service(proposed):
        others += _other_service(own, proposed)
    elif apart := sum(service != theirs[row] for row, service in ours.items() if row in theirs):
        others.append(f"another service for {counted(apart, 'row')}")
    return Difference(len(theirs.keys() - ours.keys()), len(ours.keys() - theirs.keys()), tuple(others))


def _other_packing(own: ShipRequest, proposed: ShipRequest) -> list[str]:
    """Another packaging or box, however the two are written; a model's words are not quoted."""
    packed = [packaging_named(one.packaging or "") if one.packaging else "" for one in (own, proposed)]
    boxes = [(_bare(one.box), sorted(_bare(rule.box) for rule in one.box_rules)) for one in (own, proposed)]
    return [
        *(["another packaging"] if packed[0] != packed[1] else []),
        *(["other boxes"] if boxes[0] != boxes[1] else []),
    ]


def _bare(box: str | None) -> str:
    return " ".join(word for word in key(box).split() if word not in ("the", "a", "box", "boxes"))


def _takes_all(request: ShipRequest) -> bool:
    """Whether every row of the clause goes, so that counting tells two proposals apart."""
    return not (request.limit or request.every or request.sample is not None or request.left_out)


def _one_service(request: ShipRequest) -> bool:
    return not request.service_rules and request.service_column is None


def _other_service(own: ShipRequest, proposed: ShipRequest) -> list[str]:
    if _service(own.service) == _service(proposed.service):
        return []
    return [f"{_label(proposed.service)} instead of {_label(own.service)}"]


async def _apart(data: ToolCaller, own: str, proposed: str) -> tuple[int, int]:
    """Rows that only the proposed clause means, and that only ours does."""
    # Each is a whole condition before the two are joined.
    (own, _), (proposed, _) = await checked(data, own), await checked(data, proposed)
    _, more = await checked(data, f"({proposed}) AND NOT ({own})")
    _, fewer = await checked(data, f"({own}) AND NOT ({proposed})")
    return more, fewer


async def checked(data: ToolCaller, clause: str) -> tuple[str, int]:
    """A clause as the data server writes it again (comments are gone), and how many rows it means.

    Raises:
        ShipchatError: what the data server refuses about it.
    """
    reply = await data("check_filter", {"where_clause": clause.strip() or "TRUE"})
    if is_refusal(reply):
        raise from_reply(reply)
    return str(reply["sql"]), int(reply["count"])


async def _effect(data: ToolCaller, request: ShipRequest, mapped: str | None) -> dict[int, str | None]:
    """Row number -> service of every row that would go: a code, or the cell's own words."""
    wanted = request.wanted()
    found = await fetch(data, wanted.where, wanted.order_by, rows_needed(wanted))
    kept, _ = cut([row for row in found if row.sheet_row not in wanted.left_out], wanted)
    by_rule: dict[int, str | None] = {}
    for rule in request.service_rules:
        for row in await fetch(data, all_of([wanted.where, rule.where])):
            by_rule.setdefault(row.row_number, _service(rule.service))
    return {row.row_number: _service_of(row, request, by_rule, mapped) for row in kept}


def _service_of(
    row: SheetRow, request: ShipRequest, by_rule: Mapping[int, str | None], mapped: str | None
) -> str | None:
    """As `choose_services` has it: the first rule that fits, then the named column, then the named service, then the
    sheet's own column. A named service beside a named column is for its blank cells."""
    if row.row_number in by_rule:
        return by_rule[row.row_number]
    column = request.service_column or (None if request.service else mapped)
    cells = {name.casefold(): cell for name, cell in row.data.items()}
    cell = cells.get(column.strip().casefold(), "") if column else ""
    return _service(request.service) if is_blank(cell) else _service(str(cell))


def _service(text: str | None) -> str | None:
    """The code of a service; words that are not a service stand for themselves."""
    verdict = read_service(text or "")
    return verdict.value if isinstance(verdict, Ok) else text


def _label(text: str | None) -> str:
    """A service by its name. What is not one is not quoted: the words would be a model's."""
    verdict = read_service(text or "")
    if isinstance(verdict, Ok) and verdict.value:
        return service_label(verdict.value)
    return "what is not a UPS service" if text else "no service named"


def _options(request: ShipRequest) -> str:
    return "; ".join(request.options.in_words()) or "a plain shipment"


def _shown(value: object) -> str:
    return "none" if value in (None, [], False) else "yes" if value is True else str(value)
