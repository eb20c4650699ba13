"""Rows to shipments, with every question asked and every fault told before anything is bought."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from agent.conversation.correcting import decide
from agent.conversation.mapping_choice import MappingChoice
from agent.conversation.service_choice import ServiceChoice
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, ShipchatError, error
from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltRows, BuiltShipment, ShipmentBuilder
from agent.mapping.instructions import unused_columns
from agent.mapping.order_keys import key_column
from agent.mapping.template import compile_mapping
from agent.plan.model import PlannedShipment, SheetRow
from agent.shipping.verdict import Ask

MOST_ROUNDS = 40
"""Questions of one preview; a sheet that needs more has another problem."""
TOO_MANY_QUESTIONS = ErrorKind(
    "E-2406", "After {most} questions this sheet is still not clear.", "Ship fewer rows at once, or fix the sheet."
)
MOST_TIMES = 3
"""How often one question is asked in one preview."""
NOT_UNDERSTOOD = ErrorKind(
    "E-2451",
    "{answer!r} does not answer: {question}",
    "Say the command again and answer with one of the choices, or correct the sheet.",
)


@dataclass(slots=True)
class Built:
    """What can be sent, and what is left out with its reason."""

    shipments: list[PlannedShipment]
    excluded: dict[str, list[int]]
    warnings: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    """What the person answered: saved with the mapping."""
    builder: ShipmentBuilder | None = None
    """As they were built, for the rows of the sheet that are not selected."""


async def build_shipments(
    state: SessionState, mapping: MappingChoice, rows: list[SheetRow], services: ServiceChoice
) -> Built | None:
    """Build all rows; ask what is open. None = the person has fixed the sheet: it must be read again.

    Raises:
        ShipchatError: E-2404 when the person stops, E-2405 to a model whose mapping does not fit.
    """
    answers = Answers.of(state.defaults, mapping.mapping.constants)
    asked: Counter[str] = Counter()
    for _ in range(MOST_ROUNDS):
        builder = await builder_of(state, mapping, answers)
        built = await asyncio.to_thread(builder.build_all, rows, lambda row: services.of(row.row_number))
        if built.asks:
            ask = built.asks[0]
            answers = answers.said(ask.slot, await _answer(state, ask, asked))
            continue
        decision = await decide(state, mapping.mapping, built, answers)
        if decision.next == "read":
            return None
        answers = decision.answers or answers
        if decision.next == "go":
            excluded = {reason: list(numbers) for reason, numbers in built.left_out.items()} | decision.excluded
            ready = [item for item in built.shipments if item.payload is not None]
            said = [*_changes(built), *_unused(state, mapping, rows, answers)]
            return Built([_planned(item) for item in ready], excluded, said, answers.constants(), builder)
    raise error(TOO_MANY_QUESTIONS, most=MOST_ROUNDS)


async def _answer(state: SessionState, ask: Ask, asked: "Counter[str]") -> str:
    """The person's answer to a question about the sheet. One that comes again was not answered: said once, asked anew.

    Raises:
        ShipchatError: E-2451 when it was asked too often.
    """
    key = f"{ask.slot} {ask.question}"
    before = state.questions.forget(ask.question) if asked[key] else None
    if asked[key] >= MOST_TIMES:
        raise error(NOT_UNDERSTOOD, question=ask.question, answer=before)
    if before is not None and asked[key] == 1:
        state.say(f"“{before}” does not answer that.", "warning")
    asked[key] += 1
    return await state.ask(ask.question, list(ask.options), free_text=ask.free_text)


async def builder_of(state: SessionState, mapping: MappingChoice, answers: Answers) -> ShipmentBuilder:
    """What builds shipments of the open sheet."""
    sender = state.settings.sender.model_dump(exclude_none=True)
    return ShipmentBuilder(mapping.mapping, sender, await _schema(state), answers, state.settings.day())


async def _schema(state: SessionState) -> dict[str, Any]:
    for tool in await state.hub.list_tools("ups"):
        if tool["name"] == "shipping_create":
            return dict(tool["input_schema"])
    raise ShipchatError("E-3501", "The UPS server publishes no shipping_create.", "Run `shipchat doctor`.")


def _changes(built: BuiltRows) -> list[str]:
    return [
        f"{change.column}: {change.before or 'blank'} -> {change.after or 'left out'} ({change.why};"
        f" {len(change.sheet_rows)} row{'s' if len(change.sheet_rows) > 1 else ''})"
        for change in built.changes
    ]


def _unused(state: SessionState, mapping: MappingChoice, rows: list[SheetRow], answers: Answers) -> list[str]:
    """One line for all filled columns that nothing reads."""
    ours = {*(state.require_sheet().answer.get("managed_columns") or {}).values(), key_column(answers) or ""}
    # What the preview names with its reason is not named again.
    unused = unused_columns(rows, compile_mapping(mapping.mapping), ours | set(mapping.proposal.unused))
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
    )
