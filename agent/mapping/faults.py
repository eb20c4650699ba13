"""The registry of what a mapping refuses: E-2250..E-2279."""

from agent.errors import ErrorKind

BAD_TEMPLATE = ErrorKind(
    "E-2250", "The template of {field} is not allowed: {problem}.", "Use columns, filters, `if ... else` and `~` only."
)
UNKNOWN_COLUMN = ErrorKind(
    "E-2251", "The template of {field} names {column}, which the sheet does not have{nearest}.", "Name a column of it."
)
NOT_RENDERED = ErrorKind("E-2252", "{field} could not be rendered: {problem}", "Correct the cell or the template.")
BAD_JSON_TEMPLATE = ErrorKind(
    "E-2253", "The mapping template is not a JSON object: {problem}.", "Write JSON whose leaves are templates."
)
SCHEMA_BROKEN = ErrorKind(
    "E-2254", "{problem}: expected {expected}, got {got}", "Correct the cell, give a value, or leave the row out."
)
SENDER_WITHOUT_PHONE = ErrorKind(
    "E-2260", "a shipment across a border needs the sender's phone", "Set `shipper.phone` in the settings."
)
NO_SAVED_MAPPING = ErrorKind("E-2255", "There is no saved mapping {name}.", "The saved ones are: {saved}.")
SAVED_BROKEN = ErrorKind(
    "E-2256", "The saved mapping {file} cannot be read: {problem}.", "Delete the file; the mapping is proposed again."
)
BAD_NAME = ErrorKind(
    "E-2257",
    "{name!r} is not a valid name for a mapping.",
    "Use up to 60 letters, digits, spaces, `-` and `_`, with a letter first.",
)
BAD_DEFAULT = ErrorKind("E-2258", "{text!r} is not a default.", "Write FIELD=VALUE, e.g. weight=1lb. Fields: {fields}.")
UNKNOWN_FIELD = ErrorKind("E-2259", "There is no field {field} in a mapping.", "The fields are: {fields}.")
NO_SKU_COLUMN = ErrorKind(
    "E-2261",
    "The catalogue {file} has no column of SKUs; its columns are {columns}.",
    "Name a column SKU in its first row, or name another file as `catalogue` in the settings.",
)
UNKNOWN_SKU = ErrorKind(
    "E-2262", "{sku} is not in the catalogue {file}", "Add it there, or fill in what the row lacks in the order sheet."
)
ARTICLE_LACKS = ErrorKind("E-2263", "{problem}", "Correct the catalogue, or fill it in in the order sheet.")
COUNTS_DIFFER = ErrorKind(
    "E-2264", "{cell!r} lists {listed} items, and the quantity says {quantity}", "Correct one of the two cells."
)
UNKNOWN_PACKAGING = ErrorKind("E-2266", "{cell!r} is not a packaging of UPS", "Name one of: {choices}.")
UNKNOWN_BOX = ErrorKind("E-2265", "{cell!r} is not one of your boxes", "Name one of the settings: {boxes}.")
