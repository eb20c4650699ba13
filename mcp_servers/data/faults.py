"""The data server's registry of refusals: E-10xx sources, E-11xx clauses, E-12xx write-back, E-13xx databases,
E-153x limits, E-401x trouble of the system."""

from mcp_servers.shared.faults import FaultKind

NO_SOURCE = FaultKind("E-1001", "No source is open.", "Import a file or a database table first.")
NO_FILE = FaultKind("E-1002", "There is no file {path}.", "Check the path; nothing was read.")
NOT_A_SHEET = FaultKind(
    "E-1003", "{path} is not a sheet that can be read as {wanted}: {reason}.", "Open a file of that kind: {instead}."
)
UNDECODABLE = FaultKind(
    "E-1004", "{path} is not valid {encoding}: {reason}.", "Leave `encoding` out to have it detected, or name another."
)
OPEN_QUOTE = FaultKind(
    "E-1005",
    "A quoted cell in sheet row {sheet_row} of {path} is never closed, so the rows after it cannot be told apart.",
    "Close the quote in the file, or import with another `quote`.",
)
SWALLOWED = FaultKind(
    "E-1017",
    "A quote in sheet row {sheet_row} of {path} swallows {what}: it is stray (an inch mark?) or closed far too late.",
    "Delete that quote, or write it twice in a quoted cell; import with `quote: ''` if quotes are ordinary characters.",
)
RAGGED = FaultKind(
    "E-1019",
    "{path} has more cells than the header names ({width}) in sheet row {rows}, so its columns are shifted.",
    "Put quotes around the cell that holds a delimiter, or name the column in the header.",
)
NO_HEADER = FaultKind("E-1006", "{path} has no header row.", "Put the names of the columns into its first row.")
HEADER_OUT_OF_RANGE = FaultKind(
    "E-1007", "Sheet row {header_row} of {path} cannot be the header: {reason}.", "Name the row that holds the headers."
)
UNKNOWN_COLUMN = FaultKind("E-1008", "There is no column {column}.", "{nearest}")
UNKNOWN_ROW = FaultKind(
    "E-1009",
    "There is no data row number {row_number}.",
    "Rows are numbered from 1 below the header; a blank row keeps its number and is not a data row.",
)
UNKNOWN_SOURCE = FaultKind(
    "E-1010", "Source {source_id} is not known here.", "Import it, or pass the `descriptor` that its import returned."
)
PERSON_COLUMN = FaultKind(
    "E-1011",
    "Column {column} holds personal data, so its values are not listed.",
    "Filter by it, or ask for the rows on the screen.",
)
TOO_MANY_VALUES = FaultKind(
    "E-1012",
    "Column {column} has {distinct} different values; only columns with at most {limit} are listed.",
    "Filter by it, or count with query_data.",
)
NOT_AGREED = FaultKind(
    "E-1013",
    "Column {column} is not writable.",
    "Only these are: {managed}. Map a name with `columns` at import.",
)
BAD_MAPPING = FaultKind(
    "E-1014",
    "`columns` maps {role} to {column}, {reason}.",
    "Map tracking_number, shipped_at, STATUS or ERROR_MESSAGE, each to its own column.",
)
WRONG_SOURCE = FaultKind(
    "E-1015",
    "The descriptor names source {found}, the call names {asked}.",
    "Pass the descriptor and the source_id of the same import.",
)

TOO_WIDE = FaultKind(
    "E-1018",
    "Sheet row {sheet_row} of {path} reaches to column {column}; at most {limit} columns are read.",
    "Delete what is far to the right of the table, or split the sheet.",
)

CELL_FILLED = FaultKind(
    "E-1020",
    "Somebody else wrote into the result cells of data row {row_number} in {place}.",
    "Nothing that a person typed is overwritten: compare both, clear the cell if it is wrong, send the result again.",
)
TOO_LARGE = FaultKind(
    "E-1530",
    "{path} takes more memory than is allowed for one sheet.",
    "Split it into several files, or delete what is not an order.",
)

CLAUSE_SYNTAX = FaultKind(
    "E-1101", "The clause cannot be read: {reason}.", "Write one DuckDB condition, e.g. {example}."
)
NOT_ALLOWED = FaultKind("E-1102", "{part} is not allowed in {place}.", "{instead}")
UNKNOWN_FUNCTION = FaultKind("E-1103", "The function {function} is not allowed.", "{nearest}")
CLAUSE_COLUMN = FaultKind("E-1104", "There is no column {column}.", "{nearest}")
MISFIT = FaultKind("E-1105", "{part} does not fit: {reason}.", "{instead}")
TOO_COMPLEX = FaultKind("E-1106", "The clause is too large: {reason}.", "Split it, or filter on a shorter condition.")
NO_CONDITION = FaultKind(
    "E-1107", "{part} is not a condition: it is neither true nor false.", "Compare it with something, e.g. {example}."
)
DAY_OR_MONTH = FaultKind(
    "E-1108",
    "The dates of column {column} can be read both ways: {example} may be month/day or day/month.",
    "Ask which it is, then call override_column_type with type `date` and date_order `mdy` or `dmy`.",
)
TIME_LIMIT = FaultKind(
    "E-1109", "The query took longer than {seconds} s and was stopped.", "Ask for something simpler."
)
NOT_COMPUTED = FaultKind("E-1110", "The query cannot be computed: {reason}.", "Change the expression that overflows.")
NOT_A_SELECT = FaultKind(
    "E-1111",
    "Only one SELECT over the table `source` is allowed: {reason}.",
    "For example: SELECT count(*) FROM source",
)

ROW_MOVED = FaultKind(
    "E-1201",
    "{place} changed and data row {row_number} can no longer be found in it.",
    "Nothing was overwritten: the result is beside the sheet.",
)
HELD = FaultKind(
    "E-1202",
    "{path} is in use by process {pid} on {host} since {since}.",
    "Let that batch end, or end that process; then try again.",
    retryable=True,
)
NO_BACKUP = FaultKind("E-1203", "There is no backup {backup} of this source.", "list_backups lists them.")
DAMAGED_BACKUP = FaultKind("E-1204", "Backup {backup} differs from what was saved.", "Choose another one.")
BAD_NUMBER_OF_BACKUPS = FaultKind(
    "E-1205", "SHIPCHAT_BACKUPS_KEPT is {value}.", "Set it to a whole number from 1 up, or unset it to keep ten."
)

CANNOT_WRITE = FaultKind(
    "E-4010",
    "{path} cannot be written: {reason}.",
    "Close it elsewhere, or make it writable; nothing was lost and the rows can be sent again.",
    retryable=True,
)
CANNOT_READ = FaultKind("E-4011", "{path} cannot be read: {reason}.", "Check its permissions.", retryable=True)
UNKNOWN_SHEET = FaultKind("E-1016", "{path} has no sheet {sheet}.", "It has {sheets}.")

BAD_DATABASE = FaultKind(
    "E-1301",
    "The database cannot be opened: {reason}.",
    "For example: postgresql://user@host/shop, mysql://..., sqlite:///file.db",
)
TABLE_OR_QUERY = FaultKind("E-1302", "Name either a table or a query.", "{tables}")
UNKNOWN_TABLE = FaultKind("E-1303", "There is no table {table}.", "{nearest}")
LARGE_TABLE = FaultKind(
    "E-1304",
    "Table {table} has {count} rows, more than {limit}.",
    "Give a condition with `where`, or say `all_rows: true`.",
)
NOT_A_READ = FaultKind("E-1305", "{part} is not {form}.", "Only reading is allowed at import; leave out semicolons.")
UNKNOWN_KEY = FaultKind("E-1306", "Key column {column} does not exist.", "The columns are: {columns}.")
NO_SECRET = FaultKind(
    "E-1307", "Database {name} is not set up.", "Put its URL into the environment as {variable}, or into the keyring."
)
NOT_WRITABLE = FaultKind(
    "E-1308", "Results cannot go into this source: {reason}.", "Import a table with its `key_columns`."
)
CONFIRM_COLUMNS = FaultKind(
    "E-1309", "Table {table} has no column {columns}.", "Say `confirm: true` to have it added, or map existing columns."
)
KEY_TWICE = FaultKind(
    "E-1310",
    "The key columns {columns} do not tell the rows apart: {example} occurs more than once.",
    "Name `key_columns` whose values are different in every row.",
)
NOT_KEPT = FaultKind(
    "E-1311",
    "The database did not keep the result: {reason}.",
    "Look at the table's triggers and rules; nothing was changed in that row.",
)
DATABASE_TROUBLE = FaultKind(
    "E-4012",
    "The database {url} answered: {reason}.",
    "Check that it is running and that you have the rights it takes.",
    retryable=True,
)
