"""One label per parcel, whatever a person does to the sheet in between; and no parcel left out for another one's sake."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from agent.chat.session import ChatSession
from agent.cli.exits import Exit, exit_for
from agent.opening.order_rows import PART
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

BARE = "Recipient Name,Address,City,State,ZIP,Phone,Weight (lb)\n"
ANN = "Ann Lee,12 Main St,Boston,MA,02116,617-555-0101,1.50\n"
BEN = "Ben Ode,880 Harbor View Dr,San Diego,CA,92101,619-555-0102,3.0\n"
CLEO = "Cleo Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,2\n"
ALL = "ship everything via ground"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


Written = Callable[[str, str], Path]


async def buy(session: ChatSession, words: str = ALL) -> dict[str, Any]:
    shown = await session.send(words)
    assert shown["status"] == "preview", shown
    assert session.pending_digest is not None
    done = await session.approve(session.pending_digest, by="words", words="yes")
    assert done["status"] == "completed", done
    return done


async def shipped_before(opened: Opened, path: Path, words: str = ALL) -> dict[str, Any]:
    session, _ = await opened(path, offer_recovery=False)
    done = await buy(session, words)
    await session.close()
    return done


def without_results(path: Path) -> str:
    """As the file was before its results were written: a copy from yesterday."""
    lines = [line.split(",") for line in path.read_text().splitlines()]
    keep = [index for index, name in enumerate(lines[0]) if name.casefold() not in {"tracking_number", "shipped_at"}]
    return "\n".join(",".join(line[index] for index in keep) for line in lines) + "\n"


SPELLINGS = [("1001", "#1001"), ("1001", "001001"), ("#1001", "1001.0"), ("a-1001", "A-1001"), ("1001", "\uff11001")]


@pytest.mark.parametrize(("before", "after"), SPELLINGS)
async def test_an_order_number_typed_otherwise_is_the_same_order(
    opened: Opened, written: Written, before: str, after: str
) -> None:
    await shipped_before(opened, written("monday.csv", f"{HEADER}{before},{ANN}"))
    again, _ = await opened(written("tuesday.csv", f"{HEADER}{after},{ANN}"), offer_recovery=False)
    told = await again.send(ALL)
    assert (told["status"], told["total_rows"]) == ("answer", 0), told
    assert "already shipped by batch" in told["text"]


async def test_digits_with_a_sign_between_are_another_order(opened: Opened, written: Written) -> None:
    await shipped_before(opened, written("monday.csv", f"{HEADER}1001,{ANN}"))
    again, _ = await opened(written("tuesday.csv", f"{HEADER}10-01,{ANN}"), offer_recovery=False)
    assert (await again.send(ALL))["total_rows"] == 1


def saved_as_workbook(path: Path) -> Path:
    """What a spreadsheet makes of the text: ZIP codes and weights become numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in path.read_text().splitlines():
        cells: list[Any] = []
        for text in line.split(","):
            number = text.replace(".", "", 1).isdecimal()
            cells.append(float(text) if number and "." in text else int(text) if number else text)
        sheet.append(cells)
    target = path.with_suffix(".xlsx")
    book.save(target)
    return target


def resaved(path: Path) -> Path:
    path.write_text(path.read_text().replace("02116", "2116").replace("1.50", "1.5").replace("3.0", "3"))
    return path


def sorted_by_name(path: Path) -> Path:
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *sorted(rows, reverse=True)]) + "\n")
    return path


def with_a_column(path: Path) -> Path:
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{header},Notes", *(f"{row},packed by Jo" for row in rows)]) + "\n")
    return path


def with_columns_renamed(path: Path) -> Path:
    path.write_text(path.read_text().replace("Recipient Name,", "Ship To Name,").replace("Weight (lb)", "Weight lbs"))
    return path


def with_columns_moved(path: Path) -> Path:
    rows = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("\n".join(",".join([row[-1], *row[:-1]]) for row in rows) + "\n")
    return path


def with_order_numbers(path: Path) -> Path:
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"Order Number,{header}", *(f"N-{i},{row}" for i, row in enumerate(rows))]) + "\n")
    return path


EDITS = [
    saved_as_workbook,
    resaved,
    sorted_by_name,
    with_a_column,
    with_columns_renamed,
    with_columns_moved,
    with_order_numbers,
]


@pytest.mark.parametrize("edit", EDITS)
async def test_rows_without_order_numbers_are_the_same_parcels_after_an_edit(
    opened: Opened, written: Written, edit: Callable[[Path], Path]
) -> None:
    path = written("orders.csv", BARE + ANN + BEN + CLEO)
    await shipped_before(opened, path)
    path.write_text(without_results(path))
    again, _ = await opened(edit(path), offer_recovery=False)
    told = await again.send(ALL)
    assert (told["status"], told["total_rows"]) == ("answer", 0), told
    assert sorted(row for rows in told["excluded"].values() for row in rows) == [2, 3, 4]


async def test_an_order_column_that_went_lost_does_not_make_new_parcels(opened: Opened, written: Written) -> None:
    await shipped_before(opened, written("orders.csv", f"{HEADER}1001,{ANN}1002,{BEN}"))
    again, _ = await opened(written("copy.csv", BARE + ANN + BEN), offer_recovery=False)
    assert (await again.send(ALL))["total_rows"] == 0


async def test_an_order_of_another_shop_is_asked_about(opened: Opened, written: Written) -> None:
    await shipped_before(opened, written("first-shop.csv", f"{HEADER}1001,{ANN}"))
    other = written("second-shop.csv", f"{HEADER}1001,{BEN}1002,{CLEO}")
    session, _ = await opened(other, offer_recovery=False)
    asked = await session.send(ALL)
    assert asked["status"] == "needs_input"
    assert exit_for(asked) == Exit.NEEDS_INPUT
    assert "Order 1001 was shipped to Ann Lee" in asked["question"]["text"]
    left = await session.answer(None, 2)
    assert (left["status"], left["row_numbers"]) == ("preview", [2]), left
    await session.close()

    session, _ = await opened(other, offer_recovery=False)
    await session.send(ALL)
    shown = await session.answer(None, 1)
    assert (shown["status"], shown["row_numbers"]) == ("preview", [1, 2]), shown
    assert session.pending_digest is not None
    done = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert done["rows"]["completed"] == 2, done
    await session.close()

    # From now on both shops' orders are known.
    for name, row in (("first-shop", ANN), ("second-shop", BEN)):
        session, _ = await opened(written(f"{name}-again.csv", f"{HEADER}1001,{row}"), offer_recovery=False)
        assert (await session.send(ALL))["total_rows"] == 0
        await session.close()


async def test_next_weeks_list_goes_by_a_typed_yes(opened: Opened, written: Written) -> None:
    await shipped_before(opened, written("week-1.csv", BARE + ANN + BEN))
    session, _ = await opened(written("week-2.csv", BARE + ANN + BEN), offer_recovery=False)
    told = await session.send(ALL)
    assert told["total_rows"] == 0
    assert "“re-ship” sends it once more" in told["text"]
    shown = await session.send("re-ship everything via ground")
    assert (shown["status"], shown["total_rows"]) == ("preview", 2), shown
    assert session.pending_digest is not None
    refused = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert exit_for(refused) == Exit.NEEDS_INPUT
    assert "“re-ship 2 rows”" in refused["error"]["remedy"]
    session.preview_painted(session.pending_digest)
    done = await session.send("re-ship 2 rows")
    assert done["rows"]["completed"] == 2
    # The third week again: what was repeated once is still one parcel for each row.
    third, _ = await opened(written("week-3.csv", BARE + ANN + BEN), offer_recovery=False)
    assert (await third.send(ALL))["total_rows"] == 0


async def test_of_two_rows_that_are_the_same_the_second_goes_too(opened: Opened, written: Written) -> None:
    path = written("orders.csv", BARE + ANN + ANN + BEN)
    session, _ = await opened(path, offer_recovery=False)
    await buy(session, "ship row 2 via ground")
    asked = await session.send("ship row 3 via ground")
    assert asked["status"] == "needs_input"
    assert "Row 3 would send exactly the same as row 2" in asked["question"]["text"]
    shown = await session.answer(None, "ship every one")
    assert (shown["status"], shown["row_numbers"]) == ("preview", [2]), shown
    assert session.pending_digest is not None
    assert (await session.approve(session.pending_digest, by="words", words="yes"))["rows"]["completed"] == 1
    assert (await session.send("ship row 2 via ground"))["total_rows"] == 0

    # A copy from yesterday, sorted: both are known, and the answer is no licence to send a third.
    header, *rows = without_results(path).splitlines()
    copy = written("copy.csv", "\n".join([header, *sorted(rows, reverse=True)]) + "\n")
    again, _ = await opened(copy, offer_recovery=False)
    assert (await again.send(ALL))["row_numbers"] == [1]


async def test_the_second_of_two_same_rows_goes_after_the_sheet_was_sorted(opened: Opened, written: Written) -> None:
    path = written("orders.csv", BARE + ANN + BEN + ANN)
    await shipped_before(opened, path, "ship row 4 via ground")
    sorted_by_name(path)
    session, _ = await opened(path, offer_recovery=False, defaults={"exact_duplicates": "ship every one"})
    shown = await session.send("ship the Massachusetts orders via ground")
    assert (shown["status"], shown["total_rows"]) == ("preview", 1), shown


async def test_a_row_said_to_be_a_duplicate_stays_out_later_too(opened: Opened, written: Written) -> None:
    path = written("orders.csv", BARE + ANN + ANN)
    said = {"exact_duplicates": "ship it once"}
    session, _ = await opened(path, offer_recovery=False, defaults=said)
    await buy(session)
    told = await session.send(ALL)
    assert (told["status"], told["total_rows"]) == ("answer", 0), told


async def test_parcels_of_one_order_are_told_by_their_address(opened: Opened, written: Written) -> None:
    """Shipped first and second, then sorted in a copy without results: none goes again, and none is taken for the
    other."""
    said = {"order_addresses": "a parcel to each address"}
    both = f"{HEADER}1001,{ANN}1001,{BEN}"
    session, _ = await opened(written("orders.csv", both), offer_recovery=False, defaults=said)
    await buy(session)
    await session.close()
    session, _ = await opened(written("copy.csv", f"{HEADER}1001,{BEN}1001,{ANN}"), offer_recovery=False, defaults=said)
    assert (await session.send(ALL))["total_rows"] == 0
    assert (await session.send("ship row 2 via ground"))["total_rows"] == 0


async def test_the_other_parcel_of_an_order_goes_later(opened: Opened, written: Written) -> None:
    said = {"order_addresses": "a parcel to each address"}
    path = written("orders.csv", f"{HEADER}1001,{ANN}1001,{ANN.replace('12 Main St', '9 Elm St')}")
    session, _ = await opened(path, offer_recovery=False, defaults=said)
    assert (await session.send("ship row 2 via ground"))["status"] == "needs_input"
    await session.answer(None, PART)
    assert session.pending_digest is not None
    await session.approve(session.pending_digest, by="words", words="yes")
    shown = await session.send("ship row 3 via ground")
    assert (shown["status"], shown["row_numbers"]) == ("preview", [2]), shown


async def test_two_previews_of_one_parcel_end_in_one_label(opened: Opened, written: Written) -> None:
    """With an order number and without: the second yes is refused where the rows are claimed."""
    first, _ = await opened(written("a.csv", f"{HEADER}1001,{ANN}"), offer_recovery=False)
    second, _ = await opened(written("b.csv", BARE + ANN), offer_recovery=False)
    assert (await first.send(ALL))["status"] == (await second.send(ALL))["status"] == "preview"
    assert first.pending_digest is not None
    assert second.pending_digest is not None
    await first.approve(first.pending_digest, by="words", words="yes")
    refused = await second.approve(second.pending_digest, by="words", words="yes")
    assert refused["error"]["code"] == "E-4208", refused


def lose_the_answer(tmp_path: Path) -> None:
    """As if the answer about the first shipment of the ledger had been lost."""
    with closing(sqlite3.connect(tmp_path / "home" / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE shipments SET state = 'in_doubt' WHERE id = 1")
        ledger.execute("UPDATE job_rows SET status = 'in_doubt', tracking_number = NULL WHERE shipment_id = 1")


DOUBTFUL = [
    ("1.50", "2.5"),
    ("02116", "02118"),
    ("Ann Lee", "Anna Lee"),
]


@pytest.mark.parametrize(("before", "after"), DOUBTFUL)
async def test_a_row_edited_while_it_is_in_doubt_stays(
    opened: Opened, written: Written, tmp_path: Path, before: str, after: str
) -> None:
    path = written("orders.csv", BARE + ANN + BEN + CLEO)
    await shipped_before(opened, path, "ship row 2 via ground")
    lose_the_answer(tmp_path)
    path.write_text(without_results(path).replace(before, after))
    session, _ = await opened(path, offer_recovery=False)
    shown = await session.send(ALL)
    assert (shown["status"], shown["row_numbers"]) == ("preview", [2, 3]), shown
    (reason,) = shown["excluded"]
    assert reason.startswith("cannot be told from row 2 of batch ")


async def test_another_order_for_the_same_person_goes_while_one_is_in_doubt(
    opened: Opened, written: Written, tmp_path: Path
) -> None:
    path = written("orders.csv", BARE + ANN + ANN.replace("1.50", "4"))
    await shipped_before(opened, path, "ship row 2 via ground")
    lose_the_answer(tmp_path)
    path.write_text(without_results(path))
    session, _ = await opened(path, offer_recovery=False)
    shown = await session.send(ALL)
    assert (shown["status"], shown["row_numbers"]) == ("preview", [2]), shown
