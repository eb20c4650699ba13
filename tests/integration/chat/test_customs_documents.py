"""Own customs documents: named by the sheet's cells, shown before the yes, uploaded before the label is bought."""

from pathlib import Path
from typing import Any

import pytest

from agent.events import PreviewReady
from agent.events.shipment_detail import ShipmentDetail
from agent.labels.stored import labels_of
from tests.integration.chat.conftest import Opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PDF = b"%PDF-1.4\n% invoice of order {}\n%%EOF\n"
HEADER = (
    "Order Number,Recipient Name,Address,City,State,ZIP,Country,Phone,Weight (lb),Item,Quantity,Unit Price,Origin,"
    "Reason for Export,Invoice File,Certificate of Origin File\n"
)


def row(number: str, invoice: str = "", certificate: str = "") -> str:
    return (
        f"{number},Sean Byrne,9 Quay St,Galway,Galway,H91 X2Y3,Ireland,+353 91 555 010,3,Lamp,1,30,US,SALE,"
        f"{invoice},{certificate}\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    for name in ("INV-1.pdf", "papers/CO-1.pdf", "INV-2.pdf"):
        (tmp_path / name).write_bytes(PDF + name.encode())
    return tmp_path


def sheet_of(folder: Path, *rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text(HEADER + "".join(rows))
    return path


def preview_in(heard: list[Any]) -> PreviewReady:
    found: PreviewReady = next(event for event in reversed(heard) if isinstance(event, PreviewReady))
    return found


async def approved(session: Any) -> Any:
    return await session.approve(session.pending_digest, by="--yes", words="--yes")


def booked(home: Path, number: str) -> list[tuple[str, str]]:
    """What the practice UPS has of a shipment, by its own records."""
    from mcp_servers.ups.simulator import records

    connection = records.connect(home / "simulator" / "books.sqlite")
    entry = next(one for one in records.entries(records.all_shipments(connection)) if one["tracking_number"] == number)
    connection.close()
    return [(one["name"], one["type"]) for one in entry.get("documents", [])]


async def test_files_of_cells_go_to_ups_and_with_the_shipment(opened: Opened, folder: Path, servers: Any) -> None:
    sheet = sheet_of(folder, row("D-1", "INV-1.pdf", "papers/CO-1.pdf"), row("D-2"))
    session, heard = await opened(sheet)
    shown = await session.send("ship everything via worldwide saver")
    assert shown["status"] == "preview", shown["text"]
    preview = preview_in(heard)
    assert "with 2 files (1 kB) of yours uploaded to UPS for customs" in preview.approval_sentence
    (line,) = [text for text in preview.warnings if text.startswith("Goes to UPS as a file, row 2")]
    assert "INV-1.pdf (commercial invoice, 1 kB); papers/CO-1.pdf (certificate of origin, 1 kB)" in line
    assert "UPS makes no invoice of its own" in line
    detail: ShipmentDetail = session.shipment_detail(preview.digest, 1)
    assert next(words for what, words in detail.customs if what == "file to UPS").startswith("INV-1.pdf (commercial")
    done = await approved(session)
    assert done["rows"] == {"completed": 2, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0}
    first, second = (one["tracking_number"] for one in done["tracking"])
    labels = session._turns.state.batches.ledger.read(labels_of, done["job_id"], None)
    assert [label.invoiced for label in labels] == [False, True], "of the first, UPS made no invoice to be printed"
    home = servers._settings.home
    assert booked(home, first) == [("INV-1.pdf", "002"), ("CO-1.pdf", "003")]
    assert booked(home, second) == []


async def test_a_file_that_cannot_go_is_told_with_its_row(opened: Opened, folder: Path) -> None:
    session, _heard = await opened(sheet_of(folder, row("D-3", "../outside.pdf")))
    shown = await session.send("ship everything via worldwide saver")
    assert "Row 2: '../outside.pdf' leads out of the sheet's folder" in shown["warnings"][-1]
    assert session.pending_digest is None


async def test_what_changed_after_the_yes_stops_its_row(opened: Opened, folder: Path) -> None:
    session, _heard = await opened(sheet_of(folder, row("D-4", "INV-2.pdf")))
    await session.send("ship everything via worldwide saver")
    (folder / "INV-2.pdf").write_bytes(PDF + b"% another content")
    done = await approved(session)
    assert (done["rows"]["failed"], done["failed"][0]["code"]) == (1, "E-2111")
    retried = await session.send("retry the failed ones")
    assert retried["status"] == "preview", "the new content is shown and asked about"
    assert (await approved(session))["rows"]["completed"] == 1


async def test_at_home_a_file_stays_here(opened: Opened, folder: Path) -> None:
    domestic = "D-5,Dana Field,14 Juniper Court,Sacramento,CA,95814,US,916-555-0101,2,Lamp,1,30,US,SALE,INV-1.pdf,\n"
    session, heard = await opened(sheet_of(folder, domestic))
    await session.send("ship everything via ground")
    preview = preview_in(heard)
    assert "files" not in preview.approval_sentence
    assert any("is not sent: no customs is on the way" in words for words in preview.lines[0].warnings)


async def test_auto_mode_waits_for_a_person(opened: Opened, folder: Path) -> None:
    session, _heard = await opened(sheet_of(folder, row("D-6", "INV-1.pdf")))
    await session.send("switch to auto up to $500")
    shown = await session.send("ship everything via worldwide saver")
    assert shown["status"] == "preview", "what a cell names leaves by a person's yes only"


async def test_by_words_a_file_goes_to_a_shipment_that_was_made(
    opened: Opened, folder: Path, tmp_path_factory: pytest.TempPathFactory, servers: Any
) -> None:
    """The person may name any file of their own; the yes says what goes where."""
    session, heard = await opened(sheet_of(folder, row("D-7"), row("D-8")))
    await session.send("ship everything via worldwide saver")
    number = (await approved(session))["tracking"][0]["tracking_number"]
    own = tmp_path_factory.mktemp("elsewhere") / "my invoice.pdf"
    own.write_bytes(PDF + b"% of D-7")
    asked = await session.send(f'upload "{own}" for order D-7')
    assert asked["question"]["text"] == "What is my invoice.pdf?"
    shown = await session.send("commercial invoice")
    preview = preview_in(heard)
    assert (shown["status"], preview.purpose) == ("preview", "document")
    assert "upload my invoice.pdf (commercial invoice, 1 kB) to UPS" in preview.approval_sentence
    assert f"attach it to {number}, row 2" in preview.approval_sentence
    assert "customs gets both" in preview.approval_sentence
    assert booked(servers._settings.home, number) == [], "nothing without a yes"
    session.preview_painted(preview.digest)
    assert "is attached to" in (await session.send("yes"))["text"]
    assert booked(servers._settings.home, number) == [("my invoice.pdf", "002")]
    certificate = await session.send(f"attach {folder / 'papers' / 'CO-1.pdf'} as certificate of origin to row 2")
    assert certificate["status"] == "preview"
    (folder / "papers" / "CO-1.pdf").write_bytes(PDF + b"% another")
    session.preview_painted(session.pending_digest or "")
    assert (await session.send("yes"))["error"]["code"] == "E-2111", "it is not what was shown"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("upload {folder}/INV-1.pdf as invoice for order NOBODY", "E-2324"),
        ("upload {folder}/gone.pdf as invoice for order D-9", "E-2465"),
        ("upload {folder}/id.rsa as invoice for order D-9", "E-2463"),
    ],
)
async def test_what_cannot_be_uploaded_is_told(opened: Opened, folder: Path, words: str, code: str) -> None:
    session, _heard = await opened(sheet_of(folder, row("D-9")))
    assert (await session.send(words.format(folder=folder)))["error"]["code"] == code
    assert session.pending_digest is None
