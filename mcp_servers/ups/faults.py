"""Every code the UPS server can answer with. Codes of UPS itself are translated in `ups_codes`."""

from mcp_servers.shared.faults import FaultKind

# E-21xx: the payload
OTHER_ENVIRONMENT = FaultKind(
    "E-2101",
    "This call is for {asked}, but the server works with {own}.",
    "Call the server of that environment, or plan again for {own}. Practice never buys a real label.",
)
REFERENCE_TAKEN = FaultKind(
    "E-2102",
    "Reference {reference} was used before, for another shipment.",
    "Use a new reference. Nothing was sent.",
)
NEEDED_ON_LANE = FaultKind(
    "E-2103",
    "A shipment from {origin} to {destination} needs {what}.",
    "Fill it in and try again. Nothing was sent.",
)
NOT_FOR_RETURNS = FaultKind(
    "E-2104",
    "A return {problem}.",
    "Change it and try again. Nothing was sent.",
)
PAYER_INCOMPLETE = FaultKind(
    "E-2108",
    "An account in {country} is billed only with the postal code of its pickup address.",
    "Give its postal code. Nothing was sent, and nothing is billed to another account instead.",
)
NOT_ON_LANE = FaultKind(
    "E-2105",
    "{what} is not possible from {origin} to {destination}.",
    "Leave it out and try again. Nothing was sent.",
)
BAD_LABEL_FOLDER = FaultKind(
    "E-2106",
    "The label folder {folder} is not an absolute path.",
    "Give an absolute path, or leave it out for the default. Nothing was sent.",
)
DOCUMENT_UNREADABLE = FaultKind(
    "E-2110",
    "The document {name} cannot be read ({detail}).",
    "Put it back where it was, or name another. Nothing was uploaded.",
)
DOCUMENT_CHANGED = FaultKind(
    "E-2111",
    "The document {name} is not the one that was approved: its content has changed since.",
    "Look at it, and approve it again. Nothing was uploaded.",
)
DOCUMENT_SIZE = FaultKind(
    "E-2112",
    "The document {name} is larger than {most} MB, the most that UPS takes here.",
    "Make it smaller, e.g. by scanning it in black and white. Nothing was uploaded.",
)
DOCUMENT_KIND = FaultKind(
    "E-2113",
    "The document {name} is not of a kind that UPS takes, or not what its name says.",
    "Save it as one of {formats}; PDF is best. Nothing was uploaded.",
)
ONE_LOOKUP_KEY = FaultKind(
    "E-2107",
    "Say either a tracking number, or a reference with its shipper number.",
    "Call again with one of the two.",
)

NO_PLACE = FaultKind(
    "E-2109",
    "A search for UPS places needs a postal code, or a city with its state.",
    "Give one of them, or the id of an Access Point.",
)

# E-30xx: what UPS answers
UPS_REFUSED = FaultKind("E-3001", "{words} (UPS {ups_code}: {ups_words})", "{remedy}")
UPS_TRANSIENT = FaultKind(
    "E-3002", "UPS is not available at the moment ({detail}).", "Try again in a few minutes.", retryable=True
)
UPS_UNREACHABLE = FaultKind(
    "E-3003",
    "UPS cannot be reached ({detail}).",
    "Check the network connection, then try again.",
    retryable=True,
)
SLOW_DOWN = FaultKind(
    "E-3004",
    "UPS asks for fewer requests (429).",
    "Wait {wait_s} seconds, then try again.",
    retryable=True,
)
BLOCKED = FaultKind(
    "E-3005",
    "UPS has blocked this account for the call (403{detail}).",
    "Stop, and ask UPS to open the account.",
)
UNREADABLE = FaultKind(
    "E-3006",
    "UPS's answer cannot be understood ({detail}).",
    "Try again later; if it happens again, report it with the transaction id {trans_id}.",
    retryable=True,
)
UPS_UNNAMED = FaultKind(
    "E-3007",
    "UPS refused with status {status} and without a reason it documents.",
    "Try again later; if it happens again, ask UPS about the transaction id {trans_id}.",
)

OTHER_ANSWER = FaultKind(
    "E-3020",
    "UPS's answer is about another request ({told} instead of {asked}).",
    "Look the shipment up by its reference; what was asked for may have been done.",
    retryable=True,
)

# E-31xx: the one create request
TOO_LATE = FaultKind(
    "E-3101",
    "It is too late to send this request.",
    "Nothing was sent. Start the row again.",
    retryable=True,
)
ANSWER_LOST = FaultKind(
    "E-3102",
    "UPS's answer was lost ({detail}): a label may or may not exist.",
    "Do not send it again. Look it up with shipping_find and reference {reference}.",
)
ALREADY_SENT = FaultKind(
    "E-3103",
    "A request with reference {reference} was sent before and its answer is not known: a label may exist.",
    "Do not send it again. Look it up with shipping_find.",
)
SPOOL_UNWRITABLE = FaultKind(
    "E-3104",
    "The folder for UPS's answers cannot be written ({detail}).",
    "Nothing was sent. Free disk space or repair {folder}, then try again.",
)
VOID_UNSURE = FaultKind(
    "E-3105",
    "Whether UPS voided {shipment} is not known ({detail}).",
    "Void it again: that is safe.",
    retryable=True,
)
LABEL_UNSAVED = FaultKind(
    "E-3106",
    "The label could not be saved: {detail}.",
    "Free disk space or choose another folder, then call label_recover again.",
    retryable=True,
)
NO_LABEL = FaultKind(
    "E-3107",
    "UPS did not provide a label: {detail}.",
    "Look at the shipment with track_package or shipping_find. UPS knows a new shipment only after a while.",
)

AMBIGUOUS_PLACE = FaultKind(
    "E-3110",
    "UPS knows several places that could be the {end}: {candidates}.",
    "Call again with city, state and postal code of the right one.",
)
LIST_PRICE = FaultKind(
    "E-3111",
    "This is UPS's list price: no negotiated rate came with it.",
    "If the account has negotiated rates, check that the app on developer.ups.com may use it.",
)
"""Told beside a price, never raised."""

# E-34xx: the server itself
BAD_SETTING = FaultKind("E-3401", "{name} is {value!r}.", "Set it to {wanted}.")
BAD_BASE_URL = FaultKind(
    "E-3402",
    "SHIPCHAT_UPS_BASE_URL={url} is not accepted for the environment {environment}.",
    "Only a simulator on this machine can be named; test and production have fixed hosts.",
)
NO_SIMULATOR = FaultKind(
    "E-3403",
    "The embedded UPS did not start ({detail}).",
    "Run `shipchat doctor`, or start it yourself with `shipchat simulator`.",
    retryable=True,
)

# E-50xx: who we are
NO_CREDENTIALS = FaultKind(
    "E-5001",
    "There are no UPS credentials for {environment}.",
    "Set SHIPCHAT_UPS_CLIENT_ID and SHIPCHAT_UPS_CLIENT_SECRET, or store them in the keyring (pip install "
    "'shipchat[keyring]'): `keyring set shipchat ups-{environment}-client-id`, and the same with `-client-secret`.",
)
BAD_CREDENTIALS = FaultKind(
    "E-5002",
    "UPS does not accept the client id and secret ({ups_code}: {ups_words}).",
    "Compare them with your app on developer.ups.com.",
)
NO_TOKEN = FaultKind(
    "E-5020",
    "UPS did not issue a token for this client id and secret (status {status}, no reason given).",
    "Compare them with your app on developer.ups.com, and the environment with the app's.",
)
KEYRING_CLOSED = FaultKind(
    "E-5004",
    "The keyring cannot be read: {detail}.",
    "Unlock it, or set SHIPCHAT_UPS_CLIENT_ID and SHIPCHAT_UPS_CLIENT_SECRET.",
)
TOKEN_REFUSED = FaultKind(
    "E-5003",
    "UPS did not accept the access token ({ups_code}: {ups_words}).",
    "A new one is fetched for the next call. If that is refused too, add this API product to your app on "
    "developer.ups.com.",
    retryable=True,
)
"""The registry."""
