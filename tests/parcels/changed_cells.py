"""Stories of a sheet that changes meanwhile: a retry finds its row, what somebody typed stays."""

from collections.abc import Callable

from tests.faults.carrier import tracking_number
from tests.parcels import judging
from tests.parcels.sheet import STREET
from tests.parcels.shop import SENTENCE, Shop, Turn, kind_of
from tests.parcels.story import Broken, died_before_the_first_request, once, open_shop, resume_all, truth


def _failed_first(shop: Shop, *orders: str) -> None:
    open_shop(shop, *orders)
    once(shop, "refused")
    shop.sentence(SENTENCE, "--on-error", "continue")


def _retry(shop: Shop) -> list[Turn]:
    shop.show_all()
    return [shop.command("jobs", "retry", job, "--yes", "--output-format", "json") for job in shop.jobs("failed")]


def retry_of_sorted(*orders: str) -> Callable[[Shop], Broken]:
    def tell(shop: Shop) -> Broken:
        _failed_first(shop, *orders)
        failed = shop.sheet.parcels[0]
        shop.sheet.sort(STREET, descending=False)
        assert shop.sheet.parcels[0] != failed, "its row must have moved"
        turns = _retry(shop)
        found = [fault for turn in turns for fault in truth(shop, turn)]
        gone = [kind_of(label) for turn in turns for label in turn.made]
        return found + ([] if gone == [failed.kind] else [f"RETRY sent {gone} for {failed.kind}"])

    return tell


def retry_of_a_replaced_row(shop: Shop) -> Broken:
    """In the place of the failed row stands another one now: it is not sent by a retry."""
    _failed_first(shop, "", "")
    shop.sheet.remove(0)
    shop.sheet.add(shop.parcels.new(""), 0)
    strange = shop.sheet.parcels[0].kind
    turns = _retry(shop)
    found = [fault for turn in turns for fault in truth(shop, turn)]
    sent = [kind_of(label) for turn in turns for label in turn.made]
    return found + ([f"RETRY took {strange}, which was not in its batch"] if strange in sent else [])


def retry_to_another_person(shop: Shop) -> Broken:
    """`--yes` approves no changed addressee."""
    _failed_first(shop, "1001", "1002")
    shop.sheet.change(0, 1, "Somebody Else")
    return [f"RETRY --yes sent {label.reference} to somebody else" for turn in _retry(shop) for label in turn.made]


def typed_before_the_yes(shop: Shop) -> Broken:
    """A number is typed between preview and yes: that row does not go, and the cell stays."""
    open_shop(shop, "1001", "1002")
    turn = shop.chat(between=lambda: shop.sheet.type_number(0, FOREIGN))
    return truth(shop, turn)


def typed_before_a_resume(shop: Shop) -> Broken:
    """A batch was interrupted; a row that a person shipped elsewhere meanwhile does not go."""
    open_shop(shop, "1001", "1002")
    died_before_the_first_request(shop)
    shop.sheet.type_number(0, FOREIGN)
    return [fault for turn in resume_all(shop) for fault in truth(shop, turn)]


def typed_while_in_doubt(shop: Shop) -> Broken:
    """The label of a doubt is found; by then a person has typed something else into its cell: it stays."""
    open_shop(shop, "1001", "1002")
    once(shop, "lost_after")
    shop.sentence()
    shop.sheet.type_number(0, FOREIGN)
    resume_all(shop)
    return judging.cells_kept(shop)


def void_leaves_a_typed_cell(shop: Shop) -> Broken:
    """After a void the cell is cleared only if it still holds our number."""
    open_shop(shop, "1001")
    shop.sentence()
    shop.sheet.type_number(0, FOREIGN)
    for job in shop.jobs():
        shop.command("jobs", "void", job, "--yes")
    return judging.now(shop)


FOREIGN = tracking_number(8_000_001, "ABC123")


def address_changed_before_the_yes(shop: Shop) -> Broken:
    """The street is corrected between preview and yes: the yes was to the old one."""
    open_shop(shop, "1001", "1002")
    turn = shop.chat(between=lambda: shop.sheet.change(0, STREET, "1 Changed Street"))
    return [*truth(shop, turn), *(["CHANGED rows were bought as they had been"] if turn.made else [])]
