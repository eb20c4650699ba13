"""Tools that propose to ship: the brain names rows and a service, code makes the plan, the person approves."""

from typing import Any

from pydantic import Field

from agent.chat.comparing_turn import compare
from agent.chat.mapping_turn import assign_column
from agent.chat.proposal_turn import propose
from agent.chat.state import SessionState
from agent.chat.tools.registry import NoArguments, ToolArguments, tool
from agent.errors import ErrorKind, error
from agent.mapping.answers import OTHER_NAMES
from agent.mapping.builder import rows_in_words
from agent.planning.selection import LEFT_OUT
from agent.planning.ship_request import ShipRequest

NO_PROPOSAL = ErrorKind("E-2313", "There is no proposal to change.", "Say what to ship first.")


class CompareArguments(ToolArguments):
    services: list[str] = Field(default_factory=list, max_length=8)


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
    answer = await propose_shipment(state, proposal.model_copy(update={"left_out": left_out}))
    if state.pending is not None:
        gone = state.pending.preview.excluded.get(LEFT_OUT, [])
        never_in = [row for row in dict.fromkeys(arguments.sheet_rows) if row not in gone]
        if never_in:
            was = "was" if len(never_in) == 1 else "were"
            state.say(f"{rows_in_words(never_in).capitalize()} {was} not among these orders: nothing was taken out.")
    return answer


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
    return await compare(state, state.pending, arguments.services)


@tool(DefaultArguments)
async def set_default(state: SessionState, arguments: DefaultArguments) -> dict[str, Any]:
    field = arguments.field.casefold()
    state.person.set_default(OTHER_NAMES.get(field, field), arguments.value, of_sheet=state.sheet.open is not None)
    return {"status": "remembered", "field": arguments.field, "value": arguments.value}


@tool(ColumnChoiceArguments)
async def set_column(state: SessionState, arguments: ColumnChoiceArguments) -> dict[str, Any]:
    again = await assign_column(state, arguments.field, arguments.column)
    answer = {"status": "remembered", "field": arguments.field, "column": arguments.column}
    if again and state.model_turn.at_work:
        # It may propose by itself, with more than that changed.
        return answer | {"preview": "none waits any more: propose again"}
    if again:
        await propose(state, _last(state), wait=True)
    return answer


def _last(state: SessionState) -> ShipRequest:
    if state.conversation.proposal is None:
        raise error(NO_PROPOSAL)
    return ShipRequest.model_validate(state.conversation.proposal)
