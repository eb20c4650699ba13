"""Answers of UPS that contradict each other, and look-ups of numbers that a person named (scripted answers)."""

import json
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


KEPT = {
    "state": "done",
    "reference": REFERENCE,
    "created_on": "20261120",
    "answer": {
        "outcome": "done",
        "trackingNumbers": [NUMBER],
        "labelPaths": [None],
        "labelSha256s": [None],
        "transId": "t",
    },
}


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, "spool"),
        ({"reference": "SCABCDEFGH00000901"}, "label_recovery"),
        ({"answer": None}, "label_recovery"),
        ({"answer": KEPT["answer"] | {"labelPaths": []}}, "label_recovery"),  # type: ignore[operator]
        ({"answer": {"outcome": "done"}}, "label_recovery"),
    ],
)
async def test_a_record_that_is_no_answer_of_ours_is_passed_over(
    ups: Any, changes: dict[str, Any], source: str
) -> None:
    app, _ = ups(answer(200, RECOVERED), answer(200, tracked()))
    app.spool.folder.mkdir(parents=True)
    app.spool.path(REFERENCE).write_text(json.dumps(KEPT | changes))
    found = await find(app, looked_for())
    assert found.shipment is not None
    assert found.shipment.source == source
    await app.writer.close()


async def test_ups_itself_is_asked_past_the_spool(ups: Any) -> None:
    app, client = ups(answer(200, RECOVERED), answer(200, tracked()))
    app.spool.folder.mkdir(parents=True)
    app.spool.path(REFERENCE).write_text(json.dumps(KEPT))
    found = await find(app, looked_for(past_spool=True))
    assert found.shipment is not None
    assert (found.shipment.source, len(client.asked)) == ("label_recovery", 2)
    await app.writer.close()


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
