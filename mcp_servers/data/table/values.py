"""How the text of a cell is read by value: SQL expressions for text, number, date and truth.

Cells are stored as typed, empty ones as NULL. An expression is NULL where the text is not such a value.
"""

from mcp_servers.data.model import Column

BLANKS = " \t\r\n\u00a0"
TRUE_WORDS = ("true", "yes", "y")
FALSE_WORDS = ("false", "no", "n")
MARK = "^'[0-9=+@-]"
NUMBER_TYPE = "DECIMAL(38,9)"

UNITS = {
    "kg": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"),
    "g": ("g", "gr", "gram", "grams"),
    "lb": ("lb", "lbs", "pound", "pounds"),
    "oz": ("oz", "ozs", "ounce", "ounces"),
    "cm": ("cm", "cms"),
    "mm": ("mm",),
    "m": ("m",),
    "in": ("in", "inch", "inches", '"', "″"),
    "ft": ("ft", "foot", "feet"),
}
"""Units that stand behind numbers, in small letters."""

_SIGNS = "$€£¥ \u00a0"
_GROUPED = r"[-+]?[$€£¥]?\s?[-+]?\d{1,3}(?:,\d{3})*(?:\.\d+)?\s?[$€£¥]?|[-+]?[$€£¥]?\s?[-+]?\d*\.?\d+\s?[$€£¥]?"
_GROUPED_COMMA = r"[-+]?[$€£¥]?\s?[-+]?\d{1,3}(?:\.\d{3})*(?:,\d+)?\s?[$€£¥]?|[-+]?[$€£¥]?\s?[-+]?\d*,?\d+\s?[$€£¥]?"
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_NUMERIC = {
    "mdy": ("%m/%d/%y", "%m/%d/%Y"),
    "dmy": ("%d/%m/%y", "%d/%m/%Y"),
}
_NAMED = ("%d %b %y", "%d %b %Y", "%d %B %y", "%d %B %Y", "%b %d %y", "%b %d %Y", "%B %d %y", "%B %d %Y")


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def text_sql(column: Column) -> str:
    """The cell without outer blanks and the apostrophe that marks a number as text; NULL when nothing is left."""
    cell = column.cell
    # Few cells begin or end in a blank; to look for one costs a fraction of the trimming.
    suspect = f"{cell} < '!' OR {cell} >= '\u00a0' OR {cell}[-1] IN ({', '.join(map(literal, BLANKS))})"
    text = f"CASE WHEN {suspect} THEN nullif(trim({cell}, {literal(BLANKS)}), '') ELSE {cell} END"
    if column.marked:
        text = f"CASE WHEN regexp_matches({text}, {literal(MARK)}) THEN substr({text}, 2) ELSE {text} END"
    return text


def white_sql(column: Column) -> str:
    """Whether the cell may hold white space only. Nearly always the column's statistics alone say that none does."""
    cell = column.cell
    return f"({cell} < '!' OR ({cell} >= '\u00a0' AND {cell} < '\u00a1'))"


def number_sql(column: Column) -> str:
    """The cell as a number: plain, with a currency sign and thousands, or with the column's one unit."""
    if column.plain_number:
        return f"TRY_CAST({column.cell} AS {NUMBER_TYPE})"
    pattern, drop = (_GROUPED_COMMA, _SIGNS + ".") if column.decimal_comma else (_GROUPED, _SIGNS + ",")
    text = text_sql(column)
    if column.unit:
        text = f"regexp_extract(lower({text}), {literal(with_unit(column.unit))}, 1)"
    cleaned = f"translate({text}, {literal(drop)}, '')"
    if column.decimal_comma:
        cleaned = f"replace({cleaned}, ',', '.')"
    grouped = f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN TRY_CAST({cleaned} AS {NUMBER_TYPE}) END"
    if column.decimal_comma or column.unit:
        return grouped
    return f"coalesce(TRY_CAST({column.cell} AS {NUMBER_TYPE}), {grouped})"


def with_unit(unit: str) -> str:
    """Pattern of a number, its group 1, with this unit behind it."""
    return rf"^([-+]?[\d.,]*\d)\s*(?:{'|'.join(UNITS[unit])})\.?$"


def text_number_sql(text: str) -> str:
    """A computed text as a number: as typed, or with a currency sign and thousands. Evaluates the text once."""
    pattern = rf"^ *(?:{_GROUPED}|[-+]?\d*\.?\d+[eE][-+]?\d+) *$"
    found = f"translate(regexp_extract({text}, {literal(pattern)}), {literal(_SIGNS + ',')}, '')"
    return f"TRY_CAST({found} AS {NUMBER_TYPE})"


def moment_sql(column: Column) -> str:
    """The cell as a TIMESTAMP as written (a zone is not converted: an order of 1 November stays one)."""
    text = text_sql(column)
    if column.date_order == "serial":
        return f"(TIMESTAMP '1899-12-30' + to_days(CAST(floor({number_sql(column)}) AS INTEGER)))"
    bare = f"regexp_replace({text}, '(:\\d\\d(?:\\.\\d+)?)\\s*(?:Z|[+-]\\d\\d(?::?\\d\\d)?)$', '\\1')"
    # A bare day needs no look for a zone.
    iso = f"CASE WHEN contains({text}, ':') THEN TRY_CAST({bare} AS TIMESTAMP) ELSE TRY_CAST({text} AS TIMESTAMP) END"
    if column.date_order == "iso":
        return iso
    named = f"regexp_replace(replace({text}, ',', ' '), '[-\\s]+', ' ', 'g')"
    parts = [iso, f"try_strptime({named}, {_formats(_NAMED)})"]
    if column.date_order in _NUMERIC:
        slashed = f"translate({text}, '-.', '//')"
        parts.insert(0, f"try_strptime({slashed}, {_formats(_NUMERIC[column.date_order])})")
    return f"coalesce({', '.join(parts)})"


def truth_sql(column: Column) -> str:
    """The cell as true, false or NULL."""
    text = f"lower({text_sql(column)})"
    true, false = (", ".join(literal(word) for word in words) for words in (TRUE_WORDS, FALSE_WORDS))
    return f"CASE WHEN {text} IN ({true}) THEN true WHEN {text} IN ({false}) THEN false END"


def order_sql(column: Column, *, descending: bool) -> str:
    """Sort terms by value: numbers and dates by what they say, then text without case; empty cells last."""
    way = "DESC NULLS LAST" if descending else "ASC NULLS LAST"
    text = f"lower({text_sql(column)}) {way}"
    if column.type == "date" and column.date_order != "ambiguous":
        return f"{moment_sql(column)} {way}, {text}"
    if column.type in ("integer", "decimal"):
        return f"{number_sql(column)} {way}, {text}"
    return f"{number_sql(column)} {way}, {text}"


def _formats(days: tuple[str, ...]) -> str:
    return "[" + ", ".join(literal(day + time) for day in days for time in _TIMES) + "]"
