"""What a parcel across a border needs before anybody approves it: readable texts, contacts, customs values."""

from collections.abc import Callable

from agent.mapping.builder import BuiltRows

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]

JAPAN = {
    "Country": "JP",
    "State": "",
    "ZIP": "100-0005",
    "City": "Tokyo",
    "Phone": "+81 3 5550 0100",
    "Description": "Books",
    "Unit Value": "20",
    "Origin": "US",
    "Reason for Export": "SALE",
}


def test_a_japanese_address_in_kanji_is_told_with_every_cell(built: Build, order: Order) -> None:
    cells = JAPAN | {"Name": "山田太郎", "City": "東京都", "Address 1": "千代田区丸の内1-1"}
    result = built([order(cells)], service="65")
    assert {(problem.code, problem.column) for problem in result.problems} == {
        ("E-2410", "Name"),
        ("E-2410", "City"),
        ("E-2410", "Address 1"),
    }
    assert built([order(JAPAN)], service="65").ready
