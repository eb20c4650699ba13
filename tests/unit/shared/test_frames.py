"""What is no message gets JSON-RPC's error from every server, which goes on; nothing of it is repeated."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.shared.frames import refusal_of
from mcp_servers.shared.pipes import LONGEST_LINE

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
}
PARSE, REQUEST, METHOD, PARAMS = -32700, -32600, -32601, -32602
DEEP = b'{"jsonrpc":"2.0","id":13,"method":"ping","params":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001
FRAMES = [
    (b"{bad json", None, PARSE),
    (b"\xff\xfe\x00", None, PARSE),
    (b"[" * 100_000, None, PARSE),
    (DEEP, None, PARSE),
    (b"[]", None, REQUEST),
    (b"null", None, REQUEST),
    (b"5", None, REQUEST),
    (b"{}", None, REQUEST),
    (b'[{"jsonrpc":"2.0","id":12,"method":"ping"}]', None, REQUEST),
    (b'{"jsonrpc":"1.0","id":2,"method":"ping"}', 2, REQUEST),
    (b'{"jsonrpc":"2.0","id":"x3"}', "x3", REQUEST),
    (b'{"jsonrpc":"2.0","id":4,"method":5}', 4, REQUEST),
    (b'{"jsonrpc":"2.0","id":8,"method":"tools/call","params":[]}', 8, REQUEST),
    (b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', None, REQUEST),
    (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', None, REQUEST),
    (b'{"jsonrpc":"2.0","id":1e400,"method":"ping"}', None, REQUEST),
    (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', None, REQUEST),
    (b'{"jsonrpc":"2.0","id":15,"method":"tools/call","params":{"name":"\\ud800","arguments":{}}}', 15, REQUEST),
    (b'{"jsonrpc":"2.0","id":5,"method":"no/such"}', 5, METHOD),
    (b'{"jsonrpc":"2.0","id":6,"method":"tools/call"}', 6, PARAMS),
    (b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":5}}', 7, PARAMS),
    (b'{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"x","arguments":"y"}}', 9, PARAMS),
]


@given(st.one_of(st.text(max_size=60), st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "method", "a"]), inner), max_leaves=8).map(json.dumps)))  # fmt: skip
def test_any_line_has_its_error_and_is_not_repeated(line):
    answer = json.loads(refusal_of(line).model_dump_json(by_alias=True, exclude_unset=True))
    assert answer.keys() == {"jsonrpc", "id", "error"}
    assert answer["error"]["code"] in (PARSE, REQUEST)
    assert answer["error"].keys() == {"code", "message"}
    try:
        sent = json.loads(line)
    except ValueError:
        sent = None
        assert answer["error"]["code"] == PARSE
    named = sent.get("id") if isinstance(sent, dict) else None
    assert answer["id"] == (named if isinstance(named, str) or type(named) is int else None)


@pytest.mark.slow
@pytest.mark.parametrize("server", ["data", "ups", "jobs"])
def test_every_server_answers_what_is_no_message_and_goes_on(server, tmp_path: Path):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SHIPCHAT_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-P", "-m", f"mcp_servers.{server}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(frame: bytes) -> dict:
            process.stdin.write(frame + b"\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        assert ask(json.dumps(HELLO).encode())["id"] == 1
        process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n\n \n')
        # Notifications and requests in one breath: each line is judged by itself, however far ahead the server reads.
        told = b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"none"}}\n'
        process.stdin.write(
            b"".join(told + b'{"jsonrpc":"2.0","id":%d,"method":"ping"}\n' % n for n in range(200, 240))
        )
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(40)]
        assert sorted(answer["id"] for answer in answers if "result" in answer) == list(range(200, 240))
        for frame, request_id, code in FRAMES:
            answer = ask(frame)
            assert (answer["id"], answer["error"]["code"]) == (request_id, code), frame[:80]
        huge = b'{"jsonrpc":"2.0","id":17,"method":"ping","params":{"x":"' + b"x" * LONGEST_LINE + b'"}}'
        assert ask(huge)["error"]["code"] == PARSE
        # A stray answer is nobody's, and needs none.
        process.stdin.write(b'{"jsonrpc":"2.0","id":16,"result":{}}\n')
        assert ask(b'{"jsonrpc":"2.0","id":77,"method":"ping"}')["id"] == 77
        process.stdin.close()
        assert process.wait(timeout=30) == 0
