"""What a parcel across a border needs before anybody approves it: readable texts, contacts, customs values."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.builder import BuiltRows
from mcp_servers.ups.models import Shipment

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


def to(country: str, **cells: str) -> dict[str, str]:
    """An order to a country, with everything that customs needs."""
    return JAPAN | {"Country": country} | {name.replace("_", " "): text for name, text in cells.items()}


def shipped(result: BuiltRows) -> dict[str, Any]:
    payload = result.shipments[0].payload
    assert payload is not None, (result.asks, result.problems)
    Shipment.model_validate(payload)
    return payload


def codes(result: BuiltRows) -> list[tuple[str, str]]:
    return [(problem.code, problem.column) for problem in result.problems]


@pytest.mark.parametrize(
    ("phone", "sent"),
    [
        ("020 7946 0100", "442079460100"),
        ("+44 20 7946 0100", "442079460100"),
        ("0044 (0)20 7946 0100", "442079460100"),
        ("442079460100", "442079460100"),
        ("+1 212 555 0100", "12125550100"),
    ],
)
def test_a_phone_abroad_has_its_country_code(built: Build, order: Order, phone: str, sent: str) -> None:
    result = built([order(to("GB", City="London", ZIP="SW1A 1AA", Phone=phone))], service="65")
    assert shipped(result)["ship_to"]["phone"] == sent
    shown = [change.why for change in result.changes if change.column == "Phone"]
    assert shown == (["with the country code"] if phone.startswith("020") else [])


@pytest.mark.parametrize("phone", ["12", "call me", "555-0100 after 5", "0000000000", "+999 1234567"])
def test_what_is_no_phone_there_stops_its_row(built: Build, order: Order, phone: str) -> None:
    cells = order(to("GB", City="London", ZIP="SW1A 1AA", Phone=phone))
    assert codes(built([cells], service="65")) == [("E-2219", "Phone")]


def test_an_extension_abroad_never_becomes_part_of_the_number(built: Build, order: Order) -> None:
    result = built([order(to("GB", City="London", ZIP="SW1A 1AA", Phone="+44 20 7946 0100 x12"))], service="65")
    assert shipped(result)["ship_to"]["phone"] == "442079460100"
    assert any("extension" in change.why for change in result.changes)


def test_puerto_rico_needs_a_phone_and_somebody_to_ask_for(built: Build, order: Order) -> None:
    cells = to("PR", City="San Juan", ZIP="00901", Phone="")
    assert codes(built([order(cells)])) == [("E-2220", "Phone")]
    assert shipped(built([order(cells | {"Phone": "787-555-0100"})]))["ship_to"]["attention_name"] == "Ann Lee"


def test_next_day_air_early_needs_a_phone_and_somebody_to_ask_for(built: Build, order: Order) -> None:
    assert codes(built([order({"Phone": ""})], service="14")) == [("E-2220", "Phone")]
    sent = shipped(built([order({"Phone": "617-555-0100"})], service="14"))["ship_to"]
    assert (sent["phone"], sent["attention_name"]) == ("6175550100", "Ann Lee")


@pytest.mark.parametrize(
    ("state", "city", "sent"),
    [
        *(("VN-44", "Long Xuyen", "VN-44"), ("44", "Long Xuyen", "VN-44"), ("An Giang", "Long Xuyen", "VN-44")),
        *(("Hồ Chí Minh", "Thu Duc", "VN-SG"), ("HN", "Ha Noi", "VN-HN"), ("Ha Noi", "Ha Noi", "VN-HN")),
        *(("", "Ho Chi Minh City", "VN-SG"), ("", "Da Nang", "VN-DN"), ("tỉnh Đắk Lắk", "Buon Ma Thuot", "VN-33")),
    ],
)
def test_a_province_of_vietnam_is_sent_as_its_code(
    built: Build, order: Order, state: str, city: str, sent: str
) -> None:
    cells = to("VN", State=state, City=city, ZIP="700000", Phone="+84 28 3555 0100")
    assert shipped(built([order(cells)], service="65"))["ship_to"]["address"]["state"] == sent


@pytest.mark.parametrize(
    ("state", "city", "sent"),
    [
        *(("Cork", "Mallow", "CO"), ("Co. Cork", "Mallow", "CO"), ("County Galway", "Tuam", "G"), ("D", "Swords", "D")),
        *(("", "Dublin", "D"), ("", "Dublin 4", "D"), ("", "Galway", "G"), ("IE-KY", "Tralee", "KY")),
    ],
)
def test_the_county_of_ireland_is_sent(built: Build, order: Order, state: str, city: str, sent: str) -> None:
    cells = to("IE", State=state, City=city, ZIP="D02 X285", Phone="+353 1 555 0100")
    assert shipped(built([order(cells)], service="65"))["ship_to"]["address"]["state"] == sent


@pytest.mark.parametrize(("country", "state", "city", "phone"), [("IE", "", "Swords", "+353 1 555 0100"), ("IE", "Narnia", "Swords", "+353 1 555 0100"),
                                                                ("VN", "", "Long Xuyen", "+84 28 3555 0100"), ("VN", "99", "Long Xuyen", "+84 28 3555 0100")])  # fmt: skip
def test_without_a_county_or_province_the_row_stays(
    built: Build, order: Order, country: str, state: str, city: str, phone: str
) -> None:
    result = built([order(to(country, State=state, City=city, ZIP="", Phone=phone))], service="65")
    assert codes(result) == [("E-2412" if state else "E-2411", "State")]
    assert ("county" if country == "IE" else "province") in result.problems[0].why
