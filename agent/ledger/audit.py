"""The audit log: append-only, gap-free, each entry sealed with the hash of the one before it.

Names, streets, phones and full account numbers never enter it; payloads and answers enter as digests.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from agent.ledger.shared import take_turn
from agent.ledger.tables import AuditEntry, now, table_of
from agent.ledger.writer import GROUP, Group

GENESIS = "0" * 64
_PERSONAL = frozenset(
    {
        *("name", "recipient", "recipient_name", "attention_name", "company", "phone", "email", "ship_to", "shipper"),
        *("street", "address", "address1", "address2", "address3", "lines"),
        *("account", "account_number", "shipper_number"),
    }
)


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest(value: Any) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def redacted(value: Any) -> Any:
    """The value with what belongs to people replaced; an account keeps its last two characters."""
    if isinstance(value, dict):
        return {key: _hidden(key, item) if key in _PERSONAL else redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value


def _hidden(key: str, value: Any) -> Any:
    if value in (None, ""):
        return value
    return f"…{str(value)[-2:]}" if key in {"account", "account_number", "shipper_number"} else "[redacted]"


_LOG = table_of(AuditEntry)
_END = select(_LOG.c.seq, _LOG.c.hash).order_by(_LOG.c.seq.desc()).limit(1)
_INSERT = insert(_LOG)


def append(
    connection: Connection, event: str, job_id: str | None = None, row_number: int | None = None, **details: Any
) -> None:
    """Add one entry inside the caller's transaction: what happened and its record are one commit."""
    group: Group | None = connection.info.get(GROUP)
    end = group.log_end if group is not None else None
    if group is None:
        # In a session: on PostgreSQL its transaction has not begun with the writers' turn.
        take_turn(connection)
    if end is None:
        last = connection.execute(_END).first()
        end = (last.seq, last.hash) if last else (0, GENESIS)
    seq, previous = end[0] + 1, end[1]
    at, text = now(), canonical(redacted(details))
    seal = entry_hash(Link(seq, at, event, job_id, row_number, text, previous))
    entry = {"seq": seq, "at": at, "event": event, "job_id": job_id, "row_number": row_number, "details": text}
    entry |= {"previous": previous, "hash": seal}
    if group is None:
        connection.execute(_INSERT, entry)
    else:
        group.entries.append(entry)
        group.log_end = (seq, seal)


def end(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry; (0, GENESIS) of an empty log."""
    last = connection.execute(_END).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def last_at(connection: Connection) -> str | None:
    """When the last entry was made."""
    return connection.scalar(select(_LOG.c.at).order_by(_LOG.c.seq.desc()).limit(1))


def unlike(connection: Connection, seq: int, seal: str) -> str | None:
    """Why the log does not go on from an entry that was seen earlier; None where it does."""
    if not seq:
        return None
    found = connection.scalar(select(_LOG.c.hash).where(_LOG.c.seq == seq))
    if found is None:
        return f"its audit log was seen up to entry {seq}, it ends with entry {end(connection)[0]}"
    return None if found == seal else f"entry {seq} of its audit log is not the one that was seen"


def entries(connection: Connection) -> Iterator[Any]:
    """All of them, in order."""
    return iter(connection.execute(select(_LOG).order_by(_LOG.c.seq).execution_options(yield_per=500)))


def named(entry: Any) -> str:
    """An entry in a person's words: `entry 7 (intent, data row 3 of batch 1f0c)`."""
    row = f"data row {entry.row_number} of " if entry.row_number is not None else ""
    place = f", {row}batch {entry.job_id}" if entry.job_id else ""
    return f"entry {entry.seq} ({entry.event}{place})"


def chain_faults(connection: Connection) -> list[str]:
    """Entries that were changed, removed or inserted; what was cut off the end only another place can tell."""
    faults: list[str] = []
    previous, expected = GENESIS, 1
    for entry in entries(connection):
        if entry.seq != expected:
            last = entry.seq - 1
            faults.append(
                f"entry {expected} is missing" if last == expected else f"entries {expected} to {last} are missing"
            )
            expected, previous = entry.seq, entry.previous
        seal = entry_hash(
            Link(entry.seq, entry.at, entry.event, entry.job_id, entry.row_number, entry.details, entry.previous)
        )
        if entry.hash != seal:
            faults.append(f"{named(entry)} was changed")
        elif entry.previous != previous:
            faults.append(f"{named(entry)} does not follow the one before it")
        previous, expected = entry.hash, expected + 1
    return faults


def insert_entries(connection: Connection, group: Group) -> None:
    """The entries of a group of transitions, in one statement."""
    if group.entries:
        connection.execute(_INSERT, group.entries)


class Link(NamedTuple):
    """What the hash of an entry seals."""

    seq: int
    at: str
    event: str
    job_id: str | None
    row_number: int | None
    details: str
    previous: str


def entry_hash(link: Link) -> str:
    """The hash of an entry, which the next one names as `previous`."""
    return hashlib.sha256(canonical(list(link)).encode()).hexdigest()


def _with(details: Any, more: dict[str, Any]) -> dict[str, Any]:
    return {"details": details, **more} if details else more


class AuditService:
    """Writes and reads the log through a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def log_state_change(self, job_id: str, old_state: str, new_state: str, details: Any = None, **more: Any) -> None:
        self._append("state_change", job_id, None, {"from": old_state, "to": new_state, **_with(details, more)})

    def log_row_event(self, job_id: str, row_number: int, event: str, details: Any = None, **more: Any) -> None:
        self._append(f"row_{event}", job_id, row_number, _with(details, more))

    def log_api_call(self, job_id: str, tool: str, request: Any = None, answer: Any = None, **more: Any) -> None:
        """Digests of the whole request and answer; their texts hold addresses."""
        digests = {"tool": tool, "request_sha256": digest(request), "answer_sha256": digest(answer)}
        row_number = more.pop("row_number", None)
        self._append("api_call", job_id, row_number, digests | more)

    def log_job_error(self, job_id: str, code: str, message: str, details: Any = None, **more: Any) -> None:
        self._append("job_error", job_id, None, {"code": code, "message": message, **_with(details, more)})

    def verify(self) -> list[str]:
        """What does not fit the chain; empty when the log is whole in itself."""
        return chain_faults(self._session.connection())

    def export(self, job_id: str | None = None, output_format: str = "text") -> Iterator[str]:
        """One line an entry: text for people, JSON for programs."""
        for entry in self._entries():
            if job_id is not None and entry.job_id != job_id:
                continue
            if output_format == "jsonl":
                yield canonical(
                    {
                        "seq": entry.seq,
                        "at": entry.at,
                        "event": entry.event,
                        "job_id": entry.job_id,
                        "row_number": entry.row_number,
                        "details": json.loads(entry.details),
                        "hash": entry.hash,
                    }
                )
            else:
                row = f" row {entry.row_number}" if entry.row_number is not None else ""
                yield f"{entry.seq:>6} {entry.at} {entry.event} {entry.job_id or '-'}{row} {entry.details}"

    def _entries(self) -> Iterator[AuditEntry]:
        return iter(self._session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).yield_per(500))

    def _append(self, event: str, job_id: str | None, row_number: int | None, details: dict[str, Any]) -> None:
        append(self._session.connection(), event, job_id, row_number, **details)
        self._session.commit()
