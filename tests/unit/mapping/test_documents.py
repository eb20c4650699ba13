"""What a cell may name as a customs document: a file in the sheet's folder, of a kind that UPS takes, and nothing else."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltShipment, ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.document_folder import DocumentFolder
from agent.mapping.supplies import Supplies
from agent.mapping.template import mapping_from
from agent.sender import SAMPLE_SHIPPER
from agent.shipping.documents import FORMATS, most_bytes, path_in_folder
from agent.shipping.verdict import Ok, Reject
from mcp_servers.ups.documents import FORMATS as SENT
from mcp_servers.ups.documents import MOST_BYTES
from tests.unit.mapping.conftest import TODAY, sheet_rows

Order = Callable[..., dict[str, str]]
PDF = b"%PDF-1.4 "
KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----"
IRELAND = {
    "Country": "IE",
    "State": "Galway",
    "ZIP": "H91 X2Y3",
    "City": "Galway",
    "Phone": "+353 91 555 010",
    "Description": "Books",
    "Unit Value": "20",
    "Origin": "US",
    "Reason for Export": "SALE",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    for place in (folder / "papers", folder / ".secret", tmp_path / "elsewhere"):
        place.mkdir(parents=True)
    for path in ("a.pdf", "papers/b.PDF", ".secret/keys.pdf", "../outside.pdf", "../elsewhere/outside.pdf"):
        (folder / path).write_bytes(PDF + path.encode())
    (folder / "id_rsa").write_bytes(KEY)
    (folder / "fake.pdf").write_bytes(KEY)
    (folder / "empty.pdf").touch()
    (folder / "notes.txt").write_text("Declaration of goods")
    (folder / "program.txt").write_bytes(b"\x7fELF\0")
    (folder / "link.pdf").symlink_to(folder.parent / "outside.pdf")
    (folder / "within.pdf").symlink_to(folder / "a.pdf")
    (folder / "to-secret.pdf").symlink_to(folder / ".secret" / "keys.pdf")
    (folder / "linked").symlink_to(folder.parent / "elsewhere")
    (folder / "folder.pdf").mkdir()
    os.mkfifo(folder / "pipe.pdf")
    (folder / "large.pdf").write_bytes(PDF)
    os.truncate(folder / "large.pdf", 10_000_001)
    return folder


@pytest.mark.parametrize(
    ("cell", "name", "path"),
    [
        ("a.pdf", "a.pdf", "a.pdf"),
        (" ./a.pdf ", "a.pdf", "a.pdf"),
        ("papers/b.PDF", "papers/b.PDF", "papers/b.PDF"),
        ("papers\\b.PDF", "papers/b.PDF", "papers/b.PDF"),
        ("within.pdf", "within.pdf", "a.pdf"),
        ("notes.txt", "notes.txt", "notes.txt"),
    ],
)
def test_a_file_of_the_folder_is_found(folder: Path, cell: str, name: str, path: str) -> None:
    found = DocumentFolder(folder, most_bytes("simulator")).find(cell)
    assert isinstance(found, Ok)
    assert (found.value["name"], found.value["path"]) == (name, str((folder / path).resolve()))
    assert (found.value["size"], len(found.value["sha256"])) == ((folder / path).stat().st_size, 64)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("gone.pdf", "E-2460"),
        ("papers/gone.pdf", "E-2460"),
        ("/etc/hostname.txt", "E-2461"),
        ("../outside.pdf", "E-2461"),
        ("papers/../../outside.pdf", "E-2461"),
        ("~/.ssh/id_rsa", "E-2461"),
        (".secret/keys.pdf", "E-2461"),
        ("to-secret.pdf", "E-2461"),
        ("link.pdf", "E-2461"),
        ("linked/outside.pdf", "E-2461"),
        ("//server/share/a.pdf", "E-2461"),
        ("\\\\server\\share\\a.pdf", "E-2461"),
        ("C:\\papers\\a.pdf", "E-2461"),
        ("a\0.pdf", "E-2461"),
        ("yes", "E-2463"),
        ("id_rsa", "E-2463"),
        ("fake.pdf", "E-2463"),
        ("empty.pdf", "E-2463"),
        ("program.txt", "E-2463"),
        ("folder.pdf", "E-2465"),
        ("pipe.pdf", "E-2463"),
        ("large.pdf", "E-2462"),
    ],
)
def test_no_other_file_is_taken(folder: Path, cell: str, code: str) -> None:
    found = DocumentFolder(folder, most_bytes("simulator")).find(cell)
    assert isinstance(found, Reject)
    assert found.code == code


@given(st.text(alphabet="ab./\\~:C \0\n", max_size=12).map(lambda text: f"{text}.pdf"))
def test_no_path_leaves_the_folder(text: str) -> None:
    verdict = path_in_folder(text)
    if isinstance(verdict, Ok):
        path = Path("/shop").joinpath(*verdict.value)
        assert path.is_relative_to("/shop")
        assert ".." not in path.parts
        assert not any(part.startswith((".", "~")) for part in verdict.value)


def test_the_test_system_of_ups_takes_less(folder: Path) -> None:
    os.truncate(folder / "a.pdf", 1_000_001)
    assert isinstance(DocumentFolder(folder, most_bytes("test")).find("a.pdf"), Reject)
    assert isinstance(DocumentFolder(folder, most_bytes("production")).find("a.pdf"), Ok)


def test_agent_and_server_judge_alike() -> None:
    """Neither imports the other."""
    assert set(FORMATS) == SENT
    assert {name: most_bytes(name) for name in MOST_BYTES} == MOST_BYTES


@pytest.fixture
def build(schema: dict[str, Any], folder: Path, order: Order) -> Callable[..., BuiltShipment]:
    """One order of these cells, by the sheet in the folder."""

    def built(*rows: dict[str, str], papers: bool = True) -> BuiltShipment:
        sheet = sheet_rows([order(row) for row in rows])
        mapping = mapping_from(propose_mapping(list(sheet[0].data), {}), {"order_lines": "items of one parcel"})
        supplies = Supplies(papers=DocumentFolder(folder, most_bytes("simulator")) if papers else None)
        sender = SAMPLE_SHIPPER.model_dump()
        builder = ShipmentBuilder(mapping, sender, schema, Answers.of({}), TODAY, supplies=supplies)
        return builder.build(sheet, "65" if "Country" in rows[0] else "03")

    return built


def test_columns_name_documents_of_their_kind(build: Callable[..., BuiltShipment]) -> None:
    item = build(
        IRELAND
        | {
            "Invoice File": "a.pdf",
            "Certificate of Origin File": "papers/b.PDF",
            "Customs Documents": "notes.txt; a.pdf",
        }
    )
    assert item.rejections == ()
    kinds = [(one["name"], one["document_type"]) for one in item.documents]
    assert kinds == [("a.pdf", "002"), ("papers/b.PDF", "003"), ("notes.txt", "008"), ("a.pdf", "008")]
    assert any("UPS makes no invoice of its own" in words for words in item.warnings)


def test_lines_of_one_order_name_a_file_once(build: Callable[..., BuiltShipment]) -> None:
    item = build(IRELAND | {"Invoice File": "a.pdf"}, IRELAND | {"Invoice File": "within.pdf"})
    assert [one["name"] for one in item.documents] == ["a.pdf"]


@pytest.mark.parametrize("cell", ["", "no", "n/a", "-"])
def test_an_empty_cell_names_none(build: Callable[..., BuiltShipment], cell: str) -> None:
    assert build(IRELAND | {"Invoice File": cell}).documents == ()


def test_a_database_has_no_folder(build: Callable[..., BuiltShipment]) -> None:
    item = build(IRELAND | {"Invoice File": "a.pdf"}, papers=False)
    assert [fault.code for fault in item.rejections] == ["E-2466"]


def test_a_shipment_has_a_most_of_documents(build: Callable[..., BuiltShipment], folder: Path) -> None:
    names = [f"{number}.txt" for number in range(14)]
    for name in names:
        (folder / name).write_text(f"paper {name}")
    assert [one.code for one in build(IRELAND | {"Customs File": ";".join(names)}).rejections] == ["E-2464"]
    assert len(build(IRELAND | {"Customs File": ";".join(names[:13])}).documents) == 13


def test_within_the_country_nothing_is_looked_at(build: Callable[..., BuiltShipment]) -> None:
    item = build({"Invoice File": "gone.pdf"})
    assert (item.documents, item.rejections) == ((), ())
    assert any("no customs is on the way" in words for words in item.warnings)
