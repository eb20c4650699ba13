"""Tools that propose to ship: the brain names rows and a service, code makes the plan, the person approves."""

from typing import Any

from pydantic import Field

from agent.chat.proposal_turn import propose
from agent.chat.state import SessionState
from agent.chat.tools.registry import NoArguments, ToolArguments, tool
from agent.drafting.service_choice import read_choice
from agent.errors import ErrorKind, error
from agent.events import TableShown
from agent.mapping.answers import OTHER_NAMES
from agent.opening.mapping_choice import known_fields
from agent.planning.quoting import estimate, quote_all
from agent.planning.ship_request import ShipRequest
from agent.planning.wording import money
from agent.shipping.services import service_label

NO_PROPOSAL = ErrorKind("E-2313", "There is no proposal to change.", "Say what to ship first.")
UNKNOWN_FIELD = ErrorKind("E-2314", "{field} is not a shipment field.", "Use one of: {fields}.")


class CompareArguments(ToolArguments):
    services: list[str] = Field(min_length=1, max_length=8)


class LeaveOutArguments(ToolArguments):
    sheet_rows: list[int] = Field(min_length=1)


class DefaultArguments(ToolArguments):
    field: str
    value: str


class ColumnChoiceArguments(ToolArguments):
    field: str
    column: str


@tool(ShipRequest)
async def propose_shipment(state: SessionState, arguments: ShipRequest) -> dict[str, Any]:
    answer = await propose(state, arguments)
    # Not before: "make it 2 day" must not change what failed.
    conversation = state.conversation
    if conversation.proposal is not None:
        conversation.earlier.append(conversation.proposal)
    conversation.proposal = arguments.model_dump(exclude_defaults=True)
    return answer


@tool(LeaveOutArguments)
async def leave_out(state: SessionState, arguments: LeaveOutArguments) -> dict[str, Any]:
    proposal = _last(state)
    left_out = sorted({*proposal.left_out, *arguments.sheet_rows})
    return await propose_shipment(state, proposal.model_copy(update={"left_out": left_out}))


@tool(NoArguments)
async def undo_proposal(state: SessionState, _arguments: NoArguments) -> dict[str, Any]:
    if not state.conversation.earlier:
        raise error(NO_PROPOSAL)
    request = state.conversation.earlier[-1]
    answer = await propose(state, ShipRequest.model_validate(request))
    state.conversation.earlier.pop()
    state.conversation.proposal = request
    return answer


@tool(CompareArguments)
async def compare_services(state: SessionState, arguments: CompareArguments) -> dict[str, Any]:
    """Quotes the rows of the preview with other services; nothing is bought and the preview stays."""
    if state.pending is None or not state.pending.payloads:
        raise error(NO_PROPOSAL)
    payloads = state.pending.payloads
    sample = payloads[: state.settings.preview_rows]
    rows, counted = [], state.settings.billing_currency
    for service in arguments.services:
        code = await read_choice(state.drafting(), service)
        quotes = await quote_all(
            state.ups, state.settings.ups_environment, [p | {"service_code": code} for p in sample], counted
        )
        failed = sum(quote.cents is None for quote in quotes)
        about = "about " if len(payloads) > len(sample) else ""
        note = f"{failed} without a price" if failed else ""
        rows.append([service_label(code), f"{about}{money(estimate(quotes, len(payloads)), counted)}", note])
    summary = "; ".join(f"{label}: {total}" for label, total, _note in rows)
    state.emit(TableShown(f"{len(payloads)} shipments by service", ["Service", "Total", ""], rows, len(rows), summary))
    return {"services": rows}


@tool(DefaultArguments)
async def set_default(state: SessionState, arguments: DefaultArguments) -> dict[str, Any]:
    field = arguments.field.casefold()
    state.person.set_default(OTHER_NAMES.get(field, field), arguments.value, of_sheet=state.sheet.open is not None)
    return {"status": "remembered", "field": arguments.field, "value": arguments.value}


@tool(ColumnChoiceArguments)
async def set_column(state: SessionState, arguments: ColumnChoiceArguments) -> dict[str, Any]:
    sheet = state.sheet.require()
    fields = known_fields()
    if arguments.field not in fields:
        raise error(UNKNOWN_FIELD, field=arguments.field, fields=", ".join(fields))
    columns = {column.casefold(): column for column in sheet.columns}
    column = columns.get(arguments.column.casefold())
    if column is None:
        raise error(UNKNOWN_FIELD, field=arguments.column, fields=", ".join(sheet.columns))
    state.sheet.columns_chosen[arguments.field] = column
    return {"status": "remembered", "field": arguments.field, "column": column}


def _last(state: SessionState) -> ShipRequest:
    if state.conversation.proposal is None:
        raise error(NO_PROPOSAL)
    return ShipRequest.model_validate(state.conversation.proposal)
