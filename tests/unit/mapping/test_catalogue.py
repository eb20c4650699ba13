"""What a row lacks comes from the catalogue by its SKU, and from nowhere else."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import ShipchatError
from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltRows, GroupedChange, ShipmentBuilder
from agent.mapping.catalogue import read_catalogue
from agent.mapping.change_lines import change_lines
from agent.mapping.columns import propose_mapping
from agent.mapping.supplies import Box, Supplies
from agent.mapping.template import mapping_from
from agent.sender import SAMPLE_SHIPPER
from agent.shipping.weights import Weight
from mcp_servers.ups.models import Shipment
from tests.unit.mapping.conftest import sheet_rows

COLUMNS = ["SKU", "Weight", "Length", "Width", "Height (in)", "HS Code", "Origin", "Value", "Description"]
CELLS = [
    ["MUG-01", "350 g", "5", "4", "4", "6912.00", "Portugal", "$12.50", "Ceramic mug"],
    ["LAMP-9", "1.2 kg", "", "", "", "9405.20", "CN", "40", "Desk lamp"],
    ["NOWEIGHT", "", "", "", "", "", "", "", ""],
    ["BAD", "2 stone", "", "", "", "", "Atlantis", "nothing", ""],
    ["TWICE", "1 lb", "", "", "", "", "", "", ""],
    ["TWICE", "2 lb", "", "", "", "", "", "", ""],
    ["SAME", "1 lb", "", "", "", "", "", "", ""],
    ["same", "1 lb", "", "", "", "", "", "", ""],
    ["A+B, large", "100 g", "", "", "", "", "", "", ""],
]
CATALOGUE = read_catalogue(
    "products.csv", COLUMNS, [(index + 2, dict(zip(COLUMNS, cells, strict=True))) for index, cells in enumerate(CELLS)]
)
BOXES = {
    "small": Box("small", ("10", "8", "4"), "IN", Weight(Decimal("0.5"), "LBS")),
    "tall box": Box("tall box", ("6", "6", "20"), "IN"),
}
Order = Callable[..., dict[str, str]]


@pytest.fixture
def shop(schema: dict[str, Any]) -> Callable[..., BuiltRows]:
    """Builds rows of a shop that has the catalogue and the boxes."""

    def build(
        rows: list[dict[str, str]], answers: Mapping[str, str] | None = None, service: str | None = "03"
    ) -> BuiltRows:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        mapping = mapping_from(propose_mapping(columns, {}), {})
        builder = ShipmentBuilder(
            mapping,
            SAMPLE_SHIPPER.model_dump(),
            schema,
            Answers.of(dict(answers or {})),
            date(2026, 3, 2),
            None,
            Supplies(CATALOGUE, BOXES),
        )
        return builder.build_all(sheet_rows([{c: row.get(c, "") for c in columns} for row in rows]), service)

    return build


def package(result: BuiltRows) -> dict[str, Any]:
    (shipment,) = result.shipments
    assert shipment.payload is not None, (shipment.rejections, shipment.asks)
    Shipment.model_validate(shipment.payload)
    return dict(shipment.payload["packages"][0])


def codes(result: BuiltRows) -> list[str]:
    return [problem.code for problem in result.problems]


def without_weight(order: Order, **cells: str) -> dict[str, str]:
    return order({"Weight (lb)": None, **cells})


@pytest.mark.parametrize(
    ("sku", "quantity", "pounds"),
    [
        ("MUG-01", "2", "1.6"),  # 700 g = 1.543 lb
        (" mug-01 ", "1", "0.8"),
        ("MUG-01 x2; LAMP-9", "", "4.2"),  # 1,900 g
        ("MUG-01 x2; LAMP-9", "3", "4.2"),  # the quantity counts the list
        ("MUG-01 x2; LAMP-9", "1", "4.2"),  # one such order
        ("2 x MUG-01, LAMP-9", "", "4.2"),
        ("MUG-01 (2) | LAMP-9", "", "4.2"),
        ("MUG-01×2 + LAMP-9", "", "4.2"),
        ("A+B, large", "3", "0.7"),  # a SKU of the catalogue is never taken apart
        ("SAME", "1", "1"),
    ],
)
def test_weights_of_items_are_added_up(
    shop: Callable[..., BuiltRows], order: Order, sku: str, quantity: str, pounds: str
) -> None:
    result = shop([without_weight(order, SKU=sku, Quantity=quantity)])
    assert Decimal(package(result)["weight"]["value"]) == Decimal(pounds)


def test_the_preview_says_where_a_weight_came_from(shop: Callable[..., BuiltRows], order: Order) -> None:
    rows = [without_weight(order, **{"Order Number": str(n), "SKU": "MUG-01", "Quantity": str(n)}) for n in (1, 2)]
    result = shop(rows)
    assert change_lines(result.changes)[0] == "weight from the catalogue (rows 2-3)"
    assert [change.why for change in result.changes if change.column == "weight" and not change.before] == [
        "from the catalogue products.csv: MUG-01",
        "from the catalogue products.csv: 2 x MUG-01",
    ]


def test_a_filled_weight_wins(shop: Callable[..., BuiltRows], order: Order) -> None:
    result = shop([order({"SKU": "MUG-01", "Quantity": "9"})])
    assert package(result)["weight"] == {"value": "2.5", "unit": "LBS"}
    assert result.changes == ()


@pytest.mark.parametrize(
    ("sku", "quantity", "code", "why"),
    [
        ("MUG-02", "1", "E-2262", "MUG-02 is not in the catalogue products.csv"),
        ("MUG-01; MUG-02", "", "E-2262", "MUG-02 is not in the catalogue products.csv"),
        ("NOWEIGHT", "1", "E-2263", "NOWEIGHT has no weight in products.csv (row 4)"),
        ("BAD", "1", "E-2263", "products.csv, row 5, Weight: '2 stone' is not a weight"),
        ("TWICE", "1", "E-2263", "products.csv has TWICE twice, in rows 6 and 7, with different facts"),
        ("MUG-01 x2; LAMP-9", "7", "E-2264", "'MUG-01 x2; LAMP-9' lists 3 items, and the quantity says 7"),
        ("MUG-01", "some", "E-2236", "'some' is not a quantity"),
    ],
)
def test_what_is_not_certain_stops_its_row(
    shop: Callable[..., BuiltRows], order: Order, sku: str, quantity: str, code: str, why: str
) -> None:
    result = shop([without_weight(order, SKU=sku, Quantity=quantity)])
    assert [(problem.code, problem.why) for problem in result.problems] == [(code, why)]


def test_an_unknown_sku_takes_the_weight_that_the_person_gave(shop: Callable[..., BuiltRows], order: Order) -> None:
    rows = [without_weight(order, **{"Order Number": sku, "SKU": sku, "Quantity": "1"}) for sku in ("MUG-02", "LAMP-9")]
    result = shop(rows, {"weight": "2 lb"})
    sent = [one.payload["packages"][0]["weight"]["value"] for one in result.shipments if one.payload]
    assert list(map(Decimal, sent)) == [Decimal(2), Decimal("2.7")]


def test_without_a_quantity_the_person_says_how_many(shop: Callable[..., BuiltRows], order: Order) -> None:
    rows = [without_weight(order, SKU="MUG-01")]
    (ask,) = shop(rows).asks
    assert ask.slot == "quantity"
    assert "sheet has no quantity" in ask.question
    assert package(shop(rows, {"quantity": "2"}))["weight"]["value"] == "1.6"


def test_lines_of_an_order_are_added_up(shop: Callable[..., BuiltRows], order: Order) -> None:
    rows = [without_weight(order, SKU=sku, Quantity=count) for sku, count in (("MUG-01", "2"), ("LAMP-9", "1"))]
    result = shop(rows, {"order_lines": "items of one parcel"})
    assert package(result)["weight"] == {"value": "4.2", "unit": "LBS"}


def test_the_box_adds_its_size_and_its_own_weight(shop: Callable[..., BuiltRows], order: Order) -> None:
    sent = package(shop([without_weight(order, SKU="MUG-01", Quantity="2")], {"box": "the small box"}))
    assert sent["dimensions"] == {"length": 10, "width": 8, "height": 4, "unit": "IN"}
    assert sent["weight"]["value"] == "2.1"  # 700 g and half a pound
    named = package(shop([without_weight(order, SKU="MUG-01", Quantity="2", Box="Small")]))
    assert named == sent
    told = change_lines(shop([without_weight(order, SKU="MUG-01", Quantity="2", Box="Small")]).changes)
    assert told[:2] == ["weight from the catalogue (row 2)", "weight plus the box small of 0.5 lb (row 2)"]
    # A weight of the whole parcel has the box in it.
    whole = package(shop([order({"Box": "small"})]))
    assert (whole["weight"]["value"], whole["dimensions"]["length"]) == ("2.5", 10)


def test_a_size_in_the_sheet_goes_before_the_box_that_was_said(shop: Callable[..., BuiltRows], order: Order) -> None:
    row = without_weight(order, SKU="MUG-01", Quantity="2", Dimensions="7 x 7 x 7 in")
    sent = package(shop([row], {"box": "small"}))
    assert (sent["dimensions"]["length"], sent["weight"]["value"]) == (7, "1.6")


@pytest.mark.parametrize("cells", [{"Box": "medium"}, {}])
def test_an_unknown_box_is_told_with_those_that_there_are(
    shop: Callable[..., BuiltRows], order: Order, cells: dict[str, str]
) -> None:
    result = shop([order(cells)], {} if cells else {"box": "medium"})
    (problem,) = result.problems
    assert (problem.code, problem.why) == ("E-2265", "'medium' is not one of your boxes")
    assert problem.remedy == "Name one of the settings: small, tall box."


def test_a_parcel_of_one_item_has_the_items_size(shop: Callable[..., BuiltRows], order: Order) -> None:
    assert package(shop([without_weight(order, SKU="MUG-01", Quantity="1")]))["dimensions"]["length"] == 5
    assert "dimensions" not in package(shop([without_weight(order, SKU="MUG-01", Quantity="2")]))


def abroad(order: Order, **cells: str) -> dict[str, str]:
    paris = {"City": "Paris", "State": "", "ZIP": "75001", "Country": "France", "Phone": "+33 1 23 45 67 89"}
    return without_weight(order, **paris, Company="Chez Ann", **cells)


def test_customs_reads_the_catalogue_where_the_sheet_says_nothing(shop: Callable[..., BuiltRows], order: Order) -> None:
    result = shop([abroad(order, SKU="MUG-01", Quantity="2")], {"reason_for_export": "SALE"}, "65")
    (shipment,) = result.shipments
    assert shipment.payload is not None, (shipment.rejections, shipment.asks)
    assert shipment.payload["international"]["products"] == [
        {
            "description": "Ceramic mug",
            "quantity": 2,
            "unit_of_measure": "PCS",
            "unit_value": "12.50",
            "origin_country_code": "PT",
            "commodity_code": "6912.00",
            "part_number": "MUG-01",
        }
    ]
    assert shipment.payload["description"] == "Ceramic mug"


def test_each_article_of_a_list_is_a_line_of_the_invoice(shop: Callable[..., BuiltRows], order: Order) -> None:
    result = shop([abroad(order, SKU="MUG-01 x2; LAMP-9")], {"reason_for_export": "SALE"}, "65")
    (shipment,) = result.shipments
    assert shipment.payload is not None, (shipment.rejections, shipment.asks)
    lines = shipment.payload["international"]["products"]
    assert [(one["part_number"], one["quantity"], one["unit_value"]) for one in lines] == [
        ("MUG-01", 2, "12.50"),
        ("LAMP-9", 1, "40.00"),
    ]


def test_cells_of_the_sheet_go_before_the_catalogue(shop: Callable[..., BuiltRows], order: Order) -> None:
    own = {"HS Code": "691110", "Country of Origin": "US", "Unit Price": "9", "Description": "Mug, chipped"}
    result = shop([abroad(order, SKU="MUG-01", Quantity="2", **own)], {"reason_for_export": "SALE"}, "65")
    (shipment,) = result.shipments
    assert shipment.payload is not None, (shipment.rejections, shipment.asks)
    (line,) = shipment.payload["international"]["products"]
    assert (line["commodity_code"], line["origin_country_code"], line["unit_value"]) == ("691110", "US", "9.00")
    assert (line["description"], line["part_number"]) == ("Mug, chipped", "MUG-01")


def test_a_bad_cell_of_the_catalogue_is_told_with_its_place(shop: Callable[..., BuiltRows], order: Order) -> None:
    result = shop([abroad(order, SKU="BAD", Quantity="1")], {"reason_for_export": "SALE", "weight": "1 lb"}, "65")
    told = [problem.why for problem in result.problems]
    assert "products.csv, row 5, Origin: 'Atlantis': it is not a country" in told
    assert "products.csv, row 5, Value: 'nothing' is not an amount of money" in told


def test_a_weight_without_a_unit_is_nobodys() -> None:
    catalogue = read_catalogue("p.csv", ["SKU", "Weight"], [(2, {"SKU": "A", "Weight": "5"})])
    article = catalogue.find("a")
    assert article is not None
    assert article.problems["weight"] == (
        "p.csv, row 2, Weight: '5': it has no unit: write it in the cell or in the header, e.g. Weight (g)"
    )
    named = read_catalogue("p.csv", ["SKU", "Weight (g)"], [(2, {"SKU": "A", "Weight (g)": "5"})]).find("A")
    assert named is not None
    assert named.weight == Weight(Decimal(5), "GRM")


def test_a_catalogue_without_skus_is_refused() -> None:
    with pytest.raises(ShipchatError, match="no column of SKUs") as refused:
        read_catalogue("products.csv", ["Weight", "Colour"], [])
    assert refused.value.code == "E-2261"


def test_other_changes_are_told_one_by_one() -> None:
    phone = GroupedChange("Phone", "020 7946 0100", "442079460100", "with the country code", (2, 3))
    size = GroupedChange("box", "", "10 x 8 x 4 in", "your answer", (2,))
    assert change_lines([phone, size]) == [
        "Phone: 020 7946 0100 -> 442079460100 (with the country code; 2 rows)",
        "box: blank -> 10 x 8 x 4 in (your answer; 1 row)",
    ]
