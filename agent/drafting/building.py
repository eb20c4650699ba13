"""Rows to shipments, with every question asked and every fault told before anything is bought."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from agent.dialogue import Dialogue
from agent.drafting import access_points
from agent.drafting.checked_addresses import known_addresses, settle_unknown
from agent.drafting.correcting import decide
from agent.drafting.service_choice import ServiceChoice
from agent.drafting.state import DraftingContext
from agent.drafting.supplies import supplies_of
from agent.errors import ErrorKind, error
from agent.mapping.answers import CELL, Answers
from agent.mapping.builder import BuiltRows, BuiltShipment, GroupedChange, ShipmentBuilder
from agent.mapping.change_lines import change_lines
from agent.mapping.customs_lines import customs_lines
from agent.mapping.destinations import destinations
from agent.mapping.instructions import unused_columns
from agent.mapping.order_keys import key_column
from agent.mapping.parcel_options import packaging_named
from agent.mapping.ship_from import without_ship_from
from agent.mapping.signatures import SLOT
from agent.mapping.supplies import Supplies
from agent.mapping.template import compile_mapping
from agent.opening.mapping_choice import MappingChoice
from agent.planning.model import PlannedShipment, SheetRow
from agent.planning.ship_options import OPTION
from agent.servers import ServerManager
from agent.shipping.access_points import AccessPoint
from agent.shipping.parcel_options import PACKAGINGS
from agent.shipping.verdict import Ask

MOST_ROUNDS = 40
"""Questions of one preview; a sheet that needs more has another problem."""
TOO_MANY_QUESTIONS = ErrorKind(
    "E-2406", "After {most} questions this sheet is still not clear.", "Ship fewer rows at once, or fix the sheet."
)
NO_SHIPPING_TOOL = ErrorKind("E-3501", "The UPS server does not offer shipping_create.", "Run `shipchat doctor`.")
MOST_TIMES = 3
"""How often one question is asked in one preview."""
NOT_UNDERSTOOD = ErrorKind(
    "E-2451",
    "{answer!r} does not answer: {question}",
    "Say the command again and answer with one of the choices, or correct the sheet.",
)
ABOUT_ROWS = frozenset({"order_addresses", "lost_digits"})
"""Questions about rows that they name: the answer holds for the same rows, not for other rows of the sheet."""
NO_ANSWER = "“{said}” does not answer that."


@dataclass(slots=True)
class Built:
    """What can be sent, and what is left out with its reason."""

    shipments: list[PlannedShipment]
    excluded: dict[str, list[int]]
    warnings: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    """What the person answered: saved with the mapping."""
    changes: tuple[GroupedChange, ...] = ()
    """What was read otherwise than the cells say, and in which rows."""
    builder: ShipmentBuilder | None = None
    """As they were built, for the rows of the sheet that are not selected."""
    homes_open: frozenset[int] = frozenset()
    """First data rows of shipments of which nobody has said if they go to a home."""
    given: dict[str, str] = field(default_factory=dict)
    """All answers that they were built with."""
    points: dict[int, AccessPoint] = field(default_factory=dict)
    """The Access Points that keep parcels, by their first sheet rows."""


async def build_shipments(
    context: DraftingContext,
    mapping: MappingChoice,
    rows: list[SheetRow],
    services: ServiceChoice,
    given: dict[str, str],
) -> Built | None:
    """Build all rows; ask what is open. None = the person has fixed the sheet: it must be read again.

    `given` are the answers that the command itself gives, and hold for this plan only.

    Raises:
        ShipchatError: E-2404 and E-2408 when the person stops, E-2405 to a model whose mapping does not fit.
    """
    person = context.person
    # Options come from the command alone: no default or answer fills one.
    values = {slot: text for slot, text in person.values.items() if not slot.startswith(OPTION)}
    supplies = await supplies_of(context)
    access_points.begin(context)
    answers = Answers.of(values | given, mapping.mapping.constants)
    open_slots: set[str] = set()
    asked: Counter[str] = Counter()
    for _ in range(MOST_ROUNDS):
        builder = await builder_of(context, mapping, answers, supplies)
        built = await asyncio.to_thread(builder.build_all, rows, lambda row: services.of(row.row_number))
        understood = open_slots - _not_understood(open_slots, answers, built)
        person.keep({slot: answers.texts()[slot] for slot in understood})
        open_slots -= understood
        if built.wanted_points and not built.asks:
            await access_points.look_up_points(context, built.wanted_points)
            continue
        if built.asks:
            ask = built.asks[0]
            before = answers.text(ask.slot) if ask.slot in open_slots else None
            answers = answers.said(ask.slot, await _answer(context.dialogue, ask, before, asked))
            if ask.slot not in ABOUT_ROWS:
                open_slots.add(ask.slot)
            continue
        decision = await decide(context, mapping.mapping, built, answers)
        if decision.next == "read":
            return None
        answers = decision.answers or answers
        if decision.next == "go":
            cells = {slot: text for slot, text in answers.texts().items() if slot.startswith(CELL)}
            person.keep({slot: text for slot, text in cells.items() if slot not in given})
            excluded = {reason: list(numbers) for reason, numbers in built.left_out.items()} | decision.excluded
            ready, unknown = await settle_unknown(context, [one for one in built.shipments if one.payload is not None])
            excluded |= unknown
            lines = [*_for_all(answers), *customs_lines(ready), *change_lines(built.changes)]
            lines += _unused(context, mapping, rows, answers)
            homes_open = frozenset(item.rows[0].row_number for item in ready if item.home_open)
            planned = [_planned(item) for item in ready]
            points = {item.rows[0].sheet_row: item.point for item in ready if isinstance(item.point, AccessPoint)}
            return Built(
                planned,
                excluded,
                lines,
                answers.constants(),
                built.changes,
                builder,
                homes_open,
                answers.texts(),
                points,
            )
    raise error(TOO_MANY_QUESTIONS, most=MOST_ROUNDS)


async def _answer(dialogue: Dialogue, ask: Ask, before: str | None, asked: Counter[str]) -> str:
    """The person's answer to a question about the sheet. One that comes again was not answered: said once, asked anew;
    `before` is what was answered then.

    Raises:
        ShipchatError: E-2451 when it was asked too often.
    """
    key = f"{ask.slot} {ask.question}"
    if asked[key] and ask.slot in ABOUT_ROWS:
        before = dialogue.forget(ask.question)
    if asked[key] >= MOST_TIMES:
        raise error(NOT_UNDERSTOOD, question=ask.question, answer=before)
    if before is not None and asked[key] == 1:
        dialogue.say(NO_ANSWER.format(said=before), "warning")
    asked[key] += 1
    remember = ask.slot in ABOUT_ROWS
    return await dialogue.ask(ask.question, list(ask.options), free_text=ask.free_text, remember=remember)


def _not_understood(slots: set[str], answers: Answers, built: BuiltRows) -> set[str]:
    """Slots that are asked about again, or whose answer stops rows: what does not fit is not kept."""
    asked_again = {ask.slot for ask in built.asks}
    quoted = " ".join(problem.why for problem in built.problems)
    return {slot for slot in slots if slot in asked_again or repr(answers.text(slot)) in quoted}


async def builder_of(
    context: DraftingContext, mapping: MappingChoice, answers: Answers, supplies: Supplies | None = None
) -> ShipmentBuilder:
    """What builds shipments of the open sheet; `supplies` where they were read already.

    Raises:
        ShipchatError: as `supplies_of`.
    """
    beside = await supplies_of(context) if supplies is None else supplies
    sender = context.settings.sender.model_dump(exclude_none=True)
    schema = await _schema(context.servers)
    addresses = await known_addresses(context)
    settings = context.settings
    day, places, points = settings.day(), settings.places, context.access_points
    return ShipmentBuilder(mapping.mapping, sender, schema, answers, day, addresses, beside, places, points)


def places_of(
    context: DraftingContext, mapping: MappingChoice, rows: list[SheetRow]
) -> frozenset[tuple[str, str | None]]:
    """The countries and states that the rows go to, as far as their cells say it."""
    answers = Answers.of(context.person.values, mapping.mapping.constants)
    return destinations(mapping.mapping, rows, answers, context.home_country)


async def _schema(servers: ServerManager) -> dict[str, Any]:
    for tool in await servers.list_tools("ups"):
        if tool["name"] == "shipping_create":
            return dict(tool["input_schema"])
    raise error(NO_SHIPPING_TOOL)


def _for_all(answers: Answers) -> list[str]:
    """What holds for every parcel because the person said so, and no cell shows."""
    kind = {"adult": "Adult signature", "signature": "Signature"}.get(answers.text(SLOT) or "")
    packaging = PACKAGINGS.get(packaging_named(answers.text("packaging") or "") or "")
    return [f"{what} for every parcel, as you said." for what in (kind, packaging) if what]


def _unused(context: DraftingContext, mapping: MappingChoice, rows: list[SheetRow], answers: Answers) -> list[str]:
    """One line for all filled columns that nothing reads."""
    ours = {*context.sheet.require().managed_columns.values(), key_column(answers) or ""}
    ours |= set(json.loads(answers.text(f"{OPTION}references") or "[]"))
    fields = mapping.mapping.fields if context.settings.ship_from else without_ship_from(mapping.mapping.fields)
    # What the preview names with its reason is not named again.
    compiled = compile_mapping(replace(mapping.mapping, fields=fields))
    unused = unused_columns(rows, compiled, ours | set(mapping.proposal.unused))
    return [f"Not used: {', '.join(unused)}."] if unused else []


def _planned(item: BuiltShipment) -> PlannedShipment:
    return PlannedShipment(
        identity=item.identity,
        row_numbers=tuple(row.row_number for row in item.rows),
        sheet_rows=tuple(row.sheet_row for row in item.rows),
        row_checksums=tuple(row.checksum for row in item.rows),
        order_number=item.order_number,
        recipient=item.recipient,
        city_state=item.city_state,
        service_code=item.service_code or "",
        payload=item.payload or {},
        warnings=item.warnings,
        documents=item.documents,
        written_address=item.written_address,
    )
