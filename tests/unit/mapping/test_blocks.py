"""Whose address: every field of a recipient comes from one block of columns, or a person is asked."""

import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mapping.columns import MappingProposal, propose_mapping
from agent.sheet.fields import ADDRESS_FIELDS

PAYER = "Bill Payer,1 Payer Rd,Austin,TX,78701"
GIFT = "Gift Ann,9 Gift Ln,Boston,MA,02116"
WHOLE_GIFT = '"9 Gift Ln, Boston, MA 02116"'


def proposed(header: str, *records: str) -> MappingProposal:
    rows = list(csv.DictReader(io.StringIO("\n".join([header, *records]))))
    return propose_mapping(next(csv.reader([header])), {}, rows)


def address(proposal: MappingProposal) -> dict[str, tuple[str, ...]]:
    return {name: match.columns for name, match in proposal.fields.items() if name in ADDRESS_FIELDS}


SHIP = (
    "Shipping {}", "Ship To {}", "ship_to_{}", "{} (Shipping)", "{} - Shipping", "Ship{}", "recipient-{}",
    "Delivery_{}", "Shipping: {}", "shipping.{}", "shipTo.{}", "Ship-To {}", "Deliver To {}", "Consignee {}", "To {}",
    "s_{}", "Lieferadresse {}", "Receiver's {}", "Order Shipping {}", "Shipping Address {}", "Customer Shipping {}",
)  # fmt: skip
BILL = ("Billing {}", "Bill To {}", "bill_to_{}", "{} (Billing)", "b_{}", "Payer {}", "Sold To {}", "Rechnungs-{}")
OTHERS = (*BILL, "Customer {}", "Buyer {}", "{}", "Sender {}", "Return {}", "Ship From {}")
PLACE = ("Address 1", "City", "State", "Zip")
EXTRA = ("Company", "Address 2", "Country", "Phone")


def columns_of(spelling: str, fields: tuple[str, ...]) -> list[str]:
    return [spelling.format(field) for field in fields]


@st.composite
def sheets(draw: st.DrawFn, ship: tuple[str, ...], others: tuple[str, ...] = OTHERS) -> tuple[list[str], list[str]]:
    """The ship-to columns, and all columns of a sheet with whole addresses of other people, in any order."""
    own = columns_of(draw(st.sampled_from(SHIP)), (*ship, *draw(st.lists(st.sampled_from(EXTRA), unique=True))))
    columns = [*own, "Order ID", "Weight (lb)", "SKU"]
    for spelling in draw(st.lists(st.sampled_from(others), unique=True, min_size=1, max_size=3)):
        columns += columns_of(spelling, ("Name", *PLACE, *draw(st.lists(st.sampled_from(EXTRA), unique=True))))
    columns = list(dict.fromkeys(columns))
    random.Random(draw(st.integers(0, 999))).shuffle(columns)
    return own, columns


@given(sheets(("Name", *PLACE)))
def test_a_ship_to_address_takes_nothing_from_another_one(sheet: tuple[list[str], list[str]]) -> None:
    own, columns = sheet
    proposal = propose_mapping(columns, {}, (), {})
    used = {column for found in address(proposal).values() for column in found}
    assert not proposal.doubt
    assert used == set(own), "all of its columns, and no other"
    assert proposal.required_known
    assert proposal.missing == []


@given(sheets(PLACE))
def test_a_name_that_the_ship_to_address_lacks_is_never_silently_another_ones(
    sheet: tuple[list[str], list[str]],
) -> None:
    own, columns = sheet
    proposal = propose_mapping(columns, {}, (), {})
    company = any("company" in column.casefold() for column in own)
    assert proposal.doubt == "name" or "name" in proposal.missing or (company and "name" not in proposal.fields)


@given(sheets(("Name", "Address 1", "State")), st.data())
def test_half_a_ship_to_address_beside_a_whole_one_is_a_question(
    sheet: tuple[list[str], list[str]], data: st.DataObject
) -> None:
    own, columns = sheet
    whole = [spelling for spelling in OTHERS if spelling.format("Zip") in columns]
    proposal = propose_mapping(columns, {}, (), {})
    if any(spelling not in ("Sender {}", "Return {}", "Ship From {}") for spelling in whole):
        assert proposal.doubt == "half"
    used = {column for found in proposal.recipients[0].columns.values() for column in found}
    assert used <= set(own)
    assert {"city", "postal_code"} <= set(proposal.recipients[0].missing)


@given(st.lists(st.sampled_from((*BILL, "Sender {}", "Return {}")), unique=True, max_size=3), st.integers(0, 999))
def test_a_plain_address_is_shipped_to_beside_billing_and_sender_columns(others: list[str], seed: int) -> None:
    own = columns_of("{}", ("Name", *PLACE, "Phone"))
    columns = own + [column for spelling in others for column in columns_of(spelling, ("Name", *PLACE, *EXTRA))]
    random.Random(seed).shuffle(columns)
    proposal = propose_mapping(columns, {}, (), {})
    assert {column for found in address(proposal).values() for column in found} == set(own)
    assert not proposal.doubt


@given(st.sampled_from(BILL), st.integers(0, 999))
def test_billing_addresses_alone_are_a_question_and_a_senders_are_nothing(spelling: str, seed: int) -> None:
    columns = columns_of(spelling, ("Name", *PLACE)) + columns_of("Sender {}", ("Name", *PLACE))
    random.Random(seed).shuffle(columns)
    proposal = propose_mapping(columns, {}, (), {})
    assert proposal.doubt == "billing"
    assert address(proposal) == {}
    assert {column for found in proposal.recipients[0].columns.values() for column in found} == set(
        columns_of(spelling, ("Name", *PLACE))
    )
    sender = propose_mapping(columns_of("Sender {}", ("Name", *PLACE)), {}, (), {})
    assert (address(sender), sender.doubt) == ({}, "")


DOUBTS = {
    "numbered-runs": (
        "Name 1,Address 1,City 1,State 1,Zip 1,Name 2,Address 2,City 2,State 2,Zip 2", f"{PAYER},{GIFT}", "which"),
    "pandas-runs": (
        "Name,Address,City,State,Zip,Name.1,Address.1,City.1,State.1,Zip.1", f"{PAYER},{GIFT}", "which"),
    "numbered-beside-plain": (
        "Name,Address,City,State,Zip,Name2,Address2,City2,State2,Zip2", f"{PAYER},{GIFT}", "which"),
    "equal-runs": ("Order,Name,Address,City,State,Zip,Name_2,Address_2,City_2,State_2,Zip_2", f"1,{PAYER},{GIFT}", "which"),
    "two-words": (
        "Shipping Name,Shipping Address,Shipping City,Shipping State,Shipping Zip,"
        "Delivery Name,Delivery Address,Delivery City,Delivery State,Delivery Zip", f"{PAYER},{GIFT}", "which"),
    "whole-cell-beside-a-block": (
        "Order,Name,Address,City,State,Zip,Shipping Address", f"1,{PAYER},{WHOLE_GIFT}", "name"),
    "whole-cell-under-an-unknown-name": (
        "Order,Name,Address,City,State,Zip,Deliver here", f"1,{PAYER},{WHOLE_GIFT}", "which"),
    "whole-cell-under-a-role": ("Order,Name,Address,City,State,Zip,Ship To", f"1,{PAYER},{WHOLE_GIFT}", "name"),
    "somebody-elses-words": (
        "Name,Address,City,State,Zip,Gift Name,Gift Address,Gift City,Gift State,Gift Zip", f"{PAYER},{GIFT}", "which"),
    "two-names": ("Order,Name,Address,City,State,Zip,Ship To", f"1,{PAYER},Gift Ann", "name"),
    "ship-to-name-beside-a-buyers-address": (
        "Ship To,Customer Name,Customer Address,Customer City,Customer State,Customer Zip", f"Gift Ann,{PAYER}", "name"),
    "recipient-at-a-buyers-address": (
        "Recipient,Customer Address,Customer City,Customer State,Customer Zip", GIFT, "name"),
    "buyers-name": ("Customer Name,Shipping Address,Shipping City,Shipping State,Shipping Zip", GIFT, "name"),
    "half-a-ship-to": (
        "Ship To Name,Ship To Address,Bill To Name,Bill To Address,Bill To City,Bill To State,Bill To Zip",
        f"Gift Ann,9 Gift Ln,{PAYER}", "half"),
    "opener-of-a-payer": ("Order,Bill To,Address,City,State,Zip", f"1,{PAYER}", "billing"),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTS)
def test_more_than_one_reading_is_a_question(case: str) -> None:
    header, record, doubt = DOUBTS[case]
    proposal = proposed(header, record)
    assert proposal.doubt == doubt
    assert not proposal.required_known, "--yes may not decide it"


def test_the_question_shows_each_recipient_as_one_row_has_it() -> None:
    proposal = proposed("Order,Name,Address,City,State,Zip,Name_2,Address_2,City_2,State_2,Zip_2", f"1,{PAYER},{GIFT}")
    row = dict(zip("Name,Address,City,State,Zip".split(","), PAYER.split(","), strict=True))  # noqa: SIM905
    row |= dict(zip("Name_2,Address_2,City_2,State_2,Zip_2".split(","), GIFT.split(","), strict=True))  # noqa: SIM905
    assert [one.words(row) for one in proposal.recipients] == [PAYER.replace(",", ", "), GIFT.replace(",", ", ")]
    chosen = proposal.addressed_to(proposal.recipients[1])
    assert address(chosen)["address1"] == ("Address_2",)
    assert (chosen.doubt, chosen.missing) == ("", ["weight"])


CERTAIN = {
    "opened-by-roles": (
        "Order,Bill To,Address,City,State,Zip,Ship To,Address_2,City_2,State_2,Zip_2", f"1,{PAYER},{GIFT}",
        {"name": "Ship To", "address1": "Address_2", "city": "City_2", "state": "State_2", "postal_code": "Zip_2"}),
    "role-alone": (
        "Order,Customer,Ship To,Address,City,State,Zip", f"1,Bill Payer,{GIFT}",
        {"name": "Ship To", "address1": "Address", "city": "City", "state": "State", "postal_code": "Zip"}),
    "customer-alone": (
        "Order,Customer,Address,City,State,Zip", f"1,{GIFT}",
        {"name": "Customer", "address1": "Address", "city": "City", "state": "State", "postal_code": "Zip"}),
    "etsy": (
        "Full Name,Street 1,Street 2,Ship City,Ship State,Ship Zipcode", "Gift Ann,9 Gift Ln,,Boston,MA,02116",
        {"name": "Full Name", "address1": "Street 1", "address2": "Street 2", "city": "Ship City",
         "state": "Ship State", "postal_code": "Ship Zipcode"}),
    "walmart": (
        "Customer Name,Customer Shipping Address,Ship to Address 1,City,State,Zip",
        'Gift Ann,"Gift Ann, 9 Gift Ln, Boston, MA 02116",9 Gift Ln,Boston,MA,02116',
        {"name": "Customer Name", "address1": "Ship to Address 1", "city": "City", "state": "State",
         "postal_code": "Zip", "whole_address": "Customer Shipping Address"}),
    "enclosed": (
        "Ship Name,Ship Address,Ship City,State,Ship Zip", GIFT,
        {"name": "Ship Name", "address1": "Ship Address", "city": "Ship City", "state": "State",
         "postal_code": "Ship Zip"}),
    "numbered-lines-and-phones": (
        "Name,Address 1,Address 2,City,State,Zip,Phone 1,Phone 2", "Gift Ann,9 Gift Ln,Apt 2,Boston,MA,02116,6175550100,",
        {"name": "Name", "address1": "Address 1", "address2": "Address 2", "city": "City", "state": "State",
         "postal_code": "Zip", "phone": "Phone 1"}),
    "halves-of-a-name": (
        "Name,Vorname,Straße,Ort,State,PLZ", "Lee,Ann,9 Gift Ln,Boston,MA,02116",
        {"name": "Vorname,Name", "address1": "Straße", "city": "Ort", "state": "State", "postal_code": "PLZ"}),
    "attention-for-a-name": (
        "Ship To Attention,Ship To Address 1,Ship To City,Ship To State,Ship To Zip", GIFT,
        {"name": "Ship To Attention", "address1": "Ship To Address 1", "city": "Ship To City",
         "state": "Ship To State", "postal_code": "Ship To Zip"}),
    "phone-of-the-recipient": (
        "Name,Address,City,State,Zip,Recipient Phone", f"{GIFT},6175550100",
        {"name": "Name", "address1": "Address", "city": "City", "state": "State", "postal_code": "Zip",
         "phone": "Recipient Phone"}),
    "no-borrowed-phone": (
        "Ship To Name,Ship To Address,Ship To City,Ship To State,Ship To Zip,Phone,Billing Phone",
        f"{GIFT},6175550100,2125550100",
        {"name": "Ship To Name", "address1": "Ship To Address", "city": "Ship To City", "state": "Ship To State",
         "postal_code": "Ship To Zip"}),
    "email-of-the-order": (
        "Ship To Name,Ship To Address,Ship To City,Ship To State,Ship To Zip,Buyer Email,Billing Email",
        f"{GIFT},ann@example.com,bill@example.com",
        {"name": "Ship To Name", "address1": "Ship To Address", "city": "Ship To City", "state": "Ship To State",
         "postal_code": "Ship To Zip", "email": "Buyer Email"}),
    "whole-address": ("Name,Full Address", f"Gift Ann,{WHOLE_GIFT}", {"name": "Name", "address1": "Full Address"}),
    "whole-address-with-its-name": (
        "Order,Shipping Address", '1,"Gift Ann, 9 Gift Ln, Boston, MA 02116"', {"address1": "Shipping Address"}),
    "city-state-zip": (
        'Name,Address,"City, State Zip"', 'Gift Ann,9 Gift Ln,"Boston, MA 02116"',
        {"name": "Name", "address1": "Address", "city_state_zip": "City, State Zip"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CERTAIN)
def test_one_reading_is_taken(case: str) -> None:
    header, record, expected = CERTAIN[case]
    proposal = proposed(header, record)
    assert {name: ",".join(columns) for name, columns in address(proposal).items()} == expected
    assert (proposal.doubt, proposal.missing) == ("", ["weight"])


def test_optional_fields_are_never_guessed() -> None:
    columns = ["Name", "Address", "City", "State", "Zip", "Weight"]
    lookalikes = [
        "Shipping rate",
        "Package ID",
        "Customer Note",
        "Phnoe",
        "Adress 2",
        "Declared Valeu",
        "Compnay",
        "Ship Dat",
    ]
    assert set(propose_mapping(columns + lookalikes, {}).fields) == set(propose_mapping(columns, {}).fields)


def test_a_misspelt_ship_to_address_does_not_lose_to_another_one() -> None:
    proposal = proposed(
        "Name,Address,City,State,Zip,Shp To Name,Shp To Adress,Shp To Cty,Shp To State,Shp To Zip", f"{PAYER},{GIFT}"
    )
    assert address(proposal)["address1"] == ("Shp To Adress",)
    assert not proposal.required_known


UNFIT = {
    "Size": ("XL", "dimensions"),
    "Insurance": ("yes", "declared_value"),
    "Phone": ("ask Ann", "phone"),
    "Weight": ("heavy", "weight"),
    "Recipient": ("10023", "name"),
    "Address Type": ("Shipping", "residential"),
    "Email": ("on file", "email"),
}


@pytest.mark.parametrize("column", UNFIT)
def test_a_known_header_whose_cells_cannot_be_that_is_not_used_and_said_so(column: str) -> None:
    cell, field = UNFIT[column]
    proposal = proposed(f"Name,Address,City,State,Zip,{column}", f"{GIFT},{cell}", f"{GIFT},")
    assert column not in [name for match in proposal.fields.values() for name in match.columns]
    assert proposal.unused.keys() == {column}
    assert proposal.unused[column].startswith(f"{column} is not used as the ")
    assert cell in proposal.unused[column]
    usable = proposed(f"Name,Address,City,State,Zip,{column}", f"{GIFT},")
    assert usable.unused == {}, f"a column without filled cells says nothing about {field}"


def test_one_fitting_cell_is_enough() -> None:
    proposal = proposed("Name,Address,City,State,Zip,Size", f"{GIFT},XL", f"{GIFT},12x8x6")
    assert proposal.fields["dimensions"].column == "Size"


def test_a_literal_number_in_headers_is_a_second_address_too() -> None:
    columns = "Name,Address,City,State,Zip,Name_2,Address_2,City_2,State_2,Zip_2".split(",")  # noqa: SIM905
    assert propose_mapping(columns, {}, (), {}).doubt == "which"
