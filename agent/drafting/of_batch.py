"""`The customers of yesterday's batch`: the rows that a batch shipped, found in the sheet as it is now."""

from agent.batch.executor.shipped_rows import LAST, shipped_rows
from agent.drafting.state import DraftingContext
from agent.errors import ErrorKind, error
from agent.planning.selection import fetch
from agent.planning.ship_request import ShipRequest

NO_BATCH = ErrorKind(
    "E-2453",
    "{batch} shipped no row of this sheet that still has its label.",
    "`list my batches` shows what was shipped, and from which sheet.",
)
GONE = "{count} of the rows that {batch} shipped are not in the sheet as they were: they are left out."


async def only_of_batch(context: DraftingContext, request: ShipRequest) -> ShipRequest:
    """The request, cut to the rows that its batch shipped; any other request as it is.

    Raises:
        ShipchatError: E-2453 where no such batch shipped a row of this sheet.
    """
    if request.of_batch is None:
        return request
    sheet, batch = context.sheet.require(), batch_in_words(request.of_batch)
    shipped = await context.batches.ledger.read_async(
        shipped_rows, context.settings.ups_environment, sheet.source_id, request.of_batch
    )
    if not shipped:
        raise error(NO_BATCH, batch=f"{batch[0].upper()}{batch[1:]}")
    # By what a row holds: rows that moved are found, and what stands in the place of another is not taken for it.
    wanted: dict[str, int] = {}
    for one in shipped:
        wanted[one.row_checksum] = wanted.get(one.row_checksum, 0) + 1
    places = {(one.row_number, one.row_checksum) for one in shipped}
    rows = await fetch(context.sheet.data, "TRUE")
    rows.sort(key=lambda row: (row.row_number, row.checksum) not in places)
    numbers = []
    for row in rows:
        if wanted.get(row.checksum, 0):
            wanted[row.checksum] -= 1
            numbers.append(row.row_number)
    gone = len(shipped) - len(numbers)
    if gone:
        context.dialogue.say(GONE.format(count=gone, batch=batch), "warning")
    chosen = f"row_number IN ({', '.join(map(str, sorted(numbers)))})" if numbers else "FALSE"
    where = chosen if request.where.strip().upper() in ("", "TRUE") else f"({request.where}) AND {chosen}"
    in_words = f"{request.in_words}, of those that {batch} shipped"
    return request.model_copy(update={"where": where, "in_words": in_words, "of_batch": None})


def batch_in_words(of_batch: str) -> str:
    """`the last batch`, `the batches of 2026-11-29`, `batch K7Q2...`."""
    if of_batch == LAST:
        return "the last batch"
    return f"the batches of {of_batch}" if of_batch[:4].isdigit() and "-" in of_batch else f"batch {of_batch}"
