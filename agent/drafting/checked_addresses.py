"""What UPS said of the addresses of a plan: homes that nobody checked are said, unknown addresses need a yes."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from agent.addresses.kept import PersonsDecision, decide, known, oldest
from agent.drafting.state import DraftingContext
from agent.errors import ErrorKind, error
from agent.mapping.builder import BuiltShipment, rows_in_words
from agent.planning.model import PlannedShipment
from agent.shipping.checked_addresses import CheckedAddresses

WITHOUT_SURCHARGES = "without residential surcharges"
FOR_SOME = " for {count} of {of} (not checked)"
UNKNOWN = "UPS does not know the address of {rows}. Ship there all the same?"
SHIP, LEAVE, STOP = "Ship there all the same", "Leave these rows out", "Stop (ship nothing)"
LEFT_OUT = "UPS does not know the address"
GOES = "UPS does not know this address; it goes because you said so"
STOPPED = ErrorKind(
    "E-2408", "UPS does not know the address of {rows}.", "Correct the cells, or say it again and ship all the same."
)


async def known_addresses(context: DraftingContext) -> CheckedAddresses:
    """Every answer of UPS that still counts, for the rows that are built now."""
    settings = context.settings
    since = oldest(settings.address_check_days)
    return await context.batches.ledger.read_async(known, settings.ups_environment, since)


def without_surcharges(shipments: Sequence[PlannedShipment], homes_open: Collection[int]) -> str:
    """That the prices lack a surcharge which the invoice may have; empty where it is known which are homes.

    `homes_open` are the first data rows of shipments of which nobody has said that.
    """
    count = sum(item.row_numbers[0] in homes_open for item in shipments)
    if not count:
        return ""
    return WITHOUT_SURCHARGES + (FOR_SOME.format(count=count, of=len(shipments)) if count < len(shipments) else "")


async def settle_unknown(
    context: DraftingContext, shipments: Sequence[BuiltShipment]
) -> tuple[list[BuiltShipment], dict[str, list[int]]]:
    """The shipments that may go, and the sheet rows that stay out. Only a person ships to an unknown address: their
    yes is in the ledger.

    Raises:
        ShipchatError: E-2408 when the person stops.
    """
    unknown = [item for item in shipments if item.unknown_key is not None]
    if not unknown:
        return list(shipments), {}
    sheet_rows = [row.sheet_row for item in unknown for row in item.rows]
    rows, choice = rows_in_words(sheet_rows), LEAVE
    if context.on_error != "continue":
        choice = await context.dialogue.ask(UNKNOWN.format(rows=rows), [SHIP, LEAVE, STOP], remember=False)
    if choice == STOP:
        raise error(STOPPED, rows=rows)
    if choice == LEAVE:
        return [item for item in shipments if item.unknown_key is None], {LEFT_OUT: sheet_rows}
    keys = list({item.unknown_key: None for item in unknown if item.unknown_key})
    made = PersonsDecision("as_written", "address_override", tuple(sheet_rows), choice)
    await context.batches.ledger.write_async(decide, context.settings.ups_environment, keys, made)
    return [_overridden(item) for item in shipments], {}


def _overridden(item: BuiltShipment) -> BuiltShipment:
    """With the same words as the next preview of it has."""
    if item.unknown_key is None:
        return item
    warnings = tuple(GOES if GOES.startswith(one) else one for one in item.warnings)
    return replace(item, warnings=warnings, unknown_key=None)
