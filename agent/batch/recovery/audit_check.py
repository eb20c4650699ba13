"""`audit verify` as a whole: the chain, the tables against it, and its end against what was seen outside the ledger."""

from sqlalchemy import Connection

from agent.batch.recovery import audit_replay, ledger_head
from agent.batch.recovery.rollback_guard import Remembered, remembered, seat, why_restored
from agent.ledger import audit
from agent.ledger.store import Ledger
from agent.settings import Settings


def findings(ledger: Ledger, settings: Settings) -> list[str]:
    """What does not fit, each finding with its row or batch; empty when the record is whole.

    Raises OSError where the state directory cannot be read.
    """
    # What was seen is read first: a batch that runs meanwhile only makes the ledger go on.
    seen = remembered(settings.state, seat(settings), ledger.read(ledger_head.facts).get("ledger"))
    inside = ledger_head.read(seat(settings))

    def check(connection: Connection) -> list[str]:
        return [
            *_cut_off(connection, seen, inside),
            *audit.chain_faults(connection),
            *audit_replay.differences(connection),
        ]

    return ledger.read(check)


def _cut_off(connection: Connection, seen: Remembered, inside: dict[str, object]) -> list[str]:
    reason = why_restored(connection, seen)
    if reason is None and ledger_head.is_behind(connection, inside):
        reason = "it is older than its head file beside the labels"
    return [f"this ledger is not the one that was last used here, or it is older: {reason}"] if reason else []
