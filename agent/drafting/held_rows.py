"""Which rows another batch has already: left out with the reason, or asked about where only the person can tell."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.dialogue import Dialogue
from agent.drafting.building import Built
from agent.drafting.service_choice import ServiceChoice
from agent.drafting.state import DraftingContext
from agent.mapping.builder import BuiltShipment, rows_in_words
from agent.opening.sheet_state import SheetState
from agent.planning.identity import (
    as_written,
    content_key,
    destination_of,
    names_return,
    order_key,
    returned,
    without_count,
)
from agent.planning.model import PlannedShipment
from agent.planning.parcels import (
    ASKED,
    Claims,
    DuplicateAnswers,
    Holder,
    Parcel,
    ParcelDecision,
    decide,
    needs_whole_sheet,
)
from agent.planning.selection import fetch
from agent.planning.whole_orders import OrderColumns, with_order_cells
from agent.shipping.orders import EXACT_DUPLICATES
from agent.shipping.returns import is_return

ANOTHER_ORDER = "Another order with the same number: ship it"
SAME_ORDER = "The same order, corrected: leave it out"
ANOTHER_PARCEL = "Another parcel: ship it"
SAME_PARCEL = "The same parcel, changed since: leave it out"
REPEATS = (
    "{rows} would send exactly the same as row {sent} of batch {batch} ({recipient}), which was shipped already."
    " What should be done with such rows?"
)
OTHER_ORDER = (
    "Order {order} was shipped to {before} (row {sent} of batch {batch}, {name}); row {row} sends it to {recipient}"
)
LIKE_LOST_ROW = (
    "Row {sent} of batch {batch} was shipped to {before} ({tracking}), and that row is not in the sheet any more;"
    " row {row} sends a parcel like it to {recipient}"
)
WHICH_IS_IT = "{lines}.{more} What is it?"
MORE_ROWS = " {count} more rows are like that."
LIKE_DOUBT = (
    "cannot be told from row {sent} of batch {batch}, which is in doubt: settle that with"
    " `shipchat jobs resume {batch}` first"
)
SHIPPED = "already shipped by batch {batch} (tracking number {tracking})"
RETURNED = "has a return label of batch {batch} already (tracking number {tracking}); “again” makes another"
CLOSED = "closed in batch {batch}, where UPS may hold a label for it; {again}"
IN_DOUBT = "in doubt in batch {batch}: look it up with `shipchat jobs resume {batch}`"
UNFINISHED = "belongs to unfinished batch {batch}: continue with `shipchat jobs resume {batch}`"
MOST_NAMED = 5
HELD_OUT = "Not sent,"
"""How a warning about rows begins that wait with another batch."""
AGAIN = "“re-ship” sends it once more"


@dataclass(frozen=True, slots=True)
class RepeatedShipments:
    """What a retry knows of its rows by data row: the shipment of its batch that it repeats."""

    identities: Mapping[int, str]
    apart_from: Mapping[int, tuple[str, ...]]
    job_id: str


@dataclass(frozen=True, slots=True)
class SentHow:
    """How the selected rows are to be sent, and the others would be."""

    services: ServiceChoice
    orders: OrderColumns | None = None
    """Where orders take several rows."""
    reship: bool = False
    """Those that were shipped go too."""
    known: RepeatedShipments | None = None
    """Given by a retry."""


@dataclass(slots=True)
class _Kept:
    """Shipments that may go; of the others, the sheet rows by reason."""

    shipments: list[PlannedShipment] = field(default_factory=list)
    excluded: dict[str, list[int]] = field(default_factory=dict)
    waiting: dict[str, list[int]] = field(default_factory=dict)
    """Of the excluded those that have not shipped: that a row has is good news, what another batch still holds waits
    for somebody."""


async def settle_held(
    context: DraftingContext, built: Built, excluded: dict[str, list[int]], how: SentHow
) -> list[PlannedShipment]:
    """The shipments that may go, each with the identity that it claims; the others are `excluded` with their reason."""
    shipments = built.shipments
    environment = context.settings.ups_environment
    holders, doubts = await context.batches.holders(environment, shipments)
    # A label for the way back says nothing about the way out, nor that about it.
    returns = any(is_return(item.payload) for item in shipments)
    doubts = [holder for holder in doubts if names_return(holder.identity) == returns]
    parcels = [_parcel(item, holders, how.known) for item in shipments]
    said = DuplicateAnswers(built.constants.get("exact_duplicates"), built.constants.get("order_addresses"))
    source_id = context.sheet.require().source_id
    others: list[Parcel] = []
    if needs_whole_sheet(parcels, holders, doubts, said, source_id):
        others = await _other_parcels(context.sheet, built, how)
    decisions = decide(parcels, others, holders, doubts, said, source_id)
    if not how.reship and any(decision.kind == "repeats" for decision in decisions):
        said = replace(said, exact_duplicates=await _ask_repeated(context.dialogue, shipments, decisions))
        built.constants["exact_duplicates"] = said.exact_duplicates or ""
        decisions = decide(parcels, others, holders, doubts, said, source_id)
    while any(decision.kind in ASKED for decision in decisions):
        parcels = await _told_apart(context.dialogue, shipments, parcels, decisions)
        decisions = decide(parcels, others, holders, doubts, said, source_id)
    kept = _kept(shipments, parcels, decisions, holders, how)
    for words, rows in kept.excluded.items():
        excluded.setdefault(words, []).extend(rows)
    built.warnings += [f"{HELD_OUT} {rows_in_words(rows)}: {words}" for words, rows in kept.waiting.items()]
    return kept.shipments


def held_out(built: Built) -> list[str]:
    """What was told of rows that another batch holds and that have not shipped."""
    return [line for line in built.warnings if line.startswith(HELD_OUT)]


def _kept(
    shipments: Sequence[PlannedShipment],
    parcels: Sequence[Parcel],
    decisions: Sequence[ParcelDecision],
    holders: Sequence[Holder],
    how: SentHow,
) -> _Kept:
    claims = Claims({holder.identity for holder in holders})
    kept = _Kept()
    for item, parcel, decision in zip(shipments, parcels, decisions, strict=True):
        holder = decision.holder
        again = how.reship and holder is not None and holder.state in {"completed", "closed"}
        if holder is not None and not again:
            words = _words(decision, holder)
            kept.excluded.setdefault(words, []).extend(item.sheet_rows)
            if holder.state != "completed":
                kept.waiting.setdefault(words, []).extend(item.sheet_rows)
            continue
        repeated = how.known.identities.get(item.row_numbers[0]) if how.known is not None else None
        if holder is not None and decision.kind == "held":
            identity = claims.again(holder, parcel.name)
        else:
            identity = claims.next(parcel.name, repeated)
        apart = tuple(sorted({*parcel.apart_from, *decision.apart_from}))
        kept.shipments.append(replace(item, identity=identity, apart_from=apart))
    return kept


def _parcel(item: PlannedShipment, holders: Sequence[Holder], known: RepeatedShipments | None) -> Parcel:
    apart: set[str] = set()
    repeated = known.identities.get(item.row_numbers[0]) if known is not None else None
    if known is not None and repeated is not None:
        # The parcels of one order, and rows that are the same, were told apart when the batch was approved.
        apart = set(known.apart_from.get(item.row_numbers[0], ()))
        apart |= {
            holder.reference
            for holder in holders
            if holder.job_id == known.job_id
            and holder.identity != repeated
            and without_count(holder.identity) == without_count(repeated)
        }
    written = as_written(item.payload, item.written_address)
    return Parcel(
        row_numbers=item.row_numbers,
        sheet_rows=item.sheet_rows,
        order=order_key(item.order_number, written),
        content=content_key(written),
        row=returned(written, item.row_checksums[0]),
        destination=destination_of(written),
        apart_from=tuple(sorted(apart)),
    )


async def _other_parcels(sheet: SheetState, built: Built, how: SentHow) -> list[Parcel]:
    """The sheet's rows that are not selected, as the parcels that they are or were."""
    rows = await fetch(sheet.data, "TRUE")
    if how.orders is not None:
        rows = with_order_cells(rows, how.orders)
    selected = {number for item in built.shipments for number in item.row_numbers}
    rest = [row for row in rows if row.row_number not in selected]
    if not rest or built.builder is None:
        return []
    found = await asyncio.to_thread(built.builder.build_all, rest, lambda row: how.services.of(row.row_number))
    column = sheet.require().managed_columns.get("tracking_number", "")
    return [_other(item, column) for item in found.shipments]


def _other(item: BuiltShipment, column: str) -> Parcel:
    first = item.rows[0]
    return Parcel(
        row_numbers=tuple(row.row_number for row in item.rows),
        sheet_rows=tuple(row.sheet_row for row in item.rows),
        order=order_key(item.order_number, item.rendered),
        content=content_key(item.rendered),
        row=returned(item.rendered, first.checksum),
        destination=destination_of(item.rendered),
        tracking=str(first.data.get(column) or ""),
    )


async def _ask_repeated(
    dialogue: Dialogue, shipments: Sequence[PlannedShipment], decisions: Sequence[ParcelDecision]
) -> str:
    """A row that is exactly like one that was shipped: the same question as about two such rows of one plan."""
    pairs = zip(shipments, decisions, strict=True)
    repeating = [(item, decision.holder) for item, decision in pairs if decision.kind == "repeats"]
    item, holder = repeating[0]
    if holder is None:
        raise AssertionError("what repeats, repeats something")
    named = rows_in_words(sorted(row for each, _ in repeating for row in each.sheet_rows))
    text = REPEATS.format(
        rows=f"{named[0].upper()}{named[1:]}",
        sent=_rows(holder),
        batch=holder.job_id,
        recipient=f"{item.recipient}, {item.city_state}",
    )
    return await dialogue.ask(text, list(EXACT_DUPLICATES))


async def _told_apart(
    dialogue: Dialogue,
    shipments: Sequence[PlannedShipment],
    parcels: Sequence[Parcel],
    decisions: Sequence[ParcelDecision],
) -> list[Parcel]:
    """An order number that was shipped to somebody else: another shop's order, or the same one with other cells. Or a
    row like one that was shipped and is not in the sheet any more. One kind of question at a time."""
    kind = next(decision.kind for decision in decisions if decision.kind in ASKED)
    asked = {
        place: decision.holder
        for place, decision in enumerate(decisions)
        if decision.kind == kind and decision.holder is not None
    }
    line = _other_order if kind == "other_order" else _like_unplaced
    lines = [line(shipments[place], holder) for place, holder in list(asked.items())[:MOST_NAMED]]
    more = MORE_ROWS.format(count=len(asked) - MOST_NAMED) if len(asked) > MOST_NAMED else ""
    another, same = (ANOTHER_ORDER, SAME_ORDER) if kind == "other_order" else (ANOTHER_PARCEL, SAME_PARCEL)
    question = WHICH_IS_IT.format(lines="; ".join(lines), more=more)
    is_another = await dialogue.ask(question, [another, same]) == another
    told = list(parcels)
    for place, holder in asked.items():
        parcel = parcels[place]
        if is_another:
            told[place] = replace(parcel, apart_from=(*parcel.apart_from, holder.reference))
        elif kind == "other_order":
            # The order that was shipped, whatever its cells say now.
            told[place] = replace(parcel, destination=None)
        else:
            told[place] = replace(parcel, same_as=holder.reference)
    return told


def _other_order(item: PlannedShipment, holder: Holder) -> str:
    return OTHER_ORDER.format(order=item.order_number, name=holder.job_name, **_both(item, holder))


def _like_unplaced(item: PlannedShipment, holder: Holder) -> str:
    return LIKE_LOST_ROW.format(tracking=holder.tracking_number, **_both(item, holder))


def _both(item: PlannedShipment, holder: Holder) -> dict[str, object]:
    """The row that was sent, and the one that would be."""
    return {
        "before": holder.recipient,
        "sent": _rows(holder),
        "batch": holder.job_id,
        "row": item.sheet_rows[0],
        "recipient": f"{item.recipient}, {item.city_state}",
    }


def _rows(holder: Holder) -> str:
    return ", ".join(map(str, holder.sheet_rows)) or "?"


def _words(decision: ParcelDecision, holder: Holder) -> str:
    """Why a row is left out, with the batch named."""
    if decision.kind == "like_doubt":
        return LIKE_DOUBT.format(sent=_rows(holder), batch=holder.job_id)
    if holder.state == "completed" and names_return(holder.identity):
        return RETURNED.format(batch=holder.job_id, tracking=holder.tracking_number)
    if holder.state == "completed":
        shipped = SHIPPED.format(batch=holder.job_id, tracking=holder.tracking_number)
        return shipped if holder.order else f"{shipped}; {AGAIN}"
    if holder.state == "closed":
        return CLOSED.format(batch=holder.job_id, again=AGAIN)
    return (IN_DOUBT if holder.state == "in_doubt" else UNFINISHED).format(batch=holder.job_id)
