"""Local stand-ins for Amazon Bedrock and Google Vertex AI: they check requests as the clouds do, and frame answers alike.

Bedrock: signatures of AWS (version 4) and its event stream. Vertex AI: a bearer token from a sign-in of its own, and
server-sent events. Events are the Messages API's in both.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

ACCESS_KEY = "AKIATESTTESTTESTTEST"
SECRET_KEY = "a-secret-key-of-nobody/0123456789"
REGION = "us-west-2"
PROJECT = "shop-project"
TOKEN = "ya29.a-token-of-nobody"


@dataclass
class Refusal:
    """An error instead of a stream, with the body that the cloud sends."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Stream:
    """Events; `broken_by` says what comes after the last of them: nothing, a cut, or bytes as they are."""

    events: list[dict[str, Any]]
    broken_by: str | bytes = ""


@dataclass
class Endpoint:
    """What a test sees."""

    script: list[Stream | Refusal] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    signed_in: int = 0
    url: str = ""
    complaints: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    endpoint: Endpoint
    content_type = ""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.sign_in(raw):
            return
        body = json.loads(raw)
        self.endpoint.paths.append(self.path)
        self.endpoint.requests.append(body)
        self.endpoint.headers.append({name.casefold(): value for name, value in self.headers.items()})
        wrong = self.complaint(raw, body)
        if wrong is not None:
            self.endpoint.complaints.append(wrong)
            self.refuse(self.rejection(wrong))
            return
        answer = self.endpoint.script.pop(0)
        if isinstance(answer, Refusal):
            self.refuse(answer)
        else:
            self.stream(answer)

    def sign_in(self, raw: bytes) -> bool:
        """Whether this was a request for a token, which is answered."""
        return False

    def complaint(self, raw: bytes, body: dict[str, Any]) -> str | None:
        """What the cloud would refuse."""
        raise NotImplementedError

    def rejection(self, wrong: str) -> Refusal:
        raise NotImplementedError

    def frame(self, event: dict[str, Any]) -> bytes:
        raise NotImplementedError

    def refuse(self, refusal: Refusal) -> None:
        text = isinstance(refusal.body, str)
        data = refusal.body.encode() if text else json.dumps(refusal.body).encode()
        self.send_response(refusal.status)
        kind = "text/html" if text else "application/json"
        for name, value in {"content-type": kind, **refusal.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def stream(self, answer: Stream) -> None:
        self.send_response(200)
        self.send_header("content-type", self.content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in answer.events:
            self.chunk(self.frame(event))
        if answer.broken_by == "cut":
            self.close_connection = True
            return
        if isinstance(answer.broken_by, bytes):
            self.chunk(answer.broken_by)
        self.chunk(b"")

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class BedrockHandler(_Handler):
    content_type = "application/vnd.amazon.eventstream"

    def complaint(self, raw: bytes, body: dict[str, Any]) -> str | None:
        if not self.path.endswith("/invoke-with-response-stream"):
            return f"no such operation: {self.path}"
        if body.keys() & {"model", "stream"} or not body.get("anthropic_version"):
            return "extraneous key [model] is not permitted"
        return None if self.path.startswith("/model/") and self._is_signed(raw) else "signature"

    def rejection(self, wrong: str) -> Refusal:
        if wrong == "signature":
            # The real one tells what it expected, with every header that was signed.
            words = (
                "The request signature we calculated does not match. Canonical: x-amz-security-token:IQoJb3JpZ2luX2VjE"
            )
            return Refusal(403, {"message": words}, {"x-amzn-errortype": "InvalidSignatureException:http://aws"})
        return Refusal(400, {"message": wrong}, {"x-amzn-errortype": "ValidationException"})

    def _is_signed(self, raw: bytes) -> bool:
        """Signature Version 4, from its description and independent of the SDK's signer."""
        scheme, _, rest = self.headers["Authorization"].partition(" ")
        if scheme != "AWS4-HMAC-SHA256":
            return False
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        key, day, region, service, end = parts["Credential"].split("/")
        names = parts["SignedHeaders"].split(";")
        lines = "".join(f"{name}:{' '.join((self.headers[name] or '').split())}\n" for name in names)
        canonical = "\n".join(
            ("POST", quote(self.path, safe="/~-_."), "", lines, ";".join(names), hashlib.sha256(raw).hexdigest())
        )
        scope = f"{day}/{region}/{service}/{end}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        secret = f"AWS4{SECRET_KEY}".encode()
        for part in (day, region, service, end):
            secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
        text = f"AWS4-HMAC-SHA256\n{self.headers['X-Amz-Date']}\n{scope}\n{digest}"
        expected = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
        return (key, region, service) == (ACCESS_KEY, REGION, "bedrock") and parts["Signature"] == expected

    def frame(self, event: dict[str, Any]) -> bytes:
        inner = base64.b64encode(json.dumps(event).encode()).decode()
        return aws_frame({":message-type": "event", ":event-type": "chunk"}, {"bytes": inner})


def aws_exception(kind: str, message: str) -> bytes:
    """An error in the middle of a stream, as Bedrock sends it."""
    return aws_frame({":message-type": "exception", ":exception-type": kind}, {"message": message})


def aws_frame(headers: dict[str, str], payload: dict[str, Any]) -> bytes:
    """One message of an AWS event stream: lengths and their checksum, headers, payload, checksum of all."""
    packed = b""
    for name, value in {**headers, ":content-type": "application/json"}.items():
        packed += struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", 7, len(value)) + value.encode()
    body = json.dumps(payload).encode()
    prelude = struct.pack("!II", 16 + len(packed) + len(body), len(packed))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + packed + body
    return message + struct.pack("!I", zlib.crc32(message))


class VertexHandler(_Handler):
    content_type = "text/event-stream; charset=utf-8"

    def sign_in(self, raw: bytes) -> bool:
        if self.path != "/token":
            return False
        asked = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
        self.endpoint.signed_in += 1
        grant = asked.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        if not grant or self.endpoint.complaints == ["sign-in"]:
            self.refuse(Refusal(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}))
        else:
            self.refuse(Refusal(200, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}))
        return True

    def complaint(self, raw: bytes, body: dict[str, Any]) -> str | None:
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return "token"
        expected = f"/v1/projects/{PROJECT}/locations/{REGION}/publishers/anthropic/models/"
        if not unquote(urlsplit(self.path).path).startswith(expected) or not self.path.endswith(":streamRawPredict"):
            return f"no such path: {self.path}"
        if "model" in body or not body.get("anthropic_version") or body.get("stream") is not True:
            return "model: Extra inputs are not permitted"
        return None

    def rejection(self, wrong: str) -> Refusal:
        if wrong == "token":
            return google_refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        return google_refusal(400, "INVALID_ARGUMENT", wrong)

    def frame(self, event: dict[str, Any]) -> bytes:
        return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def google_refusal(status: int, kind: str, message: str, **headers: str) -> Refusal:
    """An error of Google's own front, before Claude sees the request."""
    return Refusal(status, [{"error": {"code": status, "message": message, "status": kind}}], headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about; anything else is a fault of this endpoint."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(kind: type[_Handler]) -> Iterator[Endpoint]:
    """The endpoint of a cloud while a test runs."""
    shown = Endpoint()
    server = _Server(("127.0.0.1", 0), type("Handler", (kind,), {"endpoint": shown}))
    shown.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield shown
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
