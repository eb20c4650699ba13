"""The routes of the practice carrier, and the order in which a request meets faults, checks and records."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mcp_servers.ups.simulator import access, documents, endpoints, locator, pickups, records, track
from mcp_servers.ups.simulator.aftermath import recover, void
from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
from mcp_servers.ups.simulator.faults import CATALOGUE, Fault, make, parse
from mcp_servers.ups.simulator.rate import rate, transit_times
from mcp_servers.ups.simulator.ship import ship
from mcp_servers.ups.simulator.wire import Dropped, HalfSent

Operation = Callable[[Carrier, Call], Awaitable[Reply]]
LONGEST_HOLD_S = 600.0
_PAGE = "<html><head><title>Error</title></head><body>The page cannot be displayed.</body></html>"
# Answers that come instead of the work; nothing is booked.
_INSTEAD: dict[str, Reply] = {
    "html-401": Reply(_PAGE, 401),
    "html-400": Reply(_PAGE, 400),
    "text-503": Reply("no healthy upstream", 503),
    "error-500": refusal("20001", "General failure, try again later", 500),
    "blocked-403": refusal("10403", "Blocked Merchant", 403),
    "burst-429": refusal("10429", "Too Many Requests", 429),
    "token-expired": refusal("250002", "Invalid Authentication Information.", 401),
}
# Answers that come although the work was done.
_AFTER: dict[str, Reply] = {
    "garbage-200": Reply('{"ShipmentResponse": {"Respo'),
    "html-200": Reply(_PAGE),
    "timeout-504": Reply("upstream request timeout", 504),
}


def build(carrier: Carrier, token: str) -> Starlette:
    """The application; its own pages want the token."""
    routes = [
        _route(carrier, "ship", "POST", "/api/shipments/{version}/ship", ship),
        _route(carrier, "rate", "POST", "/api/rating/{version}/{option}", rate),
        _route(carrier, "void", "DELETE", "/api/shipments/{version}/void/cancel/{number}", void),
        _route(carrier, "recover", "POST", "/api/labels/{version}/recovery", recover),
        _route(carrier, "track", "GET", "/api/track/v1/details/{number}", track.by_number),
        _route(carrier, "track", "GET", "/api/track/v1/shipment/details/{number}", track.by_shipment),
        _route(carrier, "track", "GET", "/api/track/v1/reference/details/{reference}", track.by_reference),
        _route(carrier, "xav", "POST", "/api/addressvalidation/{version}/{option}", endpoints.validate_address),
        _route(carrier, "locator", "POST", "/api/locations/{version}/search/availabilities/{option}", locator.search),
        _route(carrier, "transit", "POST", "/api/shipments/{version}/transittimes", transit_times),
        _route(carrier, "pickup", "POST", "/api/pickupcreation/{version}/pickup", pickups.create),
        _route(carrier, "pickup", "POST", "/api/shipments/{version}/pickup/oncall", pickups.rate),
        _route(carrier, "pickup", "GET", "/api/shipments/{version}/pickup/oncall", pickups.pending),
        _route(carrier, "pickup", "DELETE", "/api/shipments/{version}/pickup/{by}", pickups.cancel),
        _route(carrier, "paperless", "POST", "/api/paperlessdocuments/{version}/upload", documents.upload),
        _route(carrier, "paperless", "POST", "/api/paperlessdocuments/{version}/image", documents.push),
        _route(
            carrier,
            "paperless",
            "DELETE",
            "/api/paperlessdocuments/{version}/DocumentId/ShipperNumber",
            documents.delete,
        ),
        _route(carrier, "token", "POST", "/security/v1/oauth/token", endpoints.token),
        *_admin(carrier, token),
    ]
    return Starlette(routes=routes, middleware=[access.THIS_MACHINE])


def _route(carrier: Carrier, name: str, method: str, path: str, operation: Operation) -> Route:
    async def endpoint(request: Request) -> Response:
        content = await request.body()
        try:
            body = json.loads(content) if content and name != "token" else None
        except ValueError:
            body = None
        call = Call(name, request.path_params, request.query_params, request.headers, body)
        return await _serve(carrier, call, operation)

    return Route(path, endpoint, methods=[method])


async def _serve(carrier: Carrier, call: Call, operation: Operation) -> Response:
    reference = call.reference
    carrier.events.add("received", call.operation, reference=reference)
    if carrier.latency_s:
        await asyncio.sleep(carrier.latency_s)
    reply = None if carrier.faults.none else await _before(carrier, call)
    if isinstance(reply, Response):
        carrier.events.add("dropped", call.operation, reference=reference)
        return reply
    if reply is None:
        if call.operation != "token" and not endpoints.token_is_good(call.headers):
            reply = refusal("250002", "Invalid Authentication Information.", 401)
        else:
            reply = await operation(carrier, call)
    if not carrier.faults.none and reply.status == 200:
        broken = await _after(carrier, call, reply)
        if broken is not None:
            carrier.events.add("dropped", call.operation, reference=reference)
            return broken
    if reply.status >= 400 and carrier.strikes("old-errors", call.operation):
        reply = _as_old_error(reply)
    carrier.events.add("answered", call.operation, reference=reference, status=reply.status)
    return _response(reply)


def _response(reply: Reply) -> Response:
    headers = {"Retry-After": reply.retry_after} if reply.retry_after else None
    return Response(reply.content, reply.status, headers=headers, media_type=reply.media_type)


async def _before(carrier: Carrier, call: Call) -> Reply | Response | None:
    name = call.operation
    if (slow := carrier.strikes("slow", name)) is not None:
        await asyncio.sleep(float(slow.value or 1))
    if carrier.strikes("reset", name):
        return Dropped()
    for fault, reply in _INSTEAD.items():
        # A token request cannot be refused for an expired token.
        if fault == "token-expired" and name == "token":
            continue
        if (struck := carrier.strikes(fault, name)) is not None:
            return replace(reply, retry_after=struck.value) if fault == "burst-429" else reply
    if (swallow := carrier.strikes("swallow", name)) is not None:
        await _hold(carrier, call, swallow)
        return Dropped()
    if (hang := carrier.strikes("hang-before-commit", name)) is not None:
        await _hold(carrier, call, hang)
    return None


async def _after(carrier: Carrier, call: Call, reply: Reply) -> Response | None:
    name = call.operation
    if (slow := carrier.strikes("slow-answer", name)) is not None:
        await _hold(carrier, call, slow)
    if carrier.strikes("lost-answer", name):
        return Dropped()
    if carrier.strikes("half-answer", name):
        return HalfSent(reply.content, media_type=reply.media_type)
    for fault, broken in _AFTER.items():
        if carrier.strikes(fault, name):
            return _response(broken)
    return None


async def _hold(carrier: Carrier, call: Call, fault: Fault) -> None:
    carrier.events.add("held", call.operation, reference=call.reference, fault=fault.name)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(float(fault.value) if fault.value else LONGEST_HOLD_S):
            await fault.released.wait()


def _as_old_error(reply: Reply) -> Reply:
    if isinstance(reply.body, str):
        return reply
    first = reply.body["response"]["errors"][0]
    detail = {"PrimaryErrorCode": {"Code": first["code"], "Description": first["message"]}}
    fault = {"faultcode": "Client", "detail": {"Errors": {"ErrorDetail": detail}}}
    return replace(reply, body={"Fault": fault})


def _admin(carrier: Carrier, token: str) -> list[Route]:
    """Pages for tests and the curious; no part of UPS's API."""

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            carrier.faults.clear(request.query_params.get("name"))
        if request.method == "POST":
            try:
                carrier.faults.add(_wanted(await request.json()))
            except (ValueError, TypeError) as error:
                return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"on": carrier.faults.listed(), "catalogue": {k: v[0] for k, v in CATALOGUE.items()}})

    async def events(request: Request) -> Response:
        after = int(request.query_params.get("after", "0"))
        wait_s = min(float(request.query_params.get("wait", "0")), 60.0)
        return JSONResponse({"events": await carrier.events.after(after, wait_s)})

    async def booked(_request: Request) -> Response:
        return JSONResponse(records.entries(await carrier.records.run(records.all_shipments)))

    def page(path: str, show: Callable[[Request], Awaitable[Response]], *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            if access.may_use(request, token):
                return await show(request)
            return JSONResponse({"error": "the token beside the records is missing: Authorization: Bearer TOKEN"}, 401)

        return Route(path, endpoint, methods=list(methods))

    return [
        page("/simulator/faults", faults, "GET", "POST", "DELETE"),
        page("/simulator/events", events, "GET"),
        page("/simulator/records", booked, "GET"),
        # Its former name.
        page("/simulator/books", booked, "GET"),
    ]


def _wanted(body: Any) -> Fault:
    """`{"fault": "lost-answer:1"}` or `{"name", "value"?, "operation"?, "count"?, "probability"?}`."""
    return parse(body["fault"]) if "fault" in body else make(body.pop("name"), **body)
