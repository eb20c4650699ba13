# ruff: noqa: E501 - tables of invented data read best in one line
"""Makes the sheets of the rounds of unseen commands: two for each round, headed as differently as shops head theirs.

Run once (`python -m tests.evaluation.make_round_sheets`); the files are kept beside the others. Nothing in here knows the
interpreter.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from tests.evaluation.make_sheets import NAMES, Orders, write

Cell = Callable[[dict[str, Any], int, Random], Any]
REGION = {
    **dict.fromkeys(["CA", "OR", "WA", "CO", "ID", "AK", "HI", "NV"], "West"),
    **dict.fromkeys(["MO", "KS", "IL", "IN", "OH"], "Midwest"),
    **dict.fromkeys(["TX", "DC", "WV", "SC", "VA", "FL", "GA"], "South"),
    **dict.fromkeys(["ME", "NY", "MA", "PA"], "Northeast"),
}
ABROAD = [
    ("Toronto", "ON", "M5V 2T6", "Canada"), ("Munich", "", "80331", "Germany"), ("London", "", "SW1A 1AA", "United Kingdom"),
    ("Paris", "", "75001", "France"), ("Perth", "WA", "6000", "Australia"), ("Guadalajara", "", "44100", "Mexico"),
    ("Madrid", "", "28001", "Spain"), ("Vancouver", "BC", "V5K 0A1", "Canada"), ("Paris", "TX", "75460", "United States"),
]  # fmt: skip
SPECIAL = [
    ("München", "", "80331", "Germany"), ("Köln", "", "50667", "Germany"), ("Zürich", "", "8001", "Switzerland"),
    ("San José", "CA", "95113", "United States"), ("Cañon City", "CO", "81212", "United States"), ("Española", "NM", "87532", "United States"),
    ("Málaga", "", "29001", "Spain"), ("Düsseldorf", "", "40210", "Germany"), ("Wien", "", "1010", "Austria"),
    ("Coeur d'Alene", "ID", "83814", "United States"), ("St. Louis", "MO", "63101", "United States"), ("Québec", "QC", "G1R 4P5", "Canada"),
]  # fmt: skip


EXPORT = [
    ("Köln", "", "50667", "Deutschland"), ("Genève", "", "1201", "Suisse"), ("Ciudad de México", "CDMX", "06000", "México"),
    ("Lisboa", "", "1100", "Portugal"), ("Firenze", "", "50122", "Italia"), ("Praha", "", "11000", "Česko"),
    ("København", "", "1050", "Danmark"), ("Montréal", "QC", "H2Y 1C6", "Canada"), ("Sevilla", "", "41001", "España"),
    ("Warszawa", "", "00-001", "Polska"), ("Toronto", "ON", "M5V 2T6", "Canada"), ("Paris", "", "75001", "France"), ("Paris", "TX", "75460", "United States"),
]  # fmt: skip


def of(key: str) -> Cell:
    """A part of the invented order as it is."""
    return lambda order, _index, _random: order[key]


def const(text: Any) -> Cell:
    """The same in every row."""
    return lambda _order, _index, _random: text


def number(start: int, form: str = "{}") -> Cell:
    """Counted up row by row."""
    return lambda _order, index, _random: form.format(start + index)


def pick(*choices: Any) -> Cell:
    """One of these."""
    return lambda _order, _index, random: random.choice(choices)


def day(key: str, form: str = "%Y-%m-%d", add: int = 0) -> Cell:
    """A date of the order in this form."""
    return lambda order, _index, _random: (order[key] + timedelta(days=add)).strftime(form)


def times(factor: float, digits: int = 2) -> Cell:
    """The weight (invented in pounds) in another unit."""
    return lambda order, _index, _random: f"{float(order['weight']) * factor:.{digits}f}".rstrip("0").rstrip(".")


def money(form: str, factor: float = 1) -> Cell:
    """The total in another form."""
    return lambda order, _index, _random: form.format(float(order["total"]) * factor)


def state(order: dict[str, Any], _index: int, _random: Random) -> str:
    """Written out."""
    return NAMES.get(order["state"], order["state"])


def place(part: str) -> Cell:
    """City, state, ZIP or country of orders that go abroad now and then (`abroad` in the order)."""
    return lambda order, _index, _random: (
        order["abroad"][part] if order.get("abroad") else order.get(part, "United States")
    )


def pounds_and_ounces(order: dict[str, Any], _index: int, _random: Random) -> str:
    """`2 lb 8 oz`, `12 oz`, `3 lb`."""
    ounces = round(float(order["weight"]) * 16)
    parts = [f"{ounces // 16} lb" if ounces >= 16 else "", f"{ounces % 16} oz" if ounces % 16 else ""]
    return " ".join(part for part in parts if part)


def either_unit(order: dict[str, Any], _index: int, _random: Random) -> str:
    """`1.2 kg` abroad, `14 oz` or `3 lb` at home."""
    weight = float(order["weight"])
    if order["abroad"] and order["abroad"]["country"] != "United States":
        return f"{weight * 0.45:g} kg"
    return f"{weight:g} lb" if weight >= 2 else f"{weight * 16:g} oz"


def box_or_street(order: dict[str, Any], index: int, _random: Random) -> str:
    """A street; of every sixth order a box at the post office."""
    return f"PO Box {100 + index}" if index % 6 == 5 else str(order["street"])


MEMO: dict[str, Cell] = {
    "Order No": number(501), "Ship To": of("name"), "Addr": of("street"), "City": of("city"), "St": of("state"), "Zip": of("zip"),
    "Wt": of("weight"), "Qty": of("quantity"), "$": of("total"), "When": day("ordered", "%m/%d/%Y"), "Due": day("due", "%m/%d/%Y"),
    "Tel": of("phone"), "Via": pick("", "", "Ground", "2 day", "overnight"), "Memo": of("note"),
}  # fmt: skip
SHOPIFY_FULL: dict[str, Cell] = {
    "Name": number(2001, "#{}"), "Email": of("email"), "Financial Status": pick("paid", "paid", "pending", "authorized"),
    "Paid at": day("ordered", "%Y-%m-%d 09:30:00 -0500", 1), "Fulfillment Status": pick("unfulfilled", "unfulfilled", "partial"), "Fulfilled at": const(""),
    "Currency": const("USD"), "Subtotal": money("{:.2f}", 0.9), "Shipping": pick("0.00", "5.95", "12.50"), "Taxes": money("{:.2f}", 0.08), "Total": of("total"),
    "Discount Code": pick("", "", "HOLIDAY", "VIP10"), "Shipping Method": pick("Standard", "Express", "Free Shipping", "UPS 2nd Day Air"),
    "Created at": day("ordered", "%Y-%m-%d 08:15:00 -0500"), "Lineitem quantity": of("quantity"), "Lineitem name": of("item"),
    "Lineitem price": money("{:.2f}", 0.5), "Lineitem sku": of("sku"), "Billing Name": of("name"), "Billing City": const("Denver"), "Billing Province": const("CO"),
    "Shipping Name": of("name"), "Shipping Street": of("street"), "Shipping Company": pick("", "", "Finch Foods", "Quill Books"), "Shipping City": of("city"),
    "Shipping Zip": of("zip"), "Shipping Province": of("state"), "Shipping Country": const("US"), "Shipping Phone": of("phone"), "Notes": of("note"),
    "Payment Method": pick("Shopify Payments", "PayPal"), "Tags": pick("", "wholesale", "repeat, wholesale", "influencer", "repeat"), "Risk Level": pick("Low", "Low", "Medium", "High"),
    "Vendor": pick("Hearth", "Loom"),
}  # fmt: skip
AMAZON_UNSHIPPED: dict[str, Cell] = {
    "order-id": number(3000000, "112-{}-5550001"), "purchase-date": day("ordered", "%Y-%m-%dT07:12:00-07:00"), "payments-date": day("ordered", "%Y-%m-%dT07:12:00-07:00", 1),
    "promise-date": day("due", "%Y-%m-%dT23:59:59-07:00"), "days-past-promise": pick("0", "0", "1", "2", "4"), "buyer-email": of("email"), "buyer-name": of("name"),
    "buyer-phone-number": of("phone"), "sku": of("sku"), "product-name": of("item"), "quantity-purchased": of("quantity"), "quantity-to-ship": of("quantity"),
    "ship-service-level": pick("Standard", "Expedited", "NextDay"), "recipient-name": of("name"), "ship-address-1": of("street"), "ship-city": lambda o, i, r: o["city"].upper() if i % 4 == 0 else o["city"],
    "ship-state": lambda o, i, r: NAMES[o["state"]].upper() if i % 5 == 0 else o["state"], "ship-postal-code": of("zip"), "ship-country": const("US"),
    "is-business-order": pick("true", "false", "false"), "is-prime": pick("true", "false"), "verge-of-cancellation": pick("false", "false", "true"),
}  # fmt: skip
SNAKE: dict[str, Cell] = {
    "order_id": number(7001), "customer_name": of("name"), "customer_email": of("email"), "ship_street": of("street"), "ship_city": of("city"), "ship_state": state,
    "ship_zip": of("zip"), "ship_country": const("USA"), "phone": of("phone"), "weight_lb": of("weight"), "order_total": of("total"), "item_count": of("quantity"),
    "item_name": of("item"), "placed_on": day("ordered"), "ship_by": day("due"), "is_gift": pick("true", "false", "false"), "is_fragile": pick("true", "false"),
    "express": pick("yes", "no", "no"), "tags": pick("", "vip", "wholesale", "vip, repeat"), "notes": of("note"), "channel": pick("web", "phone", "market"),
}  # fmt: skip
ETSY_WORLD: dict[str, Cell] = {
    "Sale Date": day("ordered", "%m/%d/%Y"), "Order ID": number(3100000200), "Full Name": of("name"), "Number of Items": of("quantity"), "Street 1": of("street"),
    "Ship City": place("city"), "Ship State": place("state"), "Ship Zipcode": place("zip"), "Ship Country": place("country"), "Currency": const("USD"),
    "Order Value": money("{:.2f}"), "Shipping": pick("0", "4.50", "9.00"), "Order Total": money("{:.2f}", 1.1), "Coupon Code": pick("", "", "SPRING", "LOYAL"), "SKU": of("sku"),
    "Item Name": of("item"), "Weight (g)": times(453.6, 0), "Gift Message": pick("", "", "Happy birthday!", "With love"), "Marked as gift": pick("Yes", "No", "No"),
}  # fmt: skip
CAMEL: dict[str, Cell] = {
    "orderNumber": number(80001, "WB{}"), "shipToName": of("name"), "shipToStreet": of("street"), "shipToCity": of("city"), "shipToState": of("state"), "shipToPostalCode": of("zip"),
    "countryCode": const("US"), "phone": of("phone"), "weightOz": times(16), "weightLb": times(1), "totalPrice": of("total"), "itemCount": of("quantity"), "itemSku": of("sku"),
    "createdAt": day("ordered", "%Y-%m-%dT16:20:00Z"), "neededBy": day("due"), "giftWrap": pick("true", "false"), "fragile": pick("1", "0", "0"), "express": pick("TRUE", "FALSE", "FALSE"),
    "customerNotes": of("note"), "couponCode": pick("", "", "WELCOME5", "BF2026"), "paymentStatus": pick("paid", "paid", "unpaid"),
}  # fmt: skip
REGIONAL: dict[str, Cell] = {
    "Order": number(9101, "R-{}"), "Customer": of("name"), "Company": pick("", "Larch & Sons", "Moss Supply", "Rowan Ltd"), "Address": of("street"), "City": of("city"),
    "State": state, "Zip": of("zip"), "Region": lambda o, i, r: REGION[o["state"]], "Sales Rep": pick("Austin", "Dallas", "Mina", "Georgia"), "Priority": pick("High", "Normal", "Normal", "Low"),
    "Cases": of("quantity"), "Weight (kg)": times(0.45), "Amount": of("total"), "Order Date": day("ordered"), "Requested Ship Date": day("due"),
    "Phone": of("phone"), "Email": of("email"), "Shipping Service": pick("UPS Ground", "UPS 3 Day Select", "UPS Next Day Air", ""),
}  # fmt: skip
WOO_META: dict[str, Cell] = {
    "order_number": number(61200), "status": pick("wc-processing", "wc-processing", "wc-on-hold", "wc-completed"), "order_date": day("ordered", "%Y-%m-%d 11:05:00"),
    "paid_date": day("ordered", "%Y-%m-%d 11:06:00", 2), "billing_city": const("Chicago"), "billing_state": const("IL"), "shipping_first_name": of("first"), "shipping_last_name": of("last"),
    "shipping_company": pick("", "", "Kettle Works"), "shipping_address_1": of("street"), "shipping_city": of("city"), "shipping_state": of("state"), "shipping_postcode": of("zip"), "shipping_country": const("US"),
    "billing_phone": of("phone"), "billing_email": of("email"), "shipping_method": pick("Flat rate", "Local pickup", "UPS Ground", "UPS Next Day Air"), "order_total": of("total"),
    "order_weight_kg": times(0.45), "line_items": of("item"), "item_qty": of("quantity"), "coupon_items": pick("", "", "thanks20"), "customer_note": of("note"), "customer_role": pick("guest", "customer", "wholesale_buyer"),
}  # fmt: skip
SHIPSTATION_EXPORT: dict[str, Cell] = {
    "Order - Number": number(41001), "Date - Order Date": day("ordered", "%m/%d/%Y"), "Date - Ship By Date": day("due", "%m/%d/%Y"), "Market - Store Name": pick("Hearth Shop", "Loom Outlet"),
    "Ship To - Name": of("name"), "Ship To - Company": pick("", "", "Sable Design"), "Ship To - Address 1": of("street"), "Ship To - City": of("city"), "Ship To - State": of("state"),
    "Ship To - Postal Code": of("zip"), "Ship To - Country": const("US"), "Ship To - Phone": of("phone"), "Service - Requested": pick("Ground", "2 Day", "Next Day Air", "Ground"),
    "Weight - Total oz": times(16), "Amount - Order Total": of("total"), "Amount - Shipping Paid": pick("0.00", "7.95", "14.00"), "Item - SKU": of("sku"), "Item - Name": of("item"), "Item - Qty": of("quantity"),
    "Notes - From Buyer": of("note"), "Notes - Internal": pick("", "", "check stock", "call warehouse"), "Gift - Flag": pick("true", "false", "false"), "Order - Status": pick("Awaiting Shipment", "Awaiting Shipment", "On Hold"),
}  # fmt: skip
UMLAUT: dict[str, Cell] = {
    "Order Ref": number(301, "INT-{}"), "Customer": of("name"), "Street": of("street"), "City": place("city"), "State": place("state"), "Postcode": place("zip"), "Country": place("country"),
    "Weight kg": times(0.45), "Total": of("total"), "Currency": lambda o, i, r: "EUR" if o["abroad"] and o["abroad"]["country"] != "United States" else "USD", "Qty": of("quantity"), "Product": of("item"),
    "Order Date": day("ordered", "%d.%m.%Y"), "Phone": of("phone"), "E-Mail": of("email"), "Remarks": of("note"), "Express?": pick("Y", "N", "N"),
}  # fmt: skip
EBAY: dict[str, Cell] = {
    "Sales Record Number": number(1501), "Order Number": number(12345, "14-{}-98765"), "Buyer Username": lambda o, i, r: f"user_{i}", "Buyer Name": of("name"), "Buyer Email": of("email"), "Buyer Note": of("note"),
    "Ship To Name": of("name"), "Ship To Phone": of("phone"), "Ship To Address 1": of("street"), "Ship To City": of("city"), "Ship To State": of("state"), "Ship To Zip": of("zip"), "Ship To Country": const("United States"),
    "Item Number": number(255000111), "Item Title": of("item"), "Custom Label": of("sku"), "Quantity": of("quantity"), "Sold For": money("${:,.2f}"), "Shipping And Handling": pick("$0.00", "$6.50"),
    "Total Price": money("${:,.2f}", 1.2), "Payment Method": pick("Visa", "PayPal"), "Sale Date": day("ordered", "%b-%d-%y"), "Paid On Date": day("ordered", "%b-%d-%y", 1), "Ship By Date": day("due", "%b-%d-%y"),
    "Shipping Service": pick("UPS Ground", "UPS 3 Day Select", "Economy Shipping"), "Tracking Number": const(""), "Variation Details": pick("", "[Color:Blue]", "[Color:Red,Size:XL]", "[Size:XL]"),
}  # fmt: skip
WAREHOUSE: dict[str, Cell] = {
    "Ticket": number(1, "T-{:04d}"), "Bin": pick("A1", "A2", "B1", "C7"), "Rush": pick("Y", "", ""), "Gift": pick("Yes", "No"), "Fragile": pick("x", "", ""), "Signature Required": pick("TRUE", "FALSE"),
    "Recipient": of("name"), "Street": of("street"), "City": of("city"), "ST": of("state"), "ZIP": of("zip"), "Weight (lb)": of("weight"), "Declared Value": of("total"), "Units": of("quantity"),
    "Product": of("item"), "Received": day("ordered"), "Ship by": day("due"), "Delivery Date": day("due", "%Y-%m-%d", 3), "Carrier Service": pick("Ground", "Next Day Air", "3 Day Select"), "Packer": pick("Paris", "Sven", "Uma"),
    "Instructions": of("note"), "Phone": of("phone"), "Email": of("email"),
}  # fmt: skip
WHOLESALE: dict[str, Cell] = {
    "PO Number": number(66001, "PO{}"), "Account": pick("Finch Foods", "Quill Books", "Birch Bakery"), "Ship-to Company": pick("Finch Foods East", "Quill Books No. 2", "Birch Bakery", ""), "Attn": of("name"),
    "Street": of("street"), "City": of("city"), "State/Province": of("state"), "Postal": of("zip"), "Country": const("USA"), "Cartons": of("quantity"), "Total Weight (kg)": times(0.45), "Invoice Amount (USD)": of("total"),
    "Freight (USD)": pick("0", "25", "40"), "Order Dt": day("ordered"), "Req'd Ship Dt": day("due"), "Terms": pick("Net 30", "Net 60", "Prepaid"), "Rep": pick("JR", "MK"), "Hazmat?": pick("N", "N", "Y"),
    "Liftgate?": pick("Y", "N"), "Dept": pick("Kitchen", "Books", "Bakery"), "Comments": of("note"), "Contact Phone": of("phone"),
}  # fmt: skip
TEXTWEIGHTS: dict[str, Cell] = {
    "Order": number(1, "A{:03d}"), "Customer": of("name"), "Street": of("street"), "City": of("city"), "State": of("state"), "ZIP": of("zip"), "Weight": pounds_and_ounces, "Order Value": money("${:,.2f}"),
    "Pieces": of("quantity"), "Placed": day("ordered", "%m/%d/%Y"), "Promised": day("due", "%m/%d/%Y"), "Paid": pick("yes", "yes", "no"), "Ship method": pick("ground", "two day", "next day"), "Comment": of("note"), "Phone": of("phone"), "E-mail": of("email"),
}  # fmt: skip
SUBSCRIPTION: dict[str, Cell] = {
    "Sub ID": number(8801, "SUB-{}"), "Plan": pick("Monthly", "Quarterly", "Annual"), "Box": pick("Coffee Box", "Tea Box", "Snack Box"), "Cycle": pick("1", "2", "3", "4"), "Subscriber": of("name"), "Address": of("street"),
    "City": of("city"), "State": of("state"), "ZIP": of("zip"), "Country": const("US"), "Next Ship Date": day("due"), "Signed Up": day("ordered", "%Y-%m-%d", -60), "Renewals": of("quantity"), "Price": of("total"),
    "Weight lb": of("weight"), "Shirt Size": pick("S", "M", "L", "XL"), "Allergies": pick("", "", "nuts", "dairy, nuts"), "Gift?": pick("Y", "N", "N"), "Ship Speed": pick("Ground", "2 Day"), "Paused": pick("No", "No", "Yes"),
    "Email": of("email"), "Phone": of("phone"),
}  # fmt: skip
AUCTION: dict[str, Cell] = {
    "Lot": number(1), "Title": of("item"), "Winner": of("name"), "Street": of("street"), "Town": of("city"), "State": state, "Zip": of("zip"), "Hammer Price": of("total"), "Premium": money("{:.2f}", 0.2),
    "Weight": lambda o, i, r: o["weight"] if float(o["weight"]) >= 3 else str(round(float(o["weight"]) * 16)), "Weight Unit": lambda o, i, r: "lbs" if float(o["weight"]) >= 3 else "oz", "Paid?": pick("Yes", "Yes", "No"),
    "Paid On": day("ordered", "%Y-%m-%d", 1), "Sold": day("ordered"), "Ship Method": pick("ground", "2nd day air", "overnight"), "Insure For": of("total"), "Condition": pick("mint", "good", "fair"), "Notes": of("note"), "Mobile": of("phone"),
}  # fmt: skip
GIFTSHOP: dict[str, Cell] = {
    "Order No": number(1001), "Rec'd": day("ordered", "%m/%d/%Y"), "Recipient": of("name"), "From": pick("", "Grandma", "Aunt Jo", "The office"), "Gift Msg": pick("", "", "Happy birthday!", "Get well soon"),
    "Address": box_or_street, "Apt/Unit": pick("", "", "Apt 4", "Unit 12B"), "City": of("city"), "State": of("state"), "Zip": of("zip"), "Ship Wt (oz)": times(16), "Amt Paid": of("total"),
    "Pcs": of("quantity"), "What": of("item"), "Need By": day("due", "%m/%d/%Y"), "Instructions": of("note"), "Cell": of("phone"), "On Hold": pick("", "", "", "yes"),
}  # fmt: skip
DISTRIBUTOR: dict[str, Cell] = {
    "Sales Order": number(7301), "Cust PO": number(8801, "PO-{}"), "Bill-To Acct": pick("Finch Foods", "Quill Books", "Birch Bakery"), "Ship-To Name": of("name"), "Attn": pick("Receiving", "Front desk", ""),
    "Addr 1": of("street"), "City": of("city"), "St": of("state"), "Zip": of("zip"), "Ctry": const("US"), "Ctns": of("quantity"), "Gross Wt (kg)": times(0.45), "Net Value": money("{:,.2f}"),
    "Terms": pick("Net 30", "Net 60", "COD"), "Ord Dt": day("ordered", "%d %b %Y"), "Cancel Dt": day("due", "%d %b %Y"), "Freight Terms": pick("Prepaid", "Collect", "Third Party"),
    "Route": pick("UPS GRD", "UPS 2DA", "LTL"), "Item Grp": pick("Kitchen", "Books", "Bakery"), "Liftgate": pick("Y", "N"), "Order Status": pick("Released", "Released", "Picking", "Credit Hold", "Backordered"),
    "Special Instr": of("note"),
}  # fmt: skip
EXPORTER: dict[str, Cell] = {
    "Ref": number(201, "X-{}"), "Placed": day("ordered", "%d.%m.%Y"), "Name": of("name"), "Company": pick("", "", "Atelier Sable"), "Line 1": of("street"), "Line 2": pick("", "", "2. OG"), "Town": place("city"),
    "County/State": place("state"), "Postcode": place("zip"), "Country": place("country"), "Weight": either_unit, "Goods Value": of("total"), "Qty": of("quantity"), "Contents": of("item"),
    "HS Code": pick("6912.00", "9405.10"), "Incoterm": pick("DAP", "DDP"), "Message card": pick("", "", "Alles Gute!", "Con cariño"), "Telephone": of("phone"), "Priority": pick("Economy", "Rush"),
}  # fmt: skip

SHEETS: dict[str, tuple[int, int, dict[str, Cell], list[tuple[str, str, str, str]]]] = {
    "memo": (11, 44, MEMO, []), "shopify_full": (12, 48, SHOPIFY_FULL, []),
    "amazon_unshipped": (13, 45, AMAZON_UNSHIPPED, []), "snake": (14, 42, SNAKE, []),
    "etsy_world": (15, 54, ETSY_WORLD, ABROAD), "camel": (16, 42, CAMEL, []),
    "regional": (17, 46, REGIONAL, []), "woo_meta": (18, 42, WOO_META, []),
    "shipstation_export": (19, 44, SHIPSTATION_EXPORT, []), "umlaut": (20, 52, UMLAUT, SPECIAL),
    "ebay": (21, 42, EBAY, []), "warehouse": (22, 48, WAREHOUSE, []),
    "wholesale": (23, 44, WHOLESALE, []), "textweights": (24, 42, TEXTWEIGHTS, []),
    "subscription": (25, 44, SUBSCRIPTION, []), "auction": (26, 46, AUCTION, []),
    "giftshop": (27, 44, GIFTSHOP, []), "distributor": (28, 44, DISTRIBUTOR, []), "exporter": (29, 56, EXPORTER, EXPORT),
}  # fmt: skip
"""Name -> (seed, rows, columns, places that some rows get instead of theirs)."""


def make(name: str) -> None:
    """One sheet."""
    seed, count, columns, others = SHEETS[name]
    stream = Orders(seed)
    rows = []
    for index in range(count):
        order = stream.one(index)
        order["abroad"] = None
        if others and index % 4 == 3:
            city, code, zip_code, country = others[index // 4 % len(others)]
            order["abroad"] = {"city": city, "state": code, "zip": zip_code, "country": country}
        rows.append([cell(order, index, stream.random) for cell in columns.values()])
    write(f"{name}.csv", list(columns), rows)


def main() -> None:
    """All of them."""
    for name in SHEETS:
        make(name)


if __name__ == "__main__":
    main()
