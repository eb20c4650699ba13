"""The tool that has addresses checked: a brain names rows and gets counts; what UPS writes goes to the person."""

from typing import Any

from agent.chat.address_turn import WhichAddresses, check_addresses_of
from agent.chat.state import SessionState
from agent.chat.tools.registry import ToolArguments, tool


class CheckDestinationsArguments(ToolArguments):
    where: str = "TRUE"
    previewed: bool = False
    again: bool = False


@tool(CheckDestinationsArguments)
async def check_destinations(state: SessionState, arguments: CheckDestinationsArguments) -> dict[str, Any]:
    state.sheet.require()
    return await check_addresses_of(
        state, WhichAddresses(arguments.where, previewed=arguments.previewed, again=arguments.again)
    )
