# ruff: noqa: E501 - tables of invented data read best in one line
"""Makes the six sheets of the rounds 22 and 23: used books, honey, laboratory goods; a board game's backers, school
uniforms, tea. Headers of Wix, Kickstarter and Square, of an ERP, and of two tables made by hand.

Run once (`python -m tests.evaluation.make_market_sheets`); the files are kept beside the others.
"""

from tests.evaluation.make_round_sheets import Cell, const, day, number, of, pick
from tests.evaluation.make_unseen_sheets import PLACES, abroad, make_sheet, scaled

BOOKSHOP: dict[str, Cell] = {
    "Order": number(5101, "BK{}"), "Sold On": day("ordered", "%m/%d/%Y"), "Post By": day("due", "%m/%d/%Y"), "Reader": of("name"), "Address": of("street"), "City": of("city"), "State": of("state"), "Zip Code": of("zip"),
    "Title": pick("Moby-Dick", "Middlemarch", "Walden", "Dracula", "Emma"), "Binding": pick("Hardcover", "Paperback", "Paperback", "Leather"), "Condition": pick("Fine", "Very Good", "Good", "Good", "Fair"), "Signed": pick("Yes", "No", "No", "No"),
    "Copies": of("quantity"), "Price Paid": of("total"), "Parcel lb": of("weight"), "Shelf": pick("A1", "B4", "C2", "Vault"), "Sold Through": pick("Website", "Website", "Fair", "Phone"), "Insure": pick("", "", "Y"),
    "Remarks": pick("", "", "", "wrap in tissue", "birthday present", "missing dust jacket", "will collect in person"), "Phone": of("phone"),
}  # fmt: skip
HONEY_ABROAD = (
    ("Toronto", "ON", "M5V 2T6", "CAN"), ("Halifax", "NS", "B3H 1A1", "CAN"), ("Leeds", "", "LS1 4AP", "GBR"),
)  # fmt: skip
HONEY: dict[str, Cell] = {
    "Order number": number(20417), "Date created": day("ordered"), "Contact email": of("email"), "Note from customer": pick("", "", "", "no plastic please", "leave with neighbor", "gift, no invoice"), "Item": pick("Clover Honey", "Clover Honey", "Buckwheat Honey", "Beeswax Candle", "Honeycomb", "Mead Kit"),
    "Variant": pick("8 oz", "16 oz", "32 oz", "Glass", ""), "Qty": of("quantity"), "Total": of("total"), "Weight (lb)": of("weight"), "Recipient name": of("name"), "Recipient phone": of("phone"), "Recipient company name": pick("", "", "", "Corner Deli", "Marigold Cafe"),
    "Delivery address": of("street"), "Delivery city": abroad("city", "", *HONEY_ABROAD), "Delivery state": abroad("state", "", *HONEY_ABROAD), "Delivery zip/postal code": abroad("zip", "", *HONEY_ABROAD), "Delivery country": abroad("country", "USA", *HONEY_ABROAD),
    "Payment status": pick("Paid", "Paid", "Paid", "Unpaid", "Partially refunded"), "Payment method": pick("Credit card", "Credit card", "PayPal", "Offline"), "Coupon code": pick("", "", "", "BEES10", "HARVEST"), "Fulfillment status": pick("Not fulfilled", "Not fulfilled", "Fulfilled"),
    "Subscription": pick("Monthly", "One-time", "One-time"), "Requested delivery": day("due"),
}  # fmt: skip
LAB: dict[str, Cell] = {
    "ORD_NBR": number(74010), "CUST_PO": number(331, "PO-{:05d}"), "ENTRY_DT": day("ordered", "%m/%d/%Y"), "REQ_SHIP_DT": day("due", "%m/%d/%Y"), "CUST_NM": pick("Fenwick Labs", "Northgate University", "Orchid Biotech", "Pike County Clinic", "St. Anne Hospital"), "ATTN": of("name"), "ADDR1": of("street"), "CTY": of("city"), "ST": of("state"), "POSTAL": of("zip"),
    "ITEM_DESC": pick("Nitrile Gloves L", "Nitrile Gloves M", "Pipette Tips 200ul", "Petri Dish 90mm", "Ethanol 70%", "Centrifuge Tubes"), "TEMP_CLS": pick("Ambient", "Ambient", "Refrigerated", "Frozen"), "QTY_ORD": of("quantity"), "GRS_WT_LB": of("weight"), "NET_AMT": of("total"),
    "CRED_STAT": pick("OK", "OK", "OK", "HOLD", "REVIEW"), "HAZ_FLG": pick("N", "N", "Y"), "BO_FLG": pick("N", "N", "N", "Y"), "WHSE": pick("RENO", "RENO", "MEMPHIS"), "SLS_REP": pick("KJ", "TM", "RB"), "CARR_SVC": pick("", "GROUND", "GROUND", "2DAY", "NEXTDAY"), "DLV_INSTR": pick("", "", "", "dock B only", "call lab manager", "no Saturday delivery"),
}  # fmt: skip
BACKERS_ABROAD = (
    ("Vancouver", "BC", "V5K 0A1", "Canada"), ("Berlin", "", "10115", "Germany"), ("Melbourne", "", "3000", "Australia"), ("Ottawa", "ON", "K1P 1J1", "Canada"),
)  # fmt: skip
BACKERS: dict[str, Cell] = {
    "Backer Number": number(1), "Backer Name": of("name"), "Email": of("email"), "Pledged At": day("ordered"), "Reward Title": pick("Base Game", "Base Game", "Deluxe Edition", "Collector's Box", "Retailer Pack"), "Reward Quantity": of("quantity"), "Pledge Amount": of("total"), "Pledge Status": pick("collected", "collected", "collected", "dropped", "errored"),
    "Add-ons": pick("", "", "Dice Set", "Playmat", "Sleeves"), "Expansion": pick("Yes", "No"), "Survey": pick("Answered", "Answered", "Not answered"), "Wave": pick(1, 1, 2, 3), "Shipping Name": of("name"), "Shipping Address 1": of("street"), "Shipping City": abroad("city", "", *BACKERS_ABROAD), "Shipping State": abroad("state", "", *BACKERS_ABROAD),
    "Shipping Postal Code": abroad("zip", "", *BACKERS_ABROAD), "Shipping Country Name": abroad("country", "United States", *BACKERS_ABROAD), "Shipping Phone Number": of("phone"), "Box Weight kg": scaled("weight", 0.4536), "Language": pick("English", "English", "German", "Spanish"), "Backer Notes": pick("", "", "", "replace damaged box", "signed copy", "moving in December"),
}  # fmt: skip
UNIFORMS: dict[str, Cell] = {
    "NO": number(301), "ORDERED": day("ordered", "%m/%d/%Y"), "NEEDED BY": day("due", "%m/%d/%Y"), "PARENT": of("name"), "PUPIL": pick("Abby", "Dylan", "Ming", "Rafael", "Zoe"), "SCHOOL": pick("Oakfield", "St Brendan's", "Hillcrest", "Hillcrest"), "GRADE": pick("K", "1", "2", "5", "8"), "STREET": of("street"), "TOWN": of("city"), "STATE": of("state"), "ZIP": of("zip"),
    "GARMENT": pick("Blazer", "Polo Shirt", "Polo Shirt", "Pleated Skirt", "PE Shorts", "Tie"), "SIZE": pick("S", "M", "M", "L", "XL"), "COLOR": pick("navy", "navy", "maroon", "green"), "PCS": of("quantity"), "CHARGE": of("total"), "LBS": of("weight"), "NAME TAPE": pick("done", "to do", ""), "PAID": pick("y", "y", "y", "n"), "EXCHANGE": pick("", "", "", "x"),
    "PICKUP": pick("", "", "", "school office"), "HOW": pick("", "ground", "ground", "3 day", "2 day"), "COMMENT": pick("", "", "", "fits small", "second child", "tall size", "ring bell twice"), "PHONE": of("phone"),
}  # fmt: skip
TEA: dict[str, Cell] = {
    "Order Name": number(9301, "#{}"), "Order Date": day("ordered"), "Fulfillment Date": day("due"), "Fulfillment Type": pick("Shipment", "Shipment", "Shipment", "Pickup"), "Recipient Name": of("name"), "Recipient Phone": of("phone"), "Recipient Email": of("email"), "Recipient Address": of("street"), "Recipient Address 2": pick("", "", "", "Apt 9", "Suite 200"), "Recipient City": of("city"), "Recipient Region": of("state"),
    "Recipient Postal Code": of("zip"), "Recipient Country": const("US"), "Item Name": pick("Assam", "Darjeeling", "Sencha", "Oolong", "Rooibos", "Teapot"), "Item Variation": pick("Loose Leaf", "Loose Leaf", "Tea Bags", "Sampler"), "Item Quantity": of("quantity"), "Item Total Price": of("total"), "Order Weight (oz)": scaled("weight", 16, 1), "Order Status": pick("New", "In progress", "In progress", "Ready", "Canceled"),
    "Channel": pick("Online Store", "Online Store", "Point of Sale", "Wholesale"), "Decaf": pick("FALSE", "FALSE", "TRUE"), "Gift Message": pick("", "", "", "Happy Birthday Mum", "Thank you!"), "Shipping Method": const("Flat rate"), "Tier": pick("Gold", "Silver", "Silver", ""),
}  # fmt: skip

SHEETS: dict[str, tuple[int, int, dict[str, Cell]]] = {
    "bookshop": (91, 46, BOOKSHOP), "honey": (92, 50, HONEY), "lab": (93, 48, LAB),
    "backers": (94, 52, BACKERS), "uniforms": (95, 44, UNIFORMS), "tea": (96, 48, TEA),
}  # fmt: skip
"""Name -> (seed, rows, columns)."""


def make(name: str) -> None:
    """One sheet."""
    make_sheet(name, *SHEETS[name], PLACES)


def main() -> None:
    """All of them."""
    for name in SHEETS:
        make(name)


if __name__ == "__main__":
    main()
