"""Answers of UPS that contradict each other, and look-ups of numbers that a person named (scripted answers)."""

from typing import Any

import pytest

from mcp_servers.ups.finding import find
from tests.unit.ups.scripted import LABEL, NOTHING_TRACKED, NUMBER, REFERENCE, answer, error, looked_for, tracked

VOID = {"currentStatus": {"type": "MV", "code": "VP", "statusCode": "007"}}
RECOVERED = {
    "LabelRecoveryResponse": {
        "ShipmentIdentificationNumber": NUMBER,
        "LabelResults": {"TrackingNumber": NUMBER, "LabelImage": LABEL},
    }
}


async def test_void_is_believed_only_where_recovery_and_tracking_agree(ups: Any) -> None:
    agreed, _ = ups(error("300033"), answer(200, tracked(**VOID)))
    found = await find(agreed, looked_for())
    assert found.shipment is not None
    assert (found.status, found.shipment.voided) == ("found", True)
    live, _ = ups(error("300033"), answer(200, tracked()))
    found = await find(live, looked_for())
    assert (found.status, "void, tracking that it is not" in found.reason) == ("unknown", True)
    handed_out, _ = ups(answer(200, RECOVERED), answer(200, tracked(**VOID)))
    found = await find(handed_out, looked_for())
    assert (found.status, found.shipment) == ("unknown", None)


async def test_a_recovery_that_answers_another_request_concludes_nothing(ups: Any) -> None:
    other = {"TransactionReference": {"CustomerContext": "SCABCDEFGH00000901"}}
    body = {"LabelRecoveryResponse": RECOVERED["LabelRecoveryResponse"] | {"Response": other}}
    app, _ = ups(answer(200, body))
    found = await find(app, looked_for())
    assert (found.status, "E-3020" in found.reason) == ("unknown", True)


def place(postal_code: str) -> dict[str, Any]:
    return {
        "packageAddress": [{"type": "DESTINATION", "address": {"postalCode": postal_code, "countryCode": "US"}}],
        "packageCount": 1,
        "referenceNumber": [{"type": "SHIPMENT", "number": REFERENCE}],
    }


async def test_numbers_are_looked_up_one_by_one_with_the_number_of_their_shipment(ups: Any) -> None:
    app, client = ups(answer(200, tracked(**place("30005"))), answer(200, RECOVERED))
    found = await find(app, looked_for(tracking_numbers=[NUMBER]))
    assert found.shipment is not None
    assert (found.shipment.postal_code, found.shipment.package_count) == ("30005", 1)
    assert (found.shipment.shipment_identification_number, found.shipment.references) == (NUMBER, [REFERENCE])
    assert [path for _method, path, *_ in client.asked] == [
        f"/api/track/v1/details/{NUMBER}",
        "/api/labels/v1/recovery",
    ]
    assert not list(app.settings.labels_folder.glob("**/*.zpl")), "a look-up of a stranger's number saves nothing"


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([answer(200, NOTHING_TRACKED), error("300007")], "not_found"),
        ([answer(200, tracked(**VOID)), answer(200, RECOVERED)], "unknown"),
        ([answer(200, tracked()), error("300033")], "unknown"),
        ([answer(200, tracked()), error("300006")], "found"),
        ([error("TV1002")], "unknown"),
    ],
)
async def test_what_ups_does_not_show_of_a_number_is_not_found(ups: Any, answers: list[Any], status: str) -> None:
    app, _ = ups(*answers)
    assert (await find(app, looked_for(tracking_numbers=[NUMBER]))).status == status


async def test_numbers_of_two_shipments_are_not_one(ups: Any) -> None:
    second = "1ZSIMSIM0300000020"
    there = {"trackingNumber": second, **place("30005")}
    other = {"LabelRecoveryResponse": RECOVERED["LabelRecoveryResponse"] | {"ShipmentIdentificationNumber": second}}
    app, _ = ups(
        answer(200, tracked(**place("30005"))),
        answer(200, RECOVERED),
        answer(200, tracked(**there)),
        answer(200, other),
    )
    found = await find(app, looked_for(tracking_numbers=[NUMBER, second]))
    assert (found.status, "different shipments" in found.reason) == ("unknown", True)
