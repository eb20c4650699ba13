"""shipping_find: only positive evidence is found, and "not found" is never more than that."""

# ruff: noqa: ASYNC240 - a test may wait for a small file

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LOOK = {"shipper_number": "A1B2C3", "since": "20200101"}


async def make_and_forget(server: Any, reference: str, not_after: float, shipment: dict[str, Any]) -> dict[str, Any]:
    """A shipment whose answer was lost: the spool says `sent`, the label file is gone."""
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    record = server.app.spool.path(reference)
    record.write_text('{"state": "sent"}')
    for path in made["labelPaths"]:
        Path(path).unlink()
    return made


async def test_the_spool_is_asked_first(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    before = carrier.last_event()
    found = await server.call("shipping_find", reference=reference, **LOOK)
    assert (found["status"], found["shipment"]["source"]) == ("found", "spool")
    assert found["shipment"]["totalCharges"] == made["totalCharges"]
    assert carrier.last_event() == before


async def test_label_recovery_gives_the_label_and_track_says_where_it_goes(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    shipment["packages"] *= 2
    made = await make_and_forget(server, reference, not_after, shipment)
    found = await server.call(
        "shipping_find", reference=reference, **LOOK, destination={"postal_code": "30005", "country_code": "US"}
    )
    got = found["shipment"]
    assert (found["status"], got["source"]) == ("found", "label_recovery")
    assert got["trackingNumbers"] == made["trackingNumbers"]
    assert got["labelSha256s"] == made["labelSha256s"]
    assert all(Path(path).exists() for path in got["labelPaths"])
    assert (got["postal_code"], got["country_code"], got["package_count"]) == ("30005", "US", 2)
    assert len(got["created_on"]) == 8


@pytest.mark.fault
async def test_a_new_shipment_is_found_only_after_a_while(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("reference-delay=3600")
    await make_and_forget(server, reference, not_after, shipment)
    assert (await server.call("shipping_find", reference=reference, **LOOK))["status"] == "not_found"
    carrier.clear()
    assert (await server.call("shipping_find", reference=reference, **LOOK))["status"] == "found"


async def test_an_unknown_reference_is_not_found(server: Any, reference: str) -> None:
    assert (await server.call("shipping_find", reference=reference, **LOOK))["status"] == "not_found"


async def test_another_shippers_shipment_is_not_ours(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    await make_and_forget(server, reference, not_after, shipment)
    found = await server.call("shipping_find", reference=reference, shipper_number="Z9Y8X7", since="20200101")
    assert found["status"] == "not_found"


async def test_two_shipments_with_one_reference_conclude_nothing(
    server: Any,
    start_server: Callable[..., Any],
    ups_url: str,
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
) -> None:
    first = await make_and_forget(server, reference, not_after, shipment)
    async with start_server(ups_url, home="another") as another:
        second = await another.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    found = await server.call("shipping_find", reference=reference, **LOOK)
    assert found["status"] == "unknown"
    assert "shipment" not in found
    numbers = {candidate["tracking_number"] for candidate in found["candidates"]}
    assert numbers == {*first["trackingNumbers"], *second["trackingNumbers"]}


async def test_a_shipment_that_went_elsewhere_is_no_match(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    made = await make_and_forget(server, reference, not_after, shipment)
    found = await server.call(
        "shipping_find", reference=reference, **LOOK, destination={"postal_code": "10001", "country_code": "US"}
    )
    assert found["status"] == "unknown"
    assert found["candidates"][0]["tracking_number"] == made["trackingNumbers"][0]
    assert "30005" in found["reason"]


async def test_a_shipment_older_than_the_request_is_no_match(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    await make_and_forget(server, reference, not_after, shipment)
    found = await server.call("shipping_find", reference=reference, shipper_number="A1B2C3", since="20991231")
    assert found["status"] == "unknown"


async def test_a_voided_shipment_is_found_as_voided(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    made = await make_and_forget(server, reference, not_after, shipment)
    await server.call("shipping_void", shipment_identification_number=made["shipmentIdentificationNumber"])
    found = await server.call("shipping_find", reference=reference, **LOOK)
    assert (found["status"], found["shipment"]["voided"]) == ("found", True)


@pytest.mark.fault
async def test_masked_numbers_conclude_nothing(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("cie-mask")
    made = await make_and_forget(server, reference, not_after, shipment)
    assert made["trackingNumbers"] == ["1ZXXXXXXXXXXXXXXXX"]
    found = await server.call("shipping_find", reference=reference, **LOOK)
    assert found["status"] == "unknown"
    assert "shipment" not in found


@pytest.mark.fault
async def test_what_ups_leaves_out_is_null(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("track-without-address")
    await make_and_forget(server, reference, not_after, shipment)
    found = await server.call("shipping_find", reference=reference, **LOOK)
    assert found["status"] == "found"
    assert "postal_code" not in found["shipment"]
    assert "created_on" not in found["shipment"]


@pytest.mark.fault
async def test_an_outage_concludes_nothing(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    await make_and_forget(server, reference, not_after, shipment)
    carrier.fault("text-503@any")
    found = await server.call("shipping_find", reference=reference, **LOOK)
    assert (found["status"], found["unanswered"]) == ("unknown", True)
    found = await server.call("shipping_find", reference="#1001", **LOOK)
    assert (found["status"], found["unanswered"]) == ("unknown", True)


@pytest.mark.fault
async def test_recovery_may_answer_another_format(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    made = await make_and_forget(server, reference, not_after, shipment)
    carrier.fault("recover-gif")
    got = await server.call("label_recover", reference=reference, shipper_number="A1B2C3")
    assert got["trackingNumbers"] == made["trackingNumbers"]
    assert Path(got["labelPaths"][0]).read_bytes().startswith(b"GIF8")
    assert got["labelPaths"][0].endswith(".gif")


@pytest.mark.parametrize("order", ["F-2", "#1001", "Web order 7", "a1", "7?x=1&y"])
async def test_a_customers_order_number_is_searched_as_it_is_written(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float, order: str
) -> None:
    """It is no name of a file and needs no label: tracking alone is asked."""
    shipment["customer_reference"] = order
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    before = sorted(server.app.settings.labels_folder.rglob("*"))
    found = await server.call("shipping_find", reference=order, **LOOK)
    assert (found["status"], found["shipment"]["trackingNumbers"]) == ("found", made["trackingNumbers"]), found
    assert sorted(server.app.settings.labels_folder.rglob("*")) == before
    other = await server.call("shipping_find", reference=f"{order}0", **LOOK)
    assert other["status"] == "not_found"
