# ruff: noqa: E501, SIM905 - tables of invented data read best in one line
"""Makes the six sheets of the rounds 19 and 20: exports of shop systems and sheets made by hand, of trades not used before.

Run once (`python -m tests.evaluation.make_outside_sheets`); the files are kept beside the others. Nothing in here knows an
interpreter. Drawn from a seed of each sheet: made again, the bytes are the same.
"""

from random import Random
from typing import Any

from tests.evaluation.make_round_sheets import Cell, const, day, number, of, pick
from tests.evaluation.make_unseen_sheets import abroad, make_sheet, scaled

PLACES = [
    ("Boise", "ID", "83702"), ("Portland", "ME", "04101"), ("Portland", "OR", "97205"), ("Columbus", "OH", "43215"), ("Columbus", "GA", "31901"),
    ("Dallas", "TX", "75201"), ("Fort Worth", "TX", "76102"), ("Lubbock", "TX", "79401"), ("Kansas City", "MO", "64106"), ("Kansas City", "KS", "66101"),
    ("Wilmington", "DE", "19801"), ("Wilmington", "NC", "28401"), ("Charleston", "SC", "29401"), ("Charleston", "WV", "25301"), ("Richmond", "VA", "23219"),
    ("Norfolk", "VA", "23510"), ("Atlanta", "GA", "30303"), ("Savannah", "GA", "31401"), ("Miami", "FL", "33130"), ("Jacksonville", "FL", "32202"),
    ("Fresno", "CA", "93721"), ("Oakland", "CA", "94607"), ("Santa Cruz", "CA", "95060"), ("Long Beach", "CA", "90802"), ("Spokane", "WA", "99201"),
    ("Bellingham", "WA", "98225"), ("Vancouver", "WA", "98660"), ("Washington", "DC", "20001"), ("Buffalo", "NY", "14202"), ("Albany", "NY", "12207"),
    ("New York", "NY", "10001"), ("Boston", "MA", "02110"), ("Worcester", "MA", "01608"), ("Hartford", "CT", "06103"), ("Des Moines", "IA", "50309"),
    ("Fargo", "ND", "58102"), ("Billings", "MT", "59101"), ("Reno", "NV", "89501"), ("Las Vegas", "NV", "89101"), ("Denver", "CO", "80202"),
    ("Boulder", "CO", "80302"), ("Little Rock", "AR", "72201"), ("New Orleans", "LA", "70112"), ("Hilo", "HI", "96720"), ("Fairbanks", "AK", "99701"),
]  # fmt: skip
NAMES = {
    "ID": "Idaho", "ME": "Maine", "OR": "Oregon", "OH": "Ohio", "GA": "Georgia", "TX": "Texas", "MO": "Missouri", "KS": "Kansas", "DE": "Delaware", "NC": "North Carolina",
    "SC": "South Carolina", "WV": "West Virginia", "VA": "Virginia", "FL": "Florida", "CA": "California", "WA": "Washington", "DC": "District of Columbia", "NY": "New York",
    "MA": "Massachusetts", "CT": "Connecticut", "IA": "Iowa", "ND": "North Dakota", "MT": "Montana", "NV": "Nevada", "CO": "Colorado", "AR": "Arkansas", "LA": "Louisiana",
    "HI": "Hawaii", "AK": "Alaska",
}  # fmt: skip


def state_by_hand(order: dict[str, Any], index: int, _random: Random) -> str:
    """`TX`, now and then `tx` or `Texas`, as three people type it."""
    code = str(order["state"])
    return NAMES[code] if index % 4 == 2 else code.lower() if index % 7 == 5 else code


def state_name(order: dict[str, Any], _index: int, _random: Random) -> str:
    """Written out, as the shop's form stores it."""
    return NAMES[order["state"]]


def pounds_and_ounces(order: dict[str, Any], index: int, _random: Random) -> str:
    """`4 lb 8 oz`, `12 oz`."""
    pounds, ounces = divmod(round(float(order["weight"]) * 16), 16)
    return " ".join(f"{count} {unit}" for count, unit in ((pounds, "lb"), (ounces, "oz")) if count)


def dollars(order: dict[str, Any], index: int, _random: Random) -> str:
    """`$1,240.00`, a little different from row to row."""
    return f"${float(order['total']) * (1 + index % 3 * 0.5):,.2f}"


def stamp(order: dict[str, Any], index: int, _random: Random) -> str:
    """A moment in the shop's time zone."""
    return f"{order['ordered']:%Y-%m-%d} {8 + index % 11:02d}:{index * 7 % 60:02d}:00 -0500"


ROASTERY: dict[str, Cell] = {
    "Order ID": number(3481), "Email": of("email"), "Financial Status": pick("PAID", "PAID", "PAID", "PENDING"), "Created at": stamp, "Currency": const("USD"), "Subtotal": of("total"),
    "Discount Code": pick("", "", "BREW10", "FRIENDS"), "Lineitem quantity": of("quantity"), "Lineitem name": pick("House Espresso", "Decaf Huila", "Kenya AA", "Sampler Box", "Cold Brew Kit"),
    "Lineitem variant": pick("Whole Bean", "Whole Bean", "Ground", "Espresso Grind"), "Roast": pick("Light", "Medium", "Dark", "dark"), "Subscription": pick("", "", "weekly", "monthly"),
    "Billing Name": of("name"), "Billing Province": pick("CA", "NY", "TX"), "Shipping Name": of("name"), "Shipping Address1": of("street"), "Shipping City": of("city"), "Shipping Province": of("state"),
    "Shipping Zip": of("zip"), "Shipping Country": const("US"), "Shipping Phone": of("phone"), "Weight (lb)": of("weight"),
    "Private Notes": pick("", "", "", "no plastic please", "office delivery, 9-5", "Gift - no invoice", "roast fresh Friday"),
}  # fmt: skip
YARN: dict[str, Cell] = {
    "Order ID": number(20114), "Customer Name": of("name"), "Customer Email": of("email"), "Customer Group": pick("Retail", "Retail", "Wholesale", "Teacher"), "Order Date": day("ordered", "%m/%d/%Y"),
    "Order Status": pick("Awaiting Fulfillment", "Awaiting Fulfillment", "Awaiting Shipment", "Manual Verification Required"), "Order Total (inc tax)": dollars, "Total Quantity": of("quantity"),
    "Ship Method": pick("", "UPS Ground", "UPS Ground", "UPS 2nd Day Air", "UPS Next Day Air"), "Shipping Name": of("name"), "Shipping Company": pick("", "", "", "The Purl Room", "Knit & Sip"),
    "Shipping Street 1": of("street"), "Shipping Suburb": of("city"), "Shipping State": state_name, "Shipping Zip": of("zip"), "Shipping Country": const("United States"), "Shipping Phone": of("phone"),
    "Yarn Base": pick("Merino", "merino ", "Alpaca", "Cotton", "Silk/Mohair"), "Colorway": pick("Denver Dusk", "Moss", "Rosehip", "Undyed", "Georgia Peach"), "Dye Lot": pick("L12", "L13", "L14", "N/A"),
    "Product Weight (lbs)": of("weight"), "Coupon": pick("", "", "KAL2026", "SOCKTOBER"), "Hand-dyed": pick("Yes", "No"),
    "Customer Message": pick("", "", "", "same dye lot please", "Birthday gift", "please no wool wash"), "Staff Notes": pick("", "", "backordered skein", "packed"),
}  # fmt: skip
FLORIST: dict[str, Cell] = {
    "No": number(1), "For whom": of("name"), "Street": of("street"), "Town": of("city"), "ST": state_by_hand, "Zip": of("zip"), "What": pick("Wreath", "wreath", "Bouquet", "Garland", "Wall hoop"),
    "Colors": pick("white", "rust", "pink/white", "mixed"), "Qty": of("quantity"), "wt": pounds_and_ounces, "$$": dollars, "ordered": day("ordered", "%b-%d-%y"), "needed by": day("due", "%b-%d-%y"),
    "paid?": pick("yes", "yes", "y", "no", ""), "rush": pick("", "", "x"), "box": pick("S", "M", "L", "L"), "took order": pick("Tess", "Marge", "Virginia"),
    "card says": pick("", "", "", "Happy Anniversary", "With sympathy", "Love, Dallas"), "tel": of("phone"), "notes": pick("", "", "?", "hold until paid", "do not stack", "porch ok"),
}  # fmt: skip
OUTFITTER: dict[str, Cell] = {
    "PO#": number(108990141, "{}"), "Order#": number(200012740, "{}"), "Order Date": day("ordered"), "Ship By": day("due"), "Delivery Date": day("due", add=4), "Customer Name": of("name"),
    "Customer Phone Number": of("phone"), "Ship to Address 1": of("street"), "Ship to Address 2": pick("", "", "", "Apt 4", "Unit B"), "City": of("city"), "State": of("state"), "Zip": of("zip"), "Ship to Country": const("USA"),
    "Status": pick("Created", "Acknowledged", "Acknowledged"), "Item Description": pick("2-Person Tent", "4-Person Tent", "Sleeping Bag -5C", "Camp Stove", "Butane 4-Pack", "Headlamp"), "SKU": pick("TN-2P", "TN-4P", "SB-05", "ST-10", "HL-3"),
    "Shipping Method": pick("Value", "Standard", "Standard", "Expedited", "NextDay"), "Qty": of("quantity"), "Item Cost": of("total"), "Shipping Cost": pick("0", "0", "5.99", "12.50"), "Item Weight": of("weight"), "Weight Unit": const("LB"),
    "Is Replacement": pick("No", "No", "No", "Yes"), "Hazmat": pick("N", "N", "Y"), "Fulfilled From": pick("Reno DC", "Dallas DC", "Dallas DC"), "Seller Notes": pick("", "", "", "damaged box, repack", "customer called twice", "add spare poles"),
}  # fmt: skip
DENTAL: dict[str, Cell] = {
    "Case No": number(7201, "C-{}"), "Received": day("ordered", "%m/%d/%Y"), "Due at Practice": day("due", "%m/%d/%Y"), "Dr.": pick("Dr. Alvarez", "Dr. Boone", "Dr. Chu", "Dr. Okafor"), "Practice": pick("Bright Smiles", "Boulder Dental", "Harbor Dental", "Oak Street Dentistry"),
    "Attn": of("name"), "Street": of("street"), "City": of("city"), "ST": of("state"), "ZIP": of("zip"), "Case Type": pick("Crown", "Crown", "Bridge", "Denture", "Night Guard"), "Material": pick("Zirconia", "PFM", "Acrylic", "E.max"),
    "Shade": pick("A1", "A2", "B1", "C2", "", "n/a"), "Units": of("quantity"), "Remake": pick("Y", "N", "N", "N"), "Rush": pick("", "", "RUSH", "rush"), "Technician": pick("Georgia", "Milo", "Austin"), "Invoice Amt": of("total"), "Box Wt oz": scaled("weight", 8, 1),
    "Try-in": pick("Y", "N"), "Account Hold": pick("", "", "", "HOLD"), "Ship Code": pick("", "GRD", "GRD", "2DA", "NDS"), "Lab Notes": pick("", "", "", "call before delivery", "shade photo missing", "dr. closed Fridays"), "Office Phone": of("phone"),
}  # fmt: skip
SOAP_ABROAD = (
    ("Montréal", "QC", "H2Y 1C6", "Canada"), ("Lyon", "", "69002", "France"), ("Québec", "QC", "G1R 4P5", "Canada"), ("Bruxelles", "", "1000", "Belgique"), ("Moncton", "NB", "E1C 1G6", "Canada"),
)  # fmt: skip
SOAP: dict[str, Cell] = {
    "Référence": number(881, "SAV{:05d}"), "Date": day("ordered"), "Client": of("name"), "Société": pick("", "", "", "Spa Belle Eau", "Gîte du Lac"), "Adresse": of("street"), "Ville": abroad("city", "", *SOAP_ABROAD), "État": abroad("state", "", *SOAP_ABROAD),
    "Code postal": abroad("zip", "", *SOAP_ABROAD), "Pays": abroad("country", "États-Unis", *SOAP_ABROAD), "Produit": pick("Savon lavande", "Savon miel", "Bougie", "Huile de bain", "Coffret découverte"), "Quantité": of("quantity"), "Poids (kg)": scaled("weight", 0.4),
    "Total payé (USD)": of("total"), "Paiement": pick("Carte", "Carte", "PayPal", "Virement"), "Livraison avant": day("due"), "Cadeau": pick("Oui", "Non", "non"), "Nouveau client": pick("Oui", "Non", "Non"), "Transporteur": pick("", "Ground", "Ground", "2nd Day Air"),
    "Message": pick("", "", "", "ne pas sonner", "please no perfume", "pour ma mère"), "Téléphone": of("phone"),
}  # fmt: skip

SHEETS: dict[str, tuple[int, int, dict[str, Cell]]] = {
    "roastery": (81, 48, ROASTERY), "yarn": (82, 50, YARN), "florist": (83, 36, FLORIST),
    "outfitter": (84, 54, OUTFITTER), "dental": (85, 42, DENTAL), "soap": (86, 45, SOAP),
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
