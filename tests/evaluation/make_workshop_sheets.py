# ruff: noqa: E501 - tables of invented data read best in one line
"""Makes the three sheets of round 21, of trades that no round before had: a print shop, a wine importer, a bike workshop.

Run once (`python -m tests.evaluation.make_workshop_sheets`); the files are kept beside the others.
"""

from tests.evaluation.make_round_sheets import Cell, day, number, of, pick
from tests.evaluation.make_unseen_sheets import PLACES, abroad, make_sheet, scaled

RIDERS_ABROAD = (
    ("Toronto", "ON", "M5V 2T6", "Canada"),
    ("Calgary", "AB", "T2P 1J9", "Canada"),
    ("Monterrey", "", "64000", "Mexico"),
)
PRINTSHOP: dict[str, Cell] = {
    "Job No": number(4001, "JN-{}"), "Booked": day("ordered"), "Due Out": day("due"), "Client": pick("Alder Bank", "Brightwell School", "Cove Theatre", "Dunmore Dental"), "Contact": of("name"),
    "Deliver To": of("street"), "City": of("city"), "State": of("state"), "Zip": of("zip"), "Product": pick("Business cards", "Flyers", "Banner", "Booklet", "Brochure"),
    "Stock": pick("Matte", "Gloss", "Recycled"), "Finish": pick("", "", "Laminated", "Foil", "Die-cut"), "Copies": pick(100, 250, 500, 1000, 5000), "Cartons": of("quantity"),
    "Gross lb": of("weight"), "Invoice USD": of("total"), "Proof": pick("Approved", "Approved", "Pending"), "Rush": pick("N", "N", "Y"), "Account Rep": pick("Marta", "Devin", "Oona"),
    "Instructions": pick("", "", "", "deliver to loading dock", "no staples", "call before delivery"), "Phone": of("phone"), "Ship Method": pick("", "Ground", "Ground", "3 Day Select", "Next Day Air"),
}  # fmt: skip
WINE: dict[str, Cell] = {
    "SO": number(2201, "W{}"), "Entered": day("ordered", "%m/%d/%Y"), "Latest Arrival": day("due", "%m/%d/%Y"), "Buyer": of("name"), "Licence": pick("Retail", "Restaurant", "Private"),
    "Addr": of("street"), "Town": of("city"), "ST": of("state"), "Post Code": of("zip"), "Origin": pick("Rioja", "Chianti", "Douro", "Mosel"), "Colour": pick("Red", "Red", "White", "Sparkling"),
    "Vintage": pick(2018, 2019, 2021, 2022), "Bottles": of("quantity"), "Case Wt (kg)": scaled("weight", 0.45), "Order Value": of("total"), "Temp Ctrl": pick("N", "N", "Y"), "Magnum": pick("", "", "Y"),
    "Depot": pick("North", "South", "Bay"), "Payment": pick("Prepaid", "Prepaid", "Net 14", "On hold"), "Cellar Note": pick("", "", "", "corked replacement", "tasting set", "gift for the chef"), "Mobile": of("phone"),
}  # fmt: skip
BIKES: dict[str, Cell] = {
    "ticket_id": number(811, "T{}"), "checked_in": day("ordered"), "promised_on": day("due"), "rider": of("name"), "ship_street": of("street"), "ship_city": abroad("city", "", *RIDERS_ABROAD),
    "ship_state": abroad("state", "", *RIDERS_ABROAD), "ship_zip": abroad("zip", "", *RIDERS_ABROAD), "ship_country": abroad("country", "US", *RIDERS_ABROAD), "bike_type": pick("Road", "Gravel", "Mountain", "E-bike"),
    "part": pick("Wheelset", "Fork", "Crankset", "Saddle", "Dropper post"), "make": pick("Halden", "Torvo", "Quell"), "job_state": pick("Done", "Done", "Waiting", "Quoted"), "labor_usd": pick("0", "45", "80", "120", "260"),
    "insured_value": of("total"), "weight_kg": scaled("weight", 0.4536), "boxes": of("quantity"), "lithium": pick("false", "false", "true"), "warranty_claim": pick("yes", "no", "no"),
    "mechanic": pick("Ines", "Bo", "Tariq"), "rider_notes": pick("", "", "", "leave at shop door", "second attempt", "no decals"), "phone": of("phone"), "return_service": pick("", "UPS Ground", "UPS Ground", "UPS 2nd Day Air"),
}  # fmt: skip

SHEETS: dict[str, tuple[int, int, dict[str, Cell]]] = {
    "printshop": (81, 46, PRINTSHOP), "wine": (82, 44, WINE), "bikes": (83, 48, BIKES),
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
