"""Addresses checked at UPS, asked for in the chat: shown with trouble first; a correction is taken by a person only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.addresses.asking import Looked, look_up
from agent.addresses.kept import PersonsDecision, decide
from agent.addresses.telling import HEADER, AddressLine, cells, in_order, summary
from agent.chat.proposal_turn import propose
from agent.chat.state import SessionState
from agent.drafting.building import builder_of
from agent.events import AssistantSaid, TableShown
from agent.mapping.answers import Answers
from agent.mapping.builder import ShipmentBuilder, rows_in_words
from agent.opening.mapping_choice import MappingChoice, choose_mapping
from agent.opening.order_rows import settle_order_rows
from agent.opening.order_sheet import read_again
from agent.planning.model import SheetRow
from agent.planning.selection import all_of, fetch, has_number
from agent.planning.ship_request import ShipRequest
from agent.planning.whole_orders import with_order_cells
from agent.planning.wording import counted
from agent.shipping.checked_addresses import (
    CHECKED_COUNTRIES,
    AddressVerdict,
    Decision,
    address_key,
    asked_of_ups,
    one_line,
)
from agent.shipping.places import country_name

MOST_SHOWN = 200
TAKE_ALL, ONE_BY_ONE, KEEP_ALL = "Take all {count}", "One by one", "Keep them as written"
TAKE, KEEP, ENOUGH = "Take it", "Keep it as written", "Stop asking"
CORRECTIONS = "UPS writes {count} differently, as shown. Labels print UPS's if you take them; the sheet stays as it is."
ONE = "{rows}: {before} -> {after}. Take UPS's address? The sheet stays as it is."
CUT = (
    "UPS was asked about {most}, the most of one check (setting `address_checks`); not asked: {count}. Say it again to"
    " go on."
)
REFUSED = "UPS did not answer about {count}: {refusal}"
KEPT = "{count} known already, the oldest answer from {day}; “check the addresses again” asks anew."
SAY_AGAIN = "The preview is gone, because its addresses were checked after it. Say it again for a new one."
NONE = "There is no address to check: {why}."
UNREADABLE, BEYOND, NOT_ANSWERED = "the address cannot be read", "beyond the limit", "UPS did not answer"


@dataclass(frozen=True, slots=True)
class WhichAddresses:
    """Rows to check: those of a clause that have not shipped, or those of the preview that waits."""

    where: str = "TRUE"
    previewed: bool = False
    again: bool = False
    """Ask UPS anew about what is known."""


async def check_addresses_of(state: SessionState, wanted: WhichAddresses) -> dict[str, Any]:
    """Ask UPS, show its answers, let the person take corrections. The answer holds counts only, for a brain."""
    await read_again(state.sheet, state.person, state.dialogue)
    mapping = await choose_mapping(state.sheet, state.person, state.dialogue, state.drafting().home_country)
    rows = await _rows(state, wanted, mapping)
    if not rows:
        return {"rows": 0}
    answers = Answers.of(state.person.defaults, mapping.mapping.constants)
    builder = await builder_of(state.drafting(), mapping, answers)
    lines = [_line(builder, row) for row in rows]
    addresses = {
        line.key: asked for line in lines if line.key and line.address and (asked := asked_of_ups(line.address))
    }
    looked = await look_up(state.batches.ledger, state.ups, state.settings, addresses, again=wanted.again)
    lines = in_order([_with(line, looked) for line in lines])
    shown = lines[:MOST_SHOWN]
    text = summary(lines)
    state.emit(TableShown("Addresses", list(HEADER), [cells(line) for line in shown], len(lines), text))
    _tell(state, text, looked)
    decided = await _corrections(state, shown)
    if looked.asked or decided:
        await _new_preview(state, {line.sheet_row for line in lines})
    verdicts = [line.found.verdict for line in lines if line.found is not None]
    counts = {str(verdict): verdicts.count(verdict) for verdict in AddressVerdict}
    return {"rows": len(lines), **counts, "not_checked": len(lines) - len(verdicts)}


async def _rows(state: SessionState, wanted: WhichAddresses, mapping: MappingChoice) -> list[SheetRow]:
    """The rows that are meant, each with its order's own cells; that there are none is said."""
    sheet, pending = state.sheet, state.pending
    if wanted.previewed and pending is not None:
        numbers = set(pending.preview.row_numbers)
        rows = [row for row in await fetch(sheet.data, "TRUE") if row.row_number in numbers]
    else:
        rows = await _not_shipped(state, wanted.where.strip() or "TRUE")
    orders = await settle_order_rows(sheet, mapping.mapping)
    if orders is not None:
        numbers = {row.row_number for row in rows}
        rows = [row for row in with_order_cells(await fetch(sheet.data, "TRUE"), orders) if row.row_number in numbers]
    return rows


async def _not_shipped(state: SessionState, where: str) -> list[SheetRow]:
    sheet = state.sheet
    tracking = sheet.require().managed_columns.get("tracking_number", "")
    if tracking not in sheet.require().columns:
        rows = await fetch(sheet.data, where)
    else:
        rows = await fetch(sheet.data, all_of([where, f"NOT {has_number(tracking)}"]))
        if not rows and await fetch(sheet.data, where, (), 1):
            state.emit(AssistantSaid(NONE.format(why="they have shipped")))
            return []
    if not rows:
        state.emit(AssistantSaid(NONE.format(why="no row matches")))
    return rows


def _line(builder: ShipmentBuilder, row: SheetRow) -> AddressLine:
    recipient = builder.recipient_of(row)
    if recipient is None:
        return AddressLine(row.sheet_row, "", None, None, None, UNREADABLE)
    address = recipient.ship_to["address"]
    abroad = recipient.country not in CHECKED_COUNTRIES
    why = country_name(recipient.country) if abroad else UNREADABLE
    return AddressLine(row.sheet_row, recipient.shown_name, address, address_key(address), None, why)


def _with(line: AddressLine, looked: Looked) -> AddressLine:
    if line.key is None:
        return line
    found = looked.answers.get(line.key)
    refusal = looked.refusals.get(line.key)
    why = "" if found else f"UPS refused ({refusal.code})" if refusal else NOT_ANSWERED
    if not found and not refusal and looked.beyond and not looked.not_asked:
        why = BEYOND
    return AddressLine(line.sheet_row, line.recipient, line.address, line.key, found, why)


def _tell(state: SessionState, text: str, looked: Looked) -> None:
    kept = len(looked.answers) + len(looked.refusals) - looked.asked
    if kept > 0:
        day = min(found.checked_at for found in looked.answers.values())[:10]
        text = f"{text} {KEPT.format(count=counted(kept, 'address', 'addresses'), day=day)}"
    state.emit(AssistantSaid(text))
    if looked.beyond:
        state.say(CUT.format(most=counted(looked.asked, "address", "addresses"), count=looked.beyond), "warning")
    if looked.refusals:
        count = counted(len(looked.refusals) + looked.not_asked, "address", "addresses")
        state.say(REFUSED.format(count=count, refusal=next(iter(looked.refusals.values()))), "warning")


async def _corrections(state: SessionState, shown: Sequence[AddressLine]) -> bool:
    """Ask about those of the table that nobody has decided; whether anything was."""
    open_ones: dict[str, list[AddressLine]] = {}
    for line in shown:
        if line.key and line.found and line.found.decision is None and line.correction is not None:
            open_ones.setdefault(line.key, []).append(line)
    groups = list(open_ones.values())
    if len(groups) > 1:
        take_all = TAKE_ALL.format(count=len(groups))
        question = CORRECTIONS.format(count=counted(len(groups), "address", "addresses"))
        choice = await state.ask(question, [take_all, ONE_BY_ONE, KEEP_ALL], remember=False)
        if choice != ONE_BY_ONE:
            everything = [line for group in groups for line in group]
            await _decided(state, everything, "taken" if choice == take_all else "as_written", choice)
            return True
    return await _one_by_one(state, groups)


async def _one_by_one(state: SessionState, groups: Sequence[list[AddressLine]]) -> bool:
    decided = False
    for group in groups:
        first = group[0]
        rows = rows_in_words(line.sheet_row for line in group)
        after = one_line(first.correction or {})
        text = ONE.format(rows=rows.capitalize(), before=one_line(first.address or {}), after=after)
        options = [TAKE, KEEP, ENOUGH] if len(groups) > 1 else [TAKE, KEEP]
        choice = await state.ask(text, options, remember=False)
        if choice == ENOUGH:
            break
        await _decided(state, group, "taken" if choice == TAKE else "as_written", choice)
        decided = True
    return decided


async def _decided(state: SessionState, lines: Sequence[AddressLine], decision: Decision, words: str) -> None:
    event: Literal["address_taken", "address_kept"] = "address_taken" if decision == "taken" else "address_kept"
    made = PersonsDecision(decision, event, tuple(line.sheet_row for line in lines), words)
    keys = list({line.key: None for line in lines if line.key})
    await state.batches.ledger.write_async(decide, state.settings.ups_environment, keys, made)


async def _new_preview(state: SessionState, sheet_rows: set[int]) -> None:
    """A preview of checked rows is no longer what would be sent: its own request is shown anew, and waits."""
    pending, proposal = state.pending, state.conversation.proposal
    if pending is None or not sheet_rows & {line.sheet_row for line in pending.preview.lines}:
        return
    if not pending.preview.buys:
        return
    # First: whoever stops what follows must not approve the addresses of before.
    state.withdraw("its addresses were checked after it")
    if pending.preview.purpose == "ship" and proposal is not None:
        await propose(state, ShipRequest.model_validate(proposal), wait=True)
    else:
        state.say(SAY_AGAIN)
