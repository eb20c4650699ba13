"""How a tool is declared: name, arguments, coroutine. Descriptions are files in prompts/tools."""

import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from agent.chat.state import SessionState


class ToolArguments(BaseModel):
    """Base of every tool's arguments: nothing undeclared."""

    model_config = ConfigDict(extra="forbid")


class NoArguments(ToolArguments):
    """For tools that need none."""


Run = Callable[[SessionState, Any], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool that a brain may call."""

    name: str
    arguments: type[BaseModel]
    run: Run

    @property
    def description(self) -> str:
        """Its text, once, from prompts/tools."""
        return (files("prompts") / "tools" / f"{self.name}.md").read_text(encoding="utf-8").strip()

    @property
    def input_schema(self) -> dict[str, Any]:
        """Its arguments, described by prompts/arguments where there is such a file."""
        schema = self.arguments.model_json_schema()
        file = files("prompts") / "arguments" / f"{self.name}.toml"
        if not file.is_file():
            return schema
        for path, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            part, _, name = path.rpartition(".")
            owner = schema["$defs"][part] if part else schema
            owner["properties"][name]["description"] = text
        return schema


_TOOLS: dict[str, ToolSpec] = {}


def tool(arguments: type[BaseModel]) -> Callable[[Run], Run]:
    """Put a coroutine `(state, arguments) -> answer` on the list under its own name."""

    def register(run: Run) -> Run:
        _TOOLS[run.__name__] = ToolSpec(run.__name__, arguments, run)
        return run

    return register


def registered() -> dict[str, ToolSpec]:
    """What the modules that were imported so far have put on the list."""
    return dict(_TOOLS)
