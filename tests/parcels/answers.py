"""Stories of what UPS and people say: answers that do not fit, adoptions, the allowance, what is told."""

import errno
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from agent.cli.exits import Exit
from agent.planning.model import Budget
from tests.faults.carrier import Label, tracking_number
from tests.parcels import judging
from tests.parcels.shop import SENTENCE, Shop, Turn
from tests.parcels.story import Broken, nobody, once, open_shop, resume_all, truth


def unfit_answer(fault: str) -> Callable[[Shop], Broken]:
    def tell(shop: Shop) -> Broken:
        open_shop(shop, "1001", "1002", packages=2)
        shop.sheet.add(shop.parcels.new("1000", 2), 0)
        once(shop, "", fault)
        turn = shop.sentence(SENTENCE, "--on-error", "continue")
        found = truth(shop, turn)
        return found + [fault for turn in resume_all(shop) for fault in truth(shop, turn)] + judging.at_rest(shop)

    return tell


def _doubt(shop: Shop, packages: int = 1) -> tuple[str, Label]:
    """(job, label) of a row in doubt in sheet row 3, beside a shipped one."""
    open_shop(shop, "1001", "1002")
    shop.sheet.remove(1)
    shop.sheet.add(shop.parcels.new("1003", packages), 1)
    once(shop, "", "lost_after")
    shop.sentence()
    shop.carrier.records[-1].visible = False
    return shop.jobs("in_doubt")[0], shop.carrier.records[-1]


def _adopt(shop: Shop, job: str, *numbers: str) -> Turn:
    options = [part for number in numbers for part in ("--tracking", number)]
    return shop.command("jobs", "adopt", job, "--row", "3", *options)


def _adopted(turn: Turn, what: str) -> Broken:
    return [f"ADOPTED {what}"] if turn.code == Exit.DONE else []


def adopted_from_another_row(shop: Shop) -> Broken:
    job, _label = _doubt(shop)
    return [*_adopted(_adopt(shop, job, shop.carrier.records[0].tracking_number), "another row's number")]


def adopted_from_a_stranger(shop: Shop) -> Broken:
    """A shipment that goes elsewhere; and a void must not take it back."""
    job, _label = _doubt(shop)
    number = tracking_number(7_000_000)
    shop.carrier.strangers.append(Label("OTHER", number, "X-1", 900, "60601", "US", "20261129", {}))
    found = _adopted(_adopt(shop, job, number), "a stranger's number")
    shop.command("jobs", "void", job, "--yes")
    return [*found, *judging.strangers_untouched(shop)]


def adopted_with_a_slip(shop: Shop) -> Broken:
    """One digit is wrong."""
    job, label = _doubt(shop)
    slip = label.tracking_number[:-1] + str((int(label.tracking_number[-1]) + 1) % 10)
    return _adopted(_adopt(shop, job, slip), "a number whose check digit is wrong")


def adopted_in_any_order(shop: Shop) -> Broken:
    """The right numbers, the last one first: believed, and the void goes to the right shipment."""
    job, label = _doubt(shop, packages=2)
    turn = _adopt(shop, job, *reversed(label.numbers))
    if turn.code not in {Exit.DONE, Exit.WITH_WARNINGS}:
        return [f"NARROW the right numbers were refused: {turn.errors}"]
    shop.command("jobs", "void", job, "--rows", "3", "--yes")
    return [] if label.voided else ["VOID the adopted shipment is not void at the carrier"]


def three_sentences_of_one_allowance(shop: Shop) -> Broken:
    """$25 for a session: three sentences of two shipments each ($20) do not all go without a yes."""
    open_shop(shop, "1001", "1002")

    async def go_on(session: Any) -> dict[str, Any]:
        told = await nobody(session)
        for first in ("1003", "1005"):
            for order in (first, str(int(first) + 1)):
                shop.sheet.add(shop.parcels.new(order), 0)
            told = await session.send(SENTENCE)
        return dict(told)

    turn = shop.chat(mode="auto", budget=Budget(max_total_cents=2500), approve=go_on, always=True)
    return [*judging.within(turn, 2500), *judging.now(shop)]


def dear_charge(shop: Shop) -> Broken:
    """A charge above its quote stops the batch after one label: the exit code says that something was bought."""
    open_shop(shop, "1001", "1002")
    once(shop, "dear")
    return truth(shop, shop.sentence())


def disk_full_after_two_labels(shop: Shop) -> Broken:
    """The ledger cannot be written any more after two labels: exit 6 with the batch, never `refused`."""
    open_shop(shop, "1001", "1002", "1003")
    with disk_full_after(shop, labels=2):
        turn = shop.sentence()
    found = judging.told_truly(turn, *judging.cells(shop))
    if turn.code != Exit.IN_DOUBT or not turn.told.get("job_id"):
        found.append(f"TOLD exit {turn.code}, job {turn.told.get('job_id')} after two labels and a full disk")
    resume_all(shop)
    return [*found, *judging.now(shop), *judging.at_rest(shop)]


@contextmanager
def disk_full_after(shop: Shop, labels: int) -> Any:
    """From the moment at which the carrier has made so many labels on, no commit of a ledger succeeds."""
    from sqlalchemy.exc import OperationalError

    from agent.ledger.writer import Ended, Writer

    apply = Writer._apply

    def full(writer: Any, connection: Any, jobs: list[Any]) -> list[Ended]:
        if len(shop.carrier.records) >= labels:
            fault = OperationalError("COMMIT", {}, OSError(errno.ENOSPC, "database or disk is full"))
            return [Ended(fault=writer._trouble(fault)) for _ in jobs]
        return apply(writer, connection, jobs)

    with patch.object(Writer, "_apply", full):
        yield


def released_several(shop: Shop) -> Broken:
    """Two rows in doubt, one of them findable: what was released is told, and only that."""
    open_shop(shop, "1001", "1002", "1003")
    once(shop, "lost_after", "lost_before")
    shop.sentence(SENTENCE, "--on-error", "continue")
    for job in shop.jobs("in_doubt"):
        turn = shop.command("jobs", "release", job, "--yes", "--now")
        released = turn.told.get("text", "").splitlines()[:1]
        if released != ["released: row 3"]:
            return [f"TOLD of the release: {turn.told.get('text')!r} {turn.errors[-200:]}"]
    resume_all(shop)
    return judging.now(shop)
