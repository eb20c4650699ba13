"""The day after the yes, by words: labels, numbers, doubts and the sheet, as the `jobs` commands do them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent.chat.session import ChatSession
from agent.events import BatchFinished, DoubtsSettled, PreviewReady, TableShown
from tests.integration.chat.conftest import Opened
from tests.integration.labels.test_printing import LabelPrinter

pytestmark = pytest.mark.asyncio(loop_scope="module")
WORDS = "ship the Sacramento and Fresno orders via ground"


async def shipped(session: ChatSession) -> dict[str, Any]:
    shown = await session.send(WORDS)
    assert shown["total_rows"] == 2, shown
    return await yes(session)


async def yes(session: ChatSession) -> dict[str, Any]:
    assert session.pending_digest is not None
    return await session.approve(session.pending_digest, by="script", words="yes")


def lose_the_answer(home: Path, row: int) -> None:
    """As if UPS's answer about a sheet row had been lost on its way, before the machine was started anew."""
    with closing(sqlite3.connect(home / "ledger.sqlite")) as ledger, ledger:
        (shipment,) = ledger.execute("SELECT shipment_id FROM job_rows WHERE sheet_row = ?", (row,)).fetchone()
        ledger.execute("DELETE FROM packages WHERE shipment_id = ?", (shipment,))
        lost = "state = 'in_doubt', charge_cents = NULL, boot_id = 'before'"
        ledger.execute(f"UPDATE shipments SET {lost} WHERE id = ?", (shipment,))
        ledger.execute(
            "UPDATE job_rows SET status = 'in_doubt', tracking_number = NULL WHERE shipment_id = ?", (shipment,)
        )


def tables(heard: list[Any]) -> list[TableShown]:
    return [event for event in heard if isinstance(event, TableShown)]


async def test_labels_are_printed_once_listed_and_saved(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    session, heard = await opened(sheet)
    done = await shipped(session)
    printer = LabelPrinter()
    await session.send(f"print the labels on {printer.address} sorted by city")
    printer.thread.join(10)
    assert printer.printed.count(b"^XA") == 2
    assert [row[0] for row in tables(heard)[-1].rows] == ["4", "3"], "Fresno comes before Sacramento"
    again = await session.send(f"print the labels on {printer.address}")
    assert "Printed before" in again["text"]

    numbers = [item["tracking_number"] for item in done["tracking"]]
    await session.send("show me the tracking numbers")
    assert [row[3] for row in tables(heard)[-1].rows] == numbers
    # A column that the batch does not keep, of the sheet that is open.
    await session.send("pick list sorted by phone")
    assert [row[0] for row in tables(heard)[-1].rows] == ["4", "3"], "617 comes before 916"
    saved = await session.send(f"save the labels to {tmp_path / 'out'}")
    (path,) = (tmp_path / "out").iterdir()
    assert path.read_bytes().count(b"^XA") == 2, "as UPS sent them"
    assert str(path) in saved["text"]
    assert done["job_id"] in path.name
    finished = next(event for event in heard if isinstance(event, BatchFinished))
    assert finished.next_words[:2] == ["print the labels", "open the labels"]


@pytest.mark.slow  # drawing takes seconds
async def test_labels_are_saved_as_one_pdf(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    session, _heard = await opened(sheet)
    done = await shipped(session)
    await session.send(f"save the labels as PDF to {tmp_path / 'out'}")
    assert (tmp_path / "out" / f"labels-{done['job_id']}.pdf").read_bytes().startswith(b"%PDF")


async def test_a_release_asks_first_and_records_what_ups_has(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    session, heard = await opened(sheet)
    done = await shipped(session)
    lose_the_answer(tmp_path / "home", 3)
    shown = await session.send("which are in doubt?")
    assert shown["text"].startswith("1 row in doubt.")
    assert tables(heard)[-1].rows[0][:3] == ["3", "F-2", "Dana Whitfield"]

    asked = await session.send("release row 3")
    preview = next(event for event in reversed(heard) if isinstance(event, PreviewReady))
    assert (asked["status"], preview.purpose) == ("preview", "release")
    assert "If UPS did make the first label" in preview.approval_sentence
    await session.refuse(preview.digest)
    refused = await session.send("release row 4")
    assert refused["error"]["code"] == "E-4207", "that row is not in doubt"

    await session.send("release row 3")
    early = await yes(session)
    assert early["error"]["code"] == "E-4214", "ten minutes have not passed"
    await session.send("release row 3 now")
    found = await yes(session)
    assert "Found at UPS and recorded, not released: row 3." in found["text"]
    assert found["tracking"] == done["tracking"]
    assert (await session.send("release row 3"))["error"]["code"] == "E-2323"


async def test_an_adoption_is_confirmed_and_checked(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    session, heard = await opened(sheet)
    done = await shipped(session)
    mine, other = (item["tracking_number"] for item in done["tracking"])
    lose_the_answer(tmp_path / "home", 3)
    await session.send(f"adopt row 3 as {other}")
    assert (await yes(session))["error"]["code"] == "E-4216", "row 4 has that number"
    assert (await session.send(f"adopt row 3 as {mine}"))["status"] == "preview"
    adopted = await yes(session)
    assert (adopted["status"], adopted["rows"]["completed"]) == ("completed", 2)
    settled = [event for event in heard if isinstance(event, DoubtsSettled)]
    assert [(event.decision, event.rows) for event in settled] == [("adopted", [3])]


async def test_a_closed_row_is_not_shipped_again(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    session, _heard = await opened(sheet)
    done = await shipped(session)
    lose_the_answer(tmp_path / "home", 3)
    await session.send(f"close row 3 of batch {done['job_id'][:4]}")
    closed = await yes(session)
    assert (closed["status"], closed["rows"]["in_doubt"], closed["rows"]["skipped"]) == ("completed", 0, 1)
    shown = await session.send(WORDS)
    assert shown["total_rows"] == 0, "nobody learnt whether it has a label"


async def test_a_batch_is_shown_exported_and_written_again(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    session, _heard = await opened(sheet)
    done = await shipped(session)
    told = await session.send(f"show batch {done['job_id'][:4]}")
    assert (told["status"], told["rows"]) == ("answer", done["rows"])
    await session.send(f"export the batch to {tmp_path / 'batch.csv'}")
    assert done["tracking"][0]["tracking_number"] in (tmp_path / "batch.csv").read_text()
    assert "orders.csv" in (await session.send("write the sheet again"))["text"]
    assert (await session.send("show batch ffff"))["error"]["code"] == "E-4205"
    assert (await session.send("void the last batch"))["status"] == "preview"


async def test_the_label_that_an_alarm_names_is_voided(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    session, heard = await opened(sheet)
    done = await shipped(session)
    mine, other = (item["tracking_number"] for item in done["tracking"])
    lose_the_answer(tmp_path / "home", 3)
    with closing(sqlite3.connect(tmp_path / "home" / "ledger.sqlite")) as ledger, ledger:
        given_up = "state = 'closed', unproven = 1, shipment_number = ?, alarm = 'UPS shows ' || ?"
        ledger.execute(f"UPDATE shipments SET {given_up} WHERE state = 'in_doubt'", (mine, mine))
    assert (await session.send(f"void the label {other}"))["error"]["code"] == "E-4241", "a good label stays"
    assert (await session.send(f"void the label {mine}"))["status"] == "preview"
    assert (await yes(session))["text"] == f"Void: {mine}."
    assert [event.purpose for event in heard if isinstance(event, PreviewReady)] == ["ship", "void"]
