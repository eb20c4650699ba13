# ruff: noqa: E501, SIM905 - tables of invented data read best in one line
"""Makes the seven sheets of the rounds 16 to 18, of trades and headers that no round before had.

Run once (`python -m tests.evaluation.make_unseen_sheets`); the files are kept beside the others. Nothing in here knows an
interpreter. People, towns' orders and amounts are drawn from a seed of each sheet: made again, the bytes are the same.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from tests.evaluation.make_round_sheets import Cell, const, day, number, of, pick
from tests.evaluation.make_sheets import TODAY, write

FIRST = "Anouk Bram Cora Desmond Elke Farid Greta Hal Imke Joss Keiko Lars Maren Noel Otis Petra Ravi Selma Tomas Ursa Viktor Wanda Xenia Yusuf".split()
LAST = "Amsel Bracken Cobb Dray Esker Foss Gorse Haddon Ives Jarrow Kestrel Loam Mallow Nettle Orme Pike Quarry Reed Sedge Tarn".split()
STREETS = "Anchor Bell Cannery Dock Ferry Granary Harbor Kiln Lantern Mill Orchard Tannery".split()
PLACES = [
    ("Tucson", "AZ", "85701"), ("Phoenix", "AZ", "85004"), ("Tampa", "FL", "33602"), ("Orlando", "FL", "32801"), ("Nashville", "TN", "37203"),
    ("Memphis", "TN", "38103"), ("Madison", "WI", "53703"), ("Milwaukee", "WI", "53202"), ("Minneapolis", "MN", "55401"), ("Springfield", "IL", "62701"),
    ("Springfield", "MO", "65806"), ("Aurora", "CO", "80010"), ("Aurora", "IL", "60505"), ("Newark", "NJ", "07102"), ("Trenton", "NJ", "08608"),
    ("Burlington", "VT", "05401"), ("Providence", "RI", "02903"), ("San Francisco", "CA", "94103"), ("Sacramento", "CA", "95814"), ("San Antonio", "TX", "78205"),
    ("El Paso", "TX", "79901"), ("Houston", "TX", "77002"), ("Baltimore", "MD", "21202"), ("Detroit", "MI", "48226"), ("Raleigh", "NC", "27601"),
    ("Durham", "NC", "27701"), ("Salt Lake City", "UT", "84101"), ("Omaha", "NE", "68102"), ("Rochester", "NY", "14604"), ("Rochester", "MN", "55902"),
    ("Brooklyn", "NY", "11201"), ("Seattle", "WA", "98101"), ("Tacoma", "WA", "98402"), ("Portland", "OR", "97204"), ("Eugene", "OR", "97401"),
    ("Honolulu", "HI", "96813"), ("Anchorage", "AK", "99501"), ("San Diego", "CA", "92101"), ("Austin", "TX", "78701"), ("Louisville", "KY", "40202"),
]  # fmt: skip
DAYS = [0, 0, 1, 1, 2, 2, 3, 4, 5, 7, 8, 9, 11, 13, 16, 18, 21, 24, 30, 38]


class Stream:
    """A seeded stream of invented orders; every place of the list comes once before any comes twice."""

    def __init__(self, seed: int, places: Sequence[tuple[str, str, str]]) -> None:
        self.random = Random(seed)
        self.places = places

    def one(self, index: int) -> dict[str, Any]:
        draw = self.random
        city, state, zip_code = self.places[index] if index < len(self.places) else draw.choice(self.places)
        first, last = draw.choice(FIRST), draw.choice(LAST)
        ordered = TODAY - timedelta(days=draw.choice(DAYS))
        return {
            "name": f"{first} {last}", "street": f"{draw.randint(2, 98)} {draw.choice(STREETS)} Street", "city": city, "state": state, "zip": zip_code,
            "ordered": ordered, "due": ordered + timedelta(days=draw.choice([2, 4, 6, 9, 12, 20])),
            "total": draw.choice(["8.00", "14.50", "25.00", "39.90", "60.00", "75.00", "88.20", "120.00", "150.00", "180.40", "240.00", "310.75", "520.00", "980.00"]),
            "weight": draw.choice(["0.4", "0.75", "1", "1.5", "2", "3", "4.5", "5", "6", "7.5", "9", "14", "22", "40"]),
            "quantity": draw.randint(1, 9), "phone": f"555020{index % 100:04d}" if draw.random() > 0.2 else "",
            "email": f"{first}.{last}@example.org".lower() if draw.random() > 0.25 else "",
        }  # fmt: skip


def scaled(key: str, factor: float, digits: int = 2) -> Cell:
    """A number of the order in another unit."""
    return lambda order, _index, _random: f"{float(order[key]) * factor:.{digits}f}".rstrip("0").rstrip(".")


def abroad(part: str, home: str, *places: tuple[str, str, str, str]) -> Cell:
    """City, state, ZIP or country; every fifth order goes to one of these places, the others stay in the country `home`."""
    where = ("city", "state", "zip", "country").index(part)

    def cell(order: dict[str, Any], index: int, _random: Random) -> Any:
        if index % 5 == 4:
            return places[index // 5 % len(places)][where]
        return home if part == "country" else order[part]

    return cell


PHARMACY: dict[str, Cell] = {
    "Rx #": number(48210), "Filled On": day("ordered", "%m/%d/%Y"), "Promised By": day("due", "%m/%d/%Y"), "Patient": of("name"), "Street": of("street"),
    "City": of("city"), "State": of("state"), "ZIP": of("zip"), "Store": pick("Lakeside", "Main St", "Airport"), "Temp": pick("Ambient", "Ambient", "Cold", "Frozen"),
    "Controlled": pick("N", "N", "Y"), "Sig Req'd": pick("Yes", "No", "No"), "Bottles": of("quantity"), "Pkg Wt (oz)": scaled("weight", 16, 1), "Copay": of("total"),
    "Courier Note": pick("", "", "", "leave with doorman", "call on arrival", "back gate", "cold pack inside"), "Mobile": of("phone"), "Svc": pick("", "GND", "GND", "2DA", "NDA"),
}  # fmt: skip
FANS_ABROAD = (
    ("Toronto", "ON", "M5V 2T6", "Canada"),
    ("Leeds", "", "LS1 4DY", "United Kingdom"),
    ("Hamburg", "", "20095", "Germany"),
    ("Osaka", "", "530-0001", "Japan"),
)
MERCH: dict[str, Cell] = {
    "Order ID": number(9050, "ML-{}"), "Placed": day("ordered"), "Fan": of("name"), "Address": of("street"), "City": abroad("city", "", *FANS_ABROAD),
    "Region": abroad("state", "", *FANS_ABROAD), "Postal": abroad("zip", "", *FANS_ABROAD), "Country": abroad("country", "United States", *FANS_ABROAD),
    "Artist": pick("The Copper Owls", "Lena Voss", "Static Harbor", "Night Ferry"), "Format": pick("LP", "LP", "CD", "Cassette", "T-Shirt", "Poster"),
    "Variant": pick("", "Black", "Clear", "Splatter"), "Signed": pick("", "", "yes"), "Pre-order": pick("FALSE", "FALSE", "TRUE"), "Street Date": day("due", add=4),
    "Units": of("quantity"), "Subtotal USD": of("total"), "Wt lb": of("weight"), "Bundle Code": pick("", "", "TOUR26", "BOXSET"), "Email": of("email"),
    "Fan Note": pick("", "", "", "please bubble wrap", "birthday present", "no hold for the other record"), "Ship Via": pick("", "Ground", "Ground", "2nd Day Air", "Next Day Air"),
}  # fmt: skip
PARTS: dict[str, Cell] = {
    "PO_NUMBER": number(70310, "PO-{}"), "ACCT_NAME": pick("Birchline Motors", "Delta Hydraulics", "Orwell Tractor", "Pinnacle Diesel"), "SHIP_TO_NAME": of("name"),
    "SHIP_TO_ADDR1": of("street"), "SHIP_TO_CITY": of("city"), "SHIP_TO_STATE": of("state"), "SHIP_TO_ZIP": of("zip"), "SHIP_TO_CTRY": const("US"),
    "PART_NO": pick("HX-100", "HX-220", "BR-07", "BR-19", "FLT-3"), "PART_DESC": pick("Hydraulic hose", "Brake pad set", "Oil filter", "Wheel bearing", "Fuel pump"),
    "QTY_ORDERED": of("quantity"), "GROSS_WT_LBS": of("weight"), "EXT_PRICE": of("total"), "ORD_DATE": day("ordered"), "REQ_SHIP_DATE": day("due"),
    "BRANCH": pick("TULSA", "BOISE", "MOBILE"), "PRIORITY_CD": pick("A", "B", "B", "C"), "HAZ_FLAG": pick("N", "N", "N", "Y"), "DROP_SHIP": pick("Y", "N", "N"),
    "SHIP_VIA_CD": pick("", "GRD", "GRD", "2DA", "NDA"), "ORDER_NOTES": pick("", "", "", "line down", "partial ok", "call dock first"), "CONTACT_PHONE": of("phone"),
}  # fmt: skip
MUSEUM: dict[str, Cell] = {
    "Receipt": number(1, "R{:05d}"), "Sold": day("ordered", "%b-%d-%y"), "Visitor": of("name"), "Mail To": of("street"), "Town": of("city"), "State": of("state"), "Zip": of("zip"),
    "Membership": pick("Member", "Member", "Patron", "None"), "Counter": pick("North Wing", "South Wing", "Online"), "Object": pick("Exhibition catalogue", "Art print", "Silk scarf", "Wooden puzzle", "Replica vase"),
    "Pieces": of("quantity"), "Paid $": of("total"), "Weight oz": scaled("weight", 16, 1), "Glass": pick("N", "N", "Y"), "Framed": pick("", "", "Y"), "Gift Receipt": pick("", "Y"),
    "Needed For": day("due", "%b-%d-%y"), "Docent": pick("Madison", "Otto", "Priya"), "Remarks": pick("", "", "", "fragile", "wrap separately", "donor thank-you"), "Tel": of("phone"),
}  # fmt: skip
SEEDS: dict[str, Cell] = {
    "Invoice": number(2601, "SC{}"), "Ordered": day("ordered"), "Ship After": day("due"), "Grower": of("name"), "Farm": pick("", "", "Loam Hollow Farm", "Three Ponds CSA"),
    "Ship-To Street": of("street"), "Ship-To City": of("city"), "Ship-To State": of("state"), "Ship-To ZIP": of("zip"), "Zone": pick(4, 5, 6, 7, 8, 9),
    "Crop": pick("Tomato", "Kale", "Garlic", "Dahlia", "Squash"), "Form": pick("Seed", "Seed", "Bulb", "Live plant"), "Organic": pick("Y", "Y", "N"), "Packets": of("quantity"),
    "Net Wt (g)": scaled("weight", 453.6, 0), "Order $": of("total"), "Payment Terms": pick("Card", "Card", "Net 30", "CSA credit"), "Heat Pack": pick("", "", "Y"),
    "Grower Notes": pick("", "", "", "frost risk", "hold at barn", "substitute ok"), "Tel": of("phone"),
}  # fmt: skip
ATELIER_ABROAD = (
    ("Zürich", "", "8004", "Schweiz"),
    ("Winterthur", "", "8400", "Schweiz"),
    ("Freiburg", "", "79098", "Deutschland"),
    ("Wien", "", "1070", "Österreich"),
    ("Vancouver", "BC", "V5K 0A1", "Kanada"),
)
ATELIER: dict[str, Cell] = {
    "Bestell-Nr": number(3301, "A-{}"), "Datum": day("ordered", "%d.%m.%Y"), "Kunde": of("name"), "Firma": pick("", "", "Studio Lind", "Kontor Basel"), "Strasse": of("street"),
    "PLZ": abroad("zip", "", *ATELIER_ABROAD), "Ort": abroad("city", "", *ATELIER_ABROAD), "State": abroad("state", "", *ATELIER_ABROAD), "Land": abroad("country", "USA", *ATELIER_ABROAD),
    "Artikel": pick("Cushion", "Wool Blanket", "Table Runner", "Apron"), "Farbe": pick("rot", "blau", "natur"), "Menge": of("quantity"), "Gewicht (kg)": scaled("weight", 0.45),
    "Betrag (USD)": of("total"), "Lieferung bis": day("due", "%d.%m.%Y"), "Geschenk": pick("Ja", "Nein", "Nein"), "Versandart": pick("", "Ground", "2nd Day Air"),
    "Bemerkung": pick("", "", "", "bitte anrufen", "call first", "Geburtstag"), "Telefon": of("phone"),
}  # fmt: skip
REPAIRS: dict[str, Cell] = {
    "RMA": number(5510, "RMA{}"), "Arrived": day("ordered", "%m/%d/%Y"), "Promise Date": day("due", "%m/%d/%Y"), "Owner": of("name"), "Return Street": of("street"), "Return City": of("city"),
    "Return ST": of("state"), "Return ZIP": of("zip"), "Device": pick("Phone", "Laptop", "Tablet", "Camera"), "Brand": pick("Corvo", "Lumen", "Tessel"), "Bench Result": pick("Repaired", "Repaired", "Swapped", "Beyond repair"),
    "Warranty": pick("In", "In", "Out"), "Loaner Out": pick("Y", "N", "N"), "Bench Fee": pick("0", "35", "60", "95", "140"), "Insured For": of("total"), "Boxed Wt (lb)": of("weight"),
    "Battery": pick("Y", "N"), "Tech Notes": pick("", "", "", "screen cracked", "data wiped", "no charger"), "Cell": of("phone"), "Return Svc": pick("", "Ground", "3 Day Select", "Next Day Air"),
}  # fmt: skip

SHEETS: dict[str, tuple[int, int, dict[str, Cell]]] = {
    "pharmacy": (61, 46, PHARMACY), "merch": (62, 48, MERCH), "parts": (63, 50, PARTS), "museum": (64, 44, MUSEUM),
    "seeds": (65, 44, SEEDS), "atelier": (66, 42, ATELIER), "repairs": (67, 44, REPAIRS),
}  # fmt: skip
"""Name -> (seed, rows, columns)."""


def make_sheet(
    name: str, seed: int, count: int, columns: Mapping[str, Cell], places: Sequence[tuple[str, str, str]]
) -> None:
    """So many orders to these places, in these columns."""
    stream = Stream(seed, places)
    rows = []
    for index in range(count):
        order = stream.one(index)
        rows.append([cell(order, index, stream.random) for cell in columns.values()])
    write(f"{name}.csv", list(columns), rows)


def make(name: str) -> None:
    """One sheet."""
    make_sheet(name, *SHEETS[name], PLACES)


def main() -> None:
    """All of them."""
    for name in SHEETS:
        make(name)


if __name__ == "__main__":
    main()
