"""A story of a test shop, and the steps that many of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.world import Fuse
from tests.parcels import judging
from tests.parcels.shop import Shop, Turn

Broken = list[str]


@dataclass(frozen=True, slots=True)
class Story:
    """Its name is what mutants name."""

    name: str
    tell: Callable[[Shop], Broken]


def open_shop(shop: Shop, *orders: str, packages: int = 1) -> None:
    """A sheet with these orders ("" has no number)."""
    shop.sheet.write([shop.parcels.new(order, packages if at == 0 else 1) for at, order in enumerate(orders)])


def once(shop: Shop, *faults: str) -> None:
    """The next requests meet these faults, later ones none."""
    waiting = list(faults)
    shop.carrier.faults = lambda _reference: (waiting.pop(0) or None) if waiting else None


def resume_all(shop: Shop) -> list[Turn]:
    return [shop.command("jobs", "resume", job, "--output-format", "json") for job in shop.jobs()]


def truth(shop: Shop, turn: Turn) -> Broken:
    return [*judging.told_truly(turn, *judging.cells(shop)), *judging.now(shop)]


def died_before_the_first_request(shop: Shop) -> None:
    """Approved, stored, and the process is gone before anything was sent."""
    for at in range(1, 40):
        fuse = Fuse(at)
        before = shop.copy()
        turn = shop.sentence(fuse=fuse)
        assert turn.died, "it must die between approval and first request"
        if shop.jobs("pending") and not shop.carrier.requests:
            return
        shop.restore_home(before)
        shop.sheet.restore(before.sheet)
        shop.restored = False
    raise AssertionError("no death left an approved batch behind")


async def nobody(session: Any) -> dict[str, Any]:
    """Leaves the preview where it is."""
    return dict(session._turns.state.result.as_dict())
