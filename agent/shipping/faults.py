"""The registry of what the shipping rules reject: E-2201..E-2249, E-2410..E-2449. Each names a fault and its remedy."""

from agent.errors import ErrorKind

NO_RECIPIENT = ErrorKind("E-2201", "no recipient", "Fill in a name or a company.")
NO_ADDRESS_LINE = ErrorKind("E-2202", "no street address", "Fill in the street.")
ADDRESS_TOO_LONG = ErrorKind(
    "E-2203", "the address does not fit into 3 lines of 35 characters", "Shorten it in the sheet."
)
PO_BOX = ErrorKind(
    "E-2204",
    "UPS does not deliver to a PO box ({what})",
    "Give a street address, ship it within the US by UPS Ground Saver if your account has that, or send it by mail.",
)
MILITARY = ErrorKind(
    "E-2205",
    "{what} is a military or diplomatic post office, which UPS {service} does not reach",
    "Ship it by UPS Ground Saver if your account has that, or send it by mail.",
)
NOT_APART = ErrorKind(
    "E-2231",
    "{cell!r} is not clearly a street, a city, a state and a ZIP",
    "Write it as 12 Main St, Springfield, IL 62701, or give each a column of its own.",
)
NO_TOWN = ErrorKind(
    "E-2240", "{cell!r} is not clearly a city and a state", "Write it as Springfield, IL 62701, or use several columns."
)
ADDRESSES_DIFFER = ErrorKind(
    "E-2241", "{cell!r} and the other columns of the address differ ({parts})", "Correct the one that is wrong."
)
NO_STATE_COLUMN = ErrorKind(
    "E-2242",
    "no {what}: no column was recognised for it",
    "Say which column holds it, e.g. “the state is in column Region”, or add one with the two-letter codes.",
)
NO_CITY = ErrorKind("E-2206", "no city", "Fill in the city.")
CITY_TOO_LONG = ErrorKind("E-2207", "the city has {length} characters; UPS takes 30", "Shorten it in the sheet.")
NO_STATE = ErrorKind("E-2208", "no {what}", "Fill in the two-letter code.")
UNKNOWN_STATE = ErrorKind("E-2209", "{cell!r} is not a {what} of {country}", "Use the two-letter code{nearest}.")
UNKNOWN_COUNTRY = ErrorKind("E-2210", "{cell!r} is not a country", "Use its name or the two-letter code{nearest}.")
NO_POSTAL_CODE = ErrorKind("E-2211", "no {what}", "Fill it in.")
BAD_POSTAL_CODE = ErrorKind("E-2212", "{cell!r} is not a {what}{hint}", "Correct the cell.")
NO_WEIGHT = ErrorKind("E-2213", "no weight", "Fill it in, or give one for all such rows (`weight=1lb`).")
BAD_WEIGHT = ErrorKind("E-2214", "{cell!r} is not a weight{hint}", "Write a number and a unit, e.g. 2.5 lb.")
WEIGHT_NOT_POSITIVE = ErrorKind("E-2215", "a weight must be above zero", "Weigh the parcel and fill it in.")
TOO_HEAVY = ErrorKind(
    "E-2216", "{weight} is above the {limit} that a package may weigh", "Check the unit, or split the parcel."
)
BAD_DIMENSIONS = ErrorKind("E-2217", "{cell!r} are not outer dimensions{hint}", "Write them as 12 x 8 x 6 in.")
TOO_LARGE = ErrorKind("E-2218", "{size} is larger than UPS takes ({limit})", "Check the unit, or split the parcel.")
BAD_PHONE = ErrorKind("E-2219", "{cell!r} is not a phone number of {country}, which this shipment needs", "Correct it.")
NO_PHONE = ErrorKind("E-2220", "no phone number, which {reason} needs", "Fill it in.")
UNPRINTABLE = ErrorKind("E-2221", "{cell!r} has no letter that a label can print", "Write it in Latin letters.")
NO_REGION = ErrorKind("E-2411", "no {what}, which UPS requires for {country}", "Fill it in, by its name or code.")
UNKNOWN_REGION = ErrorKind("E-2412", "{cell!r} is not a {what} of {country}", "Write its name or code.")
GROUND_SAVER_PACKAGES = ErrorKind(
    "E-2413",
    "UPS Ground Saver takes one package per shipment, and this one has {count}",
    "Ship its packages separately, or by another service.",
)
NO_CUSTOMS_VALUE = ErrorKind(
    "E-2414",
    "customs does not accept goods that are worth nothing: an item is worth at least 0.01",
    "Fill in what it is worth, also for a gift or a sample.",
)
NO_EXPORT_FILING = ErrorKind(
    "E-2415",
    "goods for {amount} under one HS code leave the United States, and above $2,500 the export must be declared first",
    "Fill in the ITN that AES gave (X and 14 digits), or the code of the exemption, e.g. 30.37(a).",
)
BAD_EXPORT_FILING = ErrorKind(
    "E-2416",
    "{cell!r} is neither an ITN nor the code of an exemption",
    "Write X and 14 digits, or a code such as 30.37(a).",
)
NOT_ON_SATURDAY = ErrorKind(
    "E-2417",
    "{service} does not deliver on a Saturday",
    "Choose Next Day Air on a Friday or 2nd Day Air on a Thursday, or empty the cell.",
)
SATURDAY_FROM = ErrorKind(
    "E-2418",
    "a parcel that leaves by {service} on a {day} does not arrive on a Saturday",
    "Ship it on a {wanted}, or empty the cell.",
)
PACKAGINGS_DIFFER = ErrorKind(
    "E-2419", "the rows of one shipment name different packaging: {cell}", "Name the same packaging in all of them."
)
PACKAGING_SERVICE = ErrorKind(
    "E-2420", "{service} does not take a {packaging}", "Use your own packaging, or choose one of: {choices}."
)
SEVERAL_LETTERS = ErrorKind(
    "E-2421", "UPS takes one UPS Letter per shipment, and this one has several packages", "Ship each one separately."
)
PACKAGING_WEIGHT = ErrorKind("E-2422", "a {packaging} holds {limit}, and this one weighs {weight}", "Use another one.")
UNKNOWN_PAYER = ErrorKind("E-2423", "{column} says {cell!r}, and nobody is known by that", "Write {choices}.")
BILLING_HALF = ErrorKind(
    "E-2424",
    "billing {who} needs {what}, which is missing",
    "Fill it in, or empty the row's billing cells if your own account pays.",
)
BILLING_DIFFERS = ErrorKind(
    "E-2425", "the cells about who pays do not agree: {cells}", "Leave the one that is right, and empty the others."
)
BAD_ACCOUNT = ErrorKind(
    "E-2426",
    "{cell!r} is not a UPS account number, which has 6 letters or digits",
    "Correct the cell; a spreadsheet may have dropped leading zeros.",
)
CONSIGNEE_LANE = ErrorKind(
    "E-2427",
    "UPS bills a consignee without an account within the US and Puerto Rico only, not from {lane}",
    "Fill in the receiver's account, or let another pay.",
)
BAD_TAX_NUMBER = ErrorKind("E-2428", "{cell!r} is not {what}", "Write it as {example}, or empty the cell.")
NO_IOSS = ErrorKind(
    "E-2429",
    "an IOSS number is for goods up to 150 EUR that a consumer buys, and this parcel is not one of these",
    "Empty the cell: VAT is due on import.",
)
RETURN_ASKED = ErrorKind(
    "E-2431",
    "{column} says {cell!r}, and a return label is made by a command of its own, never with what is shipped",
    "Say “make return labels for ...” for these orders, or leave them out of this one.",
)
RETURN_ABROAD = ErrorKind(
    "E-2432",
    "a return from {country} crosses a border, and shipchat makes no customs papers for the way back",
    "Make this return with UPS directly, or leave it out.",
)
RETURN_WITHOUT_EMAIL = ErrorKind(
    "E-2433",
    "UPS e-mails the return label to the customer, and the row has no e-mail address",
    "Fill it in, or print the label here.",
)
RETURN_SERVICE = ErrorKind("E-2434", "UPS takes no returns by {service}", "Say another service, e.g. Ground.")
RETURN_PACKAGES = ErrorKind(
    "E-2435",
    "UPS makes a return label for one package, not for {count}",
    "Make the returns one by one, or leave it out.",
)
REFERENCES = ErrorKind(
    "E-2436",
    "it has {count} references of its own, and UPS takes {most} here beside the order number and shipchat's own",
    "Empty the cells of those that may be missing on the label.",
)
BARCODE = ErrorKind(
    "E-2437",
    "{cell!r} cannot be a barcode: UPS prints 14 letters and digits, or 24 digits, without blanks",
    "Print it without a barcode, or shorten the cell.",
)
NOT_A_POINT = ErrorKind(
    "E-2438",
    "{column} says {cell!r}, which is not the id of a UPS Access Point",
    "Write its id (9 letters and digits, e.g. U12345678), or Y for the nearest; UPS's own address of it is used.",
)
POINT_SERVICE = ErrorKind(
    "E-2439", "{service} does not go to a UPS Access Point", "Choose one of: {choices}; or ship it to the door."
)
POINT_WITHOUT_EMAIL = ErrorKind(
    "E-2440",
    "UPS e-mails the customer when the parcel is at the Access Point, and the row has no e-mail address",
    "Fill it in, or ship it to the door.",
)
POINT_NOTICES = ErrorKind(
    "E-2441",
    "UPS sends at most three kinds of notice for a parcel, and one of them says that it is at the Access Point",
    "Ask for two of: when it ships, when something goes wrong, when it is delivered.",
)
POINTS_DIFFER = ErrorKind(
    "E-2442", "the rows of one parcel name different Access Points: {cells}", "Leave the one that is right."
)
NO_POINT_NEAR = ErrorKind(
    "E-2443",
    "UPS has no Access Point that takes parcels within {radius} of the address",
    "Ship it to the door, or name an Access Point by its id.",
)
UNKNOWN_POINT = ErrorKind("E-2444", "UPS knows no Access Point {id}", "Correct the id, or write Y for the nearest one.")
POINT_FULL = ErrorKind(
    "E-2445", "the Access Point {id} takes no parcels now", "Name another one, or write Y for the nearest."
)
POINT_ELSEWHERE = ErrorKind(
    "E-2446",
    "the Access Point {id} is not in {country}, or its address does not fit on a label",
    "Name another one, or write Y for the nearest.",
)
POINT_PLACE_UNCLEAR = ErrorKind(
    "E-2447",
    "UPS does not know the address from which to look for an Access Point; it offers {places}",
    "Correct the address.",
)
POINT_NOT_ASKED = ErrorKind(
    "E-2448",
    "its Access Point was not looked up: UPS is asked about {most} addresses for one preview",
    "Ship fewer rows at once, or raise the setting `address_checks`.",
)
POINT_REFUSED = ErrorKind("E-2449", "UPS does not look for an Access Point for it: {words}", "{remedy}")
DOCUMENT_MISSING = ErrorKind(
    "E-2460",
    "there is no file {cell!r} in the sheet's folder",
    "Put it there, correct the cell, or empty it.",
)
DOCUMENT_OUTSIDE = ErrorKind(
    "E-2461",
    "{cell!r} leads out of the sheet's folder or to a hidden file, and a cell may name only what lies in it",
    "Put the file beside the sheet, and write its name.",
)
DOCUMENT_SIZE = ErrorKind(
    "E-2462",
    "the file {cell!r} is larger than {most}, the most that UPS takes",
    "Make it smaller, e.g. by scanning it anew.",
)
DOCUMENT_KIND = ErrorKind(
    "E-2463",
    "{cell!r} is not a file of a kind that UPS takes, or not what its name says",
    "Save it as one of {formats}; PDF is best.",
)
DOCUMENT_COUNT = ErrorKind(
    "E-2464", "a shipment goes with {most} documents at most, and this one names {count}", "Join some of them."
)
DOCUMENT_UNREADABLE = ErrorKind(
    "E-2465", "the file {cell!r} cannot be read ({problem})", "Check its name, and whether you may read it."
)
DOCUMENT_NOWHERE = ErrorKind(
    "E-2466",
    "{cell!r} would be a file beside the sheet, and a database has no folder",
    "Empty the cell; once the label is made, say “upload FILE for order NUMBER”.",
)
PAYER_ELSEWHERE = ErrorKind(
    "E-2430",
    "{column} says {cell!r}, which does not say enough for {what}",
    "Use the columns {columns} instead, or empty the cell.",
)
UNKNOWN_READING = ErrorKind(
    "E-2410",
    "{cell!r} is in Chinese characters, and how they are read cannot be told from the sheet",
    "Write it in Latin letters, as the recipient does.",
)
UNKNOWN_PLACE = ErrorKind(
    "E-2470",
    "{cell!r} is not a ship-from place of your settings",
    "Use one of: {known}; or set it as [ship_from.NAME] in settings.toml.",
)
PLACES_DIFFER = ErrorKind(
    "E-2471", "the rows of one parcel name different ship-from places: {cells}", "Leave the one that is right."
)
UNKNOWN_SERVICE = ErrorKind("E-2222", "{cell!r} is not a known UPS service", "Name one, e.g. Ground or 2nd Day Air.")
SERVICE_UNAVAILABLE = ErrorKind("E-2223", "{service} does not ship {lane}", "Choose {choices}.")
BAD_MONEY = ErrorKind("E-2224", "{cell!r} is not an amount of money{hint}", "Write it as 1200.00 or $1,200.00.")
DECLARED_TOO_HIGH = ErrorKind(
    "E-2225", "{amount} is above the {limit} that UPS insures per package", "Lower it, or split the parcel."
)
BAD_DATE = ErrorKind("E-2226", "{cell!r} is not a date", "Write it as YYYY-MM-DD.")
LOST_DIGITS = ErrorKind(
    "E-2228",
    "your spreadsheet lost digits of {cell!r}, so it cannot name an order",
    "Format the column as text and export it again.",
)
BROKEN_CELL = ErrorKind(
    "E-2229", "{column} holds {cell!r}, an error of your spreadsheet or export", "Repair the cell, or give a value."
)
BAD_COUNT = ErrorKind("E-2230", "{cell!r} is not a number of packages", "Write a whole number from 1 to {most}.")
NO_QUANTITY = ErrorKind("E-2235", "no quantity", "Fill in how many items the row has.")
BAD_QUANTITY = ErrorKind("E-2236", "{cell!r} is not a quantity", "Write a whole number above zero.")
WEIGHTS_DIFFER = ErrorKind(
    "E-2237", "the columns of the weight disagree: {cells}", "Correct one of them, or say which holds the weight."
)
UNKNOWN_WEIGHT_UNIT = ErrorKind("E-2238", "{cell!r} is not a unit of weight", "Write lb, oz, kg or g.")
NO_LINE_WEIGHT = ErrorKind(
    "E-2249", "row {row}, a line of the order, has no weight", "Fill it in, or give a weight for all such rows."
)
INSTRUCTION = ErrorKind(
    "E-2239",
    "{column} says {cell!r}, and shipchat cannot do that yet: {what}",
    "Ship this parcel with UPS directly, leave it out, or empty the cell.",
)
NO_CONTENTS = ErrorKind("E-2234", "no {what}, which customs needs", "Add the column, or give one for all such rows.")
"""Shipments across a border carry a commercial invoice."""
