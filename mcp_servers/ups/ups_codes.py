"""UPS's error codes in a packer's words (source: UPS's error appendix). An unknown code keeps UPS's own words."""

from dataclasses import dataclass

FIX_ROW = "Correct it in the sheet, then retry the row."
OTHER_SERVICE = "Choose another service for this row."
ACCOUNT = "Check the account number and the payer in the settings."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means, and what helps."""

    words: str
    remedy: str


TRANSIENT = frozenset({"10429", "20001", "250050", "120001", "190001", "190002", "260000", "300000"})
NOT_FOUND = frozenset({"300007", "300034", "9801031", "TW0001"})
SEVERAL_FOUND = frozenset({"300001", "300035", "151085"})
WAS_VOIDED = frozenset({"300033"})
HAS_NO_LABEL = frozenset({"300032"})
ALREADY_VOIDED = frozenset({"190117"})


def _party(base: int, who: str) -> dict[str, Meaning]:
    fields = (
        "name",
        "contact name",
        "street",
        "second address line",
        "third address line",
        "city",
        "state",
        "ZIP code",
        "country",
        "phone number",
    )
    return {
        str(base + i): Meaning(f"{who} {field} is missing or not valid.", FIX_ROW) for i, field in enumerate(fields, 1)
    }


def _same(codes: str, words: str, remedy: str) -> dict[str, Meaning]:
    return {code: Meaning(words, remedy) for code in codes.split()}


MEANINGS: dict[str, Meaning] = {
    **_party(120100, "The shipper's"),
    **_party(120199, "The recipient's"),
    **_party(120299, "The pick-up address's"),
    **_same("120100 120121 120122 120413 120415", "The UPS account number cannot be used for this shipment.", ACCOUNT),
    **_same("120124", "The shipper's account cannot use this service.", OTHER_SERVICE),
    **_same("120115", "The shipper's phone number needs 10 digits.", "Correct it in the settings."),
    **_same("120213", "The recipient's phone number needs 10 digits.", FIX_ROW),
    **_same("120111 120112 120210 120211", "The e-mail address is too long or not valid.", FIX_ROW),
    **_same("120400 120410 120416", "The payer is missing or named twice.", ACCOUNT),
    **_same("120500", "The service is missing or not one of UPS's.", OTHER_SERVICE),
    **_same("120501 120506 120543 120544 120603 120607", "A reference number is not valid.", FIX_ROW),
    **_same(
        "120541 120542",
        "There is a reference number where this lane does not allow one.",
        "This is an error in shipchat: report it.",
    ),
    **_same("120512", "The description of the goods is missing.", FIX_ROW),
    **_same("120503", "The description of the goods is too long.", FIX_ROW),
    **_same(
        "120548", "Weight and size mix metric and US units.", "Use pounds with inches or kilograms with centimetres."
    ),
    **_same(
        "120600 120601 120602 120604 120605 120606 120608 120609 120616",
        "Packaging, weight or size of a package is not valid.",
        FIX_ROW,
    ),
    **_same(
        "120700 120701 120702 120703 120704 120705",
        "The label format is not one UPS prints.",
        "Choose ZPL or GIF, 4x6.",
    ),
    **_same(
        "120801", "The shipper's city, state and ZIP code do not belong together.", "Correct them in the settings."
    ),
    **_same("120802", "The recipient's city, state and ZIP code do not belong together.", FIX_ROW),
    **_same("120803", "The pick-up city, state and ZIP code do not belong together.", FIX_ROW),
    **_same("121000", "A field is empty or has characters that UPS does not take.", FIX_ROW),
    **_same("121025", "The declared value is above 50,000.", "Lower it, or ship in several packages."),
    **_same("121030", "The weight is zero.", FIX_ROW),
    **_same("121050 121055 121056", "The package is larger than UPS takes.", "Repack, or ship it as freight."),
    **_same(
        "121100 121106 121185 121210 121214 111100 111210 111212",
        "This service does not go from there to here.",
        OTHER_SERVICE,
    ),
    **_same(
        "111211 121211",
        "An extra (signature, Saturday delivery, declared value ...) is not available between these places.",
        "Leave the extra out, or choose another service for this row.",
    ),
    **_same("111215", "This service does not deliver to this kind of address.", OTHER_SERVICE),
    **_same(
        "120051",
        "Ground Saver of this account goes to PO boxes and military addresses only.",
        "Choose Ground for this row, or ask UPS to open Ground Saver for street addresses.",
    ),
    **_same("121215", "This service does not deliver to homes.", OTHER_SERVICE),
    **_same("121375", "A letter cannot travel with other packages.", "Ship it alone, or in packaging of your own."),
    **_same("110002", "There is no package.", FIX_ROW),
    **_same("110003", "There are too many packages.", "Ship them as two shipments."),
    **_same("110609 111030 111057 110548", "Weight or size of a package is not valid.", FIX_ROW),
    **_same("111035", "A package weighs more than 150 lb.", "Split it, or ship it as freight."),
    **_same("111036", "A package weighs more than 70 kg.", "Split it, or ship it as freight."),
    **_same("111055 111056", "A package is longer than 108 in (270 cm).", "Repack, or ship it as freight."),
    **_same("111285", "The ZIP code is not in that state.", FIX_ROW),
    **_same("111286", "That is not a state of this country.", FIX_ROW),
    **_same("111546 111549", "Weight or value of the goods is missing.", FIX_ROW),
    **_same("128065", "The invoice number is missing.", FIX_ROW),
    **_same("128066", "The invoice date is missing or not valid.", FIX_ROW),
    **_same("128069", "The reason for export is missing.", FIX_ROW),
    **_same("128094", "The invoice needs the buyer (sold to).", FIX_ROW),
    **_same("128113", "A line of the invoice has no description.", FIX_ROW),
    **_same("128114", "The invoice has no currency.", FIX_ROW),
    **_same(
        "9590018",
        "This account may not upload documents: UPS has to enable “Upload Forms Created Offline” for it.",
        "Ask UPS, or empty the cells that name files.",
    ),
    **_same(
        "9590022",
        "UPS does not know this document (any more).",
        "Retry the row: its file is uploaded anew.",
    ),
    **_same("9590009", "UPS knows no such shipment for the document.", "Check the tracking number."),
    **_same("190100 190109 190122 190111", "That is not a shipment number.", "Check the tracking number."),
    **_same(
        "190101 190102", "UPS finds no shipment that can still be voided.", "Ask UPS; after the window it is billed."
    ),
    **_same("190121", "UPS voided none of the packages.", "Ask UPS."),
    **_same(
        "300007 300034 9801031", "UPS does not know this shipment (yet).", "Wait and look again: this proves nothing."
    ),
    **_same("300001 300035", "UPS has several shipments with this reference.", "Look them up by tracking number."),
    **_same("300033", "The shipment was voided.", "Nothing needs to be done."),
    **_same("300006", "The label is too old to get again.", "Void the shipment, or print from your own copy."),
    **_same("300014 300030 300031", "The tracking number, reference or account is not valid.", "Check it."),
    **_same("300032", "This shipment has no label.", "Ask UPS."),
    **_same("300002", "UPS has sent this label already.", "Print from your own copy."),
    **_same("300003", "The shipment has more than 100 packages.", "Get the labels one by one, by tracking number."),
    **_same("300005", "Neither a tracking number nor a reference was given.", "Give one."),
    **_same("TV1002", "That is not a tracking number.", "Check the tracking number."),
    **_same("151085", "Several shippers use this reference.", "Give the shipper number."),
    **_same(
        "264002", "UPS validates addresses in the US and Puerto Rico only.", "Skip the validation for this country."
    ),
    **_same(
        "264030 9264030", "The test environment validates addresses in New York and California only.", "Use another."
    ),
    **_same("250065 264027 9264029", "The address lacks a part that UPS needs.", FIX_ROW),
    **_same("264007 264008", "UPS cannot validate addresses of this country like that.", "Skip the validation for it."),
    **_same("264004 264005", "UPS could not answer about this address in time.", "Try again later."),
}


def meaning(code: str, ups_words: str) -> Meaning:
    """A packer's words for a code; UPS's own words where we have none."""
    return MEANINGS.get(code) or Meaning(ups_words or "UPS refused without a reason.", "See what UPS says, then retry.")
