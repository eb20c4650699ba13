"""docs/jobs-server.md: its examples are run in order by a real client, its schemas are the published ones."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

from tests.tool_answers import answered

PAGE = (Path(__file__).parents[3] / "docs" / "jobs-server.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r'^```(json|sql)(?: title="(.*)")?\n((?s:.*?))^```$', PAGE, re.MULTILINE)


async def test_every_example_gives_the_answer_that_is_printed(
    folder: Path, stdio: Callable[..., StdioServerParameters]
) -> None:
    (tables,) = [text for language, _, text in BLOCKS if language == "sql"]
    with closing(sqlite3.connect(folder / "jobs.db")) as made:
        made.executescript(tables)
    examples = [(kind, json.loads(text)) for _, kind, text in BLOCKS if kind.startswith(("call", "answer"))]
    calls, answers = examples[::2], examples[1::2]
    assert len(calls) == len(answers) >= 9
    async with Client(stdio(folder)) as client:
        for (kind, asked), (_, printed) in zip(calls, answers, strict=True):
            with closing(sqlite3.connect(folder / "jobs.db", isolation_level=None)) as other:
                if kind == "call while locked":
                    other.execute("BEGIN IMMEDIATE")
                answer = await client.call_tool(asked["tool"], asked["arguments"])
            assert answered(answer) == printed
            assert answer.is_error == ("error" in printed)


def test_the_printed_schemas_are_the_published_ones(make_server: Any) -> None:
    printed = {kind: json.loads(text) for _, kind, text in BLOCKS if kind.startswith("schema")}
    published = {}
    for tool in make_server().table.published:
        published[f"schema {tool.name} input"] = tool.input_schema
        published[f"schema {tool.name} output"] = tool.output_schema
    assert printed == published
