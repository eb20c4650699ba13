"""Pickups are asked for once: the intent first, a lost answer stays open until it is looked up or given up."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agent.errors import ShipchatError
from agent.ledger.store import Ledger
from agent.pickups.booking import Pickups
from agent.pickups.kept import PICKUPS
from agent.pickups.request import Ready, Window, pickup_request, ready_of
from agent.settings import Settings
from agent.shipping.weights import Weight
from mcp_servers.ups.pickups import PickupScheduleArguments

DAY = date(2026, 11, 23)
WINDOW = Window(DAY, "1400", "1700")
READY = Ready({("03", "US"): 4})
LOST = {"isError": True, "code": "E-3003", "message": "reset", "remedy": "", "retryable": True}
REFUSED = {"isError": True, "code": "E-3001", "message": "no pickups there", "remedy": "", "ups_code": "9500556"}
BOOKED = {"prn": "2929AAAAAAA", "totalCharges": {"amount": "7.85", "currencyCode": "USD"}}


class Carrier:
    """The UPS server at its seam: what it answers next, what it was asked, what the ledger held at that moment."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.answers: dict[str, Any] = {"pickup_schedule": BOOKED, "pickup_cancel": {"prn": "x", "cancelled": True}}
        self.asked: list[tuple[str, dict[str, Any], list[str]]] = []

    async def __call__(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        states = self.ledger.read(lambda connection: list(connection.scalars(select(PICKUPS.c.state))))
        self.asked.append((tool, arguments, states))
        answer = self.answers[tool]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, today="2026-11-20")


@pytest.fixture
def carrier(settings: Settings) -> Iterator[Carrier]:
    ledger = Ledger.open(settings.ledger_place)
    yield Carrier(ledger)
    ledger.close()


@pytest.fixture
def pickups(settings: Settings, carrier: Carrier) -> Pickups:
    return Pickups(carrier.ledger, carrier, settings)


async def test_the_intent_is_written_before_the_request(pickups: Pickups, carrier: Carrier, settings: Settings) -> None:
    booked = await pickups.book(pickup_request(settings, "the shipper", WINDOW, READY), 785)
    assert (booked.state, booked.prn, booked.charge_cents) == ("booked", "2929AAAAAAA", 785)
    (asked,) = carrier.asked
    assert (asked[0], asked[2]) == ("pickup_schedule", ["asking"])


async def test_the_same_place_and_day_is_asked_for_once(pickups: Pickups, carrier: Carrier, settings: Settings) -> None:
    await pickups.book(pickup_request(settings, "the shipper", WINDOW, READY), None)
    with pytest.raises(ShipchatError, match="E-4270"):
        await pickups.book(pickup_request(settings, "the shipper", Window(DAY, "0900", "1200"), READY), None)
    assert len(carrier.asked) == 1
    other = pickup_request(settings, "the shipper", Window(date(2026, 11, 24), "0900", "1200"), READY)
    assert (await pickups.book(other, None)).state == "booked"


@pytest.mark.parametrize("lost", [LOST, RuntimeError("the server is gone")])
async def test_a_lost_answer_is_found_by_its_reference_and_never_asked_again(
    pickups: Pickups, carrier: Carrier, settings: Settings, lost: Any
) -> None:
    request = pickup_request(settings, "the shipper", WINDOW, READY)
    carrier.answers["pickup_schedule"] = lost
    with pytest.raises(ShipchatError, match="E-4271"):
        await pickups.book(request, None)
    with pytest.raises(ShipchatError, match="E-4270"):
        await pickups.book(request, None)
    carrier.answers["pickup_pending"] = {"pickups": []}
    assert [one.state for one in await pickups.standing()] == ["asking"], "not found is no proof"
    reference = carrier.asked[0][1]["reference"]
    listed = [
        {"prn": "2929OTHERXX", "date": "20261123"},
        {"prn": "2929BBBBBBB", "date": "20261123", "reference": reference},
    ]
    carrier.answers["pickup_pending"] = {"pickups": listed}
    assert [(one.state, one.prn) for one in await pickups.standing()] == [("booked", "2929BBBBBBB")]
    assert [asked[0] for asked in carrier.asked].count("pickup_schedule") == 1


async def test_only_a_person_gives_a_lost_one_up(pickups: Pickups, carrier: Carrier, settings: Settings) -> None:
    request = pickup_request(settings, "the shipper", WINDOW, READY)
    carrier.answers |= {"pickup_schedule": LOST, "pickup_pending": {"pickups": []}}
    with pytest.raises(ShipchatError):
        await pickups.book(request, None)
    (lost,) = await pickups.standing()
    await pickups.give_up(lost)
    carrier.answers["pickup_schedule"] = BOOKED
    assert (await pickups.book(request, None)).state == "booked"


async def test_what_ups_refuses_is_not_booked_and_may_be_asked_again(
    pickups: Pickups, carrier: Carrier, settings: Settings
) -> None:
    request = pickup_request(settings, "the shipper", WINDOW, READY)
    carrier.answers["pickup_schedule"] = REFUSED
    with pytest.raises(ShipchatError, match="E-3001"):
        await pickups.book(request, None)
    assert await pickups.standing() == []
    carrier.answers["pickup_schedule"] = BOOKED
    assert (await pickups.book(request, None)).state == "booked"


@pytest.mark.parametrize(("reply", "state"), [(LOST, "cancelling"), (REFUSED, "booked")])
async def test_an_unconfirmed_cancellation_stands(
    pickups: Pickups, carrier: Carrier, settings: Settings, reply: dict[str, Any], state: str
) -> None:
    booked = await pickups.book(pickup_request(settings, "the shipper", WINDOW, READY), None)
    carrier.answers["pickup_cancel"] = reply
    with pytest.raises(ShipchatError, match="E-4272"):
        await pickups.cancel(booked)
    assert [one.state for one in await pickups.standing()] == [state]
    carrier.answers["pickup_cancel"] = {"prn": booked.prn, "cancelled": True}
    await pickups.cancel(booked)
    assert await pickups.standing() == []


def test_the_request_fits_the_tool_and_counts_what_is_ready(settings: Settings) -> None:
    def payload(country: str, *weights: str) -> dict[str, Any]:
        packages = [{"weight": {"value": weight, "unit": "LBS"}} for weight in weights]
        return {"service_code": "03", "packages": packages, "ship_to": {"address": {"country_code": country}}}

    ready = ready_of([payload("US", "2", "71"), payload("US", "1.5"), payload("PR", "1")], "US")
    assert (ready.count, ready.heavy, ready.weight) == (4, True, Weight(ready.weight.value, "LBS"))  # type: ignore[union-attr]
    request = pickup_request(settings, "the shipper", WINDOW, ready)
    read = PickupScheduleArguments.model_validate(request.arguments)
    assert [(piece.quantity, piece.destination_country_code) for piece in read.pieces] == [(1, "PR"), (3, "US")]
    assert read.total_weight is not None
    assert (read.total_weight.value, read.overweight, read.alternate_address) == ("76", True, False)


def test_a_place_of_the_settings_is_not_the_accounts_own_address() -> None:
    address = {"lines": ["5 Dock Rd"], "city": "Reno", "state": "NV", "postal_code": "89502"}
    settings = Settings(ship_from={"reno": {"name": "West", "address": address}})  # type: ignore[dict-item]
    arguments = pickup_request(settings, "reno", WINDOW, READY).arguments
    assert (arguments["alternate_address"], arguments["address"]["company_name"]) == (True, "West")
    assert arguments["address"]["line"] == "5 Dock Rd"
    assert arguments["address"]["phone"] == settings.sender.phone


def test_a_pickup_needs_a_phone() -> None:
    sender = Settings().sender.model_copy(update={"phone": None})
    with pytest.raises(ShipchatError, match="E-2475"):
        pickup_request(Settings(shipper=sender), "the shipper", WINDOW, READY)
