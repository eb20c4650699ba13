"""A retry finds the failed rows by what they are: a sheet that was sorted or got rows works, no other row is taken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.chat.session import ChatSession
from agent.cli.exits import Exit, exit_for
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

BARE = "Recipient Name,Address,City,State,ZIP,Phone,Weight (lb)\n"
ANN = "Ann Lee,12 Main St,San Diego,CA,75201,617-555-0101,1.5"
"""Its ZIP is a Texan one: UPS refuses it."""
BEN = "Ben Ode,880 Harbor View Dr,San Diego,CA,92101,619-555-0102,3"
CLEO = "Cleo Whitfield,14 Juniper Court,Dallas,TX,75201,916-555-0101,2"
"""Never approved: only the orders to California are."""
WORDS = "ship all California orders via ground"
FIXED = ANN.replace("75201", "92101")
Edit = Callable[[list[str]], list[str]]


def sheet_of(path: Path, header: str, *rows: str) -> Path:
    path.write_text(header + "".join(f"{row}\n" for row in rows))
    return path


def edit(path: Path, change: Edit) -> None:
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *change(rows)]) + "\n")


def changed(before: str, after: str) -> Edit:
    """Of Ann's row, wherever it stands."""
    return lambda rows: [row.replace(before, after) if "Ann Lee" in row else row for row in rows]


async def failed_before(opened: Opened, path: Path, words: str = WORDS, **options: Any) -> dict[str, Any]:
    session, _ = await opened(path, on_error="continue", offer_recovery=False, **options)
    shown = await session.send(words)
    assert shown["status"] == "preview", shown
    assert session.pending_digest is not None
    done = await session.approve(session.pending_digest, by="script", words="yes")
    assert done["rows"]["failed"] == 1, done
    await session.close()
    return done


async def yes(session: ChatSession, by: str = "words") -> dict[str, Any]:
    assert session.pending_digest is not None
    return await session.approve(session.pending_digest, by=by, words="yes")


def row_of(path: Path, name: str) -> str:
    (row,) = [line for line in path.read_text(encoding="cp1252").splitlines() if name in line]
    return row


def inserted(rows: list[str]) -> list[str]:
    """Two orders of today above the others, one of them for the state of the batch."""
    extra = [
        row.replace("Ben Ode", name).replace("880", number) for row in rows for name, number in NEW if "Ben" in row
    ]
    return [*(row.replace("N-2", f"N-9{i}").rsplit(",1Z")[0] for i, row in enumerate(extra)), *rows]


NEW = [("Dana New", "17"), ("Eve New", "18")]


def taken_out_of_its_place(rows: list[str]) -> list[str]:
    """Ann's row is the last one now; in its place is the order that was never approved."""
    own = [row for row in rows if "Ann Lee" in row]
    cleo = [row for row in rows if "Cleo" in row]
    return [*cleo, *(row for row in rows if row not in [*own, *cleo]), *own]


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("change", [sorted, lambda rows: rows[::-1], inserted, taken_out_of_its_place])
async def test_the_row_is_found_where_it_stands_now(
    opened: Opened, tmp_path: Path, change: Edit, numbered: bool
) -> None:
    rows = [f"N-{number},{row}" if numbered else row for number, row in enumerate([ANN, BEN, CLEO], start=1)]
    path = sheet_of(tmp_path / "orders.csv", HEADER if numbered else BARE, *rows)
    done = await failed_before(opened, path)
    edit(path, change)
    edit(path, changed("75201", "92101"))
    session, _ = await opened(None, offer_recovery=False, model="offline")
    shown = await session.send(f"retry batch {done['job_id']}")
    assert (shown["status"], shown["total_rows"]) == ("preview", 1), shown
    assert any("postal_code: 75201 -> 92101" in line for line in shown["warnings"]), shown["warnings"]
    again = await yes(session, by="--yes")
    assert (again["status"], again["rows"]["completed"]) == ("completed", 2), again
    assert "1ZSIMSIM" in row_of(path, "Ann Lee")
    assert "1ZSIMSIM" not in row_of(path, "Cleo")
    assert path.read_text().count("1ZSIMSIM") == 2


@pytest.mark.parametrize("numbered", [True, False])
async def test_a_row_that_is_gone_is_said_and_stays_failed(opened: Opened, tmp_path: Path, numbered: bool) -> None:
    rows = [f"N-{number},{row}" if numbered else row for number, row in enumerate([ANN, BEN, CLEO], start=1)]
    path = sheet_of(tmp_path / "orders.csv", HEADER if numbered else BARE, *rows)
    await failed_before(opened, path)
    edit(path, lambda rows: [row for row in rows if "Ann Lee" not in row])
    session, _ = await opened(path, offer_recovery=False)
    told = await session.send("retry the failed ones")
    assert (told["status"], told["total_rows"]) == ("answer", 0)
    reason = "order N-1 is not in the sheet any more" if numbered else "it is not in the sheet any more"
    assert told["excluded"] == {reason: [2]}


async def test_one_of_two_failed_rows_that_is_gone_does_not_stop_the_other(opened: Opened, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "orders.csv", HEADER, f"N-1,{ANN}", f"N-2,{ANN.replace('Ann Lee', 'Fay Oto')}")
    session, _ = await opened(path, on_error="continue", offer_recovery=False)
    await session.send(WORDS)
    # Without any price there is no preview.
    edit(path, lambda rows: [*rows, f"N-3,{BEN}"])
    await session.send(WORDS)
    assert (await yes(session))["rows"]["failed"] == 2
    edit(path, lambda rows: [row.replace("75201", "92101") for row in rows if "N-2" not in row])
    shown = await session.send("retry the failed ones")
    assert (shown["status"], shown["total_rows"]) == ("preview", 1), shown
    assert shown["excluded"] == {"order N-2 is not in the sheet any more": [3]}
    assert (await yes(session))["rows"] == {"completed": 2, "failed": 1, "in_doubt": 0, "pending": 0, "skipped": 0}


async def test_a_row_that_only_looks_alike_is_asked_about(opened: Opened, tmp_path: Path) -> None:
    """Without an order number, the same person with another parcel may be the corrected row or another order."""
    path = sheet_of(tmp_path / "orders.csv", BARE, ANN, BEN, CLEO)
    await failed_before(opened, path)
    edit(path, changed("75201,617-555-0101,1.5", "92101,617-555-0101,4"))
    session, _ = await opened(path, offer_recovery=False)
    asked = await session.send("retry the failed ones")
    assert exit_for(asked) == Exit.NEEDS_INPUT
    assert asked["question"]["text"].startswith("Row 2 of batch ")
    assert asked["question"]["options"][0].startswith("Row 2: Ann Lee, 12 Main St")
    left = await session.answer(None, "None of these: leave it failed")
    assert (left["status"], left["excluded"]) == ("answer", {"several rows of the sheet could be it": [2]})
    await session.send("retry the failed ones")
    shown = await session.answer(None, 1)
    assert (shown["status"], shown["total_rows"]) == ("preview", 1)
    assert (await yes(session))["rows"]["completed"] == 2


CHANGES = [
    ("12 Main St", "14 Main St"),
    ("Ann Lee", "Ann Lee-Smith"),
    ("San Diego", "Fresno"),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
async def test_yes_as_a_flag_does_not_approve_another_destination(
    opened: Opened, tmp_path: Path, before: str, after: str
) -> None:
    path = sheet_of(tmp_path / "orders.csv", HEADER, f"N-1,{ANN}", f"N-2,{BEN}")
    await failed_before(opened, path)
    zip_code = "93721" if after == "Fresno" else "92101"
    edit(path, lambda rows: [r.replace("75201", zip_code).replace(before, after) if "N-1" in r else r for r in rows])
    session, _ = await opened(path, offer_recovery=False)
    shown = await session.send("retry the failed ones")
    assert shown["status"] == "preview"
    asked = await yes(session, by="--yes")
    assert exit_for(asked) == Exit.NEEDS_INPUT
    assert f"{before} -> {after}" in asked["question"]["text"], asked["question"]
    await session.stop_turn()
    # In the chat the person has seen the difference: a plain yes does.
    assert (await yes(session))["rows"]["completed"] == 2


async def test_the_sheet_is_opened_as_it_was(opened: Opened, tmp_path: Path) -> None:
    """Its letters and its delimiter are those of the plan; a guess of today could read the names otherwise."""
    path = tmp_path / "orders.csv"
    header = HEADER.replace(",", ";")
    rows = [f"N-1,{ANN}".replace("Ann Lee", "Jos\xe9 L\xf3pez"), f"N-2,{BEN}"]
    path.write_text(header + "".join(f"{row}\n" for row in rows).replace(",", ";"), encoding="cp1252")
    options = {"source_options": {"encoding": "cp1252", "delimiter": ";"}}
    done = await failed_before(opened, path, **options)
    path.write_text(path.read_text(encoding="cp1252").replace("75201", "92101"), encoding="cp1252")
    session, _ = await opened(None, offer_recovery=False)
    shown = await session.send(f"retry batch {done['job_id']}")
    assert shown["status"] == "preview", shown
    assert session._turns is not None
    sheet = session._turns.state.sheet.require()
    assert {name: sheet.options[name] for name in ("encoding", "delimiter")} == {"encoding": "cp1252", "delimiter": ";"}
    assert (await yes(session))["rows"]["completed"] == 2
    assert "1ZSIMSIM" in row_of(path, "L\xf3pez")


async def test_of_two_rows_that_are_the_same_only_the_failed_one_goes_again(opened: Opened, tmp_path: Path) -> None:
    """Both were approved, one was made: its number in the sheet tells which, after sorting too."""
    good = sheet_of(tmp_path / "orders.csv", BARE, BEN, BEN, ANN)
    said = {"exact_duplicates": "ship every one"}
    await failed_before(opened, good, defaults=said)
    edit(good, lambda rows: sorted(rows, reverse=True))
    edit(good, changed("75201", "92101"))
    session, _ = await opened(good, offer_recovery=False, defaults=said)
    shown = await session.send("retry the failed ones")
    assert (shown["status"], shown["total_rows"]) == ("preview", 1), shown
    assert (await yes(session))["rows"]["completed"] == 3


async def test_a_parcel_of_an_order_whose_other_parcel_was_made(opened: Opened, tmp_path: Path) -> None:
    """Two parcels under one order number, one failed: the other one's row is never taken for it."""
    said = {"order_addresses": "a parcel to each address"}
    path = sheet_of(tmp_path / "orders.csv", HEADER, f"N-1,{ANN}", f"N-1,{BEN}")
    await failed_before(opened, path, defaults=said)
    edit(path, lambda rows: [row.replace("75201", "92101") for row in reversed(rows)])
    session, _ = await opened(path, offer_recovery=False, defaults=said)
    shown = await session.send("retry the failed ones")
    assert (shown["status"], shown["total_rows"]) == ("preview", 1), shown
    assert (await yes(session))["rows"]["completed"] == 2
    assert [line.count("1ZSIMSIM") for line in path.read_text().splitlines()] == [0, 1, 1]
