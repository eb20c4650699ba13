"""The headers that shops, marketplaces and shipping programs really use, by field.

A known header is one on this list exactly, case, blanks and `_`/`-` ignored (money.md, Words and defaults). Headers
of an address may carry the word of a role: `Ship To - Name`, `ship-city`, `City (Shipping)`, `Billing Address1`.
"""

import re
from typing import Final

ADDRESS_FIELDS: Final = (
    *("name", "first_name", "last_name", "company", "attention_name", "address1", "address2", "address3"),
    *("city", "state", "postal_code", "country", "phone", "email"),
)
"""Fields that exist once per role: recipient, buyer, bill-to, sender."""

_ADDRESS_NAMES: Final[dict[str, str]] = {
    "name": "name|full name|fullname|contact name|contact|addressee|person|customer full name",
    "first_name": "first name|firstname|given name|forename|fname|first",
    "last_name": "last name|lastname|surname|family name|lname|last",
    "company": ("company|company name|business|business name|organization|organisation|firm|company or name"),
    "attention_name": "attention|attn|attention name|attention to|care of",
    "address1": (
        "address 1|address1|address line 1|addressline1|address|street 1|street|street address|"
        "street address 1|street1|addr|addr1|addr 1|line1|line 1|address one|address 1&2|address 1 & 2|"
        "streetaddress|street name|add1|street line 1|address1&2|address first line"
    ),
    "address2": (
        "address 2|address2|address line 2|addressline2|street 2|street2|street address 2|addr2|addr 2|line2|"
        "line 2|apt|apartment|suite|address two|apt suite|apt/suite|add2|street line 2|apartment suite"
    ),
    "address3": "address 3|address3|address line 3|addressline3|street 3|street3|addr3|line3|line 3|add3",
    "city": "city|town|city town|city/town|town/city|locality|town city|municipality",
    "state": (
        "state|province|state province|state/province|province/state|state code|province code|st|"
        "state or province|state/region|state or region|state/prov|prov|state name|province name|"
        "stateprovince"
    ),
    "postal_code": (
        "zip|zip code|zipcode|postal code|postalcode|postcode|post code|zip/postal code|postal|"
        "zip postal code|zip/postal|zip/postcode|postal/zip|postal code/zip|zip or postal code|"
        "postal/zip code"
    ),
    "country": ("country|country code|countrycode|country/region|country name|country iso|country iso code|nation"),
    "phone": (
        "phone|phone number|phonenumber|telephone|tel|mobile|phone no|contact phone|phone #|cell|cell phone|"
        "telephone number|contact number|phone 1|mobile phone"
    ),
    "email": "email|e mail|email address|emailaddress|mail|contact email",
}
_OTHER_NAMES: Final[dict[str, str]] = {
    "order_number": (
        "order number|order no|order no.|order #|order id|orderid|order|order ref|order reference|reference|"
        "order name|ordernumber|order num|order nr|po number|po|po #|purchase order|reference number|ref|"
        "sales order|order number display|invoice number|invoice no|amazon order id|sale id|order id#|"
        "external order id|ref no|order code|so number"
    ),
    "weight": (
        "weight|package weight|total weight|shipping weight|ship weight|parcel weight|weight value|"
        "order weight|wt|gross weight|shipment weight|net weight|item weight|"
        "product weight|weight total|box weight|pkg weight"
    ),
    "weight_unit": (
        "weight unit|weight units|weight uom|unit of weight|wt unit|weight unit of measure|uom weight|weight unit code"
    ),
    "length": (
        "length|package length|box length|len|parcel length|dim length|length l|shipment length|dimensions length"
    ),
    "width": "width|package width|box width|wid|parcel width|dim width|shipment width|dimensions width",
    "height": ("height|package height|box height|hgt|parcel height|dim height|depth|shipment height|dimensions height"),
    "dimensions": (
        "dimensions|dims|box|box size|package dimensions|size|package size|dim|lxwxh|l x w x h|"
        "box dimensions|parcel dimensions|measurements|box dims|parcel size"
    ),
    "service": (
        "service|ups service|shipping service|ship service|ship method|shipping method|delivery method|"
        "service code|service level|ship service level|carrier service requested|carrier service|"
        "service type|ship via|requested service|shipping method title|shipping option|service requested|"
        "delivery service|requested shipping service|ship speed|shipping speed|carrier service selected|"
        "method|shipment service|shipping method name|carrier/service"
    ),
    "residential": (
        "residential|is residential|residence|residential flag|address type|residential indicator|res/com|"
        "residential address|home delivery|ship to residential|resi|is home|address classification|"
        "location type|residential/commercial|home or business|home/business"
    ),
    "declared_value": (
        "declared value|insured value|insurance value|insurance|insured amount|declared|insurance amount|"
        "insure|declared amount"
    ),
    "currency": "currency|currency code|order currency|curr|currency iso",
    "description": (
        "description|contents|item description|package contents|contents description|goods description|"
        "description of goods|product|product name|item|item name|lineitem name|line item name|product title|"
        "title|product description|items|customs description|goods|commodity|commodity description|"
        "order items"
    ),
    "ship_date": (
        "ship date|shipdate|shipment date|ship on|date to ship|ship by date|ship by|pickup date|"
        "shipping date|date ship by date|dispatch date|planned ship date|requested ship date|ship by (date)|"
        "send on"
    ),
    "order_date": (
        "order date|orderdate|date ordered|purchase date|purchased at|created at|sale date|ordered|"
        "ordered at|ordered on|date order date|created|created date|date|date created|placed|placed at|"
        "placed on|paid at|date purchased|payments date|purchased|order created|date placed|order placed|"
        "bought on|purchased on"
    ),
    "status": ("order status|status|financial status|payment status|state of order|order state"),
    "fulfilment_status": ("fulfillment status|fulfilment status|shipment status|shipping status|delivery status"),
    "total": (
        "total|order total|grand total|amount|order amount|order value|total amount|total price|value|"
        "amount order total|order total amount|item total|total value|subtotal|item price|revenue"
    ),
    "quantity": (
        "quantity|qty|lineitem quantity|line item quantity|quantity purchased|item qty|number of items|units|"
        "pieces|item quantity|count|quantity ordered|item count|pcs|total quantity"
    ),
    "sku": (
        "sku|lineitem sku|item sku|product sku|seller sku|item number|item no|product code|product id|"
        "part number|item code|line item sku"
    ),
    "tracking_number": (
        "tracking number|trackingnumber|tracking|tracking no|tracking #|tracking id|carrier tracking number|"
        "ups tracking|1z|ups tracking number|tracking numbers|shipment tracking number|waybill"
    ),
    "signature": (
        "signature|signature required|signature confirmation|delivery confirmation|confirmation|"
        "adult signature|requires signature|signature option"
    ),
    "unit_value": (
        "unit price|unit value|price|lineitem price|line item price|price each|item value|each|unit cost|"
        "customs value|item unit price"
    ),
    "commodity_code": (
        "hs code|hscode|harmonized code|commodity code|tariff code|hts code|hs tariff|hts|hs|tariff number|"
        "harmonised code|customs code|hs tariff code|hs tariff number"
    ),
    "origin_country": (
        "country of origin|origin country|origin|made in|country of manufacture|coo|origin country code|"
        "manufacture country"
    ),
    "invoice_number": "commercial invoice number|customs invoice number",
    "packages": (
        "packages|number of packages|package count|parcels|number of parcels|boxes|number of boxes|cartons|"
        "no of packages"
    ),
    "cancelled_at": (
        "cancelled at|canceled at|cancelled|canceled|cancelled on|cancellation date|refunded at|is cancelled"
    ),
    "reason_for_export": "reason for export|export reason|contents type",
}

SHIP_WORDS: Final = (
    *("shipping", "ship to", "shipto", "ship", "delivery", "deliver to", "recipient", "receiver", "consignee"),
    *("destination", "dest", "to", "shipping address", "delivery address"),
)
BUYER_WORDS: Final = ("customer", "buyer", "client", "contact", "user")
BILL_WORDS: Final = (
    *("billing", "bill to", "bill", "billto", "billing address", "sender", "from", "ship from", "shipfrom", "return"),
    *("return to", "shipper", "origin", "seller", "payer", "invoice", "warehouse", "vendor", "supplier"),
)


def normal(header: str) -> str:
    """How known headers are compared: case, blanks and `_`/`-` ignored."""
    return re.sub(r"[\s_\-]+", "", header.replace("\ufeff", "").casefold())


def _by_normal(table: dict[str, str]) -> dict[str, str]:
    return {normal(name): field for field, names in table.items() for name in names.split("|")}


ADDRESS_HEADERS: Final[dict[str, str]] = _by_normal(_ADDRESS_NAMES)
"""Normal form of the part behind the role word -> field."""
OTHER_HEADERS: Final[dict[str, str]] = _by_normal(_OTHER_NAMES)
"""Normal form -> field."""
ROLES: Final[dict[str, str]] = {
    normal(word): role
    for role, words in (("ship", SHIP_WORDS), ("buyer", BUYER_WORDS), ("bill", BILL_WORDS))
    for word in words
}
"""Normal form of a role word -> role."""
UNITS_IN_HEADERS: Final = re.compile(
    r"[\s_\-]*[\(\[]?(?:in\s+)?"
    r"(lbs?\.?|pounds?|ozs?|ounces?|kgs?|kilograms?|kilos|g|gr|grams?"
    r"|in|inch|inches|cms?|centimet(?:er|re)s?|usd|eur|gbp|cad|\$|\")"
    r"\.?[\)\]]?$",
    re.IGNORECASE,
)
"""The unit at the end of a header: `Weight (lbs)`, `weight_oz`, `Length in`."""
ROLE_ALONE: Final[dict[str, str]] = {
    normal(word): role
    for role, words in (
        ("ship", ("recipient", "ship to", "deliver to", "consignee", "receiver", "recipients", "to")),
        ("buyer", ("customer", "buyer", "client")),
    )
    for word in words
}
"""A role word that is a whole header stands for the name."""
SHOPIFY_SIGNS: Final = frozenset(
    map(normal, ("Financial Status", "Fulfillment Status", "Lineitem name", "Lineitem quantity"))
)
"""In an export with these and a `Shipping Name`, the column `Name` holds the order number (`#1001`)."""
