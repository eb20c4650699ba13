"""What the label commands refuse: E-43xx."""

from agent.errors import ErrorKind

LABEL_MISSING = ErrorKind(
    "E-4301",
    "The label file {path} is missing.",
    "Get it again: `shipchat jobs resume` fetches missing labels from UPS.",
)
LABEL_CHANGED = ErrorKind(
    "E-4302",
    "The label file {path} is not the one that UPS sent.",
    "Do not use it; get it again with `shipchat jobs resume`.",
)
CANNOT_CONVERT = ErrorKind(
    "E-4303",
    "A {found} label cannot be converted to {wanted} here: {reason}.",
    "Add --from-ups: UPS provides pictures of its labels for 30 days. Or print it as it is on a label printer, or"
    " choose label format GIF for the next batch.",
)
DAMAGED_PICTURE = ErrorKind("E-4304", "The label picture cannot be read ({detail}).", "Get the label again from UPS.")
MIXED_FORMATS = ErrorKind(
    "E-4305",
    "These labels have several formats ({formats}); they cannot go to one printer file.",
    "Choose rows of one format with --rows, or --format pdf for pictures.",
)
NOTHING_TO_PRINT = ErrorKind(
    "E-4306", "There are no labels for these rows.", "`shipchat jobs show` lists what was made."
)
BAD_PRINTER = ErrorKind(
    "E-4307", "The printer {printer} is neither a name nor HOST:PORT.", "Give e.g. `Zebra` or `192.0.2.7:9100`."
)
INVOICE_PRINTER = ErrorKind(
    "E-4313",
    "{printer} is the address of a label printer, and a customs invoice is a page of paper.",
    "Name a queue of the print system with --invoice-printer.",
)
NO_PRINTER = ErrorKind(
    "E-4326",
    "No printer is set.",
    "Name one (`--print Zebra`, in the chat “print the labels on Zebra”), or set one with `shipchat setup`.",
)
NO_VIEWER = ErrorKind(
    "E-4327", "There is no desktop here to open {path} with.", "The file is written: open it where you can see it."
)
PRINTER_SILENT = ErrorKind(
    "E-4308",
    "The printer {printer} did not take all of the labels: {detail}.",
    "Check how many labels came out, then print the missing ones with --rows and --reprint.",
)
NO_PRINT_SYSTEM = ErrorKind(
    "E-4309", "No print system (`lp` or `lpr`) was found here.", "Give the printer's address as HOST:9100."
)
NO_SUCH_COLUMN = ErrorKind(
    "E-4310",
    "Labels cannot be sorted by {column}: the plan keeps no such column.",
    "It keeps the request and no other cells of the sheet (30 days); in the chat any column will do while the batch's"
    " sheet is open. Sort by one of: {known}.",
)
PRINTER_UNREACHABLE = ErrorKind(
    "E-4311",
    "The printer {printer} did not take anything: {detail}.",
    "Check that it is on and connected, then print again.",
)
PICTURES_TO_SOCKET = ErrorKind(
    "E-4312",
    "The label printer at {printer} cannot print pictures.",
    "Leave out --format for labels in the printer's own language, or name a queue of the print system.",
)
"""The registry."""
