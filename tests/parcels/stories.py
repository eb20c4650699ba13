"""Stories that are told on purpose: one for each way in which a person or a copy could lead to a wrong purchase.

Each returns what is broken; empty when the product holds. The mutants (`test_mutants`) are caught by them.
"""

import errno
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from agent.cli.exits import Exit
from agent.planning.model import Budget
from tests.faults.carrier import Label, tracking_number
from tests.faults.world import Fuse
from tests.parcels import judging
from tests.parcels.sheet import ORDER, STREET, spelled
from tests.parcels.shop import SENTENCE, Shop, Turn, kind_of

AGAIN = ("ship everything again via ground", "resend everything via ground", "ship everything once more via ground")
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


# A1: copies come back


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


# A2: a re-ship is typed


def again_by_a_flag(shop: Shop) -> Broken:
    """`--yes` approves no re-ship, whatever the words; the words to type are named."""
    open_shop(shop, "1001")
    shop.sentence()
    found = []
    for words in ("re-ship everything via ground", *AGAIN):
        turn = shop.sentence(words)
        if turn.made or turn.code != Exit.NEEDS_INPUT or "re-ship 1 row" not in str(turn.told):
            found.append(
                f"AGAIN “{words}” ended with {turn.code} and {len(turn.made)} labels: {turn.told.get('error')}"
            )
    return found


def again_by_auto_mode(shop: Shop) -> Broken:
    """No budget approves a re-ship."""
    open_shop(shop, "1001")
    shop.sentence()
    found = []
    for words in AGAIN:
        turn = shop.chat(words, mode="auto", budget=Budget(max_total_cents=9000), approve=nobody)
        found += [f"AGAIN “{words}” in auto mode bought a label"] if turn.made else []
    return found


async def nobody(session: Any) -> dict[str, Any]:
    """Leaves the preview where it is."""
    return dict(session._turns.state.result.as_dict())


async def typed_words(session: Any) -> dict[str, Any]:
    """Types what the preview asks for."""
    wanted = session._turns.state.pending.preview.typed_confirmation
    return dict(await session.send(wanted)) if wanted else await nobody(session)


def again_by_typing(shop: Shop) -> Broken:
    """Typed words do ship once more, and once only."""
    open_shop(shop, "1001")
    shop.sentence()
    shop.allow([0])
    turn = shop.chat("re-ship everything via ground", approve=typed_words)
    return [*truth(shop, turn), *([] if len(turn.made) == 1 else ["AGAIN typed words shipped nothing"])]


# A3: identity is of the parcel


def _written_otherwise(style: str) -> Callable[[Shop], Broken]:
    def tell(shop: Shop) -> Broken:
        open_shop(shop, "1001", "a-1003")
        before = shop.copy()
        shop.sentence()
        shop.sheet.restore(before.sheet)
        for at in (0, 1):
            shop.sheet.change(at, ORDER, spelled(shop.sheet.parcels[at].order, style))
        return truth(shop, shop.sentence())

    return tell


def saved_by_a_spreadsheet(shop: Shop) -> Broken:
    """02116 becomes 2116, 1.10 becomes 1.1, in a sheet whose orders have no numbers."""
    open_shop(shop, "", "")
    before = shop.copy()
    shop.sentence()
    shop.sheet.restore(before.sheet)
    shop.sheet.save_as_spreadsheet()
    return truth(shop, shop.sentence())


def a_column_added(shop: Shop) -> Broken:
    """A column that nothing reads makes no new parcel."""
    open_shop(shop, "", "")
    before = shop.copy()
    shop.sentence()
    shop.sheet.restore(before.sheet)
    shop.sheet.add_column("Gift note", "thank you")
    return truth(shop, shop.sentence())


def sorted_and_restored(shop: Shop) -> Broken:
    """The same orders in another order, one removed, without their tracking numbers."""
    open_shop(shop, "", "1002", "")
    before = shop.copy()
    shop.sentence()
    shop.sheet.restore(before.sheet)
    shop.sheet.sort(STREET, descending=True)
    shop.sheet.remove(1)
    return truth(shop, shop.sentence())


def two_identical_parcels(shop: Shop) -> Broken:
    """Two gifts that nothing tells apart: both go, each once, also after the sheet came back."""
    parcel = shop.parcels.new("")
    shop.sheet.write([parcel, shop.parcels.twin(parcel)])
    before = shop.copy()
    first = shop.sentence()
    found = truth(shop, first) + ([] if len(first.made) == 2 else [f"NARROW {len(first.made)} of 2 equal parcels went"])
    shop.sheet.restore(before.sheet)
    return [*found, *truth(shop, shop.sentence())]


def another_shops_order(shop: Shop) -> Broken:
    """Order 1001 of another shop to somebody else is another parcel: asked about, then shipped, once."""
    open_shop(shop, "1001")
    shop.sentence()
    shop.sheet.add(shop.parcels.new("1001"), 1)
    turn = shop.chat()
    wanted = Decimal(shop.sheet.parcels[1].weight)
    found = [] if [kind_of(label) for label in turn.made] == [wanted] else ["NARROW another shop's order did not go"]
    return [*found, *truth(shop, turn), *truth(shop, shop.chat())]


def edited_while_in_doubt(shop: Shop) -> Broken:
    """A row without a number is in doubt; its street is corrected and the sentence said again."""
    open_shop(shop, "")
    once(shop, "lost_after")
    shop.sentence()
    shop.sheet.change(0, STREET, "61 Mill Pond Road")
    return truth(shop, shop.sentence())


def edited_while_interrupted(shop: Shop) -> Broken:
    """A row without a number waits with a batch that died; its street is corrected, the batch goes on as approved, and
    its number finds no row in the sheet. Said again, the row is asked about."""
    open_shop(shop, "", "")
    died_before_the_first_request(shop)
    shop.sheet.change(0, STREET, "61 Mill Pond Road")
    resume_all(shop)
    turn = shop.sentence()
    found = [] if turn.code == Exit.NEEDS_INPUT else [f"QUIET exit {turn.code} for a row that may have been shipped"]
    return [*found, *truth(shop, turn), *truth(shop, shop.chat())]


def another_parcel_like_it(shop: Shop) -> Broken:
    """The row is removed after the batch went on without it, and its addressee gets another parcel: told apart, it goes."""
    open_shop(shop, "", "")
    died_before_the_first_request(shop)
    shop.sheet.remove(0)
    resume_all(shop)
    shop.sheet.add(shop.parcels.new("", person=0), 0)
    turn = shop.chat()
    return [
        *truth(shop, turn),
        *([] if len(turn.made) == 1 else ["NARROW another parcel to the same person did not go"]),
    ]


# A4: a retry finds its row


def _failed_first(shop: Shop, *orders: str) -> None:
    open_shop(shop, *orders)
    once(shop, "refused")
    shop.sentence(SENTENCE, "--on-error", "continue")


def _retry(shop: Shop) -> list[Turn]:
    shop.show_all()
    return [shop.command("jobs", "retry", job, "--yes", "--output-format", "json") for job in shop.jobs("failed")]


def _retry_of_sorted(*orders: str) -> Callable[[Shop], Broken]:
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


# A5: the tracking cell


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


# A6: answers


def _unfit_answer(fault: str) -> Callable[[Shop], Broken]:
    def tell(shop: Shop) -> Broken:
        open_shop(shop, "1001", "1002", packages=2)
        shop.sheet.add(shop.parcels.new("1000", 2), 0)
        once(shop, "", fault)
        turn = shop.sentence(SENTENCE, "--on-error", "continue")
        found = truth(shop, turn)
        return found + [fault for turn in resume_all(shop) for fault in truth(shop, turn)] + judging.at_rest(shop)

    return tell


# A7: adoption


def _doubt(shop: Shop, packages: int = 1) -> tuple[str, Label]:
    """(job, label) of a row in doubt in sheet row 3, beside a shipped one."""
    open_shop(shop, "1001", "1002")
    shop.sheet.remove(1)
    shop.sheet.add(shop.parcels.new("1003", packages), 1)
    once(shop, "", "lost_after")
    shop.sentence()
    shop.carrier.books[-1].visible = False
    return shop.jobs("in_doubt")[0], shop.carrier.books[-1]


def _adopt(shop: Shop, job: str, *numbers: str) -> Turn:
    options = [part for number in numbers for part in ("--tracking", number)]
    return shop.command("jobs", "adopt", job, "--row", "3", *options)


def _adopted(turn: Turn, what: str) -> Broken:
    return [f"ADOPTED {what}"] if turn.code == Exit.DONE else []


def adopted_from_another_row(shop: Shop) -> Broken:
    job, _label = _doubt(shop)
    return [*_adopted(_adopt(shop, job, shop.carrier.books[0].tracking_number), "another row's number")]


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


# B: the allowance


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


# C: the truth


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
        if len(shop.carrier.books) >= labels:
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


STORIES = (
    Story("home_and_sheet_restored", home_and_sheet_restored),
    Story("home_restored", home_restored),
    Story("used_home_restored", used_home_restored),
    Story("approved_batch_restored", approved_batch_restored),
    Story("approved_batch_and_state_restored", approved_batch_and_state_restored),
    Story("restored_cancelled_and_said_again", restored_cancelled_and_said_again),
    Story("ledger_restored", ledger_restored),
    Story("ledger_restored_in_mid_batch", ledger_restored_in_mid_batch),
    Story("sheet_restored", sheet_restored),
    Story("again_by_a_flag", again_by_a_flag),
    Story("again_by_auto_mode", again_by_auto_mode),
    Story("again_by_typing", again_by_typing),
    *(Story(f"order_number_in_style_{one}", _written_otherwise(one)) for one in ("hash", "zeros", "case")),
    Story("saved_by_a_spreadsheet", saved_by_a_spreadsheet),
    Story("a_column_added", a_column_added),
    Story("sorted_and_restored", sorted_and_restored),
    Story("two_identical_parcels", two_identical_parcels),
    Story("another_shops_order", another_shops_order),
    Story("edited_while_in_doubt", edited_while_in_doubt),
    Story("edited_while_interrupted", edited_while_interrupted),
    Story("another_parcel_like_it", another_parcel_like_it),
    Story("retry_of_a_sorted_sheet", _retry_of_sorted("1001", "1002")),
    Story("retry_of_a_sorted_sheet_without_numbers", _retry_of_sorted("", "")),
    Story("retry_of_a_replaced_row", retry_of_a_replaced_row),
    Story("retry_to_another_person", retry_to_another_person),
    Story("typed_before_the_yes", typed_before_the_yes),
    Story("address_changed_before_the_yes", address_changed_before_the_yes),
    Story("typed_before_a_resume", typed_before_a_resume),
    Story("typed_while_in_doubt", typed_while_in_doubt),
    Story("void_leaves_a_typed_cell", void_leaves_a_typed_cell),
    Story("adopted_from_another_row", adopted_from_another_row),
    Story("adopted_from_a_stranger", adopted_from_a_stranger),
    Story("adopted_with_a_slip", adopted_with_a_slip),
    Story("adopted_in_any_order", adopted_in_any_order),
    Story("three_sentences_of_one_allowance", three_sentences_of_one_allowance),
    Story("dear_charge", dear_charge),
    Story("disk_full_after_two_labels", disk_full_after_two_labels),
    Story("released_several", released_several),
)
"""The answers that do not fit have stories of their own: `unfit_answers`."""


def unfit_answers() -> tuple[Story, ...]:
    from tests.faults.carrier import UNFIT

    return tuple(Story(f"answer_{fault}", _unfit_answer(fault)) for fault in UNFIT)
