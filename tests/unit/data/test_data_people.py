"""Whose columns are never listed: the values decide, not only the header."""

import pytest

from mcp_servers.data.table.people import holds_people
from mcp_servers.shared.faults import ToolFault

PEOPLE = [
    ("Name", ["Ann Smith", "Bob Miller"]),
    ("Deliver to", ["Ann Smith", "ACME Ltd"]),
    ("Attn", ["Receiving", "Front desk"]),
    ("Kunde", ["Anna Schmidt", "Jürgen Groß"]),
    ("Empfänger", ["Müller GmbH", "Anna Schmidt"]),
    ("c/o", ["Schmidt"]),
    ("Nom", ["Dupont"]),
    ("recipient-name", ["Zhang Wei", "Li Na"]),
    ("ship-address-1", ["5", "7"]),
    ("Billing Street", ["12 Main St"]),
    ("Column_7", ["Maria Garcia", "Wei Chen", "Unknown Person", "John O'Neil"]),
    ("Who", ["Smith, John", "Garcia, Maria", "Okafor, Chidi"]),
    ("For", ["Anna", "Bob", "Zed"]),
    ("Where", ["12 Main St", "400 Oak Avenue Apt 5", "7 High Street"]),
    ("Wohin", ["Hauptstr. 5", "Lindenweg 12a", "Am Platz 3"]),
    ("Où", ["12 rue de la Paix", "3 avenue Foch"]),
    ("Call", ["(617) 555-0100", "+49 30 1234567", "617-555-0199"]),
    ("Login", ["ann@example.com", "bob"]),
    ("Note", ["gift", "call Mrs. Smith at 617-555-0100 first"]),
    ("Product", ["Mug", "engraved for ann@example.com"]),
    ("Ship To", ["Ann Smith"]),
    ("Customer", []),
    ("Buyer User ID", ["annsmith77", "bobby"]),
    ("Company", ["John Smith", "Mary Jones", "ACME"]),
    ("Phone", ["6175550100", "6175550101"]),
    ("Ship To Company", ["Harrow & Finch"]),
    # free text, by header and by content
    ("Notes", ["fragile", "gift"]),
    ("Gift Message", ["Happy birthday!"]),
    ("special_instructions", ["4711#"]),
    ("Bemerkung", ["bitte klingeln"]),
    ("Memo", []),
    ("Lineitem notes", ["for Ann"]),
    ("Extra", ["gate code 4711#", "ring twice"]),
    ("Misc", ["leave it with the neighbour on the left", "ok"]),
    ("Column_9", ["key box B17, blue door"]),
    ("Where to", ["6175550100", "2125550199"]),
    ("Via", ["Roma 5", "Garibaldi 12"]),
    ("Address, City, State", ["4711 Somewhere"]),
    ("Street Address", ["Rose Cottage"]),
]
THINGS = [
    ("Name", ["#1001", "#1002", "#1003-F1"]),
    ("Name", ["1001", "SC-1002"]),
    ("Customer", ["C1001", "C1002"]),
    ("Customer ID", ["77", "78"]),
    ("Lineitem name", ["Blue Mug", "Red Shirt - L"]),
    ("Product Name", ["Charlotte Dress", "Victoria Lamp"]),
    ("Ship City", ["Charlotte", "San Jose", "Boston"]),
    ("Color", ["Dark Blue", "Light Grey", "Very Red"]),
    ("Service", ["UPS Ground", "2nd Day Air"]),
    ("Warehouse", ["North Dock", "South Dock"]),
    ("Address Type", ["residential", "commercial"]),
    ("Address OK", ["yes", "no"]),
    ("Priority", ["High", "Low"]),
    ("Order Date", ["2026-11-01", "11/02/2026 10:30"]),
    ("amazon-order-id", ["111-1234567-1234567", "112-7654321-1234567"]),
    ("Barcode", ["4006381333931", "0012345678905"]),
    ("Shipping Method", ["Express Mail", "Ground"]),
    ("Tags", ["vip", "wholesale, net 30"]),
    ("Country", ["US", "United States"]),
    ("Payment Method", ["Visa", "Gift Card"]),
    ("Ship Via", ["UPS Ground", "UPS 2nd Day Air"]),
    ("Shipping Address State", ["CA", "TX"]),
    ("Billing Address Zip Code", ["94105", "02116"]),
    ("Address City", ["Charlotte"]),
    ("Note Type", ["gift", "internal"]),
    ("SKU", ["MUG-0417-BL", "TEE-1102-L"]),
    ("Product", ["Stoneware mug, 350 ml, speckled blue glaze", "Tea towel set of 3"]),
    ("Item description", ["A set of six hand painted bowls"]),
    ("Fulfillment Status", ["waiting for parts since Monday morning"]),
    ("Delivery", ["Standard Shipping (5-7 business days)", "Express"]),
    ("What", ["Blue mug", "Red mug large"]),
    ("Season", ["Spring sale 2026", "Autumn 2026"]),
    ("Order Number", ["6175550100", "6175550101"]),
]


@pytest.mark.parametrize(("header", "values"), PEOPLE)
def test_people_are_known_by_header_or_by_values(header, values):
    assert holds_people(header, values)


@pytest.mark.parametrize(("header", "values"), THINGS)
def test_things_may_be_listed(header, values):
    assert not holds_people(header, values)


def test_one_person_beyond_the_sample_is_enough_to_refuse(open_csv):
    """The import looks at a sample; before values are listed every one of them is looked at."""
    notes = [f"shelf {number % 900}" for number in range(9000)]
    notes[8501] = "ask ann@example.com"
    source = open_csv("Order,Shelf\n" + "".join(f"{number},{note}\n" for number, note in enumerate(notes)))
    assert not source.table.column("Shelf").person
    with pytest.raises(ToolFault, match="E-1011"):
        source.table.values("Shelf", 10)


def test_an_import_shows_no_example_of_people(open_csv):
    source = open_csv("Name,Deliver to,Qty\n#1001,Ann Smith,1\n#1002,Bob Miller,2\n")
    columns = {column.name: column for column in source.table.columns}
    assert columns["Deliver to"].examples == ()
    assert columns["Name"].examples == ("#1001", "#1002")
    assert source.table.values("Name", 10)[1] == 2
    with pytest.raises(ToolFault, match="E-1011"):
        source.table.values("deliver to", 10)
