"""Stories of copies that come back: the home, the ledger, the sheet, the whole machine."""

from agent.cli.exits import Exit
from tests.parcels.shop import Shop
from tests.parcels.story import Broken, died_before_the_first_request, open_shop, resume_all, truth


def home_and_sheet_restored(shop: Shop) -> Broken:
    """A snapshot of everything comes back after a batch; the sentence is said again."""
    open_shop(shop, "1001", "")
    copy = shop.copy()
    shop.sentence()
    shop.restore_home(copy)
    shop.sheet.restore(copy.sheet)
    again = shop.sentence()
    return [*truth(shop, again), *(["QUIET exit 0 after a restore"] if again.code == Exit.DONE else [])]


def home_restored(shop: Shop) -> Broken:
    """The home alone comes back, and somebody deleted the column of tracking numbers."""
    open_shop(shop, "1001", "1002")
    copy = shop.copy()
    shop.sentence()
    shop.restore_home(copy)
    shop.sheet.write(shop.sheet.parcels)
    return truth(shop, shop.sentence())


def used_home_restored(shop: Shop) -> Broken:
    """The home had shipped before; its copy, a batch older, comes back with the sheet."""
    open_shop(shop, "1001")
    shop.sentence()
    shop.sheet.add(shop.parcels.new("1002"), 1)
    copy = shop.copy()
    shop.sentence()
    shop.restore_home(copy)
    shop.sheet.restore(copy.sheet)
    return truth(shop, shop.sentence())


def approved_batch_restored(shop: Shop) -> Broken:
    """A batch dies before its first request; it is copied, resumed, restored and resumed again."""
    open_shop(shop, "1001", "1002")
    died_before_the_first_request(shop)
    copy = shop.copy()
    resume_all(shop)
    shop.restore_home(copy)
    shop.sheet.restore(copy.sheet)
    return [fault for turn in resume_all(shop) for fault in truth(shop, turn)]


def _everything_restored(shop: Shop) -> None:
    """A batch dies before its first request; the whole machine is copied, the batch resumed, the machine restored."""
    open_shop(shop, "1001", "")
    died_before_the_first_request(shop)
    copy = shop.copy(state=True)
    resume_all(shop)
    shop.restore_home(copy)
    shop.sheet.restore(copy.sheet)


def approved_batch_and_state_restored(shop: Shop) -> Broken:
    """Nothing on this machine knows of the restore; the batch is resumed again: UPS is asked before it sends."""
    _everything_restored(shop)
    return [fault for turn in resume_all(shop) for fault in truth(shop, turn)]


def restored_cancelled_and_said_again(shop: Shop) -> Broken:
    """The same, but the batch that came back is cancelled, and the sentence said again under new references."""
    _everything_restored(shop)
    for job in shop.jobs():
        shop.command("jobs", "cancel", job)
    return truth(shop, shop.sentence())


def ledger_restored(shop: Shop) -> Broken:
    """Only the ledger's files come back."""
    open_shop(shop, "1001", "1002")
    copy = shop.copy()
    shop.sentence()
    shop.restore_ledger(copy)
    shop.sheet.restore(copy.sheet)
    return truth(shop, shop.sentence())


def ledger_restored_in_mid_batch(shop: Shop) -> Broken:
    """The ledger of the moment between approval and first request comes back; the batch is resumed."""
    open_shop(shop, "1001", "1002")
    died_before_the_first_request(shop)
    copy = shop.copy()
    resume_all(shop)
    shop.restore_ledger(copy)
    shop.sheet.restore(copy.sheet)
    return [fault for turn in resume_all(shop) for fault in truth(shop, turn)]


def sheet_restored(shop: Shop) -> Broken:
    """An older copy of the sheet comes back, without the tracking numbers."""
    open_shop(shop, "1001", "", "1003")
    copy = shop.copy()
    shop.sentence()
    shop.sheet.restore(copy.sheet)
    return truth(shop, shop.sentence())
