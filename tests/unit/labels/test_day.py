"""The summary's day is the local one, of one environment; what was voided on it is apart."""

import json
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert

from agent.labels.day import shipped_on
from agent.labels.paper import shipped_csv, summarize, summary_lines
from agent.ledger import Base
from agent.ledger.tables import Job, Package, PlanRecord, Shipment

DAY = date(2026, 11, 21)


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(Job).values(id="job", name="n"))
        connection.execute(
            insert(PlanRecord).values(id=1, job_id="job", digest="d", approved_by="key", words="y", sentence="s")
        )
        yield connection
    monkeypatch.undo()
    time.tzset()


def shipment(connection: Connection, number: int, intent_at: str, **more: Any) -> None:
    facts = {
        "id": number,
        "job_id": "job",
        "plan_id": 1,
        "position": number,
        "reference": f"SCABCDEFGH{number:06d}01",
        "identity": f"simulator:order:{number}",
        "state": "completed",
        "primary_row": number,
        "digest": "d",
        "planned": json.dumps({"service_code": "03"}),
        "charge_cents": 1000,
        "currency": "USD",
        "intent_at": intent_at,
        "settled_at": intent_at,
    }
    connection.execute(insert(Shipment).values(**facts | more))
    for position in range(2):
        package = {"shipment_id": number, "position": position, "tracking_number": f"1Z{number}{position}"}
        connection.execute(insert(Package).values(**package))


def test_a_day_begins_and_ends_where_the_machine_is(connection: Connection) -> None:
    shipment(connection, 1, "2026-11-21T04:59:59.999999Z")  # still the 20th in New York
    shipment(connection, 2, "2026-11-21T05:00:00.000000Z")
    shipment(connection, 3, "2026-11-22T04:59:59.999999Z")
    shipment(connection, 4, "2026-11-22T05:00:00.000000Z")
    (total,) = summarize(shipped_on(connection, DAY, "simulator")).by_service
    assert (total.service, total.shipments, total.packages, total.cents) == ("UPS Ground", 2, 4, 2000)


def test_a_void_counts_on_its_own_day(connection: Connection) -> None:
    shipment(connection, 1, "2026-11-19T15:00:00.000000Z", state="voided", settled_at="2026-11-21T15:00:00.000000Z")
    shipment(connection, 2, "2026-11-21T15:00:00.000000Z", state="voided", settled_at="2026-11-22T15:00:00.000000Z")
    summary = summarize(shipped_on(connection, DAY, "simulator"))
    assert (summary.shipments, summary.voids, summary.voided_cents) == (0, 1, 1000)


@pytest.mark.parametrize("state", ["created", "voiding"])
def test_what_is_bought_counts_though_it_is_not_settled(connection: Connection, state: str) -> None:
    shipment(connection, 1, "2026-11-21T15:00:00.000000Z", state=state)
    assert summarize(shipped_on(connection, DAY, "simulator")).shipments == 1


@pytest.mark.parametrize("more", [{"identity": "test:order:1"}, {"state": "failed"}, {"state": "in_doubt"}])
def test_other_environments_and_what_was_not_bought_do_not_count(connection: Connection, more: dict[str, str]) -> None:
    shipment(connection, 1, "2026-11-21T15:00:00.000000Z", **more)
    assert shipped_on(connection, DAY, "simulator") == []


def test_a_service_whose_plan_was_purged_says_so(connection: Connection) -> None:
    shipment(connection, 1, "2026-11-21T15:00:00.000000Z", planned=None)
    assert summarize(shipped_on(connection, DAY, "simulator")).by_service[0].service == "service no longer stored"


def test_the_day_tells_places_and_numbers(connection: Connection) -> None:
    west = {"name": "West", "address": {"lines": ["5 Dock Rd"], "city": "Reno", "country_code": "US"}}
    planned = {"service_code": "03", "order_number": "=1+1", "payload": {"ship_from": west}}
    shipment(connection, 1, "2026-11-21T15:00:00.000000Z", planned=json.dumps(planned))
    shipment(connection, 2, "2026-11-21T15:00:00.000000Z", state="voided", settled_at="2026-11-21T15:00:00.000000Z")
    shipment(connection, 3, "2026-11-21T15:00:00.000000Z")
    shipped = shipped_on(connection, DAY, "simulator", {"reno": west})
    places = [(one.place, one.shipments, one.packages, one.cents) for one in summarize(shipped).by_place]
    assert places == [("reno", 1, 2, 1000), ("the shipper", 1, 2, 1000)]
    assert "From reno: 1 shipments, 2 packages, 10.00 USD" in summary_lines(summarize(shipped))
    header, *lines = shipped_csv(shipped).splitlines()
    assert header == "Tracking number,Order,Service,From,Cost,State"
    assert lines[:3] == [
        "1Z10,'=1+1,UPS Ground,reno,10.00 USD,",
        "1Z11,'=1+1,UPS Ground,reno,,",
        "1Z20,,UPS Ground,the shipper,10.00 USD,void",
    ]


def test_one_place_needs_no_line(connection: Connection) -> None:
    shipment(connection, 1, "2026-11-21T15:00:00.000000Z")
    assert not any(
        line.startswith("From") for line in summary_lines(summarize(shipped_on(connection, DAY, "simulator")))
    )
