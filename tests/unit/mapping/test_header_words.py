"""What one header says: its field and whose it is, in the spellings of shops, programs and people."""

import pytest

from agent.sheet.headers import guess_header, read_headers

SAYS = {
    "Name": ("plain", "name"), "Town/City": ("plain", "city"), "Zip Code": ("plain", "postal_code"),
    "Ship To - Name": ("ship", "name"), "recipient-name": ("ship", "name"), "ShipCity": ("ship", "city"),
    "shipTo.postalCode": ("ship", "postal_code"), "City (Shipping)": ("ship", "city"),
    "Address 1&2 (Billing)": ("bill", "address1"), "billing_address.province_code": ("bill", "state"),
    "Shipping Address City": ("ship", "city"), "Customer Shipping Address": ("ship", "address1"),
    "Full Shipping Address": ("ship", "whole_address"), "Order Shipping City": ("ship", "city"),
    "Receiver's Name": ("ship", "name"), "Ship-To": ("ship", "name"), "Sold-to Name": ("bill", "name"),
    "Address shipping: street": ("ship", "address1"), "shipping_zone": ("ship", "state"),
    "Return Address 1": ("sender", "address1"), "Ship From City": ("sender", "city"),
    "senderLine1": ("sender", "address1"), "recipientContactName": ("ship", "name"),
    "ShipTo_StateProvinceCounty": ("ship", "state"), "Lieferadresse Straße": ("ship", "address1"),
    "Rechnungsadresse PLZ": ("bill", "postal_code"), "Order ID (required)": ("plain", "order_number"),
    "Address Line 2/District/Neighborhood": ("plain", "address2"), "Delivery zip/postal code": ("ship", "postal_code"),
    "City, State Zip": ("plain", "city_state_zip"), "City/State": ("plain", "city_state"),
    "ship_unit": ("ship", "address2"), "Shipping Extended Address": ("ship", "address2"),
    "ShipTo_ResidentialIndicator": ("plain", "residential"), "Contact Phone Number": ("plain", "phone"),
    "Retailer Name": ("buyer", "name"), "Shipping Suburb": ("ship", "city"), "Recipient Region": ("ship", "state"),
    "Third Party Zip": ("plain", "third_party_postal_code"), "Company or Name": ("plain", "company"),
}  # fmt: skip


@pytest.mark.parametrize("header", SAYS)
def test_a_header_says_what_it_holds_and_whose_it_is(header: str) -> None:
    (reading,) = read_headers([header], {})
    assert (reading.owner, reading.field) == SAYS[header]
    assert reading.known


@pytest.mark.parametrize(
    "header",
    ["Shipping rate", "Package ID", "Customer Note", "Shipping", "Zone", "Total Tax", "Store", "Toll", "Notes", "Unit"],
)
def test_a_header_that_names_no_field_says_nothing(header: str) -> None:
    assert read_headers([header], {}) == []


def test_a_letter_says_whose_it_is_where_three_columns_have_it() -> None:
    owners = {one.column: one.owner for one in read_headers(["s_name", "s_city", "s_zip", "b_name"], {})}
    assert owners == {"s_name": "ship", "s_city": "ship", "s_zip": "ship", "b_name": "bill"}
    assert read_headers(["s_name", "b_name"], {}) == []


def test_only_required_fields_are_guessed_and_never_for_sure() -> None:
    found = {header: guess_header(header, 0) for header in ("Adress", "Custmer Name", "Weigt", "Phnoe", "Compnay")}
    assert {header: one.field if one else None for header, one in found.items()} == {
        "Adress": "address1", "Custmer Name": "name", "Weigt": "weight", "Phnoe": None, "Compnay": None,
    }  # fmt: skip
    assert not any(one.known for one in found.values() if one)


def test_numbered_headers_are_copies_only_where_they_make_an_address() -> None:
    two = read_headers(["Name 1", "Address 1", "City 1", "Name 2", "Address 2", "City 2"], {})
    assert [(one.field, one.copy % 10) for one in two] == [
        ("name", 1), ("address1", 1), ("city", 1), ("name", 2), ("address1", 2), ("city", 2),
    ]  # fmt: skip
    lines = read_headers(["Address 1", "Address 2", "City", "Phone 1"], {})
    assert [one.field for one in lines] == ["address1", "address2", "city", "phone"]
    assert {one.copy for one in lines} == {1}
