"""shipping_void: safe to repeat, and done only by UPS's word."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
async def made(server: Any, shipment: dict[str, Any], reference: str, not_after: float) -> dict[str, Any]:
    shipment["packages"] *= 3
    answer: dict[str, Any] = await server.call(
        "shipping_create", reference=reference, not_after=not_after, shipment=shipment
    )
    return answer


async def test_a_shipment_is_voided_and_again_is_done_too(
    server: Any, carrier: Any, made: dict[str, Any], reference: str
) -> None:
    number = made["shipmentIdentificationNumber"]
    first = await server.call("shipping_void", shipment_identification_number=number, reference=reference)
    again = await server.call("shipping_void", shipment_identification_number=number, reference=reference)
    assert (first["outcome"], first["already_voided"]) == ("done", False)
    assert (again["outcome"], again["already_voided"]) == ("done", True)
    assert all(entry["voided"] for entry in carrier.booked(reference))
    found = await server.call("shipping_find", reference=reference, shipper_number="A1B2C3", since="20200101")
    assert (found["shipment"]["source"], found["shipment"]["voided"]) == ("spool", True)


@pytest.mark.parametrize("count", [1, 2])
async def test_packages_are_voided_one_by_one(
    server: Any, carrier: Any, made: dict[str, Any], reference: str, count: int
) -> None:
    numbers = made["trackingNumbers"][-count:]
    answer = await server.call(
        "shipping_void",
        shipment_identification_number=made["shipmentIdentificationNumber"],
        tracking_numbers=numbers,
        reference=reference,
    )
    assert answer["voided"] == numbers
    assert [entry["tracking_number"] for entry in carrier.booked(reference) if entry["voided"]] == numbers
    found = await server.call("shipping_find", reference=reference, shipper_number="A1B2C3", since="20200101")
    assert found["shipment"]["voided"] is False


async def test_what_ups_does_not_know_is_not_done(server: Any) -> None:
    refused = await server.refused("shipping_void", shipment_identification_number="1ZSIMSIM0399999990")
    assert (refused["ups_code"], refused["outcome"]) == ("190102", "not_done")


@pytest.mark.fault
@pytest.mark.parametrize("fault", ["lost-answer@void:1", "text-503@void:2", "burst-429@void:1", "carriage-returns"])
async def test_a_void_is_repeated_until_ups_answers(
    server: Any, carrier: Any, made: dict[str, Any], reference: str, fault: str
) -> None:
    carrier.fault(fault)
    answer = await server.call("shipping_void", shipment_identification_number=made["shipmentIdentificationNumber"])
    assert answer["outcome"] == "done"
    assert all(entry["voided"] for entry in carrier.booked(reference))


@pytest.mark.fault
async def test_a_void_without_an_answer_is_unknown(server: Any, carrier: Any, made: dict[str, Any]) -> None:
    carrier.fault("lost-answer@void")
    carrier.fault("text-503@void")
    refused = await server.refused("shipping_void", shipment_identification_number=made["shipmentIdentificationNumber"])
    assert (refused["code"], refused["outcome"]) == ("E-3105", "unknown")


@pytest.mark.fault
async def test_a_void_that_never_left_is_not_done(start_server: Callable[..., Any]) -> None:
    async with start_server("http://127.0.0.1:9") as server:
        refused = await server.refused("shipping_void", shipment_identification_number="1ZSIMSIM0399999990")
    assert (refused["code"], refused["outcome"]) == ("E-3003", "not_done")


@pytest.mark.fault
async def test_the_test_environment_voids_nothing_of_ours(server: Any, carrier: Any, made: dict[str, Any]) -> None:
    carrier.fault("cie-mask")
    number = made["shipmentIdentificationNumber"]
    refused = await server.refused("shipping_void", shipment_identification_number=number)
    assert (refused["ups_code"], refused["outcome"]) == ("190102", "not_done")


@pytest.mark.fault
async def test_the_first_package_alone_is_not_the_whole_shipment(
    server: Any, made: dict[str, Any], reference: str
) -> None:
    """It has the number of the shipment."""
    number = made["shipmentIdentificationNumber"]
    assert number == made["trackingNumbers"][0]
    await server.call(
        "shipping_void", shipment_identification_number=number, tracking_numbers=[number], reference=reference
    )
    assert server.app.spool.read(reference).content["voided"] == [number]
