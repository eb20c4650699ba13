"""shipping_create on good days: what is bought is on disk, once, and as quoted."""

# ruff: noqa: ASYNC240 - a test may wait for a small file

import asyncio
import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import ups_shipments
from tests.tool_answers import answered


def cents(amount: str) -> int:
    return int(Decimal(amount) * 100)


async def test_a_shipment_is_made_its_label_saved_and_the_price_is_the_quoted_one(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    quote = await server.call("rating_quote", shipment=shipment)
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert made["outcome"] == "done"
    assert made["totalCharges"]["monetaryValue"] == quote["totalCharges"]["amount"]
    (entry,) = carrier.booked(reference)
    assert made["trackingNumbers"] == [entry["tracking_number"]]
    assert entry["references"] == ["ORD-1001", reference]
    assert entry["charge_cents"] == cents(quote["totalCharges"]["amount"])
    label = Path(made["labelPaths"][0])
    assert label.name == f"{reference}-1.zpl"
    assert hashlib.sha256(label.read_bytes()).hexdigest() == made["labelSha256s"][0]
    assert "ORD-1001" in label.read_text()
    assert reference in label.read_text()
    assert len(made["transId"]) == 32


async def test_the_spool_remembers_the_answer_privately(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    record = server.app.spool.path(reference)
    kept = json.loads(record.read_text())
    assert kept["answer"]["trackingNumbers"] == made["trackingNumbers"]
    assert kept["ups_transaction"], "UPS's support asks for its own identifier"
    assert record.stat().st_mode & 0o077 == 0
    assert Path(made["labelPaths"][0]).stat().st_mode & 0o077 == 0


async def test_the_same_call_again_is_answered_from_the_spool(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    call = {"reference": reference, "not_after": not_after, "shipment": shipment}
    first = await server.call("shipping_create", **call)
    again = await server.call("shipping_create", **call)
    assert again == first | {"fromSpool": True}
    assert len(carrier.booked(reference)) == 1


async def test_of_many_calls_at_once_with_one_reference_one_is_sent(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    arguments = {
        "environment": "simulator",
        "reference": reference,
        "not_after": not_after,
        "shipment": shipment,
    }
    results = await asyncio.gather(
        *(server.tools.call(server.app, "shipping_create", dict(arguments)) for _ in range(8))
    )
    assert len(carrier.booked(reference)) == 1
    outcomes = sorted(answered(result)["outcome"] for result in results)
    assert set(outcomes) <= {"done", "unknown"}
    assert "done" in outcomes


async def test_a_reference_of_another_shipment_is_refused(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    shipment["ship_to"]["name"] = "Somebody Else"
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (refused["code"], refused["outcome"]) == ("E-2102", "not_done")
    assert len(carrier.booked(reference)) == 1


async def test_several_packages_have_a_label_each_and_share_the_charge(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    heavier = {"weight": {"value": "22.5", "unit": "LBS"}}
    shipment["packages"] = [shipment["packages"][0], heavier, heavier]
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    entries = carrier.booked(reference)
    assert made["trackingNumbers"] == [entry["tracking_number"] for entry in entries]
    assert [Path(path).name for path in made["labelPaths"]] == [f"{reference}-{n}.zpl" for n in (1, 2, 3)]
    assert len(set(made["labelSha256s"])) == 3
    assert made["shipmentIdentificationNumber"] == made["trackingNumbers"][0]
    assert sum(entry["charge_cents"] for entry in entries) == cents(made["totalCharges"]["monetaryValue"])


async def test_a_late_call_sends_nothing(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    before = carrier.last_event()
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after - 61, shipment=shipment)
    assert (refused["code"], refused["outcome"]) == ("E-3101", "not_done")
    assert carrier.last_event() == before
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert made["fromSpool"] is False


async def test_practice_and_reality_do_not_mix(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    refused = await server.refused(
        "shipping_create", environment="production", reference=reference, not_after=not_after, shipment=shipment
    )
    assert (refused["code"], refused["outcome"]) == ("E-2101", "not_done")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"postal_code": 2116}, "postal_code"),
        ({"postal_code": "9021"}, "postal code"),
        ({"state": "Georgia"}, "state"),
        ({"lines": ["x" * 36]}, "lines"),
        ({"unknown": "field"}, "unknown"),
    ],
)
async def test_bad_arguments_are_refused_with_an_outcome(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float, change: dict[str, Any], problem: str
) -> None:
    shipment["ship_to"]["address"] |= change
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (refused["code"], refused["outcome"]) == ("E-2001", "not_done")
    assert problem in refused["message"]


async def test_a_label_that_cannot_be_saved_is_told_and_can_be_got_again(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    made = await server.call(
        "shipping_create",
        reference=reference,
        not_after=not_after,
        shipment=shipment,
        label_path=str(tmp_path / "taken"),
    )
    assert made["outcome"] == "done"
    assert made["labelPaths"] == [None]
    assert made["labelErrors"][0]["tracking_number"] == made["trackingNumbers"][0]
    got = await server.call(
        "label_recover",
        tracking_number=made["trackingNumbers"][0],
        reference=reference,
        label_path=str(tmp_path / "ok"),
    )
    assert Path(got["labelPaths"][0]).name == f"{reference}-1.zpl"
    assert "ORD-1001" in Path(got["labelPaths"][0]).read_text()
    found = await server.call("shipping_find", reference=reference, shipper_number="A1B2C3", since="20200101")
    assert found["shipment"]["labelPaths"] == got["labelPaths"]
    assert "labelErrors" not in found["shipment"]


@pytest.mark.parametrize("format_code", ["ZPL", "EPL", "SPL", "GIF"])
async def test_labels_come_in_every_format(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float, format_code: str
) -> None:
    made = await server.call(
        "shipping_create",
        reference=reference,
        not_after=not_after,
        shipment=shipment,
        label={"format": format_code},
    )
    path = Path(made["labelPaths"][0])
    assert path.suffix == f".{format_code.lower()}"
    start = {"ZPL": b"\n^XA", "EPL": b"\nN", "SPL": b"SPL", "GIF": b"GIF8"}[format_code]
    assert path.read_bytes().startswith(start)


async def test_abroad_the_invoice_comes_as_a_pdf_and_the_reference_is_found(
    server: Any, carrier: Any, abroad: dict[str, Any], reference: str, not_after: float
) -> None:
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=abroad)
    assert Path(made["formPaths"][0]).read_bytes().startswith(b"%PDF")
    assert len(carrier.booked(reference)) == 1


@pytest.mark.parametrize("missing", ["attention_name", "phone"])
async def test_abroad_needs_names_and_phones(
    server: Any, abroad: dict[str, Any], reference: str, not_after: float, missing: str
) -> None:
    del abroad["ship_to"][missing]
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=abroad)
    assert (refused["code"], refused["outcome"], refused["where"]) == ("E-2103", "not_done", f"ship_to.{missing}")


def puerto_rico(shipment: dict[str, Any], who: str) -> None:
    shipment[who]["address"] = {
        "lines": ["Calle Ejemplo 5"],
        "city": "San Juan",
        "postal_code": "00907",
        "country_code": "PR",
    }


@pytest.mark.parametrize(("start", "end"), [("PR", "PR"), ("US", "PR"), ("PR", "US")])
async def test_references_stand_where_the_lane_wants_them(
    server: Any, carrier: Any, abroad: dict[str, Any], reference: str, not_after: float, start: str, end: str
) -> None:
    shipment = abroad | {"service_code": "03"}
    us = {"lines": ["1 Sample St"], "city": "Alpharetta", "state": "GA", "postal_code": "30005", "country_code": "US"}
    for who, country in (("shipper", start), ("ship_to", end)):
        shipment[who]["phone"] = "7705550123"
        shipment[who]["address"] = dict(us)
        if country == "PR":
            puerto_rico(shipment, who)
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert made["outcome"] == "done"
    assert carrier.booked(reference)[0]["references"] == ["ORD-1001", reference]


async def test_options_cost_what_they_were_quoted(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    plain = await server.call("rating_quote", shipment=shipment)
    shipment["service_code"] = "01"
    shipment["saturday_delivery"] = True
    shipment["shipment_date"] = ups_shipments.next_weekday(4)
    shipment["ship_to"]["address"]["residential"] = True
    shipment["packages"][0] |= {
        "signature": "adult",
        "declared_value": {"amount": "500.00", "currency_code": "USD"},
    }
    dear = await server.call("rating_quote", shipment=shipment)
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert made["totalCharges"]["monetaryValue"] == dear["totalCharges"]["amount"]
    assert cents(dear["totalCharges"]["amount"]) > cents(plain["totalCharges"]["amount"])


async def test_a_return_label(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    shipment["return_service_code"] = "9"
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (refused["code"], refused["where"]) == ("E-2104", "ship_from")
    shipment["ship_from"] = shipment["ship_to"]
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert made["trackingNumbers"][0][8:10] == "90"


RETURN_TO = {"name": "Harbor Books", "phone": "4105550142"}


def as_return(shipment: dict[str, Any], code: str) -> dict[str, Any]:
    """From the customer back to the shop."""
    shipment["return_service_code"] = code
    shipment["ship_from"] = {key: shipment["ship_to"][key] for key in ("name", "phone", "address")}
    shipment["ship_to"] = RETURN_TO | {"address": shipment["shipper"]["address"]}
    if code == "8":
        shipment["return_label_email"] = "robin@example.com"
    return shipment


@pytest.mark.parametrize(("code", "brought"), [("8", "email"), ("3", "driver"), ("5", "driver"), ("2", "post")])
async def test_a_return_whose_label_ups_brings_has_no_file_and_no_error(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float, code: str, brought: str
) -> None:
    body = as_return(shipment, code)
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=body)
    assert (made["labelDelivery"], made["labelPaths"], made["labelSha256s"]) == (brought, [None], [None])
    assert "labelErrors" not in made
    again = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=body)
    assert (again["fromSpool"], again["labelDelivery"], again.get("labelErrors")) == (True, brought, None)
    assert len(carrier.booked(reference)) == 1
    none = await server.refused("label_recover", tracking_number=made["trackingNumbers"][0])
    assert none["code"] == "E-3107"
    assert "sends or brings it" in none["message"]


async def test_a_return_printed_here_has_its_label(
    server: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    body = as_return(shipment, "9")
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=body)
    assert made["labelPaths"] != [None]
    assert "labelDelivery" not in made


@pytest.mark.parametrize(("code", "email"), [("8", None), ("9", "robin@example.com"), (None, "robin@example.com")])
async def test_an_electronic_return_and_its_address_belong_together(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float, code: str, email: str
) -> None:
    body = as_return(shipment, "9") | {"return_service_code": code, "return_label_email": email}
    given = {key: value for key, value in body.items() if value is not None}
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=given)
    assert (refused["code"], refused["where"], refused["outcome"]) == ("E-2104", "return_label_email", "not_done")
    assert carrier.booked(reference) == []


@pytest.mark.fault
async def test_a_lost_answer_of_a_return_without_a_label_is_found_by_tracking(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("lost-answer:1")
    lost = await server.refused(
        "shipping_create", reference=reference, not_after=not_after, shipment=as_return(shipment, "8")
    )
    assert lost["outcome"] == "unknown"
    found = await server.call("shipping_find", reference=reference, shipper_number="A1B2C3", since="20200101")
    assert (found["status"], found["shipment"]["source"]) == ("found", "track")
    assert found["shipment"]["trackingNumbers"] == [entry["tracking_number"] for entry in carrier.booked(reference)]
