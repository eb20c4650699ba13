"""Tools that propose to ship: the brain names rows and a service, code makes the plan, the person approves."""

from typing import Any

from pydantic import Field

from agent.conversation.drafting import draft
from agent.conversation.mapping_choice import known_fields
from agent.conversation.proposal import Proposal
from agent.conversation.service_choice import read_choice
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, error
from agent.events import TableShown
from agent.plan.quoting import estimate, quote_all
from agent.plan.sentence import dollars
from agent.shipping.services import service_label
from agent.tools.registry import NoArguments, ToolArguments, tool

NO_PROPOSAL = ErrorKind("E-2313", "There is no proposal to change.", "Say what to ship first.")
UNKNOWN_FIELD = ErrorKind("E-2314", "{field} is no shipment field.", "Use one of: {fields}.")


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


@tool(Proposal)
async def propose_shipment(state: SessionState, arguments: Proposal) -> dict[str, Any]:
    answer = await draft(state, arguments)
    # Not before: what failed is nothing that "make it 2 day" could change.
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
    proposal = state.conversation.earlier[-1]
    answer = await draft(state, Proposal.model_validate(proposal))
    state.conversation.earlier.pop()
    state.conversation.proposal = proposal
    return answer


@tool(CompareArguments)
async def compare_services(state: SessionState, arguments: CompareArguments) -> dict[str, Any]:
    """Quotes the rows of the preview with other services; nothing is bought and the preview stays."""
    if state.pending is None or not state.pending.payloads:
        raise error(NO_PROPOSAL)
    payloads = state.pending.payloads
    sample = payloads[: state.settings.preview_rows]
    rows = []
    for service in arguments.services:
        code = await read_choice(state, service)
        quotes = await quote_all(
            state.ups, state.settings.ups_environment, [p | {"service_code": code} for p in sample]
        )
        failed = sum(quote.cents is None for quote in quotes)
        about = "about " if len(payloads) > len(sample) else ""
        note = f"{failed} without a price" if failed else ""
        rows.append([service_label(code), f"{about}{dollars(estimate(quotes, len(payloads)))}", note])
    state.emit(TableShown(f"{len(payloads)} shipments by service", ["Service", "Total", ""], rows, len(rows)))
    state.result.say("; ".join(f"{label}: {total}" for label, total, _note in rows))
    return {"services": rows}


@tool(DefaultArguments)
async def set_default(state: SessionState, arguments: DefaultArguments) -> dict[str, Any]:
    state.defaults[arguments.field.casefold()] = arguments.value
    return {"status": "remembered", "field": arguments.field, "value": arguments.value}


@tool(ColumnChoiceArguments)
async def set_column(state: SessionState, arguments: ColumnChoiceArguments) -> dict[str, Any]:
    sheet = state.require_sheet()
    fields = known_fields()
    if arguments.field not in fields:
        raise error(UNKNOWN_FIELD, field=arguments.field, fields=", ".join(fields))
    columns = {column.casefold(): column for column in sheet.columns}
    column = columns.get(arguments.column.casefold())
    if column is None:
        raise error(UNKNOWN_FIELD, field=arguments.column, fields=", ".join(sheet.columns))
    state.columns_chosen[arguments.field] = column
    return {"status": "remembered", "field": arguments.field, "column": column}


def _last(state: SessionState) -> Proposal:
    if state.conversation.proposal is None:
        raise error(NO_PROPOSAL)
    return Proposal.model_validate(state.conversation.proposal)
