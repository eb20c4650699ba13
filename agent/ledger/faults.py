"""What the ledger and the batch engine refuse: E-42xx."""

from agent.errors import ErrorKind, ShipchatError, error
from agent.ledger.place import Place

FOREIGN_FILE = ErrorKind(
    "E-4201",
    "{path} is not a shipchat ledger ({reason}).",
    "Move that file away, or point SHIPCHAT_HOME at another folder; a ledger on PostgreSQL needs an empty database of "
    "its own. Nothing was changed.",
)
NEWER_LEDGER = ErrorKind(
    "E-4202",
    "{path} was written by a newer shipchat (schema {found}).",
    "Update shipchat. Nothing was changed.",
)
LEDGER_TROUBLE = ErrorKind(
    "E-4203",
    "The ledger {path} cannot be used: {reason}.",
    "Free disk space, or close other programs that use it; of a database see that its server runs and answers. Then "
    "start again. Its content is intact: do not restore a backup.",
)
MAY_NOT_CHANGE = ErrorKind(
    "E-4279",
    "The tables of the ledger {path} must be made or brought to schema {schema}, and this role may not do that "
    "({reason}).",
    "Start shipchat once as the role that owns them (docs/scale.md, Roles), then again as this one.",
)
NO_DRIVER = ErrorKind(
    "E-4265",
    "The ledger {path} is on PostgreSQL, and what connects to it is not installed here.",
    "`pip install 'shipchat[postgres]'`, then start again.",
)
MOVED = ErrorKind(
    "E-4281",
    "The ledger {path} was moved: it is now at {place}.",
    'Set `ledger = "{place}"` in settings.toml (`shipchat config edit`), then start again. Nothing was sent.',
)
ARRIVING = ErrorKind(
    "E-4282",
    "A ledger is being moved into {path}, and that has not ended.",
    "Run `shipchat ledger move` again on the machine that has the file: it goes on. Until then nothing is sent here.",
)
CANNOT_MOVE = ErrorKind("E-4283", "The ledger {path} cannot be moved: {reason}.", "{remedy} Nothing was moved.")
NOT_EMPTY = ErrorKind(
    "E-4284",
    "The database {path} is not empty: it holds {found}.",
    "A ledger is moved into an empty database of its own: `createdb`, then name that one. Nothing was moved.",
)
NOT_THE_SAME = ErrorKind(
    "E-4285",
    "The copy in {path} is not the same as the file: {difference}.",
    "The file is as it was and goes on being the ledger. Nothing was moved.",
)
DAMAGED_LEDGER = ErrorKind(
    "E-4262",
    "The ledger {path} is damaged: {reason}.",
    "Keep it aside, check the disk, then put the newest backup of the data folder in its place: each row is then "
    "looked up at UPS before it is sent.",
)


MOVED_WORDS = "this ledger was moved to "
"""What a file that was moved says to those who had it open and write, followed by the place."""


def moved_away(place: Place, fault: object) -> ShipchatError | None:
    """E-4281 where a write failed because its file was moved meanwhile."""
    _before, found, now_at = reason_of(fault).partition(MOVED_WORDS)
    return error(MOVED, path=place, place=now_at) if found else None


def ledger_fault(place: Place, fault: object) -> ShipchatError:
    """What is wrong with a ledger that cannot be read or written: only a damaged one is helped by a backup."""
    if moved := moved_away(place, fault):
        return moved
    reason = reason_of(fault)
    damaged = any(words in reason for words in ("malformed", "corrupt", "invalid page", "could not read block"))
    return error(DAMAGED_LEDGER if damaged else LEDGER_TROUBLE, path=place, reason=reason)


def reason_of(fault: object) -> str:
    """The fault in one line: what SQLite, or a database server, says of itself. What else a server tells may name
    people (`DETAIL: ...`)."""
    lost = getattr(fault, "connection_invalidated", False)
    said = str(getattr(fault, "orig", None) or fault)
    first = next((line.strip() for line in said.splitlines() if line.strip()), type(fault).__name__).rstrip(".")
    return f"the connection to the database server was lost ({first})" if lost else first


BUSY_LEDGER = ErrorKind(
    "E-4204",
    "Another shipchat ({holder}) is working with this ledger.",
    "Wait until it has finished, or stop it; one batch runs at a time per ledger.",
)
BUSY_BATCH = ErrorKind(
    "E-4254",
    "Another station is looking up or settling rows of batch {job_id} just now.",
    "Try again in a moment. Other batches are not held up by it.",
)
FENCED = ErrorKind(
    "E-4253",
    "This station was not heard of for too long, so the others count it as gone: it sends and records nothing more.",
    "What it had not sent is free for the others; what was at UPS is in doubt. `shipchat jobs resume` looks it up and "
    "goes on.",
)
SHARED_FOLDER = ErrorKind(
    "E-4266",
    "The shared folder {folder} cannot be written ({reason}): what is bought could not be kept there.",
    "Connect it, or make it writable for this user. Nothing was sent.",
)
NO_SUCH_JOB = ErrorKind("E-4205", "There is no batch {job_id}.", "`shipchat jobs list` shows them.")
WRONG_STATUS = ErrorKind("E-4206", "Batch {job_id} is {status}; it cannot be {verb}.", "{remedy}")
NO_SUCH_ROW = ErrorKind(
    "E-4207", "Batch {job_id} has no row {row}{state}.", "`shipchat jobs show {job_id}` lists its rows."
)
HELD = ErrorKind(
    "E-4208",
    "{count} of these rows are held by another batch: {rows}.",
    "Preview again: they are left out then. To ship them once more on purpose, ask to re-ship them.",
)
DIGEST_DIFFERS = ErrorKind(
    "E-4209",
    "What was approved ({approved}) is not this plan ({digest}).",
    "Look at the preview again and approve that one. Nothing was sent.",
)
PLAN_CHANGED = ErrorKind(
    "E-4210",
    "The stored plan of batch {job_id} is not the one that was approved.",
    "Nothing more of it is sent. `shipchat audit verify` says what was changed; cancel it and plan the rest again.",
)
OVER_BUDGET = ErrorKind(
    "E-4211",
    "The plan needs {needed}, the budget allows {allowed}.",
    "Ship fewer rows or raise the cap. Nothing was sent.",
)
UNQUOTED = ErrorKind(
    "E-4212",
    "{count} rows have no quote, and a budget is set.",
    "Have all rows quoted, or leave those out. Nothing was sent.",
)
UNSETTLED = ErrorKind(
    "E-4213",
    "Batch {job_id} has {count} rows whose outcome is not settled yet.",
    "`shipchat jobs resume {job_id}` looks them up; then adopt, release or close what is left.",
)
TOO_EARLY = ErrorKind(
    "E-4214",
    "Row {row} may not be released yet: {reason}.",
    "`shipchat jobs resume {job_id} --wait {minutes}` keeps looking; `release --now` skips the wait.",
)
NOT_LOOKED_UP = ErrorKind(
    "E-4215",
    "Row {row} cannot be released: no look-up shows that UPS does not know it ({reason}).",
    "Try again when UPS answers, or adopt the label that you see there. A row is given up only after two look-ups.",
)
NUMBER_TAKEN = ErrorKind(
    "E-4216",
    "Tracking number {number} already belongs to row {row} of batch {job_id}.",
    "Check the number at UPS.",
)
NO_PLAN = ErrorKind(
    "E-4217", "Batch {job_id} has no stored plan.", "Start again from the sheet: say the command once more."
)
BUDGET_REACHED = ErrorKind(
    "E-4218",
    "The cap of {allowed} for this batch is reached: the next shipment costs {needed}, which is all that is left.",
    "Cancel the rest of the batch and say the command again: above the limit you are asked first.",
)
DEARER = ErrorKind(
    "E-4219",
    "Row {row} cost {charge} and was quoted at {quote}: the difference is above the tolerance.",
    "Nothing more is sent. Look at the charge; `shipchat jobs resume {job_id}` continues.",
)
LOST_ANSWER = ErrorKind(
    "E-4220",
    "The answer to row {row} was lost ({reason}): UPS may have made a label.",
    "`shipchat jobs resume {job_id}` looks for it at UPS; it is never sent again on its own.",
)
NO_SHEET_FOR_RESULTS = ErrorKind(
    "E-4221",
    "{count} results of batch {job_id} could not be written into the sheet ({reason}).",
    "`shipchat jobs writeback {job_id}` tries again, `--to FILE` writes them into another copy.",
)
TOO_MANY_ROWS = ErrorKind(
    "E-4222",
    "Row {row} does not fit into a reference (6 digits).",
    "Split the sheet into files of fewer than 1,000,000 rows.",
)
ROW_NOT_READ = ErrorKind(
    "E-1599", "Row {row} cannot be read: {reason}.", "Nothing was sent for it. Check the sheet, then try again."
)
TWICE_IN_PLAN = ErrorKind(
    "E-4223",
    "Rows {rows} of the plan are the same order.",
    "Say what several rows of one order mean, then preview again.",
)
NOT_OURS = ErrorKind(
    "E-4224",
    "Row {row} of batch {job_id} holds no label that can be voided ({state}).",
    "Only labels that this ledger bought can be voided here.",
)
BAD_TRACKING = ErrorKind(
    "E-4225",
    "{number} is not a tracking number of {environment}.",
    "It has 18 characters, begins with 1Z, and its last digit checks the others: compare it with what UPS shows.",
)
PLANNED_JOB = ErrorKind(
    "E-4226",
    "Batch {job_id} has an approved plan.",
    "Use `shipchat jobs resume {job_id}`: it sends exactly what was approved.",
)
RUNNING_ALREADY = ErrorKind("E-4227", "Batch {job_id} is already running.", "Wait until it has ended.")
NO_LABEL_FILE = ErrorKind(
    "E-4228",
    "The label of row {row} is not on disk ({reason}).",
    "`shipchat jobs resume {job_id}` fetches it again; the shipment itself is made and paid.",
)
MANY_DOUBTS = ErrorKind(
    "E-4229",
    "{count} answers were lost: something is wrong between here and UPS.",
    "Check the connection; `shipchat jobs resume {job_id}` looks the rows up and continues.",
)
STOPPED_BY_UPS = ErrorKind(
    "E-4230",
    "UPS refuses this account ({reason}).",
    "Settle that with UPS first; `shipchat jobs resume {job_id}` continues afterwards.",
)
NOTHING_TO_RETRY = ErrorKind(
    "E-4232", "Batch {job_id} has no failed rows.", "`shipchat jobs show {job_id}` lists its rows."
)
NOT_AN_AMENDMENT = ErrorKind(
    "E-4233",
    "Rows {rows} of the amendment are not failed rows of batch {job_id}.",
    "Preview the retry again. Nothing was sent.",
)
MODE_LOCKED = ErrorKind("E-4234", "The mode cannot change while a batch runs.", "Pause the batch first.")
OTHER_ENVIRONMENT = ErrorKind(
    "E-4235",
    "{what} belongs to {theirs}; this shipchat works with {ours}.",
    "Start shipchat for that environment (SHIPCHAT_UPS_ENVIRONMENT). Nothing was sent.",
)
CRASHED_DURING_SEND = ErrorKind(
    "E-4236", "shipchat stopped while row {row} was at UPS.", "It is looked up before anything else is sent."
)
OTHER_COUNT = ErrorKind(
    "E-4237",
    "Row {row} has {packages} packages; {count} tracking numbers were named.",
    "Name one --tracking for each package, all different.",
)
FILE_EXISTS = ErrorKind("E-4238", "{path} already exists.", "Choose another name; nothing was overwritten.")
EARLIER_LABEL = ErrorKind(
    "E-4239",
    "Row {row} was released, and UPS holds the label of its earlier attempt after all ({numbers}).",
    "Nothing was sent for it again. Take that label with `shipchat jobs adopt {job_id} --row {row} --tracking ...`.",
)
RESTORED_LEDGER = ErrorKind(
    "E-4240",
    "The ledger was restored or copied; row {row} may have been shipped since ({reason}).",
    "Look at UPS: adopt its label, or release the row.",
)
NOT_WATCHED = ErrorKind(
    "E-4241",
    "No attempt of batch {job_id} that was given up was found at UPS under {number}.",
    "Each start looks for them; `shipchat jobs void {job_id} --rows N` takes back what a row holds.",
)
CANNOT_ASK = ErrorKind(
    "E-4242",
    "Row {row} was approved in an earlier run, and UPS cannot be asked whether it was shipped since ({reason}).",
    "Nothing was sent. `shipchat jobs resume {job_id}` asks again when UPS answers.",
)
NO_GUARD = ErrorKind(
    "E-4260",
    "The record in {path} that shows a restore cannot be used ({reason}): a restore of the whole data folder may go "
    "unnoticed.",
    "Make that folder writable, or name another one in SHIPCHAT_STATE. The batch continues; rows that this run did not "
    "approve are looked up at UPS in any case.",
)
MAYBE_SHIPPED = ErrorKind(
    "E-4261",
    "Row {row} was approved in an earlier run and may have been shipped since ({reason}).",
    "Look at UPS: adopt its label, or release the row.",
)
CLOCK_BEHIND = ErrorKind(
    "E-4263",
    "This machine's clock says {now}, but the ledger's last entry was made at {last}.",
    "Set the clock if it is wrong. Labels are looked up at UPS by day; no row is sent twice because of it.",
)
CLOCK_MOVED = ErrorKind(
    "E-4264",
    "This machine's clock was changed: it says {now}; by the time elapsed it should say {expected}.",
    "Correct it if it is wrong. Labels are looked up at UPS by day; no row is sent twice because of it.",
)
OTHER_CURRENCY = ErrorKind(
    "E-4243",
    "Row {row} was charged in {charged}; the plan is in {planned}: the budget cannot be checked.",
    "Nothing more is sent. Look at the charge; `shipchat jobs resume {job_id}` continues.",
)
CELL_CHANGED = ErrorKind(
    "E-4280",
    "Row {row} was not sent: since the approval its tracking cell, or the cell of its time, was filled in ({text}).",
    "Nothing was bought for it. If that is a mistake, clear the cell and say the command again.",
)
UNRECORDED = ErrorKind(
    "E-4250",
    "Row {row} was at UPS when the ledger could not be written ({known}).",
    "Free disk space, then `shipchat jobs resume {job_id}`: it looks the row up before anything else is sent.",
)
THROTTLED = ErrorKind(
    "E-4251",
    "UPS still asks for fewer requests (429) after {waited} seconds of waiting ({asks}): the batch is paused.",
    "No row has failed. `shipchat jobs resume {job_id}` continues when UPS takes requests again.",
)
HELD_BACK = ErrorKind(
    "E-4255",
    "UPS asked a station of this ledger to wait (429); {wait_s} seconds are left.",
    "Nothing was sent. Try again after that time.",
)
TAKEN = ErrorKind(
    "E-4252",
    "Rows {rows} were approved and not sent: another batch holds them.",
    "`shipchat jobs list` shows it; `shipchat jobs resume {job_id}` tries them again, `cancel` gives them up.",
)
"""The registry."""
