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
    "A {found} label cannot be made into {wanted}.",
    "Printer text (ZPL, EPL, SPL) goes to a label printer as it is; choose label format GIF for pictures and PDF.",
)
DAMAGED_PICTURE = ErrorKind("E-4304", "The label picture cannot be read ({detail}).", "Get the label again from UPS.")
MIXED_FORMATS = ErrorKind(
    "E-4305",
    "These labels are of several formats ({formats}); they cannot go to one printer file.",
    "Choose rows of one format with --rows, or --format pdf for pictures.",
)
NOTHING_TO_PRINT = ErrorKind("E-4306", "There are no labels to print.", "`shipchat jobs show` lists what was made.")
BAD_PRINTER = ErrorKind(
    "E-4307", "The printer {printer} is neither a name nor HOST:PORT.", "Give e.g. `Zebra` or `192.0.2.7:9100`."
)
PRINTER_SILENT = ErrorKind(
    "E-4308",
    "The printer {printer} did not take the labels: {detail}.",
    "Check that it is on and connected, look how many labels came out, then print again with --reprint.",
)
NO_PRINT_SYSTEM = ErrorKind(
    "E-4309", "There is no print system here (the program `lp`).", "Give the printer's address as HOST:9100."
)
"""The registry."""
