"""A column that got another name because its header stands twice says so; one that is written so does not."""

from pathlib import Path

from mcp_servers.data.sources import ImportOptions, open_csv_source
from mcp_servers.data.tools.import_answers import import_answer


def repeats(folder: Path, header: str) -> dict[str, str | None]:
    path = folder / "sheet.csv"
    path.write_text(f"{header}\nAnn,1 Elm St,Apt 2,Boston\nBo,2 Oak St,Apt 3,Reno\n")
    return {
        column.name: column.repeats for column in import_answer(open_csv_source(str(path), ImportOptions())).columns[:4]
    }


def test_a_repeated_header_is_told_from_one_that_is_written_so(tmp_path: Path) -> None:
    assert repeats(tmp_path, "Name,Address, address ,City") == {
        "Name": None, "Address": None, "address_2": "address", "City": None,
    }  # fmt: skip
    assert repeats(tmp_path, "name,address,address_2,city") == dict.fromkeys(["name", "address", "address_2", "city"])


def test_a_name_that_is_written_so_and_taken_is_a_repeat_too(tmp_path: Path) -> None:
    assert repeats(tmp_path, "Address_2,Address,Address,City") == {
        "Address_2": None, "Address": None, "Address_3": "Address", "City": None,
    }  # fmt: skip
