"""Which labels were printed: in the ledger's audit log, noted before the printer is asked.

What a crash left open counts as printed: the same label on two parcels is worse than one more `--reprint`.
"""

import json

from sqlalchemy import Connection, select

from agent.labels.label import Label
from agent.labels.stored import GOOD, without_spoilt
from agent.ledger import audit
from agent.ledger.tables import AuditEntry, table_of

PRINTED, UNPRINTED = "labels_printed", "labels_not_printed"
_LOG = table_of(AuditEntry)


def printed_at(connection: Connection, job_id: str) -> dict[str, str]:
    """By label key: when it was last given to a printer."""
    query = select(_LOG).where(_LOG.c.job_id == job_id, _LOG.c.event.in_((PRINTED, UNPRINTED))).order_by(_LOG.c.seq)
    times: dict[str, list[str]] = {}
    for entry in connection.execute(query):
        for key in json.loads(entry.details)["labels"]:
            if entry.event == PRINTED:
                times.setdefault(key, []).append(entry.at)
            elif times.get(key):
                times[key].pop()
    return {key: at[-1] for key, at in times.items() if at}


def note_printing(
    connection: Connection,
    job_id: str,
    labels: list[Label],
    printer: str,
    *,
    reprint: bool,
    states: tuple[str, ...] = GOOD,
) -> list[Label]:
    """Note what is about to be printed, and say which labels these are: without `reprint`, only new ones.

    Look and note are one transaction, so two terminals never print one label each, nor one that the other has voided.
    """
    before = {} if reprint else printed_at(connection, job_id)
    new = without_spoilt(connection, [label for label in labels if label.key not in before], states)
    if new:
        audit.append(connection, PRINTED, job_id, None, labels=[label.key for label in new], printer=printer)
    return new


def note_not_printed(connection: Connection, job_id: str, labels: list[Label], printer: str, code: str) -> None:
    """The printer certainly took nothing."""
    keys = [label.key for label in labels]
    audit.append(connection, UNPRINTED, job_id, None, labels=keys, printer=printer, code=code)
