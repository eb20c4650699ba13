"""What a parcel across a border needs before anybody approves it: readable texts, contacts, customs values."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.builder import BuiltRows
from agent.mapping.customs_lines import customs_lines
from agent.mapping.international import GOODS_ALONE, MORE_THAN_GOODS
from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.requests import ship_request

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


GERMANY = {"City": "Berlin", "ZIP": "10115", "Phone": "+49 30 5550 0100"}


def test_the_order_total_is_not_the_value_of_the_goods(built: Build, order: Order) -> None:
    cells = order(to("DE", **GERMANY, Order_Total="$57.90", Qty="2") | {"Unit Value": None})
    result = built([cells], service="65")
    assert [ask.slot for ask in result.asks] == ["total_is"]
    assert "Order Total" in result.asks[0].question
    alone = shipped(built([cells], service="65", answers={"total_is": GOODS_ALONE}))
    assert alone["international"]["products"][0]["unit_value"] == "28.95"
    more = built([cells], service="65", answers={"total_is": MORE_THAN_GOODS})
    assert [ask.slot for ask in more.asks] == ["unit_value"]
    said = shipped(built([cells], service="65", answers={"total_is": MORE_THAN_GOODS, "unit_value": "$20"}))
    assert said["international"]["products"][0]["unit_value"] == "20.00"


def test_a_value_of_the_goods_is_never_asked_about(built: Build, order: Order) -> None:
    result = built([order(to("DE", **GERMANY, Order_Total="$57.90", Unit_Value="20"))], service="65")
    assert shipped(result)["international"]["products"][0]["unit_value"] == "20.00"


def test_the_total_of_an_order_is_not_that_of_each_line(built: Build, order: Order) -> None:
    lines = [
        order(to("DE", **GERMANY, Order_Total="$60", Description=what) | {"Unit Value": None, "Weight (lb)": weight})
        for what, weight in (("Books", "2"), ("Mugs", ""))
    ]
    answers = {"order_lines": "items of one parcel", "total_is": GOODS_ALONE}
    assert [ask.slot for ask in built(lines, service="65", answers=answers).asks] == ["unit_value"]


@pytest.mark.parametrize("value", ["0", "0.00", "$0.004"])
def test_goods_are_worth_something(built: Build, order: Order, value: str) -> None:
    assert codes(built([order(to("DE", **GERMANY, Unit_Value=value))], service="65")) == [("E-2414", "Unit Value")]


def test_one_invoice_has_one_currency(built: Build, order: Order) -> None:
    lines = [
        order(to("DE", **GERMANY, Unit_Value=value, Description=what) | {"Weight (lb)": weight})
        for value, what, weight in (("20 USD", "Books", "2"), ("20 EUR", "Mugs", ""))
    ]
    result = built(lines, service="65", answers={"order_lines": "items of one parcel"})
    assert codes(result) == [("E-2224", "Unit Value")]
    euros = shipped(built([lines[1] | {"Weight (lb)": "1"}], service="65"))
    assert euros["international"]["currency_code"] == "EUR"


@pytest.mark.parametrize(
    ("lines", "country", "asked"),
    [
        ([("2500", "6214.20")], "DE", False),
        ([("2500.01", "6214.20")], "DE", True),
        ([("1500", "6214.20"), ("1500", "6214.20")], "DE", True),
        ([("1500", "6214.20"), ("1500", "9503.00")], "DE", False),
        ([("9000", "6214.20")], "CA", False),
    ],
)
def test_above_2500_dollars_of_one_hs_code_the_export_is_declared(
    built: Build, order: Order, lines: list[tuple[str, str]], country: str, asked: bool
) -> None:
    place = GERMANY if country == "DE" else {"City": "Ottawa", "ZIP": "K1A 0B1", "Phone": "613-555-0100", "State": "ON"}
    rows = [
        order(to(country, **place, Unit_Value=value, HS_Code=code, Description=f"Goods {index}")
              | {"Weight (lb)": "1" if index == 0 else ""})
        for index, (value, code) in enumerate(lines)
    ]  # fmt: skip
    result = built(rows, service="65", answers={"order_lines": "items of one parcel"})
    assert codes(result) == ([("E-2415", "export_filing")] if asked else [])


@pytest.mark.parametrize(
    ("cell", "filing", "sent"),
    [
        ("X20260824123456", {"itn": "X20260824123456"}, {"Code": "A", "PreDepartureITNNumber": "X20260824123456"}),
        ("AES X20260824123456", {"itn": "X20260824123456"}, {"Code": "A", "PreDepartureITNNumber": "X20260824123456"}),
        ("NOEEI 30.37(a)", {"exemption": "30.37(a)"}, {"Code": "B", "ExemptionLegend": "30.37(a)"}),
        ("30.2(d)(2)", {"exemption": "30.2(d)(2)"}, {"Code": "B", "ExemptionLegend": "30.2(d)(2)"}),
    ],
)
def test_the_proof_of_the_declaration_goes_out(
    built: Build, order: Order, cell: str, filing: dict[str, str], sent: dict[str, str]
) -> None:
    payload = shipped(built([order(to("DE", **GERMANY, Unit_Value="3000", ITN=cell))], service="65"))
    assert payload["international"]["export_filing"] == filing
    body = ship_request(Shipment.model_validate(payload), "SCABCDEFGH00000001", Label())
    forms = body["ShipmentRequest"]["Shipment"]["ShipmentServiceOptions"]["InternationalForms"]
    assert forms["EEIFilingOption"] == {"Code": "1", "ShipperFiled": sent}


def test_what_is_no_proof_stops_the_row_and_a_person_may_give_one(built: Build, order: Order) -> None:
    cells = order(to("DE", **GERMANY, Unit_Value="3000", ITN="pending approval"))
    assert codes(built([cells], service="65")) == [("E-2416", "ITN")]
    bare = order(to("DE", **GERMANY, Unit_Value="3000"))
    given = built([bare], service="65", answers={"cell:2:export_filing": "30.37(a)"})
    assert shipped(given)["international"]["export_filing"] == {"exemption": "30.37(a)"}


@pytest.mark.parametrize(("company", "kind", "code"), [("", "consumer", "02"), ("Nordwind GmbH", "business", "01")])
def test_customs_of_the_european_union_is_told_who_sends_and_who_gets(
    built: Build, order: Order, company: str, kind: str, code: str
) -> None:
    payload = shipped(built([order(to("DE", **GERMANY, Company=company))], service="65"))
    assert (payload["shipper_type"], payload["consignee_type"]) == ("business", kind)
    shipment = ship_request(Shipment.model_validate(payload), "SCABCDEFGH00000001", Label())["ShipmentRequest"][
        "Shipment"
    ]
    assert (shipment["ShipperType"], shipment["ConsigneeType"]) == ("01", code)


def test_nobody_else_is_told(built: Build, order: Order) -> None:
    payload = shipped(built([order(to("JP"))], service="65"))
    assert "shipper_type" not in payload
    shipment = ship_request(Shipment.model_validate(payload), "SCABCDEFGH00000001", Label())["ShipmentRequest"][
        "Shipment"
    ]
    assert not {"ShipperType", "ConsigneeType"} & shipment.keys()


def test_the_preview_shows_what_customs_reads(built: Build, order: Order) -> None:
    rows = [
        order(to("DE", **GERMANY, Qty="2", Unit_Value="12.50") | {"Order Number": "1"}),
        order(to("JP", Qty="1", Unit_Value="40") | {"Order Number": "2"}),
        order({"Order Number": "3"}),
    ]
    assert customs_lines(built(rows, service=None, answers={"service": "65"}).shipments) == [
        "Customs, row 2: 2 x Books at 12.50 = 25.00 USD, to a consumer",
        "Customs, row 3: 1 x Books at 40.00 = 40.00 USD",
        "Customs, 2 parcels: 65.00 USD in all",
        "Customs of the EU is not told whether goods are worth 150.00 EUR or less (row 2): their value is in another"
        " currency. `--default eu_low_value=AMOUNT` says what that is in it.",
    ]


@pytest.mark.parametrize(
    ("cells", "answers", "told", "sent"),
    [
        ({"Unit_Value": "150.00", "Currency": "EUR"}, {}, True, True),
        ({"Unit_Value": "75.01", "Quantity": "2", "Currency": "EUR"}, {}, False, False),
        ({"Unit_Value": "20", "Currency": "USD"}, {}, None, False),
        ({"Unit_Value": "165", "Currency": "USD"}, {"eu_low_value": "165"}, True, True),
        ({"Unit_Value": "165.01", "Currency": "USD"}, {"eu_low_value": "165 USD"}, False, False),
        ({"Unit_Value": "20", "Currency": "USD"}, {"eu_low_value": "130 GBP"}, None, False),
        ({"Unit_Value": "20", "Currency": "EUR", "Company": "Nordwind GmbH"}, {}, None, False),
        ({"Unit_Value": "20", "Currency": "EUR", "Reason_for_Export": "RETURN"}, {}, None, False),
    ],
)
def test_customs_of_the_european_union_is_told_what_is_of_low_value(
    built: Build, order: Order, cells: dict[str, str], answers: dict[str, str], told: bool | None, sent: bool
) -> None:
    """150 EUR are said in euros or by the person: nobody guesses a rate."""
    result = built([order(to("DE", **GERMANY | cells))], service="65", answers=answers)
    payload = shipped(result)
    assert payload.get("eu_de_minimis") is told
    body = ship_request(Shipment.model_validate(payload), "SCABCDEFGH00000001", Label())
    assert ("EUDeMinimisIndicator" in body["ShipmentRequest"]["Shipment"]["ShipmentServiceOptions"]) is sent
    lines = " ".join(customs_lines(result.shipments))
    assert ("worth at most 150.00 EUR" in lines) is sent
    untold = told is None and payload["consignee_type"] == "consumer" and "RETURN" not in cells.values()
    assert ("is not told whether goods are worth 150.00 EUR" in lines) is untold
