"""The real server, over stdio, with a real MCP client."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client, StdioServerParameters

from tests.tool_answers import answered

UPDATE, READ = "bulk_update_job_status", "bulk_read_new_jobs"
SQL = "x'); DROP TABLE jobs; --"

Stdio = Callable[..., StdioServerParameters]


def change(*ids: Any, status: Any = "reviewed") -> list[dict[str, Any]]:
    return [{"id": id_, "status": status} for id_ in ids]


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    """The content; only refusals are errors."""
    answer = await client.call_tool(name, arguments)
    content = answered(answer)
    assert answer.is_error == ("error" in content)
    return content


class TestPublished:
    @pytest.mark.parametrize("mode", ["auto", "legacy"])
    async def test_name_tools_and_annotations(self, folder: Path, stdio: Stdio, mode: Any) -> None:
        async with Client(stdio(folder), mode=mode) as client:
            assert client.server_info.name == "shipchat-jobs"
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert tools.keys() == {UPDATE, READ}
        hints = {name: tool.annotations.model_dump(exclude={"title"}) for name, tool in tools.items()}
        assert hints[READ] == {
            "read_only_hint": True,
            "destructive_hint": False,
            "idempotent_hint": True,
            "open_world_hint": False,
        }
        assert hints[UPDATE] == hints[READ] | {"read_only_hint": False, "destructive_hint": True}

    async def test_strict_schemas_of_input_and_output(self, folder: Path, stdio: Stdio) -> None:
        async with Client(stdio(folder)) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        for tool in tools.values():
            for schema in (tool.input_schema, tool.output_schema):
                jsonschema.Draft202012Validator.check_schema(schema)
                assert schema["type"] == "object"
                for part in (schema, *schema.get("$defs", {}).values()):
                    assert part["additionalProperties"] is False
        assert tools[UPDATE].input_schema["properties"].keys() == {"updates", "db_path"}
        assert tools[UPDATE].input_schema["required"] == ["updates"]
        assert tools[UPDATE].input_schema["properties"]["updates"]["maxItems"] == 100
        assert tools[READ].input_schema["properties"].keys() == {"limit", "cursor", "db_path"}
        assert tools[READ].input_schema["properties"]["limit"]["default"] == 50

    async def test_a_fixed_database_takes_db_path_out_of_both_schemas(
        self, folder: Path, stdio: Stdio, make_queue: Any
    ) -> None:
        queue, other = make_queue(2, name="fixed.db"), make_queue(2, name="other.db")
        async with Client(stdio(folder, SHIPCHAT_JOBS_DB=str(queue.path))) as client:
            for tool in (await client.list_tools()).tools:
                assert "db_path" not in json.dumps(tool.model_dump(mode="json"))
            assert (await call(client, READ))["count"] == 2
            assert (await call(client, UPDATE, updates=change(1)))["updated_count"] == 1
            for path in (str(other.path), str(queue.path), None):
                for name, more in ((READ, {}), (UPDATE, {"updates": change(2)})):
                    assert (await call(client, name, db_path=path, **more))["error"]["code"] == "VALIDATION_ERROR"
        assert queue.statuses() == {1: "reviewed", 2: "new"}
        assert other.statuses() == {1: "new", 2: "new"}


class TestCalls:
    async def test_read_triage_and_read_again(self, folder: Path, stdio: Stdio, make_queue: Any) -> None:
        queue = make_queue(100)
        queue.path.rename(folder / "queue.db")
        async with Client(stdio(folder)) as client:
            page = await call(client, READ, limit=60, db_path="queue.db")
            assert [job["id"] for job in page["jobs"]] == list(range(100, 40, -1))
            updates = [{"id": job["id"], "status": "reject"} for job in page["jobs"]]
            assert (await call(client, UPDATE, updates=updates, db_path="queue.db"))["updated_count"] == 60
            rest = await call(client, READ, limit=60, cursor=page["next_cursor"], db_path="queue.db")
            assert [job["id"] for job in rest["jobs"]] == list(range(40, 0, -1))
            assert (rest["has_more"], rest["next_cursor"]) == (False, None)

    @pytest.mark.parametrize("mode", ["auto", "legacy"])
    async def test_wrong_types_are_answered_in_the_error_form(
        self, folder: Path, stdio: Stdio, make_queue: Any, mode: Any
    ) -> None:
        path = str(make_queue(1).path)
        async with Client(stdio(folder), mode=mode) as client:
            assert (await call(client, UPDATE))["error"]["code"] == "VALIDATION_ERROR"
            for updates in (None, "x", 1, {}, True, SQL):
                error = (await call(client, UPDATE, updates=updates, db_path=path))["error"]
                assert (error["code"], error["retryable"]) == ("VALIDATION_ERROR", False)
            for wrong in ({"limit": "5"}, {"limit": 0}, {"cursor": SQL}, {"cursor": 5}, {"db_path": 5}, {SQL: 1}):
                error = (await call(client, READ, **wrong))["error"]
                assert (error["code"], error["retryable"]) == ("VALIDATION_ERROR", False)
                assert "DROP" not in error["message"]

    async def test_0_1_100_101_and_100_000_updates(self, folder: Path, stdio: Stdio, make_queue: Any) -> None:
        queue = make_queue(101)
        async with Client(stdio(folder)) as client:
            for count in (0, 1, 100):
                answer = await call(client, UPDATE, updates=change(*range(1, count + 1)), db_path=str(queue.path))
                assert (answer["updated_count"], len(answer["results"])) == (count, count)
            written = queue.rows()
            for count in (101, 100_000):
                updates = change(*range(1, count + 1), status="reject")
                error = (await call(client, UPDATE, updates=updates, db_path=str(queue.path)))["error"]
                assert (error["code"], str(count) in error["message"]) == ("VALIDATION_ERROR", True)
        assert queue.rows() == written

    async def test_item_faults_come_as_results(self, folder: Path, stdio: Stdio, make_queue: Any) -> None:
        queue = make_queue(3)
        updates = [
            *change(1, None, True, "2", 0, -1, 2**63, 10**40, 99, SQL),
            *({"status": "new"}, {"id": 2}, {"id": 3, "status": SQL}, None),
        ]
        async with Client(stdio(folder)) as client:
            answer = await call(client, UPDATE, updates=updates, db_path=str(queue.path))
        assert (answer["updated_count"], answer["failed_count"]) == (0, len(updates) - 1)
        expected = [1, None, True, "2", 0, -1, 2**63, 10**40, 99, SQL, None, 2, 3, None]
        assert [result["id"] for result in answer["results"]] == expected
        assert "error" not in answer["results"][0]
        assert not any("DROP" in result.get("error", "") for result in answer["results"])
        assert set(queue.statuses().values()) == {"new"}

    async def test_faults_of_the_database(self, folder: Path, stdio: Stdio, make_queue: Any) -> None:
        queue, old = make_queue(1), make_queue(1, name="old.db", columns=["id INTEGER PRIMARY KEY", "status TEXT"])
        ledger, marked = make_queue(1, name="ledger.db"), make_queue(1, name="marked.db")
        ledger.execute(f"PRAGMA application_id = {0x53484C47}")
        marked.path.chmod(0o444)
        async with Client(stdio(folder)) as client:
            for name, code, told in [
                ("missing.db", "DB_NOT_FOUND", "missing.db"),
                ("data/../missing.db", "DB_NOT_FOUND", "missing.db"),
                (str(old.path), "DB_ERROR", "Migration needed"),
                (str(ledger.path), "DB_ERROR", "not a jobs database"),
                (str(marked.path), "DB_ERROR", "read-only"),
                (str(folder), "DB_NOT_FOUND", f"There is no database file {folder.name}."),
            ]:
                error = (await call(client, UPDATE, updates=change(1), db_path=name))["error"]
                assert (error["code"], error["retryable"]) == (code, False)
                assert told in error["message"]
                assert str(folder) not in error["message"]
            with closing(sqlite3.connect(queue.path, isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                error = (await call(client, UPDATE, updates=change(1), db_path=str(queue.path)))["error"]
            assert (error["code"], error["retryable"]) == ("DB_ERROR", True)
            assert (await call(client, UPDATE, updates=change(1), db_path=str(queue.path)))["updated_count"] == 1
        assert not (folder / "missing.db").exists()
