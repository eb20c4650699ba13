"""The words of commands: phrase -> terminal of the grammar. Everything else in a message comes from the sheet."""

from functools import cache
from typing import Any, Final

from agent.brain.language.words import keys

_PHRASES: Final[dict[str, str]] = {
    "SHIP": "ship|ship out|shipping labels for|send|send out|send off|mail|mail out|dispatch|process|fulfill|fulfil|label|"
    "labels for|create labels for|make labels for|print labels for|buy labels for|get labels for|generate labels for|"
    "create shipping labels for|print shipping labels for|create shipments for|create shipment for|create a label for|"
    "create labels|print labels|make labels|buy labels|get me labels for|make shipments for|purchase labels for|"
    "generate shipping labels for|prepare|get out|get going|shipping|preview|quote|rate|schedule|book|push out|"
    "create label for|print a label for|print label for|buy a label for|buy label for|make a label for|deliver|"
    "create shipments|generate labels|shipped|sent|move|do|run|knock out|post|print|create|generate|purchase|buy|shp|shpi|sihp|shiip|shipp|hsip|go|goes|going out|get|gets|go out|goes out",
    "NOUN": "order|orders|package|packages|parcel|parcels|shipment|shipments|ones|one|those|them|these|everything|"
    "anything|all|every|each|records|entries|stuff|boxes|people|anyone|everyone|deliveries|any|every order|any order|"
    "all orders|each order|row|rows|lines|customers orders|line items|everybody|whatever|all of them|all of those|"
    "all of it|whole sheet|entire sheet|the sheet|the file|the list|all rows|all the orders|customer|customers|"
    "the whole sheet|the entire sheet|the whole list|the whole file|order sheet|them all|these all|every single order|"
    "every single one|every row|box|buyers|recipients|line|every one|all packages|all parcels|any orders|sheet|things|"
    "purchases|sales",
    "REST": "rest|the rest|others|the others|everything else|anything else|all others|all other|all other orders|remaining|"
    "remainder|the remainder|otherwise|else|all the rest|all the others|the remaining orders|the remaining ones|"
    "the other orders|the other ones|other orders|every other one else|the rest of them|the rest of the orders|"
    "all the other orders|all the other ones|everyone else|any other order|any others|remaining ones|"
    "remaining orders|other ones|rest of the orders|rest of them|the remaining|all remaining|everybody else|all else",
    "AND": "and|&|plus|as well as|along with|and also|together with|and then|then",
    "OR": "or|and or|or else",
    "COMMA": ",|;|and,",
    "BUT": "but|however|though|except that|only that",
    "NOT": "not|non|never|isnt|arent|wasnt|werent|doesnt|dont|is not|are not|does not|do not|nor|neither|outside|"
    "outside of|not going|not headed|did not|didnt|beyond|hasnt|havent|not in|not to|not for|not from",
    "EXCEPT": "except|except for|except those|excluding|but not|other than|besides|apart from|aside from|save for|minus|"
    "leave out|leaving out|skip|skipping|not including|omit|omitting|ignore|ignoring|exclude|but exclude|"
    "but leave out|but skip|but without|unless|with the exception of|leaving aside|barring|excepting|hold back|"
    "but no|just not|only not|and not including|drop|remove|but omit|not counting|take out|without including",
    "BE": "is|are|was|were|be|being|equals|has been|have been|will be|that is|that are|been|says|reads|got",
    "RELATIVE": "that|which|who|whose|where|when|so|whom",
    "IF": "if|when they are|if they are|if it is|if its|in case|whenever|provided",
    "EMPTY": "missing|no|lacking|blank|empty|with no|without any|dont have|doesnt have|have no|has no|not have|unset|null|"
    "absent|no value for|without|do not have|does not have|with missing|without a|with a blank|with an empty|lack|"
    "lacks|with blank|with empty|having no|that have no|dont have any|do not have any|not filled in|not filled|"
    "never filled in|left blank|with no value in|that lack|not provided|not given|are missing|is missing|havent got|"
    "not set|not specified|unspecified|unknown",
    "PRESENT": "filled|filled in|present|given|provided|not empty|not blank|not missing|non empty|set|specified|known",
    "HAVE": "with|has|have|having|include|includes|whose|that have|that has|carrying|featuring|had|bearing|marked|"
    "marked as|flagged|flagged as|labeled|labelled|labeled as|set to|showing|holding|with a",
    "TEXTOP": (
        "contains|containing|contain|mentions|mentioning|mention|including the word|with the word|like|matching|"
        "that say|says|saying|that says|include the word|with the words|that mention|that contain|has the word|"
        "have the word|includes the word|including the text"
    ),
    "STARTS": "starts with|starting with|start with|beginning with|begins with|begin with|that start with|starting in",
    "ENDS": "ends with|ending with|end with|ending in|ends in|end in|that end in|that end with",
    "FIRST": "first|the first|top most|topmost|next",
    "LAST": "last|the last|final|bottom|the final",
    "TOP": "top|the top",
    "EVERY_OTHER": "every other|every second|every 2nd|alternate|alternating|each other",
    "RANDOM": "random|at random|randomly|random sample of|a random sample of|sample of|a sample of|randomly chosen|"
    "randomly selected|randomly picked|random sample|random selection of|a random selection of|pick randomly|"
    "randomly pick|randomly choose|randomly select|sample|arbitrary|chosen at random|picked at random|"
    "selected at random|random set of|a random set of",
    "VIA": "via|by way of|and use|using|through|thru|under|use|send via|shipped via|shipped by|over|upgrade to|upgraded to|"
    "go via|go by|go with|goes via|goes by|sent via|sent by|switch to|change to|at|as",
    "ONLY": "only|just|only the|just the|only those|just those|solely|merely|limit to|limited to|limit it to|narrow to|"
    "narrow it to|narrow it down to|narrow down to|limit that to|restrict to|restrict it to|keep only|keep just|"
    "filter to|filter it to|exclusively|nothing but|no others than",
    "ADD": "add|also add|include also|also include|and also|also|plus also|in addition|throw in|add in|as well|too|"
    "bring in|also ship|and include",
    "RESHIP": "reship|re ship|ship again|send again|resend|re send|even if already shipped|even if they already shipped|"
    "even if they are already shipped|including already shipped|including already shipped ones|even the shipped ones|"
    "including shipped ones|even if they were shipped|again|a second time|once more|including ones already shipped|"
    "even if it already shipped|even those already shipped|including the already shipped ones|even if it was shipped|"
    "including those already shipped|even already shipped ones|even if shipped",
    "WITH_CANCELLED": "including cancelled|including canceled|including cancelled ones|including canceled ones|"
    "including cancelled orders|even cancelled ones|even the cancelled ones|include cancelled|including refunded ones|"
    "even if cancelled|cancelled too|including the cancelled ones|including refunded|include canceled|"
    "including canceled orders|include cancelled orders|include the cancelled ones|even if canceled|"
    "including the canceled ones|include cancelled ones|even cancelled|even canceled ones|even the canceled ones",
    "QUOTE_ALL": "quote all of them|with exact prices|with exact costs|exact prices|quote every row|rate every row|"
    "rate all of them|exact price for every row|quote them all|with exact cost|quote everything exactly",
    "UNSHIPPED": "unshipped|not shipped|not yet shipped|havent shipped|havent been shipped|have not been shipped|"
    "has not shipped|have not shipped|not been shipped|not shipped yet|still to ship|no tracking|without tracking|"
    "without a tracking number|no tracking number|still need to ship|still need shipping|yet to ship|to be shipped|"
    "that need shipping|that need to ship|needing shipment|havent shipped yet|have not shipped yet|not been shipped yet|"
    "havent been shipped yet|have not been shipped yet|without tracking numbers|still unshipped|not out yet|"
    "that still need to go out|still need to go out|not yet been shipped|need to ship|waiting to ship|hasnt shipped|"
    "hasnt been shipped|hasnt shipped yet|with no tracking number|with no tracking|has not been shipped|"
    "has not shipped yet|remaining to ship|ready to ship|waiting to be shipped|unsent|that need to go out|"
    "need to go out|that havent gone out|not gone out",
    "OVERDUE": "overdue|past due|late|running late|behind schedule|past their due date|past the due date|already late|"
    "past their ship by date|past their deadline|past deadline|overdue already|past its due date|that should have shipped|"
    "should have shipped already|that were due already|past the deadline|already overdue|are late|past their ship date",
    "SHEET_SERVICE": "as requested|as ordered|requested service|the requested service|service they chose|"
    "the service they chose|service in the sheet|the service in the sheet|their service|their own service|"
    "service the customer chose|the service the customer chose|service they picked|the service they picked|"
    "per the sheet|service from the sheet|the service from the sheet|chosen service|their chosen service|"
    "whatever service they chose|whatever the customer chose|service each customer chose|selected service|"
    "the selected service|service each customer picked|service they asked for|the service they asked for|"
    "service the customer picked|service they paid for|the service they paid for|whatever service the customer chose|"
    "as the customer asked|service listed|the service listed|service given|listed service|service on the order|"
    "service per row|service of each row|each with its own service|whatever the sheet says|as the sheet says|"
    "according to the sheet|as in the sheet|service each one asked for|service that was ordered|ordered service|"
    "service the sheet says|the service in each row|service in each row|service requested|service the customer wants|"
    "service the customers chose|the service the customers chose|its own service|service as listed|their listed service|"
    "service named in the sheet|service from the column|requested services|the service each customer chose|"
    "services in the sheet|services from the sheet|the services in the sheet|customers choice|customers chosen service|"
    "service shown in the sheet|their requested service|its requested service|their selected service",
    "COLUMN_WORD": "column|field|columns|fields",
    "VAGUE": "big|bigger|large|small|heavy|light|expensive|cheap|urgent|old|recent|recently|new|important|good|nice|best|"
    "worst|few|some|several|many|most|couple|a few|half|soon|quickly|fast|asap|quick|usual|normal|special|regular|"
    "a couple|high value|low value|pricey|valuable|huge|tiny|little|nearby|far|far away|close|local|certain|various|"
    "bulky|oversized|lightweight|inexpensive|costly|rush|vip|bigger ones|priority ones|"
    "fastest|quickest|slowest|cheapest way|fastest way|cheapest service|fastest service|cheapest method|low|high|"
    "long|short|good ones|bad|fresh|stale|problem|problematic|weird|suspicious|early|smaller|larger|first class|"
    "the usual way|like last time|same as before|same as last time|as usual|like usual|like before|ready|cheapest option|"
    "fastest option|cheapest way possible|fastest way possible|at the cheapest rate|cheapest rate|cheaply|"
    "overseas ones|a bunch|bunch|a handful|handful|majority|worthwhile|decent|reasonable|pending ones|usual suspects",
    "FOR": "for",
    "PER": "per|for each|for every|grouped by|group by|broken down by|split by|by each|in each",
    "IN": "in",
    "ITEMS": "items|item|units|unit|pieces|piece|pcs|things each|products",
    "OLD": "days old|day old|weeks old|week old",
    "POST_GE": "or more|or heavier|or over|and up|and over|and above|or higher|or above|or greater|or later|or newer|"
    "and more|and heavier|plus|upwards|or better|or bigger|and higher|and later|or up|minimum|+|onward|onwards|"
    "or after|and after|and onwards|and onward|at least|or pricier|on",
    "POST_LE": "or less|or lighter|or under|and under|or below|or lower|or fewer|or earlier|and below|or cheaper|and less|"
    "max|maximum|at most|or smaller|or before|and earlier|tops|or older|and lighter|and lower|and before",
    "BETWEEN": "between|anywhere between|ranging from|anywhere from|in between|in the range of|in the range",
    "TO_WORD": "to|through|thru|until|till|up to",
    "DOMESTIC": "domestic|domestically|within the us|within the usa|inside the us|us domestic|stateside|inside the usa|"
    "in country|within the united states|inside the united states|domestic us",
    "INTERNATIONAL": "international|internationally|abroad|overseas|foreign|outside the us|outside the usa|cross border|"
    "non us|non domestic|outside the united states|outside of the us|out of the country|outside of the usa|"
    "outside of the united states|outside the country|outside us|outside usa|not in the us|not in the usa",
    "MILITARY": "military|apo|fpo|dpo|apo fpo|apo fpo dpo|military addresses|army|military mail|apo addresses|"
    "armed forces|apo and fpo|military bases|military address",
    "TERRITORIES": "us territories|territories|territory|us territory|island territories|american territories",
    "HIGHEST": "highest|largest|biggest|greatest|top by|most in",
    "LOWEST": "lowest|smallest|least|littlest",
    "ASCENDING": "ascending|lowest first|smallest first|lightest first|oldest first|cheapest first|asc|earliest first|"
    "low to high",
    "DESCENDING": "descending|highest first|largest first|heaviest first|newest first|most expensive first|desc|"
    "biggest first|latest first|high to low|in descending order",
}
_COMPARISONS: Final[dict[tuple[str, str | None], str]] = {
    (">", None): "over|above|more than|greater than|exceeding|exceeds|exceed|>|bigger than|larger than|in excess of|"
    "that exceed|upwards of|higher than|north of|beyond|topping|bigger|is over|are over|not under",
    (
        ">=",
        None,
    ): "at least|no less than|not less than|minimum|>=|≥|greater than or equal to|no fewer than|a minimum of|"
    "minimum of|more than or equal to|not below|starting at|equal to or more than|not fewer than|over or equal to",
    (
        "<",
        None,
    ): "under|below|less than|fewer than|<|smaller than|lower than|south of|beneath|is under|are under|short of",
    ("<=", None): "at most|no more than|not more than|up to|maximum|<=|≤|not over|not exceeding|less than or equal to|"
    "a maximum of|maximum of|no greater than|not greater than|not above|equal to or less than|max|as much as|"
    "under or equal to",
    ("=", None): "exactly|equal to|equals|=|==|precisely|equaling|of exactly|is exactly",
    ("<>", None): "!=|<>|≠|not equal to|different from|other than exactly",
    (">", "weight"): "heavier than|weighing over|weighing more than|weigh more than|weighs more than|weigh over",
    ("<", "weight"): "lighter than|weighing under|weighing less than|weigh less than|weighs less than|weigh under",
    (">=", "weight"): "no lighter than|not lighter than|weighing at least|at least as heavy as",
    ("<=", "weight"): "no heavier than|not heavier than|weighing at most|weighing up to",
    (">", "total"): "more expensive than|worth over|worth more than|dearer than|pricier than|costing over|"
    "costing more than|that cost more than|valued over|valued above|valued at over|valued at more than",
    ("<", "total"): "cheaper than|worth under|worth less than|less expensive than|costing under|costing less than|"
    "that cost less than|valued under|valued below|valued at under|valued at less than",
}
_DATE_COMPARISONS: Final[dict[str, str]] = {
    "<": "before|prior to|earlier than|older than|ahead of|from before|any time before|not since",
    ">": "after|later than|newer than|past|more recent than|from after|any time after",
    ">=": "since|on or after|starting|starting from|starting on|beginning|from and after|dating from|any time since|"
    "no earlier than|not before|as of|back to|ever since|going back to|after or on",
    "<=": "until|till|on or before|by|up to|through|thru|up until|no later than|not after|before or on|as late as|"
    "not later than|ending",
    "within": "within|within the next|in the next|over the|during|during the|within the|over|throughout|"
    "over the course of",
}
_SUPERLATIVES: Final[dict[tuple[str, bool], str]] = {
    ("weight", True): "heaviest|largest by weight|biggest by weight|weightiest|highest weight|most heavy|heavy weight",
    ("weight", False): "lightest|lowest weight|least heavy",
    (
        "total",
        True,
    ): "most expensive|priciest|dearest|highest value|highest total|most valuable|costliest|highest priced|"
    "highest dollar|largest total|biggest total|highest totals|highest value|biggest by value|largest by value|"
    "biggest by total|largest by total|highest order value|highest order total|biggest in value|highest price|"
    "most costly|biggest spending|highest ticket",
    ("total", False): "cheapest|least expensive|lowest value|lowest total|smallest total|lowest priced|least valuable|"
    "lowest order value|lowest order total|lowest price|lowest totals",
    ("order_date", False): "oldest|earliest|longest waiting|longest outstanding|first placed|least recent",
    (
        "order_date",
        True,
    ): "newest|latest|most recent|youngest|freshest|last placed|most recently placed|most recent ones",
    ("quantity", True): "most items|highest quantity|largest quantity|biggest quantity|most units",
    ("quantity", False): "fewest items|lowest quantity|smallest quantity|fewest units",
    ("due_date", False): "most overdue|most urgent|soonest due|earliest due|next due|due soonest|first due",
}
_WEIGHT_UNITS: Final[dict[str, str]] = {
    "LBS": "lb|lbs|pound|pounds|pounder|pounders",
    "OZS": "oz|ozs|ounce|ounces",
    "KGS": "kg|kgs|kilo|kilos|kilogram|kilograms|kilogramme|kilogrammes",
    "GRM": "g|gr|gram|grams|gramme|grammes",
}
FILLER: Final = frozenset(
    keys(phrase)
    for phrase in [
        "please",
        "kindly",
        "the",
        "a",
        "an",
        "of",
        "to",
        "from",
        "on",
        "me",
        "my",
        "our",
        "we",
        "i",
        "us",
        "you",
        "your",
        "can you",
        "could you",
        "would you",
        "i want to",
        "i need to",
        "id like to",
        "i would like to",
        "lets",
        "let us",
        "we need to",
        "now",
        "just now",
        "right now",
        "go ahead and",
        "okay",
        "ok",
        "hey",
        "hi",
        "hello",
        "there",
        "thanks",
        "thank you",
        "so",
        "well",
        "want",
        "need",
        "like to",
        "wanna",
        "gonna",
        "will",
        "should",
        "would",
        "can",
        "could",
        "may",
        "must",
        "it",
        "its",
        "going",
        "headed",
        "heading",
        "bound",
        "destined",
        "addressed",
        "located",
        "based",
        "living",
        "out",
        "off",
        "up",
        "away",
        "also want",
        "still",
        "yet",
        "currently",
        "that go",
        "that are going",
        "shipping to",
        "going to",
        "headed to",
        "here",
        "address",
        "sheet",
        "file",
        "list",
        "in the sheet",
        "in the file",
        "in this sheet",
        "from the sheet",
        "from this sheet",
        "with ups",
        "via ups",
        "ups",
        "by ups",
        "through ups",
        "using ups",
        "today s",
        "this",
        "destination",
        "destinations",
        "into",
        "within",
        "across",
        "around",
        "state of",
        "the state of",
        "city of",
        "the city of",
        "country of",
        "service",
        "delivery",
        "air service",
        "shipping service",
        "shipping",
        "labels",
        "label",
        "rate",
        "speed",
        "method",
        "mode",
        "for me",
        "for us",
        "alright",
        "actually",
        "basically",
        "simply",
        "quickly please",
        "team",
        "guys",
        "friend",
        "if possible",
        "if you can",
        "whatever it takes",
        "anywhere",
        "somewhere",
        "s",
        "do",
        "does",
        "did",
        "at",
        "them to",
        "each of",
        "every one of",
        "all of",
        "any of",
        "both",
        "either",
        "both of",
        "type",
        "kind",
        "their",
        "his",
        "her",
        "they",
        "he",
        "she",
        "an order",
        "other words",
        "that were",
        "which were",
        "who are",
        "that was",
        "who live",
        "who live in",
        "that live in",
        "living in",
        "residing in",
        "residing",
        "lives",
        "live",
        "lives in",
        "based in",
        "located in",
        "destined for",
        "bound for",
        "addressed to",
        "headed for",
        "heading to",
        "heading for",
        "as follows",
        "following",
        "the following",
        "follows",
        "then please",
        "and please",
        "ill",
        "im",
        "id",
        "weve",
        "ive",
        "lets go",
        "right",
        "exactly those",
        "altogether",
        "total of",
        "a total of",
        "worth of",
        "amount of",
        "sort of",
        "kind of",
        "etc",
        "straight",
        "immediately",
        "right away",
        "away please",
        "via the",
        "kindly please",
        "pls",
        "plz",
        "thx",
        "ty",
        "cheers",
        "go on and",
        "batch of",
        "group of",
        "a batch of",
        "set of",
        "load of",
        "delivered",
        "via ups s",
        "in total",
        "as",
        "at all",
        "contained",
        "on file",
        "in it",
        "value of",
        "values of",
    ]
)
"""Words that say nothing about which rows, which service or what to do."""


@cache
def readings() -> dict[tuple[str, ...], dict[str, Any]]:
    """Keys of a phrase -> every terminal it may be, for words that several lists hold (`over`, `by`, `through`)."""
    table: dict[tuple[str, ...], dict[str, Any]] = {}
    groups: list[tuple[str, Any, str]] = [(terminal, None, words) for terminal, words in _PHRASES.items()]
    groups += [("DATE_CMP", operator, words) for operator, words in _DATE_COMPARISONS.items()]
    groups += [("CMP", comparison, words) for comparison, words in _COMPARISONS.items()]
    groups += [("SUPER", superlative, words) for superlative, words in _SUPERLATIVES.items()]
    groups += [("WEIGHT_UNIT", unit, words) for unit, words in _WEIGHT_UNITS.items()]
    for terminal, value, words in groups:
        for phrase in words.split("|"):
            table.setdefault(keys(phrase), {}).setdefault(terminal, value)
    for filler in FILLER:
        table.setdefault(filler, {}).setdefault("FILLER", None)
    table.pop((), None)
    return table


@cache
def longest() -> int:
    """Words of the longest phrase."""
    return max(map(len, readings()))


@cache
def single_words() -> frozenset[str]:
    """All words that occur in commands, for typing errors."""
    return frozenset(word for phrase in readings() for word in phrase if word.isalpha())
