"""Rows to shipments, with every question asked and every fault told before anything is bought."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agent.conversation.mapping_choice import MappingChoice
from agent.conversation.service_choice import ServiceChoice
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, ShipchatError, error
from agent.events import NoticeShown
from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltRows, BuiltShipment, SheetRow, ShipmentBuilder
from agent.plan.model import PlannedShipment
from agent.plan.selection import Row

SKIP = "Leave these rows out"
ABORT = "Stop, I will fix the sheet"
ROWS_REJECTED = ErrorKind("E-2404", "{count} rows cannot be shipped as they are.", "Fix the cells that were named.")
MOST_ROUNDS = 40
"""Questions of one preview; a sheet that needs more has another problem."""


@dataclass(slots=True)
class Built:
    """What can be sent, and what is left out with its reason."""

    shipments: list[PlannedShipment]
    excluded: dict[str, list[int]]
    warnings: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    """What the person answered: saved with the mapping."""


async def build_shipments(
    state: SessionState, mapping: MappingChoice, rows: list[Row], services: ServiceChoice
) -> Built:
    """Build all rows; ask what is open; rejected rows are the person's decision, never ours.

    Raises:
        ShipchatError: E-2404 when the person stops, or the rows that no answer can help.
    """
    schema = await _schema(state)
    sheet_rows = [SheetRow(row.row_number, row.sheet_row, row.data, row.checksum) for row in rows]
    sender = state.settings.sender.model_dump(exclude_none=True)
    answers = Answers.of(state.defaults, mapping.mapping.constants)
    for _ in range(MOST_ROUNDS):
        builder = ShipmentBuilder(mapping.mapping, sender, schema, answers, state.settings.day())
        built = await asyncio.to_thread(builder.build_all, sheet_rows, lambda row: services.of(row.row_number))
        if not built.asks:
            break
        ask = built.asks[0]
        answer = await state.ask(ask.question, list(ask.options), free_text=ask.free_text)
        answers = answers.said(ask.slot, answer)
    rejected = await _decide(state, built)
    excluded = {reason: list(numbers) for reason, numbers in built.left_out.items()} | rejected
    ready = [item for item in built.shipments if item.payload is not None]
    return Built([_planned(item) for item in ready], excluded, _changes(built), answers.constants())


async def _schema(state: SessionState) -> dict[str, Any]:
    for tool in await state.hub.list_tools("ups"):
        if tool["name"] == "shipping_create":
            return dict(tool["input_schema"])
    raise ShipchatError("E-3501", "The UPS server publishes no shipping_create.", "Run `shipchat doctor`.")


async def _decide(state: SessionState, built: BuiltRows) -> dict[str, list[int]]:
    """Rows with faulty cells: told all at once, grouped; the person leaves them out or stops."""
    if not built.problems:
        return {}
    lines = [f"{problem}. {problem.remedy}" for problem in built.problems]
    for line in lines:
        state.emit(NoticeShown(line, "warning"))
    state.result.warnings += lines
    numbers = sorted({row for problem in built.problems for row in problem.sheet_rows})
    if state.on_error != "continue":
        text = f"{len(numbers)} of {len(built.shipments)} cannot be shipped as they are: {lines[0]}"
        if await state.ask(text, [SKIP, ABORT], remember=False) != SKIP:
            raise error(ROWS_REJECTED, count=len(numbers))
    return {f"{problem.code} {problem.why}": list(problem.sheet_rows) for problem in built.problems}


def _changes(built: BuiltRows) -> list[str]:
    return [
        f"{change.column}: {change.before or 'blank'} -> {change.after or 'left out'} ({change.why};"
        f" {len(change.sheet_rows)} row{'s' if len(change.sheet_rows) > 1 else ''})"
        for change in built.changes
    ]


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
