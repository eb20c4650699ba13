"""Sizes by the header's words: the order of the sides, the unit in header or column, millimetres."""

from collections.abc import Callable

import pytest

from agent.mapping.builder import BuiltRows
from agent.mapping.columns import propose_mapping
from agent.sheet.header_text import without_unit

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]
BOX = {"length": 12, "width": 8, "height": 6, "unit": "IN"}


def size(result: BuiltRows) -> dict[str, object]:
    payload = result.shipments[0].payload
    assert payload is not None, (result.asks, result.problems)
    found: dict[str, object] = payload["packages"][0]["dimensions"]
    return found


@pytest.mark.parametrize(
    "header",
    ["Dimensions (LxWxH)", "LxWxH (in)", "Box (in)", "Package Dimensions (L x W x H)", "Dimensions (L x W x H in)", "L x W x H",
     "Dimensions (inches)", "Box Size (LxWxH, in)", "DIMS (WxDxH)", "Dimensions in (LxWxH)", "Size [L*W*H]", "Parcel_Dimensions_LxWxH"],
)  # fmt: skip
@pytest.mark.parametrize("cell", ["12x8x6", "8 x 6 x 12"])
def test_the_order_of_the_sides_in_a_header(built: Build, order: Order, header: str, cell: str) -> None:
    proposal = propose_mapping([header], {})
    assert proposal.fields["dimensions"].known_header
    assert size(built([order({header: cell})])) == BOX


@pytest.mark.parametrize(("header", "cell"), [("Dimensions (LxWxH cm)", "30.48 x 20.32 x 15.24"), ("Dimensions (mm)", "304.8x203.2x152.4"),
                                              ("Box (LxWxH, mm)", "304.8x203.2x152.4")])  # fmt: skip
def test_other_units_of_a_header(built: Build, order: Order, header: str, cell: str) -> None:
    assert size(built([order({header: cell})])) == BOX


def test_millimetres_in_three_columns(built: Build, order: Order) -> None:
    sides = {"Length (mm)": "304.8", "Width (mm)": "203.2", "Height (mm)": "152.4"}
    assert size(built([order(sides)])) == BOX


def test_a_unit_in_its_own_column_goes_first(built: Build, order: Order) -> None:
    assert size(built([order({"Dimensions": "304.8x203.2x152.4", "Dimension Unit": "mm"})])) == BOX
    assert size(built([order({"Dimensions": "30.48x20.32x15.24", "Dimension Unit": "cm"})])) == BOX
    assert size(built([order({"Dimensions": "12x8x6", "Dimension Unit": "inches"})])) == BOX


@pytest.mark.parametrize(
    ("header", "bare"),
    [("Weight (lbs)", "Weight"), ("wt.lbs", "wt"), ("Weight, oz", "Weight"), ("Box (L x W x H in)", "Box"), ("LxWxH", "dimensions"),
     ("Length", "Length"), ("Weight Pound(s)", "Weight"), ("Total Weight (g)", "Total Weight"), ("Height mm", "Height"), ("Qty", "Qty")],
)  # fmt: skip
def test_headers_without_their_unit(header: str, bare: str) -> None:
    assert without_unit(header) == bare
