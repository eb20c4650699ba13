"""UPS's own batch file is told by where its country, street, city, postal code and weight stand."""

import pytest

from agent.mapping.columns import propose_mapping
from agent.sheet.ups_batch import UPS_BATCH_HEADER, is_ups_batch

ROW = "Ann Lee,Ann Lee,US,9 Gift Ln,,,Boston,MA,02116,6175550100,,1,,2,,5,10,8,4,LB,Books".split(",")  # noqa: SIM905


@pytest.mark.parametrize(
    "row",
    [
        ROW,
        [cell or f"Column_{place}" for place, cell in enumerate(ROW, 1)],
        ["Ann Lee", "Ann Lee_2", *ROW[2:]],
        [*ROW[:2], "CA", *ROW[3:8], "M5E 1W7", *ROW[9:]],
        [*ROW[:15], "2.5", *ROW[16:]],
    ],
)
def test_its_rows_are_recognised(row: list[str]) -> None:
    assert is_ups_batch(row)


@pytest.mark.parametrize(
    "row",
    [
        list(UPS_BATCH_HEADER),
        ROW[:10],
        [*ROW[:2], "XX", *ROW[3:]],
        [*ROW[:8], "Boston", *ROW[9:]],
        [*ROW[:15], "heavy", *ROW[16:]],
        ["Order", "Name", "Address", "City", "State", "ZIP", "Weight", *[""] * 14],
    ],
)
def test_anything_else_is_not(row: list[str]) -> None:
    assert not is_ups_batch(row)


def test_the_line_that_is_given_names_what_a_shipment_needs() -> None:
    proposal = propose_mapping(list(UPS_BATCH_HEADER), {}, (), {})
    found = {name: match.column for name, match in proposal.fields.items()}
    assert proposal.missing == []
    assert proposal.required_known
    assert {name: found[name] for name in ("name", "company", "address1", "postal_code", "residential")} == {
        "name": "Contact Name", "company": "Company or Name", "address1": "Address 1", "postal_code": "Postal Code",
        "residential": "Residential Ind",
    }  # fmt: skip
