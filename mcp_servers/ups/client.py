"""HTTP to UPS. Reads are repeated; a create is sent once, never late, and its failure says what is known."""

import asyncio
import base64
import ssl
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from mcp_servers.shared.faults import ToolFault, fault
from mcp_servers.ups.backoff import LONGEST_PAUSE_S, Backoff
from mcp_servers.ups.faults import ANSWER_LOST, SLOW_DOWN, TOO_LATE, UPS_UNREACHABLE
from mcp_servers.ups.outcome import Reply, fault_of, is_answer, is_transient, outcome_of, reply, token_fault_of
from mcp_servers.ups.settings import UpsSettings
from mcp_servers.ups.tokens import TokenSource, boot_clock
from mcp_servers.ups.ups_json import errors_of, text_at

TRANSACTION_SOURCE = "shipchat"
READ_ATTEMPTS = 4
FIRST_RETRY_S = 0.2
CONNECT_TIMEOUT_S = 10.0
# A kept-alive connection that the other side has just closed would be a false doubt.
CREATE_IDLE_S = 1.5
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class _TooLateError(Exception):
    """Raised inside the transport when the time is over and no byte has left."""


@dataclass(slots=True)
class Attempt:
    """What is known of a create request while it runs: whether a byte may have left."""

    started: bool = False


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked of UPS, without who asks."""

    method: str
    path: str
    json: Any = None
    params: dict[str, str] | None = None
    headers: dict[str, str] | None = None


class UpsClient:
    """One per server. `base_url` is asked for at each use because an embedded simulator may have been restarted."""

    def __init__(self, settings: UpsSettings, base_url: Callable[[], Awaitable[str]]) -> None:
        self._settings = settings
        self._base_url = base_url
        self.backoff = Backoff()
        self.tokens = TokenSource(self._fetch_token)
        timeout = httpx2.Timeout(settings.timeout_s, connect=min(CONNECT_TIMEOUT_S, settings.timeout_s))
        # A proxy of the environment is for the real hosts; the simulator is on this machine.
        trust = settings.environment != "simulator"
        # The simulator speaks plain HTTP: the system's certificates need not be loaded for it.
        tls = httpx2.create_ssl_context() if trust else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._reads = httpx2.AsyncClient(timeout=timeout, trust_env=trust, verify=tls)
        self._creates = httpx2.AsyncClient(
            timeout=timeout,
            verify=tls,
            trust_env=trust,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=CREATE_IDLE_S),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._reads.aclose()
        await self._creates.aclose()

    async def read(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        accept: Callable[[Reply], bool] = is_answer,
    ) -> Reply:
        """A call that is safe to repeat: 429, 5xx and lost connections are tried again, a 401 once with a new token.

        Raises the fault of the last answer unless `accept` takes it; `may_have_run` in it says whether any attempt may
        have reached UPS without an answer of its own. Void and pickup go this way too: UPS answers a
        repeated void with 190117 and a repeated pickup with the same number.
        """
        request = _Request(method, path, json, params, headers)
        refreshed = may_have_run = False
        for attempt in range(1, READ_ATTEMPTS + 1):
            try:
                await self._pause()
                answer, refreshed = await self._read_once(request, refreshed=refreshed)
            except httpx2.HTTPError as error:
                may_have_run = may_have_run or not isinstance(error, _NEVER_SENT)
                refusal, again = _unreachable(error), True
            except ToolFault as no_token:
                refusal, again = no_token, False
            else:
                if accept(answer):
                    self.backoff.went_well()
                    return answer
                may_have_run = may_have_run or outcome_of(answer) == "unknown"
                if answer.status == 429:
                    self.backoff.slow_down(answer.retry_after_s)
                refusal, again = fault_of(answer, self.backoff.pause_left_s), is_transient(answer)
            if not again or self.tells(refusal) or attempt == READ_ATTEMPTS:
                break
            await asyncio.sleep(FIRST_RETRY_S * 2 ** (attempt - 1))
        refusal.more["may_have_run"] = may_have_run
        raise refusal

    def tells(self, refusal: ToolFault) -> bool:
        """Whether it is a 429 that the caller wants to hear of at once."""
        return refusal.more.get("http_status") == 429 and not self._settings.repeats_429

    async def _read_once(self, request: _Request, *, refreshed: bool) -> tuple[Reply, bool]:
        """One try; a 401 is tried again with a new token, unless that was done before. Returns whether it has been."""
        token = await self.tokens.get()
        answer = await self._send(self._reads, request, token)
        if answer.status != 401 or refreshed:
            return answer, refreshed
        self.tokens.refused(token)
        token = await self.tokens.get()
        return await self._send(self._reads, request, token), True

    async def create(self, path: str, body: dict[str, Any], not_after: float, attempt: Attempt) -> Reply:
        """Send once; returns only a readable 200, otherwise raises a fault with `outcome` not_done or unknown."""
        if boot_clock() >= not_after:
            raise fault(TOO_LATE, more={"outcome": "not_done"})
        if self.backoff.pause_left_s > 0.0:
            raise self._slow_down()
        try:
            token = await self.tokens.get()
        except ToolFault as refusal:
            refusal.more["outcome"] = "not_done"
            raise
        reference = text_at(body, "ShipmentRequest", "Request", "TransactionReference", "CustomerContext") or ""

        async def on_progress(event: str, _info: dict[str, Any]) -> None:
            if event.endswith("send_request_headers.started"):
                if boot_clock() >= not_after:
                    raise _TooLateError
                attempt.started = True

        try:
            answer = await self._send(self._creates, _Request("POST", path, body), token, trace=on_progress)
        except _TooLateError:
            raise fault(TOO_LATE, more={"outcome": "not_done"}) from None
        except httpx2.HTTPError as error:
            raise self._lost(error, reference, started=attempt.started) from error
        return self._judged(answer, token, reference)

    def _judged(self, answer: Reply, token: str, reference: str) -> Reply:
        outcome = outcome_of(answer)
        if outcome == "done":
            self.backoff.went_well()
            return answer
        if answer.status == 401:
            self.tokens.refused(token)
        if answer.status == 429:
            self.backoff.slow_down(answer.retry_after_s)
        refusal = fault_of(answer, self.backoff.pause_left_s)
        if outcome == "unknown":
            detail = f"status {answer.status}: {refusal.message}"
            refusal = fault(ANSWER_LOST, detail=detail, reference=reference, more=refusal.more)
        refusal.more["outcome"] = outcome
        raise refusal

    async def _pause(self) -> None:
        """Wait until UPS takes requests again; a time that nobody waits for is told instead (E-3004)."""
        if self.backoff.pause_left_s > (LONGEST_PAUSE_S if self._settings.repeats_429 else 0.0):
            raise self._slow_down()
        await asyncio.sleep(self.backoff.pause_left_s)

    def _slow_down(self) -> ToolFault:
        wait = max(0.1, round(self.backoff.pause_left_s, 1))
        return fault(SLOW_DOWN, wait_s=wait, more={"outcome": "not_done", "http_status": 429, "retry_after_s": wait})

    def _lost(self, error: httpx2.HTTPError, reference: str, *, started: bool) -> ToolFault:
        if not started:
            refusal = _unreachable(error)
            refusal.more["outcome"] = "not_done"
            return refusal
        return fault(ANSWER_LOST, detail=_words(error), reference=reference, more={"outcome": "unknown"})

    async def _send(self, client: httpx2.AsyncClient, request: _Request, token: str, *, trace: Any = None) -> Reply:
        trans_id = uuid.uuid4().hex
        response = await client.request(
            request.method,
            await self._base_url() + request.path,
            json=request.json,
            params=request.params,
            headers={
                "Authorization": f"Bearer {token}",
                "transId": trans_id,
                "transactionSrc": TRANSACTION_SOURCE,
                **(request.headers or {}),
            },
            extensions={"trace": trace} if trace else None,
        )
        return reply(response.status_code, response.content, trans_id, response.headers.get("Retry-After"))

    async def _fetch_token(self) -> tuple[str, float]:
        client_id, secret = self._settings.credentials()
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        for attempt in range(1, READ_ATTEMPTS + 1):
            await self._pause()
            try:
                response = await self._reads.post(
                    await self._base_url() + "/security/v1/oauth/token",
                    data={"grant_type": "client_credentials"},
                    headers={"Authorization": f"Basic {basic}"},
                )
            except httpx2.HTTPError as error:
                if attempt == READ_ATTEMPTS:
                    raise _unreachable(error) from error
            else:
                answer = reply(response.status_code, response.content, "", response.headers.get("Retry-After"))
                value, lifetime = text_at(answer.body, "access_token"), text_at(answer.body, "expires_in")
                if answer.status == 200 and value and not errors_of(answer.body):
                    return value, _lifetime_s(lifetime)
                if answer.status == 429:
                    self.backoff.slow_down(answer.retry_after_s)
                elif not is_transient(answer) or attempt == READ_ATTEMPTS:
                    raise token_fault_of(answer)
            await asyncio.sleep(FIRST_RETRY_S * 2 ** (attempt - 1))
        raise self._slow_down()


def _lifetime_s(text: str | None) -> float:
    # UPS sends it as text. What cannot be read is taken as the shortest: the next call fetches again.
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _unreachable(error: httpx2.HTTPError) -> ToolFault:
    return fault(UPS_UNREACHABLE, detail=_words(error))


def _words(error: httpx2.HTTPError) -> str:
    words: dict[type[httpx2.HTTPError], str] = {
        httpx2.ConnectError: "no connection",
        httpx2.ConnectTimeout: "no connection in time",
        httpx2.PoolTimeout: "no free connection",
        httpx2.ReadTimeout: "no answer in time",
        httpx2.ReadError: "the connection broke",
        httpx2.RemoteProtocolError: "the answer broke off",
    }
    return words.get(type(error), type(error).__name__)
