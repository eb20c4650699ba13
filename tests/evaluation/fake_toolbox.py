"""The toolbox of one evaluated conversation: the tools that a brain may call, over the real data server, recorded."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from agent.brains.protocol import Conversation
from agent.planning.model import SheetRow
from agent.planning.selection import Wanted, cut, fetch
from mcp_servers.data.app import DataServer as App
from mcp_servers.data.app import lifespan
from mcp_servers.data.server import build
from mcp_servers.shared.tools import ToolTable
from tests.evaluation.gold import FOLDER
from tests.tool_answers import answered


@dataclass
class DataServer:
    """The data server's own tools, called in this process; the same question about the same sheet is asked once."""

    table: ToolTable[App]
    app: App
    opened: str = ""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def __call__(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        key = json.dumps([tool, arguments], sort_keys=True)
        if key not in self.answers:
            reply = await self.table.call(self.app, tool, arguments)
            answer = answered(reply)
            self.answers[key] = answer | {"isError": True} if reply.is_error else answer
        return self.answers[key]

    async def open(self, sheet: str) -> None:
        if self.opened != sheet:
            self.answers = {}
            answer = await self("import_csv", {"path": str(FOLDER / "sheets" / f"{sheet}.csv")})
            assert not answer.get("isError"), answer
            self.opened = sheet


@asynccontextmanager
async def data_server() -> AsyncIterator[DataServer]:
    """A data server for as long as the block runs."""
    async with lifespan() as app:
        yield DataServer(build(), app)


@dataclass
class FakeToolbox:
    """Implements `Toolbox`: tools over the sheet are answered, proposals are recorded, questions as the item says."""

    data: DataServer
    conversation: Conversation
    answers: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    called: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    unanswered: bool = False
    """Whether a question stayed open: then nothing of the message was done."""

    def published(self) -> list[dict[str, Any]]:
        from agent.chat.tools.catalogue import all_tools

        return [
            {"name": s.name, "description": s.description, "input_schema": s.input_schema} for s in all_tools().values()
        ]

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name == "ask_person":
            self.asked.append(arguments)
            self.unanswered = not self.answers
            return {"answer": self.answers.pop(0)} if self.answers else {}
        if name in ("describe_sheet", "column_values", "count_rows"):
            answer = await self._ask_server(name, arguments)
            if name != "describe_sheet":
                self.called.append((name, arguments))
            return answer
        self.called.append((name, arguments))
        if name == "propose_shipment":
            if self.conversation.proposal is not None:
                self.conversation.earlier.append(self.conversation.proposal)
            self.conversation.proposal = arguments
            self.conversation.preview_pending = True
            return {"status": "preview"}
        if name == "aggregate":
            return {"rows": [["", "0"]], "columns": [], "sql": ""}
        return {"count": 0, "values": [], "columns": [], "name": "", "row_count": 0, "status": "recorded"}

    look = call

    async def _ask_server(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name == "describe_sheet":
            return {"name": "sheet", **await self.data("get_schema", {})}
        if name == "column_values":
            return await self.data("get_column_values", arguments)
        return await self.data("check_filter", {"where_clause": arguments["where"]})

    async def __call__(self, text: str) -> None:
        self.said.append(text)

    def delta(self, text: str) -> None:
        """Pieces are repeated as a whole."""

    def notice(self, text: str, level: str = "info") -> None:
        """Not judged."""

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None:
        """Not judged."""


async def rows_for(data: DataServer, arguments: dict[str, Any]) -> list[SheetRow]:
    """The rows that a proposal selects, by the product's own selection over the real guard."""
    order = tuple((o["column"], bool(o.get("descending"))) for o in arguments.get("order_by", []))
    by_row = bool(order) and order[0][0] == "sheet_row"
    rows = await fetch(data, arguments.get("where") or "TRUE", () if by_row else order)
    if by_row:
        rows.sort(key=lambda row: row.sheet_row, reverse=order[0][1])
    wanted = Wanted(
        "TRUE", order, arguments.get("limit"), arguments.get("every"), arguments.get("sample"), arguments.get("seed")
    )
    return cut(rows, wanted)[0]
