"""The person's own servers over streamable HTTP, at a loopback address."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ShipchatError
from agent.own_servers.supervisor import Limits, OwnServers

READS = {"name": "inbox", "description": "d", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}}


class _Mail(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kind = "honest"
    seen: list[Any]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.headers["Authorization"], request["method"]))
        if "id" not in request:
            self._send(202, b"")
            return
        result: dict[str, Any] | None = None
        if request["method"] == "initialize":
            about = {"name": "mail", "version": "7"}
            version = request["params"]["protocolVersion"]
            result = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": about}
        elif request["method"] == "tools/list":
            result = {"tools": [READS]}
        elif request["method"] == "tools/call":
            if self.kind == "elsewhere":
                self._send(307, b"", Location="http://localhost:9/mcp")
                return
            text = "x" * (20 << 20) if self.kind in ("huge", "packed") else f"for {self.headers['Authorization']}"
            result = {"content": [{"type": "text", "text": text}]}
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
        answer |= {"result": result} if result else {"error": {"code": -32601, "message": "no"}}
        body = json.dumps(answer).encode()
        if self.kind == "packed" and len(body) > 1 << 20:
            self._send(200, gzip.compress(body, 1), **{"Content-Encoding": "gzip"})
        else:
            self._send(200, body)

    def do_GET(self) -> None:
        self._send(405, b"")

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what some tests are about."""


@pytest.fixture
def mail(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[Any]]]:
    handler = type("Mail", (_Mail,), {"kind": getattr(request, "param", "honest"), "seen": []})
    server = _Quiet(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/mcp", handler.seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def own(mail: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnServers:
    monkeypatch.setenv("MY_MAIL", "mail-0815-pass")
    entry = {"type": "http", "url": mail[0], "headers": {"Authorization": "Bearer ${MY_MAIL}"}}
    away = {"url": "http://127.0.0.1:9/mcp"}
    (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": {"mail": entry, "away": away}}))
    return OwnServers(tmp_path, Limits(call_s=20))


async def test_an_address_is_asked_with_its_headers_and_one_that_is_away_is_told(own: OwnServers, mail: Any) -> None:
    try:
        await own.start()
        assert [(one.state, one.version) for one in own.all] == [("running", "7"), ("failed", "")]
        (line,) = own.news()
        assert line.startswith("E-4111: Your server away did not start: ")
        ((tool,), _) = own.tools()
        # The header's secret came back, and stays out of the answer.
        assert (await own.call(tool, {})).text == "for ***"
    finally:
        await own.close()
    assert {header for header, _ in mail[1]} == {"Bearer mail-0815-pass"}


@pytest.mark.parametrize("mail", ["huge", "packed", "elsewhere"], indirect=True)
async def test_an_answer_that_is_too_large_packed_or_elsewhere_is_none(own: OwnServers) -> None:
    try:
        await own.start()
        ((tool,), _) = own.tools()
        try:
            answer = await own.call(tool, {})
        except ShipchatError as refusal:
            assert refusal.code == "E-4113"  # noqa: PT017
        else:
            assert answer.is_error
            assert len(answer.text) < 1_000
    finally:
        await own.close()
