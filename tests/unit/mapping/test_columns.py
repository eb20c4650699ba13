"""Which column is which, over the headers that shops and shipping programs really write."""

import pytest

from agent.mapping.columns import REQUIRED, propose_mapping

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Street,"
    "Billing Address1,"
    "Billing City,Billing Zip,Billing Province,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,"
    "Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Cancelled at"
)
AMAZON = (
    "order-id,order-item-id,purchase-date,payments-date,buyer-email,buyer-name,buyer-phone-number,sku,product-name,"
    "quantity-purchased,currency,item-price,ship-service-level,recipient-name,ship-address-1,ship-address-2,"
    "ship-address-3,ship-city,ship-state,ship-postal-code,ship-country,ship-phone-number"
)
ETSY = (
    "Sale Date,Order ID,Buyer User ID,Full Name,First Name,Last Name,Number of Items,Payment Method,Date Shipped,"
    "Street 1,Street 2,Ship City,Ship State,Ship Zipcode,Ship Country,Currency,Order Value,Order Total,SKU"
)
WOOCOMMERCE = (
    "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Company (Billing),"
    "Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),Email (Billing),Phone (Billing),"
    "First Name (Shipping),Last Name (Shipping),Address 1&2 (Shipping),City (Shipping),State Code (Shipping),"
    "Postcode (Shipping),Country Code (Shipping),Shipping Method Title,SKU,Quantity,Item Name"
)
WOOCOMMERCE_PLAIN = (
    "order_number,order_date,status,shipping_first_name,shipping_last_name,shipping_company,shipping_address_1,"
    "shipping_address_2,shipping_city,shipping_state,shipping_postcode,shipping_country,billing_first_name,"
    "billing_last_name,billing_address_1,billing_city,billing_phone,billing_email,order_total"
)
SHIPSTATION = (
    "Order - Number,Date - Order Date,Amount - Order Total,Ship To - Name,Ship To - Company,Ship To - Address 1,"
    "Ship To - Address 2,Ship To - City,Ship To - State,Ship To - Postal Code,Ship To - Country,Ship To - Phone,"
    "Customer Email,Item - SKU,Item - Name,Item - Qty,Carrier - Service Requested,Carrier - Tracking Number,"
    "Bill To - Name"
)
EXPECTED = {
    SHOPIFY: {
        "order_number": ("Name",),
        "name": ("Shipping Name",),
        "company": ("Shipping Company",),
        "address1": ("Shipping Address1",),
        "address2": ("Shipping Address2",),
        "city": ("Shipping City",),
        "state": ("Shipping Province",),
        "postal_code": ("Shipping Zip",),
        "country": ("Shipping Country",),
        "phone": ("Shipping Phone",),
        "service": ("Shipping Method",),
        "quantity": ("Lineitem quantity",),
        "total": ("Total",),
        "cancelled_at": ("Cancelled at",),
        "payment_status": ("Financial Status",),
        "fulfilment_status": ("Fulfillment Status",),
    },
    AMAZON: {
        "order_number": ("order-id",),
        "name": ("recipient-name",),
        "address3": ("ship-address-3",),
        "state": ("ship-state",),
        "postal_code": ("ship-postal-code",),
        "phone": ("ship-phone-number",),
        "email": ("buyer-email",),
        "service": ("ship-service-level",),
        "quantity": ("quantity-purchased",),
        "order_date": ("purchase-date",),
    },
    ETSY: {
        "order_number": ("Order ID",),
        "name": ("Full Name",),
        "address1": ("Street 1",),
        "city": ("Ship City",),
        "postal_code": ("Ship Zipcode",),
        "order_date": ("Sale Date",),
    },
    WOOCOMMERCE: {
        "name": ("First Name (Shipping)", "Last Name (Shipping)"),
        "address1": ("Address 1&2 (Shipping)",),
        "city": ("City (Shipping)",),
        "state": ("State Code (Shipping)",),
        "postal_code": ("Postcode (Shipping)",),
        "status": ("Order Status",),
    },
    WOOCOMMERCE_PLAIN: {
        "name": ("shipping_first_name", "shipping_last_name"),
        "address1": ("shipping_address_1",),
        "city": ("shipping_city",),
        "state": ("shipping_state",),
        "postal_code": ("shipping_postcode",),
        "total": ("order_total",),
    },
    SHIPSTATION: {
        "order_number": ("Order - Number",),
        "name": ("Ship To - Name",),
        "company": ("Ship To - Company",),
        "address1": ("Ship To - Address 1",),
        "city": ("Ship To - City",),
        "postal_code": ("Ship To - Postal Code",),
        "email": ("Customer Email",),
        "service": ("Carrier - Service Requested",),
        "tracking_number": ("Carrier - Tracking Number",),
        "total": ("Amount - Order Total",),
    },
}


@pytest.mark.parametrize("headers", EXPECTED, ids=["shopify", "amazon", "etsy", "woo", "woo-plain", "shipstation"])
def test_exports_of_shops_are_known_header_by_header(headers: str) -> None:
    proposal = propose_mapping(headers.split(","), {})
    found = {name: match.columns for name, match in proposal.fields.items()}
    assert {name: found.get(name) for name in EXPECTED[headers]} == EXPECTED[headers]
    assert proposal.missing == ["weight"]
    assert proposal.required_known


@pytest.mark.parametrize("headers", EXPECTED, ids=["shopify", "amazon", "etsy", "woo", "woo-plain", "shipstation"])
def test_bill_to_columns_are_never_taken(headers: str) -> None:
    proposal = propose_mapping(headers.split(","), {})
    taken = {column.casefold() for match in proposal.fields.values() for column in match.columns}
    assert not [column for column in taken if "bill" in column]


@pytest.mark.parametrize("write", [str.upper, str.lower, str.title, lambda text: text.replace(" ", "_")])
def test_case_blanks_and_dashes_make_no_difference(write: object) -> None:
    headers = ["Order Number", "Recipient Name", "Address Line 1", "City", "State", "Zip Code", "Weight"]
    proposal = propose_mapping([write(header) for header in headers], {})  # type: ignore[operator]
    assert proposal.missing == []
    assert proposal.required_known
    assert [proposal.fields[name].confidence for name in REQUIRED] == [1.0] * len(REQUIRED)


@pytest.mark.parametrize("header", ["Bundesland", "Bundesstaat", "Provincia", "Estado", "Stato"])
def test_a_state_is_known_in_other_tongues(header: str) -> None:
    proposal = propose_mapping(["Bestellnr", "Empfänger", "Straße", "PLZ", "Ort", header, "Land"], {})
    assert proposal.fields["state"].column == header
    assert proposal.fields["state"].known_header


def test_a_misspelt_header_is_a_guess_to_confirm() -> None:
    proposal = propose_mapping(["Ref", "Custmer Name", "Adress", "City", "State", "Zip Cde", "Weight (lb)"], {})
    assert proposal.fields["address1"].column == "Adress"
    assert 0 < proposal.fields["address1"].confidence < 1
    assert not proposal.fields["address1"].known_header
    assert proposal.fields["name"].column == "Custmer Name"
    assert not proposal.required_known


def test_unrelated_headers_are_left_alone() -> None:
    proposal = propose_mapping(["Notes", "Warehouse bin", "Gift message", "Internal flag", "Zone"], {})
    assert proposal.fields == {}
    assert set(proposal.missing) == set(REQUIRED)


def test_several_weights_are_a_question() -> None:
    proposal = propose_mapping(["Name", "Address", "City", "State", "ZIP", "Gross Weight (kg)", "Net Weight"], {})
    assert proposal.ambiguous == {"weight": ["Gross Weight (kg)", "Net Weight"]}
    assert "weight" not in proposal.fields
    assert "weight" not in proposal.missing
    assert not proposal.required_known


def test_all_date_columns_are_named() -> None:
    columns = ["Order Date", "Ship Date", "Delivered", "Promise date", "Total"]
    proposal = propose_mapping(columns, {"Delivered": "TIMESTAMP", "Total": "DOUBLE"})
    assert proposal.date_columns == ["Order Date", "Ship Date", "Delivered", "Promise date"]


def test_all_columns_that_may_say_cancelled_are_named() -> None:
    proposal = propose_mapping(SHOPIFY.split(","), {})
    assert proposal.status_columns == ["Financial Status", "Fulfillment Status", "Cancelled at"]


def test_a_company_does_for_a_name() -> None:
    proposal = propose_mapping(["Company", "Address", "City", "State", "ZIP", "Weight lb"], {})
    assert proposal.missing == []


def test_a_repeated_address_header_is_never_the_second_line() -> None:
    columns = ["Name", "Address", "Address_2", "City", "State", "ZIP"]
    for repeats in (None, {"Address_2": "Address"}):
        proposal = propose_mapping(columns, {}, (), repeats)
        assert proposal.ambiguous == {"address1": ["Address", "Address_2"]}
        assert not {"address1", "address2"} & proposal.fields.keys()


def test_a_header_that_is_written_so_is_the_second_line() -> None:
    """WooCommerce writes `address_2`; the reader of the sheet says that it repeats nothing."""
    proposal = propose_mapping(["name", "address", "address_2", "city", "state", "postcode"], {}, (), {})
    assert proposal.fields["address1"].column == "address"
    assert proposal.fields["address2"].column == "address_2"


def test_a_sheet_with_billing_columns_only_is_a_question() -> None:
    proposal = propose_mapping(["Order", "Billing Name", "Billing Address1", "Billing City", "Billing Zip"], {})
    assert {"name", "address1", "city", "postal_code"} <= set(proposal.missing)
    assert proposal.doubt == "billing"
    assert not proposal.required_known


@pytest.mark.parametrize("cell", ["Person 17", "Guest 4", "Ann 2nd", "R2 D2"])
def test_a_name_with_a_number_is_a_name(cell: str) -> None:
    rows = [{"Name": cell, "Address": "9 Gift Ln"}]
    assert propose_mapping(["Name", "Address", "City", "State", "ZIP"], {}, rows).fields["name"].column == "Name"


@pytest.mark.parametrize("cell", ["#1001", "SO-1001", "1001", "A1001-2"])
def test_an_order_number_is_not_a_name(cell: str) -> None:
    rows = [{"Name": cell, "Address": "9 Gift Ln"}]
    assert "name" not in propose_mapping(["Name", "Address", "City", "State", "ZIP"], {}, rows).fields
