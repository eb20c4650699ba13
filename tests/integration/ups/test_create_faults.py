"""shipping_create on bad days: the outcome is what docs/money.md says, and nothing is ever bought twice."""

# ruff: noqa: ASYNC240 - a test may wait for a small file

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

pytestmark = pytest.mark.fault

UNKNOWN_AND_MADE = [
    *("lost-answer", "half-answer", "garbage-200", "html-200", "timeout-504", "missing-number"),
    *("extra-package", "other-context"),
]
UNKNOWN_AND_NOT_MADE = ["reset", "html-401", "html-400", "text-503", "error-500"]
NOT_DONE = ["burst-429@ship", "token-expired@ship", "blocked-403", "refuse-zip=30005:120802"]


@pytest.mark.parametrize(
    ("fault", "outcome", "made"),
    [
        *((fault, "unknown", 1) for fault in UNKNOWN_AND_MADE),
        *((fault, "unknown", 0) for fault in UNKNOWN_AND_NOT_MADE),
        *((fault, "not_done", 0) for fault in NOT_DONE),
    ],
)
async def test_each_fault_ends_in_its_outcome(
    server: Any,
    carrier: Any,
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
    fault: str,
    outcome: str,
    made: int,
) -> None:
    carrier.fault(fault + ":1")
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    refused = await server.refused("shipping_create", **call)
    assert refused["outcome"] == outcome
    assert len(carrier.booked(reference)) == made
    if outcome == "unknown":
        again = await server.refused("shipping_create", **call)
        assert (again["code"], again["outcome"]) == ("E-3103", "unknown")
        assert len(carrier.booked(reference)) == made
        found = await server.call("shipping_find", reference=reference, shipper_number="A1B2C3", since="20200101")
        assert found["status"] == ("found" if made else "not_found")
    else:
        server.app.client.backoff._until = 0.0  # the pause is another test's subject
        done = await server.call("shipping_create", **call)
        assert done["outcome"] == "done"
        assert len(carrier.booked(reference)) == 1


async def test_a_refusal_says_ups_code_and_a_packers_sentence(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    shipment["ship_to"]["address"]["postal_code"] = "90210"  # not in Georgia
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (refused["code"], refused["ups_code"], refused["outcome"]) == ("E-3001", "120802", "not_done")
    assert "recipient's city, state and ZIP code" in refused["message"]


async def test_old_shapes_of_errors_prove_as_much(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("old-errors")
    carrier.fault("refuse-zip=30005:120802")
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (refused["ups_code"], refused["outcome"]) == ("120802", "not_done")


async def test_nobody_there_is_not_done(
    start_server: Callable[..., Any], shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    async with start_server("http://127.0.0.1:9") as server:
        refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (refused["code"], refused["outcome"]) == ("E-3003", "not_done")


async def test_no_answer_in_time_is_unknown(
    start_server: Callable[..., Any],
    carrier: Any,
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
) -> None:
    async with start_server(carrier.url, timeout_s=0.3) as server:
        await server.call("rating_quote", shipment=shipment)
        carrier.fault("slow-answer:1")
        refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
        assert (refused["code"], refused["outcome"]) == ("E-3102", "unknown")
        assert len(carrier.booked(reference)) == 1


async def test_a_cancelled_call_is_never_sent_again_by_the_server(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    before = carrier.last_event()
    carrier.fault("hang-before-commit:1")
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    task = asyncio.create_task(server.refused("shipping_create", **call))
    await asyncio.to_thread(carrier.wait_for, "held", after=before, reference=reference)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    again = await server.refused("shipping_create", **call)
    assert (again["code"], again["outcome"]) == ("E-3103", "unknown")
    carrier.clear()
    await asyncio.to_thread(carrier.wait_for, "booked", after=before, reference=reference)
    assert len(carrier.booked(reference)) == 1


@pytest.mark.parametrize("fault", ["hang-before-commit", "slow-answer"])
async def test_a_killed_server_leaves_a_reference_that_finds_the_label(
    carrier: Any,
    start_server: Callable[..., Any],
    tmp_path: Path,
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
    fault: str,
) -> None:
    before = carrier.last_event()
    environment = {"SHIPCHAT_HOME": str(tmp_path / "home"), "SHIPCHAT_UPS_BASE_URL": carrier.url}
    script = (
        "import os, sys; print(os.getpid(), file=sys.stderr, flush=True);"
        " from mcp_servers.ups.__main__ import main; main()"
    )
    process_id = tmp_path / "stderr"
    call = {"environment": "simulator", "reference": reference, "not_after": not_after, "shipment": shipment}
    parameters = StdioServerParameters(command=sys.executable, args=["-c", script], env=environment)
    with process_id.open("w") as errors:
        async with Client(stdio_client(parameters, errlog=errors)) as client:
            await client.list_tools()
            carrier.fault(fault + ":1")
            task = asyncio.create_task(client.call_tool("shipping_create", call))
            await asyncio.to_thread(carrier.wait_for, "held", after=before, reference=reference)
            os.kill(int(process_id.read_text().split()[0]), signal.SIGKILL)
            with pytest.raises(MCPError):
                await task
    carrier.clear()
    await asyncio.to_thread(carrier.wait_for, "booked", after=before, reference=reference)
    async with start_server(carrier.url) as server:
        del call["environment"]
        refused = await server.refused("shipping_create", **call)
        assert (refused["code"], refused["outcome"]) == ("E-3103", "unknown")
        found = await server.call("shipping_find", reference=reference, shipper_number="A1B2C3", since="20200101")
        assert found["status"] == "found"
        assert found["shipment"]["trackingNumbers"] == [carrier.booked(reference)[0]["tracking_number"]]
        assert Path(found["shipment"]["labelPaths"][0]).exists()
    assert len(carrier.booked(reference)) == 1


@pytest.mark.parametrize("fault", ["damaged-label", "no-label"])
async def test_a_bad_label_is_no_bad_shipment(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float, fault: str
) -> None:
    carrier.fault(fault + ":1")
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (made["outcome"], made["labelPaths"]) == ("done", [None])
    assert made["labelErrors"][0]["message"]


@pytest.mark.parametrize("fault", ["objects-for-one", "empty-strings", "no-own-rates"])
async def test_wobbling_shapes_are_read_all_the_same(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float, fault: str
) -> None:
    carrier.fault(fault)
    quote = await server.call("rating_quote", shipment=shipment)
    assert quote["negotiated"] is (fault != "no-own-rates")
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert made["trackingNumbers"] == [carrier.booked(reference)[0]["tracking_number"]]
    assert made["totalCharges"]["monetaryValue"] == quote["totalCharges"]["amount"]


async def test_after_a_429_creates_are_refused_at_once_and_never_queued(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    await server.call("rating_quote", shipment=shipment)
    carrier.fault("burst-429@ship:1")
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    refused = await server.refused("shipping_create", **call)
    assert (refused["code"], refused["outcome"], refused["http_status"]) == ("E-3004", "not_done", 429)
    sent = carrier.last_event()
    again = await server.refused("shipping_create", **call)
    assert (again["code"], again["outcome"]) == ("E-3004", "not_done")
    assert again["retry_after_s"] > 0
    assert carrier.last_event() == sent


async def test_the_time_that_ups_names_is_told_and_kept_by_reads_too(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    await server.call("rating_quote", shipment=shipment)
    carrier.fault("burst-429=400@ship:1")
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    refused = await server.refused("shipping_create", **call)
    assert (refused["outcome"], 399 < refused["retry_after_s"] <= 400) == ("not_done", True)
    sent = carrier.last_event()
    read = await server.refused("rating_quote", shipment=shipment)
    assert (read["code"], read["http_status"], read["retry_after_s"] > 390) == ("E-3004", 429, True)
    assert carrier.last_event() == sent, "nothing is sent before its time"


async def test_a_charge_above_the_quote_is_told_as_it_is(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    quote = await server.call("rating_quote", shipment=shipment)
    carrier.fault("price-change=40")
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert float(made["totalCharges"]["monetaryValue"]) > 1.3 * float(quote["totalCharges"]["amount"])


@pytest.mark.fault
async def test_a_web_page_of_the_token_host_is_the_credentials(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("html-401@token")
    quoted = await server.refused("rating_quote", shipment=shipment)
    made = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (quoted["code"], quoted["retryable"], quoted["http_status"]) == ("E-5020", False, 401)
    assert (made["code"], made["outcome"], made["http_status"]) == ("E-5020", "not_done", 401)
    assert carrier.booked(reference) == []
