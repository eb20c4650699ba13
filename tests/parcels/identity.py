"""Stories of one parcel that looks like another: a re-ship is typed, identity is of the parcel."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from agent.cli.exits import Exit
from agent.planning.model import Budget
from tests.parcels.sheet import ORDER, STREET, spelled
from tests.parcels.shop import Shop, kind_of
from tests.parcels.story import Broken, died_before_the_first_request, nobody, once, open_shop, resume_all, truth

AGAIN = ("ship everything again via ground", "resend everything via ground", "ship everything once more via ground")


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


def written_otherwise(style: str) -> Callable[[Shop], Broken]:
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
