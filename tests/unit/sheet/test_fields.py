"""The one dictionary of headers: every name has one meaning, for the mapping and for whoever selects rows."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.mapping.columns import propose_mapping
from agent.sheet.cells import can_be
from agent.sheet.fields import ABBREVIATIONS, FIELDS, OWNER_ALONE, OWNER_WORDS, WORDS, field_of
from agent.sheet.header_meaning import is_personal, look_up
from agent.sheet.header_text import normal, words_of
from agent.sheet.headers import read_header
from mcp_servers.data.table.people import holds_people
from tests.fields_page import PAGE, page

TWO_MEANINGS = {
    # header: (field, role, whether it has the role only where no other column has it)
    "Ship Date": ("ship_date", "shipped_date", True),
    "Price": ("unit_value", "total", True),
    "Declared Value": ("declared_value", "total", True),
    "Paid at": ("paid_date", "paid_date", False),
    "Payments Date": ("paid_date", "paid_date", False),
    "Home Address": ("address1", "address", False),
    "Item Weight": ("item_weight", "weight", True),
    "Product Weight": ("item_weight", "weight", True),
    "Lineitem Weight": ("item_weight", "weight", True),
    "Region": ("state", "state", False),
    "Unit": ("weight_unit", "weight_unit", False),
}
"""Names that two dictionaries once read differently, as they were decided (the reasons are in fields.toml)."""
MISREAD = {
    # Known to the mapping, and read by one of their words when rows were selected.
    "Signature Required": ("signature", "signature"),
    "Carrier Service Requested": ("service", "service"),
    "Shipping Required": ("requires_shipping", "requires_shipping"),
    "Order ID (required)": ("order_number", "order_number"),
    "Purchase Order": ("order_number", "order_number"),
    "Payment State": ("payment_status", "status"),
    "Shipment State": ("fulfilment_status", "status"),
    "Order State": ("status", "status"),
    "Country of Origin": ("origin_country", "origin_country"),
    "Total Grams": ("weight", "weight"),
    "Total Weight Unit": ("weight_unit", "weight_unit"),
    "Item Weight Unit": ("item_weight_unit", "item_weight_unit"),
    "Date to Ship": ("ship_date", "due_date"),
    "Shipping Date": ("ship_date", "shipped_date"),
    "Requested Ship Date": ("ship_date", "due_date"),
    "City St": ("city_state", "city_state"),
    "ship_unit": ("address2", "address2"),
}


@pytest.mark.parametrize("header", TWO_MEANINGS)
def test_a_name_with_two_meanings_is_decided_once(header: str) -> None:
    meaning = look_up(header)
    assert meaning is not None
    assert (meaning.field, meaning.role, meaning.stands_in) == TWO_MEANINGS[header]


@pytest.mark.parametrize("header", MISREAD)
def test_a_known_header_is_never_read_by_one_of_its_words(header: str) -> None:
    meaning = look_up(header)
    assert meaning is not None
    assert (meaning.field, meaning.role, meaning.sure) == (*MISREAD[header], True)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_selecting_and_mapping_read_a_header_as_the_same_field(field) -> None:
    for header in field.headers:
        reading, meaning = read_header(header), look_up(header)
        assert reading is not None, header
        assert meaning is not None, header
        assert reading.field == meaning.field, header
        assert meaning.sure, header
        assert meaning.role in {FIELDS[meaning.field].role, *FIELDS[meaning.field].stands_in}, header


@pytest.mark.parametrize("header", FIELDS["deadline"].headers)
def test_a_deadline_never_becomes_the_day_of_shipment(header: str) -> None:
    for column in (header, header.title(), f"{header} (required)", header.replace(" ", "_")):
        proposal = propose_mapping(["Name", "Address", "City", "State", "Zip", "Weight", column], {column: "date"})
        assert "ship_date" not in proposal.fields
        assert proposal.fields["deadline"].column == column
        meaning = look_up(column)
        assert meaning is not None
        assert (meaning.field, meaning.role) == ("deadline", "due_date")


def test_no_name_is_in_the_dictionary_twice() -> None:
    names = Counter(name for field in FIELDS.values() for name in {*map(normal, (*field.headers, *field.select_only))})
    assert [name for name, count in names.items() if count > 1] == []
    assert not any(normal(name) == "" for name in names)


def test_what_people_call_a_column_is_said_of_one_field_only() -> None:
    said = Counter(phrase for field in FIELDS.values() for phrase in field.said)
    assert [phrase for phrase, count in said.items() if count > 1] == []
    assert len(WORDS) == sum(len(field.words) for field in FIELDS.values())


def test_stand_ins_are_names_of_their_field_for_a_role_that_another_name_has() -> None:
    for field in FIELDS.values():
        for role, names in field.stands_in.items():
            assert set(names) < set(field.headers)
            assert role in {other.role for other in FIELDS.values()}


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_field_has_its_line_and_examples_that_it_can_be(field) -> None:
    assert field.means
    assert not field.means.endswith(".")
    assert field.examples
    assert can_be(field.name, "column", [{"column": cell} for cell in field.examples])
    assert field.unit in (None, "weight", "length", "money")
    assert field.headers or field.select_only or field.said


@given(st.text(max_size=40))
@example("Ship_State")
@example("shipState")
@example("Straße (Nº 2)")
@example("Customer's #")
def test_the_words_of_a_header_are_its_normal_form(header: str) -> None:
    assert "".join(words_of(header)) == normal(header)
    assert normal(normal(header)) == normal(header)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Ship_State", ("ship", "state")),
        ("shipState", ("ship", "state")),
        ("ship-state", ("ship", "state")),
        ("Recipient's Name (required)", ("recipient", "name")),
        ("Req'd Ship Dt", ("reqd", "ship", "dt")),
        ("Street #", ("street", "number")),
        ("Address1", ("address", "1")),
        ("wt.lbs", ("wt", "lbs")),
        ("$", ("$",)),
        ("Total ($)", ("total",)),
    ],
)
def test_headers_are_parted_into_words(header: str, words: tuple[str, ...]) -> None:
    assert words_of(header) == words


@pytest.mark.parametrize(
    ("header", "field", "sure"),
    [
        ("Order Dt", "order_date", True),
        ("Ord Dt", "order_date", False),
        ("Req'd Ship Dt", "deadline", False),
        ("Gross Wt (kg)", "weight", False),
        ("Ctns", "packages", False),
        ("Amount - Order Total", "total", True),
        ("Net - Goods Value", "total", False),
        ("Amt Paid", "total", False),
        ("$", "total", True),
        ("Gift Msg", "notes", False),
        ("Vendor Warehouse City", "city", False),
        ("Notes - From Buyer", "notes", False),
    ],
)
def test_selecting_reads_abbreviations_units_and_single_words(header: str, field: str, sure: bool) -> None:
    meaning = look_up(header)
    assert meaning is not None
    assert (meaning.field, meaning.sure) == (field, sure)


@pytest.mark.parametrize("header", ["Tax Amount", "Market Name", "Return Date", "Invoice Date", "Ticket"])
def test_what_is_somebody_elses_or_unknown_has_no_meaning(header: str) -> None:
    assert look_up(header) is None


@pytest.mark.parametrize("header", ["Bill To", "Billing Name", "Bill To - Name", "From", "Store Name", "Sold-to Name"])
def test_the_name_of_somebody_without_a_parcel_is_private_and_no_recipient(header: str) -> None:
    meaning = look_up(header)
    assert meaning is not None
    assert (meaning.role, meaning.personal) == (None, True)


def test_names_for_selecting_make_no_shipment() -> None:
    for field in FIELDS.values():
        for header in field.select_only:
            assert field_of(header) == ""
            assert read_header(header) is None or read_header(header).owner != "plain"


def test_abbreviations_are_written_out_once() -> None:
    assert not set(ABBREVIATIONS) & set(ABBREVIATIONS.values())


# The data server may not import the agent and decides for itself whose columns are never listed. These keep both agreed.


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_the_data_server_agrees_about_peoples_data(field) -> None:
    apart = [
        name for name in (*field.headers, *field.select_only) if holds_people(name, field.examples) != field.personal
    ]
    assert apart == []


def test_the_data_server_keeps_every_persons_name_to_itself() -> None:
    people = [word for owner in OWNER_WORDS for word in OWNER_ALONE if OWNER_ALONE[word] == owner]
    assert [word for word in people if not holds_people(word, ("Ann Lee", "Bob Ray"))] == []
    assert [word for word in people if not is_personal(word)] == []


@pytest.mark.parametrize("header", ["Customer Ref", "Buyer Handle", "Recipient Alias", "Phone 2 Ext"])
def test_a_word_for_a_person_in_an_unknown_header_is_enough(header: str) -> None:
    assert is_personal(header)


def test_the_page_of_fields_is_generated() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.fields_page"
