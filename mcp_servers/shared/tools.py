"""A server's table of tools: typed, strict arguments in; typed answers or the one fault form out.

A success is structured content that matches the tool's output schema, and the same as JSON text. A refusal is JSON
text only: clients check structured content against the output schema, and drop a refusal that does not match it.

Built on the SDK's low-level server because its high-level one parses strings as JSON before it validates
(a ZIP "02116" must stay text), answers bad arguments in prose, and indents every answer.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import mcp_types as types
from mcp.server.lowlevel import Server
from pydantic import BaseModel, ConfigDict, ValidationError

from mcp_servers.shared.faults import BAD_ARGUMENTS, INTERNAL, UNKNOWN_TOOL, ToolFault, fault
from mcp_servers.shared.schemas import answer_schema, arguments_schema, same_answer

App = TypeVar("App")
ArgumentsT = TypeVar("ArgumentsT", bound="Arguments")

logger = logging.getLogger(__name__)


class Arguments(BaseModel):
    """Base of every tool's input: nothing undeclared, nothing converted (a number is not a ZIP)."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class Answer(BaseModel):
    """Base of every tool's output."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


Handler = Callable[[Any, Any], Awaitable[Answer | dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Tool:
    """What is published of a tool, and the coroutine behind it."""

    published: types.Tool
    arguments: type[Arguments] | None
    handler: Handler


class ToolTable(Generic[App]):
    """Collects a server's tools and answers calls to them.

    `lifespan` yields the server's one `App`, which every handler gets as its first argument.
    """

    def __init__(
        self, name: str, version: str, lifespan: Callable[[], AbstractAsyncContextManager[App]], instructions: str
    ) -> None:
        self.name = name
        self.version = version
        self.instructions = instructions
        self._lifespan = lifespan
        self._tools: dict[str, Tool] = {}

    def tool(
        self,
        title: str,
        *,
        read_only: bool,
        destructive: bool = False,
        idempotent: bool,
        open_world: bool = False,
        answers_like: str | None = None,
    ) -> Callable[[Callable[[App, ArgumentsT], Awaitable[Answer]]], Callable[[App, ArgumentsT], Awaitable[Answer]]]:
        """Register `async def name(app, arguments: SomeArguments) -> SomeAnswer`; its docstring is the description.

        `answers_like` names the tool that publishes the same answer's schema.
        """

        def register(
            handler: Callable[[App, ArgumentsT], Awaitable[Answer]],
        ) -> Callable[[App, ArgumentsT], Awaitable[Answer]]:
            hints = dict(handler.__annotations__)
            answer: type[Answer] = hints.pop("return")
            hints.pop("app")
            ((_, arguments),) = hints.items()
            self.add(
                types.Tool(
                    name=handler.__name__,
                    title=title,
                    description=" ".join((handler.__doc__ or "").split()),
                    input_schema=arguments_schema(arguments),
                    output_schema=same_answer(answers_like) if answers_like else answer_schema(answer),
                    annotations=types.ToolAnnotations(
                        read_only_hint=read_only,
                        destructive_hint=destructive,
                        idempotent_hint=idempotent,
                        open_world_hint=open_world,
                    ),
                ),
                arguments,
                handler,
            )
            return handler

        return register

    def add(self, published: types.Tool, arguments: type[Arguments] | None, handler: Handler) -> None:
        """Register a tool whose schemas are given; without `arguments` the handler validates the raw dict itself."""
        self._tools[published.name] = Tool(published, arguments, handler)

    @property
    def published(self) -> list[types.Tool]:
        """The tools as a client sees them."""
        return [tool.published for tool in self._tools.values()]

    async def call(self, app: App, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        """Answer one call; a refusal is `is_error` with the fault as JSON text."""
        try:
            tool = self._tools.get(name)
            if tool is None:
                raise fault(UNKNOWN_TOOL, tool=name)
            answer = await tool.handler(app, _validated(tool, arguments))
        except ToolFault as refusal:
            return self._refused(name, refusal)
        except Exception as unexpected:
            logger.exception("tool %s failed", name)
            return self._refused(name, fault(INTERNAL, tool=name, kind=type(unexpected).__name__))
        content = (
            answer.model_dump(mode="json", by_alias=True, exclude_none=True) if isinstance(answer, Answer) else answer
        )
        return types.CallToolResult(content=[_text(content)], structured_content=content)

    def refusal_content(self, name: str, refusal: ToolFault) -> dict[str, Any]:
        """What a refusal of the tool says; a server adds what its own contract promises."""
        del name
        return refusal.as_dict()

    def _refused(self, name: str, refusal: ToolFault) -> types.CallToolResult:
        return types.CallToolResult(content=[_text(self.refusal_content(name, refusal))], is_error=True)

    def server(self) -> Server[App]:
        """The MCP server that serves this table."""

        async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
            return types.ListToolsResult(tools=self.published)

        async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
            return await self.call(context.lifespan_context, params.name, params.arguments or {})

        return Server(
            self.name,
            version=self.version,
            instructions=self.instructions,
            lifespan=lambda _server: self._lifespan(),
            on_list_tools=list_tools,
            on_call_tool=call_tool,
        )


def _validated(tool: Tool, arguments: dict[str, Any]) -> Any:
    if tool.arguments is None:
        return arguments
    try:
        # As JSON, so that strictness is JSON's: an enum or a date may come as its text, a ZIP not as a number.
        return tool.arguments.model_validate_json(json.dumps(arguments))
    except ValidationError as error:
        problems = [f"{'.'.join(str(part) for part in e['loc']) or 'arguments'}: {e['msg']}" for e in error.errors()]
        raise fault(BAD_ARGUMENTS, tool=tool.published.name, problems="; ".join(problems)) from None


def _text(content: dict[str, Any]) -> types.TextContent:
    return types.TextContent(type="text", text=json.dumps(content, ensure_ascii=False, separators=(",", ":")))
