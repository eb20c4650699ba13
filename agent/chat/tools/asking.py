"""The tool with which a brain asks the person, instead of guessing."""

from typing import Any

from pydantic import Field

from agent.chat.state import SessionState
from agent.chat.tools.registry import ToolArguments, tool


class AskArguments(ToolArguments):
    question: str
    options: list[str] = Field(default_factory=list)
    free_text: bool = False


@tool(AskArguments)
async def ask_person(state: SessionState, arguments: AskArguments) -> dict[str, Any]:
    # The offline brain keeps its answers itself, and knows which of them were not understood.
    free_text = arguments.free_text or not arguments.options
    return {
        "answer": await state.ask(
            arguments.question, arguments.options, free_text=free_text, remember=state.model_turn.at_work
        )
    }
