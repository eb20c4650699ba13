"""Which column a word means: headers as they stand, and what people call the usual columns of an order sheet.

A role is guessed from a header's words only; a column that the mapping already gave a role keeps it. Where two columns
have the same role, the one of the recipient comes first, and a tie is a question.
"""

from functools import lru_cache
from typing import Any, Final

from agent.brain.language.facts import ColumnFacts, SheetFacts, header_words
from agent.brain.language.words import keys

_HEADERS: Final[dict[str, str]] = {
    "order_number": "order number|order no|order num|nr|no|num|#|number|id|order name|order reference number|order id|order #|order nr|order|orderid|amazon order id|sale id|"
    "order ref|order reference|receipt id|invoice|invoice number|invoice no|reference|ref|po number",
    "state": "state|province|state province|region|ship state|shipping state|shipping province|recipient state|"
    "ship to state|delivery state|state shipping|state code shipping|ship province|state code|province code|"
    "state or province|shipping region|county state|shipping state code|shipping province name|dest state|"
    "destination state|customer state|st|buyer state|address state",
    "city": "city|town|ship city|shipping city|recipient city|ship to city|delivery city|city shipping|destination city|"
    "suburb|locality|customer city|city town|dest city|buyer city|address city",
    "country": "country|ship country|shipping country|recipient country|ship to country|delivery country|country code|"
    "country shipping|country code shipping|country name|shipping country code|destination country|nation|"
    "country name shipping|dest country|customer country",
    "postal_code": "zip|zip code|zipcode|postal code|postcode|postal|ship zip|shipping zip|ship postal code|"
    "shipping postal code|recipient postal code|ship to zip|ship zipcode|postcode shipping|shipping postcode|"
    "delivery zip|ship to postal code|recipient zip|destination zip|post code|zip postal code|shipping zip code|dest zip",
    "weight": "weight|order weight|total weight|package weight|parcel weight|item weight|shipping weight|lineitem weight|"
    "wt|weight total|gross weight|pkg weight|product weight|ship weight|box weight",
    "total": "total|order total|grand total|amount|order amount|order value|value|total price|price|order total amount|"
    "total amount|cart total|sale total|amount paid|total paid|item price|sum|total cost|order sum|cost|"
    "total value|total usd|invoice total|declared value",
    "order_date": "order date|date|created at|created|purchase date|sale date|ordered|ordered at|ordered on|date ordered|"
    "order placed|placed|placed at|placed on|date placed|order created|order date time|date purchased|date created|"
    "order time|purchased at|date added|order day|date of order|date of purchase|sold on|sold",
    "paid_date": "paid at|paid on|payment date|payments date|date paid|paid date|paid time",
    "due_date": "ship by|ship by date|due|due date|due by|promised|promised date|deliver by|delivery date|deadline|"
    "latest ship date|required by|need by|needed by|promise date|must ship by|required date|expected ship date|"
    "promise by|ship before|deliver by date|latest delivery date|dispatch by|expected delivery date|date due|"
    "ship no later than|must arrive by|need by date|needed by date|want by|expected dispatch date",
    "status": "status|order status|financial status|fulfillment status|payment status|fulfilment status|state of order",
    "service": "service|shipping service|ship service|shipping method|ship method|shipping|method|ship via|"
    "ship service level|service level|delivery service|requested service|shipping option|delivery method|"
    "service code|carrier service|shipping type|shipping speed|shipping method title|shipping service level|"
    "ups service|service type|ship service name|requested shipping service|service requested|delivery option|how to ship",
    "name": "name|ship name|shipping name|recipient|recipient name|ship to|ship to name|customer|customer name|full name|"
    "buyer|buyer name|shipping full name|who|deliver to|contact|contact name|ship to full name|delivery name|"
    "first name|last name|shipping first name|shipping last name|first name shipping|last name shipping|client",
    "company": "company|ship company|shipping company|business|business name|company name|recipient company|organisation",
    "address": "address|address 1|address1|street|street 1|ship address 1|shipping address 1|shipping street|address line 1|"
    "ship address|shipping address|address 1 shipping|address 1 2 shipping|street address|recipient address|street 1 2",
    "address2": "address 2|address2|address line 2|street 2|ship address 2|shipping address 2|address 2 shipping|apt|unit",
    "phone": "phone|phone number|telephone|tel|mobile|cell|ship phone|shipping phone|buyer phone number|phone billing|"
    "ship phone number|phone no|contact phone|recipient phone|customer phone|billing phone|phone shipping",
    "email": "email|e mail|email address|buyer email|customer email|email billing|contact email|mail|e mail address",
    "sku": "sku|item sku|lineitem sku|product sku|seller sku|item number|product code|item code|skus|sku code",
    "item": "item|product|item name|product name|lineitem name|title|description|items|item title|product title|products|"
    "item description|what|article|goods|contents|item s|line items",
    "quantity": "quantity|qty|quantity purchased|lineitem quantity|item quantity|number of items|count|units|pieces|"
    "items count|item count|quantity ordered|order quantity|total items|pcs|no of items|how many|qty ordered|total qty",
    "notes": "notes|note|comments|comment|customer note|instructions|order notes|delivery instructions|remarks|memo|"
    "gift message|buyer notes|message|customer notes|internal notes|delivery notes|remark|special instructions",
    "tracking": "tracking|tracking number|tracking no|tracking id|tracking numbers|1z",
    "shipped_date": "shipped at|date shipped|ship date|fulfilled at|shipped|shipped on|shipped date|dispatched at",
    "tags": "tags|tag|labels",
    "weight_unit": "weight unit|unit|weight units|weight uom|uom|wt unit",
    "length": "length|len|package length",
    "residential": "residential|residence|home address|res",
}
_ROLE_OF: Final[dict[tuple[str, ...], str]] = {
    keys(header): role for role, headers in _HEADERS.items() for header in headers.split("|")
}
_TELLING: Final[dict[str, str]] = {
    **dict.fromkeys(("qty", "quantity"), "quantity"),
    **dict.fromkeys(("weight", "wt"), "weight"),
    **dict.fromkeys(("city", "town"), "city"),
    **dict.fromkeys(("state", "province"), "state"),
    **dict.fromkeys(("zip", "postal", "postcode", "zipcode"), "postal_code"),
    **dict.fromkeys(("phone", "telephone", "tel"), "phone"),
    **dict.fromkeys(("email",), "email"),
    **dict.fromkeys(("note", "notes", "comment", "comments", "instructions", "remarks"), "notes"),
    **dict.fromkeys(("due", "deadline", "promised"), "due_date"),
    **dict.fromkeys(("ordered", "purchased", "purchase"), "order_date"),
    "country": "country",
    "sku": "sku",
    "company": "company",
    "tracking": "tracking",
}
"""One word of a header that says enough, where the whole header is not known."""
_SPOKEN: Final[dict[str, str]] = {
    "order_number": "order number|order numbers|order no|order id|order ids|reference|number",
    "state": "state|states|province|provinces|region",
    "city": "city|cities|town|towns",
    "country": "country|countries",
    "postal_code": "zip|zips|zip code|zip codes|zipcode|zipcodes|postal code|postal codes|postcode|postcodes|post code",
    "weight": "weight|weights|weighing|weigh|weighs|weighed",
    "total": "total|totals|order total|order totals|order value|order values|order amount|value|values|worth|amount|"
    "amounts|price|prices|costing|cost|costs|totaling|totalling|valued|valued at|priced|priced at|revenue|sales|"
    "grand total|spent|dollar amount|dollar value",
    "order_date": "placed|placed on|sold|sold on|sale date|ordered|ordered on|order date|order dates|purchased|purchased on|purchase date|bought|"
    "received|came in|coming in|created|created on|submitted|made|date ordered|placed at|date placed",
    "paid_date": "paid on|payment date|date paid",
    "due_date": "due|needed|required|due by|due on|due date|ship by date|deliver by|needed by|need by|promised|promised for|"
    "promised by|deadline|must ship by|must go out by|have to ship by|required by|to be delivered by|due dates|"
    "need to arrive by|needs to arrive by|must arrive by|promise date|promised date|ship by dates|latest ship date",
    "status": "status|statuses|order status",
    "service": "service|shipping service|shipping method|service level|shipping methods|ship method|services|method|"
    "delivery method|shipping speed",
    "name": "customer|name|recipient|recipient name|customer name|recipients|customers|buyer|names|buyers|buyer name",
    "company": "company|company name|business name|companies",
    "address": "address|street|street address|addresses",
    "address2": "second address line|address line 2|apartment number|apartment|unit number|address 2",
    "phone": "phone|phone number|phone numbers|telephone|telephone number|phones|contact number|mobile number",
    "email": "email|e mail|email address|email addresses|emails|mail address",
    "sku": "sku|skus|item sku|product code|item code|item number",
    "item": "item name|product|product name|items column|products|item title|item description|title|item",
    "quantity": "quantity|qty|quantities|number of items|item count|number of units|units ordered|item quantity",
    "notes": "notes|note|comments|comment|instructions|order notes|customer note|remarks|delivery instructions|"
    "special instructions|gift message|message|delivery notes|customer notes",
    "tracking": "tracking number|tracking|tracking numbers|tracking no",
    "shipped_date": "shipped on|shipped date|date shipped|ship date",
    "tags": "tags|tag|tagged|tagged with|tagged as",
    "residential": "residential flag",
}
_SPOKEN_ROLE: Final[dict[tuple[str, ...], str]] = {
    keys(words): role for role, phrases in _SPOKEN.items() for words in phrases.split("|")
}
_SENDER: Final = frozenset({"bill", "billing", "sender", "from", "return", "origin", "seller", "store", "warehouse"})
_RECIPIENT: Final = frozenset({"ship", "shipping", "recipient", "delivery", "deliver", "destination", "dest", "to"})
_UNITS: Final = frozenset(
    [
        "lb",
        "lbs",
        "pound",
        "pounds",
        "oz",
        "ozs",
        "ounce",
        "ounces",
        "kg",
        "kgs",
        "kilo",
        "kilos",
        "kilogram",
        "kilograms",
        "g",
        "gr",
        "gram",
        "grams",
        "usd",
        "eur",
        "gbp",
        "cad",
        "in",
        "inches",
        "cm",
        "$",
        "us",
        "dollars",
        "code",
        "full",
        "name",
    ]
)
SERVICE_ROLES: Final = ("service",)
MANAGED: Final = frozenset({"shipped_date", "tracking"})
"""Roles of the columns that this product writes itself."""


def role_of_header(name: str) -> str | None:
    """What a header says that its column holds; None when it says nothing known."""
    words = tuple(word for word in header_words(name) if word not in ("(", ")"))
    if words[-1:] == ("code",) and words[:-1] in _ROLE_OF and _ROLE_OF[words[:-1]] in ("state", "country", "service"):
        return _ROLE_OF[words[:-1]]
    for candidate in _readings(words):
        if candidate in _ROLE_OF:
            return _ROLE_OF[candidate]
    telling = [role for word, role in _TELLING.items() if word in words]
    return telling[0] if len(set(telling)) == 1 else None


def _readings(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The header as it stands, without units, and without what says whose it is."""
    bare = tuple(word for word in words if word not in _UNITS) if len(words) > 1 else words
    named = tuple(word for word in bare if word not in _SENDER and word not in _RECIPIENT and word != "#")
    return [words, bare, named, ("weight",) if "weight" in words else ()]


@lru_cache(maxsize=64)
def roles_of(facts: SheetFacts) -> dict[str, tuple[str, ...]]:
    """Role -> its columns; those of the recipient only, where there are some of both."""
    found: dict[str, list[str]] = {}
    for column in facts.columns:
        role = _role(column)
        if role is not None:
            found.setdefault(role, []).append(column.name)
    _name_as_number(found)
    return {role: _preferred(facts, role, names) for role, names in found.items()}


def _name_as_number(found: dict[str, list[str]]) -> None:
    """Shopify calls the order number `Name`; who gets the parcel is `Shipping Name` there."""
    names = found.get("name", [])
    plain = [name for name in names if name.casefold() == "name"]
    if plain and len(names) > 1 and "order_number" not in found:
        found["order_number"] = plain
        found["name"] = [name for name in names if name not in plain]


def _role(column: ColumnFacts) -> str | None:
    guessed = role_of_header(column.name)
    given = _SAME.get(column.role, column.role) if column.role else None
    # A header that says more than the mapping ("Ship By Date" is no order date) wins.
    return guessed or given


_SAME: Final[dict[str | None, str]] = {
    "zip": "postal_code",
    "postal": "postal_code",
    "recipient": "name",
    "recipient_name": "name",
    "address_line_1": "address",
    "address1": "address",
    "service_code": "service",
    "due": "due_date",
    "weight_value": "weight",
    "state_province": "state",
    "country_code": "country",
    "tracking_number": "tracking",
    "description": "item",
    "ship_date": "due_date",
}


def _preferred(facts: SheetFacts, role: str, names: list[str]) -> tuple[str, ...]:
    mapped = [name for name in names if facts.column(name).role is not None]
    if role in ("name",) and len(names) > 1:
        whole = [name for name in names if not {"first", "last"} & set(header_words(name))]
        names = whole or names
    foreign = [name for name in names if set(header_words(name)) & _SENDER]
    own = [name for name in names if name not in foreign] or names
    marked = [name for name in own if set(header_words(name)) & _RECIPIENT]
    if foreign and marked and role in ("state", "city", "country", "postal_code", "name", "address", "phone"):
        own = marked
    exact = [name for name in own if role in ("order_number", "name", "status") and name in mapped]
    return tuple(_best_total(own) if role == "total" else (exact or own))


def _best_total(names: list[str]) -> list[str]:
    """`Total` before `Order Value` before a price of one item."""
    for wanted in (("order", "total"), ("total",), ("grand", "total")):
        best = [n for n in names if tuple(w for w in header_words(n) if w not in _UNITS) == wanted]
        if best:
            return best[:1]
    best = [name for name in names if "total" in header_words(name)]
    return best or names


def spoken_role(words: tuple[str, ...]) -> str | None:
    """The role that people mean by these words (keys)."""
    return _SPOKEN_ROLE.get(words)


def spoken_phrases() -> frozenset[tuple[str, ...]]:
    """All phrases that name a role."""
    return frozenset(_SPOKEN_ROLE)


def columns_for(facts: SheetFacts, role: str) -> tuple[str, ...]:
    """The columns of a role, best ones only; several = the person is asked."""
    return roles_of(facts).get(role, ())


def role_of(facts: SheetFacts, column: str) -> str | None:
    """The role that this column serves as in this sheet."""
    return next((role for role, names in roles_of(facts).items() if column in names), None)


_PEOPLE: Final = frozenset({"name", "address", "address2", "phone", "email", "company", "notes"})
_PEOPLE_WORDS: Final = frozenset(
    {"name", "customer", "buyer", "recipient", "contact", "attention", "attn", "address", "street", "phone", "email"}
    | {"mail", "fax", "mobile", "cell", "tel", "telephone", "first", "last", "address1", "address2", "consignee", "who"}
)
_THINGS: Final = frozenset(
    {"product", "item", "sku", "service", "lineitem", "method", "state", "city", "country", "zip"}
)


def holds_people(column: dict[str, Any]) -> bool:
    """Whether a described column holds names, streets, phones or e-mails, so that its values are not asked for."""
    if column.get("person") is not None:
        return bool(column["person"])
    words = set(header_words(str(column["name"])))
    role = role_of_header(str(column["name"]))
    return role in _PEOPLE - {"notes"} or bool(words & _PEOPLE_WORDS and not words & _THINGS)
