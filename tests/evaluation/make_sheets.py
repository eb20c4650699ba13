# ruff: noqa: E501, SIM905 - tables of invented data read best in one line
"""Makes the six sheets of the evaluation: invented orders under the headers of five shops and one home-made list.

Run once (`python -m tests.evaluation.make_sheets`); the files are kept beside it. Nothing in here knows the interpreter.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 20)
FOLDER = Path(__file__).parent / "sheets"
FIRST = "Ada Ben Cleo Dora Emil Finn Gia Hugo Iris Jonas Kira Leo Mina Nils Olga Pia Quinn Rosa Sven Tess Uma Vito Wren Yara Zeno".split()
LAST = "Abbot Birch Crane Dunmore Ellery Finch Garland Holt Ingram Jessup Kettle Lark Moss Norwood Oakes Pell Quill Rowan Sable Thorne".split()
STREETS = "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Juniper Larch Maple Oak".split()
PLACES = [
    ("Los Angeles", "CA", "90012"), ("San Diego", "CA", "92101"), ("Fresno", "CA", "93721"), ("Oakland", "CA", "94607"),
    ("Austin", "TX", "78701"), ("Houston", "TX", "77002"), ("Dallas", "TX", "75201"), ("Portland", "OR", "97204"),
    ("Salem", "OR", "97301"), ("Portland", "ME", "04101"), ("Seattle", "WA", "98101"), ("Spokane", "WA", "99201"),
    ("Washington", "DC", "20001"), ("Kansas City", "MO", "64106"), ("Kansas City", "KS", "66101"), ("Wichita", "KS", "67202"),
    ("New York", "NY", "10001"), ("Buffalo", "NY", "14201"), ("Albany", "NY", "12207"), ("Charleston", "WV", "25301"),
    ("Charleston", "SC", "29401"), ("Richmond", "VA", "23219"), ("Miami", "FL", "33101"), ("Boston", "MA", "02108"),
    ("Worcester", "MA", "01608"), ("Denver", "CO", "80202"), ("Boise", "ID", "83702"), ("Chicago", "IL", "60601"),
    ("Indianapolis", "IN", "46204"), ("Columbus", "OH", "43215"), ("Anchorage", "AK", "99501"), ("Honolulu", "HI", "96813"),
    ("Las Vegas", "NV", "89101"), ("Reno", "NV", "89501"), ("Philadelphia", "PA", "19103"), ("Atlanta", "GA", "30303"),
]  # fmt: skip
NAMES = {
    "CA": "California", "TX": "Texas", "OR": "Oregon", "ME": "Maine", "WA": "Washington", "DC": "District of Columbia",
    "MO": "Missouri", "KS": "Kansas", "NY": "New York", "WV": "West Virginia", "SC": "South Carolina", "VA": "Virginia",
    "FL": "Florida", "MA": "Massachusetts", "CO": "Colorado", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "OH": "Ohio",
    "AK": "Alaska", "HI": "Hawaii", "NV": "Nevada", "PA": "Pennsylvania", "GA": "Georgia",
}  # fmt: skip
ITEMS = [
    ("Blue Mug", "MUG-BLU"),
    ("Red Mug", "MUG-RED"),
    ("Oak Tray", "TRAY-OAK"),
    ("Linen Towel", "TWL-LIN"),
    ("Brass Lamp", "LAMP-BRS"),
]
WEIGHTS = ["0.5", "1", "2", "2.5", "3", "5", "5.5", "8", "10", "10.5", "12", "20", "35"]
TOTALS = [
    "12.50",
    "25",
    "49.99",
    "50",
    "75.20",
    "99.99",
    "100",
    "100.01",
    "149",
    "200",
    "250.75",
    "499",
    "1000",
    "1200.40",
]
DAYS = [0, 0, 1, 1, 2, 3, 4, 4, 5, 6, 6, 7, 8, 10, 12, 15, 18, 19, 20, 25, 30, 45]


class Orders:
    """A seeded stream of orders."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.places = PLACES * 3

    def one(self, index: int) -> dict[str, Any]:
        city, state, zip_code = self.places[index % len(PLACES)] if index < len(PLACES) else self.random.choice(PLACES)
        item, sku = self.random.choice(ITEMS)
        ordered = TODAY - timedelta(days=self.random.choice(DAYS))
        first, last = self.random.choice(FIRST), self.random.choice(LAST)
        return {
            "first": first, "last": last, "name": f"{first} {last}", "city": city, "state": state, "zip": zip_code,
            "street": f"{self.random.randint(1, 99)} {self.random.choice(STREETS)} Street", "item": item, "sku": sku,
            "weight": self.random.choice(WEIGHTS), "total": self.random.choice(TOTALS), "quantity": self.random.randint(1, 6),
            "ordered": ordered, "due": ordered + timedelta(days=self.random.choice([3, 5, 7, 10, 14])),
            "phone": f"555010{index % 100:04d}" if self.random.random() > 0.2 else "",
            "email": f"{first}.{last}@example.com".lower() if self.random.random() > 0.2 else "",
            "note": self.random.choice(["", "", "", "gift wrap please", "leave at door", "fragile", "call first"]),
        }  # fmt: skip


def write(name: str, header: list[str], rows: list[list[Any]]) -> None:
    """One CSV file."""
    with (FOLDER / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def shopify() -> None:
    """Order number under `Name`, times with an offset, names of provinces, a second line of one order, grams."""
    stream = Orders(1)
    header = [
        "Name", "Email", "Financial Status", "Fulfillment Status", "Total", "Shipping Method", "Created at", "Lineitem quantity",
        "Lineitem name", "Lineitem sku", "Billing City", "Billing Province", "Shipping Name", "Shipping Street", "Shipping City",
        "Shipping Zip", "Shipping Province", "Shipping Country", "Shipping Phone", "Notes", "Tags", "Total Weight (g)",
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for index in range(80):
        o = stream.one(index)
        paid = stream.random.choice(["paid", "paid", "paid", "pending", "partially_refunded"])
        created = f"{o['ordered']} {stream.random.randint(0, 23):02d}:15:00 -0500"
        country = "US"
        state = o["state"]
        if index in (40, 55):
            o["city"], state, country = "Toronto", "ON", "CA"
        rows.append([
            f"#{1001 + index}", o["email"], paid, stream.random.choice(["unfulfilled", "unfulfilled", "partial"]), o["total"],
            stream.random.choice(["Standard", "Express", "Free Shipping"]), created, o["quantity"], o["item"], o["sku"],
            "Los Angeles", "CA", o["name"], o["street"], o["city"], o["zip"], state, country, o["phone"], o["note"],
            stream.random.choice(["", "vip", "wholesale", "vip, rush"]), str(round(float(o["weight"]) * 450)),
        ])  # fmt: skip
    write("shopify.csv", header, rows)


def amazon() -> None:
    """Ids in three groups, ISO times, states written both ways, a service level, no weight."""
    stream = Orders(2)
    header = [
        "order-id", "order-item-id", "purchase-date", "promise-date", "buyer-email", "buyer-name", "buyer-phone-number", "sku",
        "product-name", "quantity-purchased", "currency", "item-price", "ship-service-level", "recipient-name", "ship-address-1",
        "ship-city", "ship-state", "ship-postal-code", "ship-country", "is-business-order",
    ]  # fmt: skip
    rows = []
    for index in range(60):
        o = stream.one(index)
        state = NAMES[o["state"]] if index % 3 == 0 else o["state"].lower() if index % 7 == 0 else o["state"]
        rows.append([
            f"11{index % 4 + 1}-{4000000 + index * 137:07d}-{7000000 + index * 9173:07d}", 50001 + index, f"{o['ordered']}T10:{index % 60:02d}:00+00:00",
            f"{o['due']}T23:59:59+00:00", o["email"], o["name"], o["phone"], o["sku"], o["item"], o["quantity"], "USD", o["total"],
            stream.random.choice(["Standard", "Expedited", "SecondDay", "NextDay"]), o["name"], o["street"], o["city"], state, o["zip"], "US",
            stream.random.choice(["true", "false", "false"]),
        ])  # fmt: skip
    write("amazon.csv", header, rows)


def etsy() -> None:
    """American short dates, country names, weight in ounces, money with a dollar sign."""
    stream = Orders(3)
    header = [
        "Sale Date", "Order ID", "Buyer User ID", "Full Name", "Number of Items", "Payment Method", "Date Shipped", "Street 1",
        "Ship City", "Ship State", "Ship Zipcode", "Ship Country", "Currency", "Order Value", "Discount Amount", "Order Total",
        "Status", "SKU", "Weight (oz)", "Gift", "Buyer Note",
    ]  # fmt: skip
    rows = []
    for index in range(50):
        o = stream.one(index)
        country, state, city = "United States", o["state"], o["city"]
        if index in (38, 41, 47):
            city, state, country = [
                ("Toronto", "ON", "Canada"),
                ("Perth", "WA", "Australia"),
                ("Berlin", "", "Germany"),
            ][(38, 41, 47).index(index)]
        total = float(o["total"])
        shown = f"${total:,.2f}"
        rows.append([
            o["ordered"].strftime("%m/%d/%Y"), 2900000100 + index, f"user{index}", o["name"], o["quantity"], "online", "", o["street"], city, state,
            o["zip"], country, "USD", shown, "0", f"${total + 5:,.2f}", stream.random.choice(["Paid", "Paid", "Processing", "On hold"]), o["sku"],
            str(round(float(o["weight"]) * 16, 1)).removesuffix(".0"), stream.random.choice(["Y", "N", "N"]), o["note"],
        ])  # fmt: skip
    write("etsy.csv", header, rows)


def woocommerce() -> None:
    """Statuses with hyphens, shipping fields in brackets, kilograms, a method title that names services."""
    stream = Orders(4)
    header = [
        "Order Number", "Order Status", "Order Date", "Customer Note", "First Name (Shipping)", "Last Name (Shipping)", "Company (Shipping)",
        "Address 1&2 (Shipping)", "City (Shipping)", "State Code (Shipping)", "Postcode (Shipping)", "Country Code (Shipping)",
        "Email (Billing)", "Phone (Billing)", "Shipping Method Title", "Order Total Amount", "Item Name", "Quantity", "Order Weight (kg)", "Coupon Code",
    ]  # fmt: skip
    rows = []
    for index in range(70):
        o = stream.one(index)
        country, state, city = "US", o["state"], o["city"]
        if index in (50, 52):
            city, state, country = "Vancouver", "BC", "CA"
        if index == 60:
            city, state, country = "San Juan", "PR", "US"
        rows.append([
            5200 + index, stream.random.choice(["processing", "processing", "completed", "on-hold", "pending-payment"]),
            f"{o['ordered']} {index % 24:02d}:05", o["note"], o["first"], o["last"], stream.random.choice(["", "", "Lark Goods", "Moss Supply"]),
            o["street"], city, state, o["zip"], country, o["email"], o["phone"],
            stream.random.choice(["UPS Ground", "UPS 2nd Day Air", "UPS Next Day Air", "UPS Ground"]), o["total"], o["item"], o["quantity"],
            str(round(float(o["weight"]) * 0.45, 2)), stream.random.choice(["", "", "FALL10", "WELCOME"]),
        ])  # fmt: skip
    write("woocommerce.csv", header, rows)


def shipstation() -> None:
    """Weights in two units with a unit column, two dates, requested services, yes/no columns, a warehouse number."""
    stream = Orders(5)
    header = [
        "Order #", "Order Date", "Ship By Date", "Recipient", "Company", "Address", "City", "State", "Postal Code", "Country", "Phone",
        "Requested Service", "Weight", "Weight Unit", "Item SKU", "Item Name", "Item Qty", "Order Total", "Order Status", "Gift", "Warehouse", "Internal Notes",
    ]  # fmt: skip
    rows = []
    for index in range(90):
        o = stream.one(index)
        unit = "oz" if float(o["weight"]) < 2 else "lb"
        weight = o["weight"] if unit == "lb" else str(round(float(o["weight"]) * 16))
        rows.append([
            f"SO-{3001 + index}", o["ordered"], o["due"] if index % 11 else "", o["name"], stream.random.choice(["", "", "Pell & Co"]), o["street"], o["city"],
            o["state"], o["zip"], "US", o["phone"], stream.random.choice(["UPS Ground", "Ground", "2 Day", "UPS Next Day Air", ""]), weight, unit, o["sku"],
            o["item"], o["quantity"], o["total"], stream.random.choice(["awaiting_shipment", "awaiting_shipment", "awaiting_payment"]),
            stream.random.choice(["yes", "no", "no"]), stream.random.choice(["1", "2", "3"]), o["note"],
        ])  # fmt: skip
    write("shipstation.csv", header, rows)


def homemade() -> None:
    """Someone's own list: short headers, names of states, a weight without a unit, notes full of words."""
    stream = Orders(6)
    header = [
        "Nr",
        "Who",
        "Street",
        "Town",
        "ST",
        "ZIP",
        "Weight",
        "Value",
        "Ordered",
        "Needed by",
        "Tel",
        "How",
        "Fragile",
        "Remarks",
        "Product",
        "Qty",
    ]
    rows = []
    for index in range(40):
        o = stream.one(index)
        rows.append([
            101 + index, o["name"], o["street"], o["city"], NAMES[o["state"]] if index % 2 else o["state"], o["zip"], o["weight"] if index % 13 else "",
            o["total"], o["ordered"], o["due"], o["phone"], stream.random.choice(["", "", "Ground", "2 day"]), stream.random.choice(["y", "n", "n"]),
            o["note"], o["item"], o["quantity"],
        ])  # fmt: skip
    write("homemade.csv", header, rows)


def main() -> None:
    """All six."""
    FOLDER.mkdir(exist_ok=True)
    for make in (shopify, amazon, etsy, woocommerce, shipstation, homemade):
        make()


if __name__ == "__main__":
    main()
