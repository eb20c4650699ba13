"""When a create request may start, and what happens to its reference when it may not."""

# ruff: noqa: ASYNC240 - a test may wait for a small file

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.ups import client
from mcp_servers.ups.tokens import boot_clock

pytestmark = pytest.mark.fault


async def test_time_that_ends_between_check_and_first_byte_sends_nothing(
    server: Any,
    carrier: Any,
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A laptop that sleeps while it connects: the request's own start is what counts."""
    await server.call("rating_quote", shipment=shipment)
    before = carrier.last_event()
    readings = iter([not_after - 1, not_after + 1])
    monkeypatch.setattr(client, "boot_clock", lambda: next(readings))
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    refused = await server.refused("shipping_create", **call)
    assert (refused["code"], refused["outcome"]) == ("E-3101", "not_done")
    assert carrier.last_event() == before
    monkeypatch.setattr(client, "boot_clock", boot_clock)
    assert (await server.call("shipping_create", **call))["fromSpool"] is False


async def test_a_call_cancelled_before_its_first_byte_frees_the_reference(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    before = carrier.last_event()
    carrier.fault("slow-answer@token:1")
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    task = asyncio.create_task(server.refused("shipping_create", **call))
    await asyncio.to_thread(carrier.wait_for, "held", after=before)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert server.app.spool.read(reference) is None
    carrier.clear()
    assert (await server.call("shipping_create", **call))["outcome"] == "done"
    assert len(carrier.booked(reference)) == 1


async def test_without_a_spool_nothing_is_sent(
    start_server: Callable[..., Any],
    carrier: Any,
    tmp_path: Path,
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "spool").write_text("in the way")
    async with start_server(carrier.url) as server:
        refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (refused["code"], refused["outcome"]) == ("E-3104", "not_done")
    assert carrier.booked(reference) == []


async def test_a_label_that_has_gone_since_is_told_by_the_spool(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    made = await server.call("shipping_create", **call)
    Path(made["labelPaths"][0]).write_text("changed")
    again = await server.call("shipping_create", **call)
    assert again["labelPaths"] == [None]
    assert again["labelErrors"][0]["path"] == made["labelPaths"][0]


def test_creates_do_not_use_connections_that_were_idle_for_long() -> None:
    assert client.CREATE_IDLE_S < 2.0
