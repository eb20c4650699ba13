"""Every fault of the simulator, through the real UPS server, into the ledger: its state, then what a look-up makes of it.

The expectations are the money contract's (docs/money.md, Outcome and States); the simulator's books are the judge.
"""

# ruff: noqa: ASYNC240 - a test may look for a small file

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from agent.batch.executor import row_step
from agent.batch.executor.request_holders import boot_clock
from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger.store import Ledger
from mcp_servers.ups.simulator.faults import CATALOGUE
from tests.every_nth import every_nth
from tests.faults.carrier import Sheet
from tests.faults.world import new_world, plan_of, without_waiting, yes
from tests.numbers import practice_number
from tests.tool_answers import answered

pytestmark = pytest.mark.fault


@dataclass
class Shop:
    """A batch of one row, ready to be sent."""

    ledger: Ledger
    service: BatchService
    server: Any
    carrier: Any
    shipment: dict[str, Any]

    async def ups(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """As the servers hands it over: a refusal is its dict with `isError`."""
        result = await self.server.tools.call(self.server.app, tool, arguments)
        content = answered(result)
        return {"isError": True, **content} if result.is_error else content

    async def approved(self, order: str, row_number: int = 1, documents: tuple[dict[str, Any], ...] = ()) -> str:
        """The job of one approved row, quoted at its real price."""
        payload = self.shipment | {"customer_reference": order}
        quoted = await self.server.call("rating_quote", shipment=payload)
        cents = round(float(quoted["totalCharges"]["amount"]) * 100)
        plan = plan_of([order], row_numbers=[row_number])
        (planned,) = plan.shipments
        plan = replace(
            plan,
            account_number=payload["shipper"]["account_number"],
            shipper=payload["shipper"],
            shipments=(replace(planned, payload=payload, quote_cents=cents, documents=documents),),
        )
        return await self.service.approve(plan, yes(plan))

    def state(self, job_id: str) -> str:
        """The one row's state in the ledger."""
        return str(
            self.ledger.read(
                lambda connection: connection.exec_driver_sql(
                    "SELECT status FROM job_rows WHERE job_id = ?", (job_id,)
                ).scalar_one()
            )
        )

    def labels(self, order: str) -> int:
        """What the carrier has booked for this order and not voided."""
        return sum(order in entry["references"] and not entry["voided"] for entry in self.carrier.books())


@pytest_asyncio.fixture
async def shop(
    tmp_path: Path,
    carrier: Any,
    start_server: Any,
    shipment: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Shop]:
    without_waiting(monkeypatch)
    monkeypatch.setattr(row_step, "LONGEST_WAIT_S", 10.0)  # a 429 is waited out
    world = new_world(tmp_path / "world")
    ledger = Ledger.open(world.ledger_place)
    async with start_server(carrier.url, timeout_s=1.0) as server:
        shop = Shop(ledger, None, server, carrier, shipment)  # type: ignore[arg-type]
        shop.service = BatchService(ledger, world.settings, Sheet(), shop.ups)
        await server.call("rating_quote", shipment=shipment)  # the token is there
        yield shop
    ledger.close()


FOUND = [
    *("lost-answer:1", "half-answer:1", "garbage-200:1", "html-200:1", "timeout-504:1", "missing-number:1"),
    *("slow-answer=2:1", "hang-before-commit=1.2:1"),
]
"""UPS made the label and we did not hear of it: in doubt, then found and completed. Never a second label."""
NOT_FOUND = ["reset:1", "html-401:1", "html-400:1", "text-503:1", "error-500:1", "swallow=2:1"]
"""Nothing was made and nothing proves it: in doubt until the person decides."""
REPEATED = ["burst-429@ship:1", "token-expired@ship:1", "token-lifetime=0:1", "slow=0.1@ship:1"]
"""Certainly not done, or merely late: the same row goes on under the same reference."""
FAILED = ["refuse-zip=30005:120802", "blocked-403:1"]
LABEL_LATER = ["damaged-label:1", "no-label:1", "half-label:1"]
"""Bought, its file missing: created, never a doubt; label recovery completes it."""
ODD_ANSWERS = [
    *("swapped-answer:1", "foreign-number:1", "other-context:1", "short-number:1", "wrong-check-digit:1"),
    *("extra-package:1", "charge=-5000.00:1", "charge=NaN:1", "charge=1e3:1", "charge=12,50:1", "charge=Infinity:1"),
]
"""Answers that do not fit what was sent: in doubt, its quote still reserved; what UPS knows by reference settles it."""
ODD_FINDINGS = ["voided-but-live", "void-in-track", "elsewhere"]
"""Look-ups that contradict each other, or what was sent."""
READ_ALL_THE_SAME = [
    "no-context",
    "objects-for-one",
    "empty-strings",
    "no-own-rates@ship",
    "carriage-returns",
    "old-errors",
]


@pytest.mark.parametrize("fault", every_nth(FOUND, 3))
async def test_a_lost_answer_is_in_doubt_and_then_found(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"F-{fault}"[:30])
    shop.carrier.fault(fault)
    await shop.service.execute(job)
    assert shop.state(job) == "in_doubt"
    shop.carrier.clear()
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)
    assert shop.service.outcome(job).spent_cents > 0


@pytest.mark.parametrize("fault", every_nth(NOT_FOUND, 3))
async def test_what_cannot_be_known_stays_in_doubt(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"N-{fault}"[:30])
    shop.carrier.fault(fault)
    await shop.service.execute(job)
    shop.carrier.clear()
    assert shop.state(job) == "in_doubt"
    await shop.service.resume(job)
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("in_doubt", 0), "not found is never proof"


@pytest.mark.parametrize("fault", REPEATED)
async def test_what_certainly_did_not_run_goes_on(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"R-{fault}"[:30])
    shop.carrier.fault(fault)
    await shop.service.execute(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)


@pytest.mark.parametrize("fault", FAILED)
async def test_a_refusal_of_ups_fails_the_row(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"X-{fault}"[:30])
    shop.carrier.fault(fault)
    await shop.service.execute(job)
    assert (shop.state(job), shop.labels(order)) == ("failed", 0)
    await shop.service.resume(job)
    assert shop.state(job) == "failed", "a resume never touches failed rows"


async def test_a_second_401_stops_and_buys_nothing(shop: Shop) -> None:
    job = await shop.approved(order := "U-401")
    shop.carrier.fault("token-expired@ship")
    await shop.service.execute(job)
    assert shop.state(job) in {"failed", "pending"}
    assert shop.labels(order) == 0


async def test_credentials_that_ups_does_not_know_any_more_stop_and_buy_nothing(shop: Shop) -> None:
    job = await shop.approved(order := "U-credentials")
    shop.carrier.fault("token-expired@ship:1")
    shop.carrier.fault("wrong-credentials")
    await shop.service.execute(job)
    assert shop.state(job) in {"failed", "pending"}
    assert shop.labels(order) == 0


@pytest.mark.parametrize("fault", every_nth(LABEL_LATER, 4))
@pytest.mark.parametrize("recovery", ["", "recover-gif"])
async def test_a_bought_label_without_its_file_is_created_and_then_completed(
    shop: Shop, fault: str, recovery: str
) -> None:
    job = await shop.approved(order := f"L-{fault}-{recovery}"[:30])
    shop.carrier.fault(fault)
    shop.carrier.fault("text-503@recover")
    await shop.service.execute(job)
    assert shop.state(job) == "created"
    shop.carrier.clear()
    if recovery:
        shop.carrier.fault(recovery)
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)
    (tracked,) = shop.service.outcome(job).tracking
    assert Path(tracked["label_path"]).exists()


@pytest.mark.slow
@pytest.mark.parametrize("fault", READ_ALL_THE_SAME)
async def test_shapes_that_wobble_are_read_all_the_same(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"W-{fault}"[:30])
    shop.carrier.fault(fault)
    # The list price is more than the tolerance above the account's own: that stops a batch, after its label is kept.
    await shop.service.execute(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)


async def test_a_charge_above_the_tolerance_keeps_its_label_and_says_so(shop: Shop) -> None:
    job = await shop.approved(order := "P-1")
    shop.carrier.fault("price-change=40")
    await shop.service.execute(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)
    assert any("quote" in warning.lower() for warning in shop.service.outcome(job).warnings)


async def test_a_label_that_cannot_be_searched_yet_stays_in_doubt_until_it_can(shop: Shop) -> None:
    job = await shop.approved(order := "D-1")
    shop.carrier.fault("lost-answer:1")
    shop.carrier.fault("reference-delay=3600")
    await shop.service.execute(job)
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("in_doubt", 1)
    shop.carrier.clear()
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)


@pytest.mark.parametrize("fault", ["scan=delivered", "scan=exception", "scan=returning"])
async def test_a_lost_answer_is_found_wherever_the_parcel_is_by_then(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"W-{fault}")
    shop.carrier.fault("lost-answer:1")
    await shop.service.execute(job)
    shop.carrier.fault(fault)
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)


@pytest.mark.parametrize("fault", ["track-without-address", "cie-mask"])
async def test_evidence_that_is_not_whole_closes_no_doubt(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"E-{fault}")
    shop.carrier.fault("lost-answer:1")
    await shop.service.execute(job)
    shop.carrier.fault(fault)
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("in_doubt", 1)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ODD_ANSWERS)
async def test_an_answer_that_does_not_fit_is_in_doubt_until_ups_itself_tells(shop: Shop, fault: str) -> None:
    shop.carrier.fault("slow=0@ship")  # with any fault on, the simulator keeps the last answer to borrow from
    before = await shop.approved(f"B-{fault}"[:30])
    await shop.service.execute(before)
    job = await shop.approved(order := f"O-{fault}"[:30], row_number=2)
    shop.carrier.fault(fault)
    await shop.service.execute(job)
    assert (shop.state(before), shop.state(job), shop.labels(order)) == ("completed", "in_doubt", 1)
    (doubt,) = shop.service.outcome(job).in_doubt
    assert doubt["reason"]
    assert shop.service.outcome(job).spent_cents == 0
    shop.carrier.clear()
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)
    (tracked,) = shop.service.outcome(job).tracking
    (booked,) = [entry for entry in shop.carrier.books() if order in entry["references"]]
    assert tracked["tracking_number"] == booked["tracking_number"]
    assert shop.service.outcome(job).spent_cents == booked["charge_cents"]


@pytest.mark.parametrize("fault", ODD_FINDINGS)
async def test_a_finding_that_is_contradicted_closes_no_doubt(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"C-{fault}"[:30])
    shop.carrier.fault("lost-answer:1")
    await shop.service.execute(job)
    shop.carrier.fault(fault)
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("in_doubt", 1)
    shop.carrier.clear()
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels(order)) == ("completed", 1)


async def test_a_charge_with_thousands_separators_is_read(shop: Shop) -> None:
    job = await shop.approved("T-1")
    shop.carrier.fault("charge=1,234.50:1")
    await shop.service.execute(job)
    assert (shop.state(job), shop.service.outcome(job).spent_cents) == ("completed", 123450)


async def test_a_charge_in_another_currency_keeps_its_label_and_says_so(shop: Shop) -> None:
    job = await shop.approved("T-2")
    shop.carrier.fault("currency=EUR:1")
    result = await shop.service.execute(job)
    assert (shop.state(job), result.error_code) == ("completed", "E-4243")


@pytest.mark.parametrize("fault", ["lost-answer@void:1", "carriage-returns", "burst-429@void:1", "text-503@void:1"])
async def test_a_void_is_repeated_until_it_is_sure(shop: Shop, fault: str) -> None:
    job = await shop.approved(order := f"V-{fault}"[:30])
    await shop.service.execute(job)
    shop.carrier.fault(fault)
    await shop.service.void(job, None)
    if shop.state(job) == "voiding":
        await shop.service.void(job, None)
    assert (shop.state(job), shop.labels(order)) == ("voided", 0)
    assert shop.service.outcome(job).spent_cents == 0


async def test_a_shipment_that_is_partly_voided_is_not_void(shop: Shop) -> None:
    shop.shipment = shop.shipment | {"packages": shop.shipment["packages"] * 3}
    job = await shop.approved("V-partly")
    await shop.service.execute(job)
    shop.carrier.fault("partly-voided:1")
    await shop.service.void(job, None)
    assert (shop.state(job), shop.labels("V-partly")) == ("voiding", 2)
    assert shop.service.outcome(job).spent_cents > 0
    await shop.service.void(job, None)
    assert (shop.state(job), shop.labels("V-partly")) == ("voided", 0)


async def test_a_void_without_an_answer_counts_as_spent(shop: Shop) -> None:
    job = await shop.approved("S-1")
    await shop.service.execute(job)
    shop.carrier.fault("reset@void")
    await shop.service.void(job, None)
    assert shop.state(job) == "voiding"
    assert shop.service.outcome(job).spent_cents > 0


async def lost_and_hidden(shop: Shop, order: str) -> str:
    """A row in doubt whose label no search by reference finds yet."""
    job = await shop.approved(order)
    shop.carrier.fault("lost-answer:1")
    shop.carrier.fault("reference-delay=3600")
    await shop.service.execute(job)
    assert shop.state(job) == "in_doubt"
    assert shop.labels(order)
    return job


def numbers_of(shop: Shop, order: str) -> list[str]:
    return [entry["tracking_number"] for entry in shop.carrier.books() if order in entry["references"]]


async def test_the_numbers_of_several_packages_are_adopted_in_any_order_and_voided_as_one(shop: Shop) -> None:
    shop.shipment = shop.shipment | {"packages": shop.shipment["packages"] * 3}
    job = await lost_and_hidden(shop, "A-1")
    numbers = numbers_of(shop, "A-1")
    last, first, middle = numbers[2], numbers[0], numbers[1]
    with pytest.raises(ShipchatError, match="E-4237"):
        await shop.service.adopt(job, 2, last, first)
    assert await shop.service.adopt(job, 2, last, first, middle) == "checked"
    assert shop.state(job) == "completed"
    await shop.service.void(job, None)
    assert (shop.state(job), shop.labels("A-1")) == ("voided", 0), "by the number of the shipment, not the first typed"


async def test_a_strangers_number_is_not_adopted_and_never_voided(shop: Shop) -> None:
    job = await lost_and_hidden(shop, "A-2")
    address = shop.shipment["ship_to"]["address"] | {"postal_code": "30009"}
    theirs = shop.shipment | {"ship_to": shop.shipment["ship_to"] | {"address": address}, "customer_reference": "A-3"}
    ours = shop.shipment | {"customer_reference": "A-4"}
    for reference, shipment in (("MADEBYHAND0001", theirs), ("SCZZZZZZZZ00000201", ours)):
        await shop.server.call("shipping_create", reference=reference, not_after=boot_clock() + 60, shipment=shipment)
    for order, said in (("A-3", "30009"), ("A-4", "another row")):
        (number,) = numbers_of(shop, order)
        with pytest.raises(ShipchatError, match="E-4288") as refused:
            await shop.service.adopt(job, 2, number, unchecked=True)
        assert said in refused.value.message
    assert (shop.state(job), shop.labels("A-3"), shop.labels("A-4")) == ("in_doubt", 1, 1)


@pytest.mark.slow
async def test_an_adoption_while_ups_cannot_be_asked_is_taken_back_and_the_real_label_found(shop: Shop) -> None:
    job = await lost_and_hidden(shop, "A-5")
    (number,) = numbers_of(shop, "A-5")
    shop.carrier.fault("text-503@track")
    with pytest.raises(ShipchatError, match="E-4289"):
        await shop.service.adopt(job, 2, number)
    wrong = practice_number(9_999_998)
    assert await shop.service.adopt(job, 2, wrong, unchecked=True) == "unchecked"
    assert shop.state(job) == "created", "UPS has no label for it"
    shop.carrier.clear()
    with pytest.raises(ShipchatError, match="E-4291"):
        await shop.service.void(job, None)
    await shop.service.undo_adoption(job, 2)
    await shop.service.resume(job)
    assert (shop.state(job), shop.labels("A-5")) == ("completed", 1)
    assert shop.service.outcome(job).tracking[0]["tracking_number"] == number


async def test_an_account_without_paperless_buys_nothing_without_its_papers(
    shop: Shop, abroad: dict[str, Any], tmp_path: Path
) -> None:
    paper = tmp_path / "INV-1.pdf"
    paper.write_bytes(b"%PDF-1.4 an invoice")
    known = {"path": str(paper), "name": paper.name, "size": 19, "document_type": "002"}
    document = known | {"sha256": hashlib.sha256(paper.read_bytes()).hexdigest()}
    shop.shipment = abroad
    shop.carrier.fault("no-paperless")
    job = await shop.approved("P-9", documents=(document,))
    assert (await shop.service.execute(job)).failed_rows == 1
    (failed,) = shop.service.outcome(job).failed
    assert "9590018" in failed["message"]
    assert (shop.state(job), shop.labels("P-9")) == ("failed", 0)


def test_every_named_fault_has_its_end_here() -> None:
    text = Path(__file__).read_text()
    assert [name for name in CATALOGUE if f'"{name}' not in text] == []
