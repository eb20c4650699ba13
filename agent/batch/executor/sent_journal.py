"""Which requests this machine sent, noted outside the home: one line each, its reference and a hash of its identity.

A line is appended after the intent is durable and before the request leaves, so each line is of a shipment that its
ledger must know as sent; a second one takes it back where UPS certainly made nothing. It is not fsynced row by row: a
process that dies loses nothing of it, a power cut the last seconds. After a restore it tells what the ledger forgot,
also of rows that carry no order number and of a batch that was killed before its end.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from agent.ledger.tables import Shipment, table_of

SHIPMENTS = table_of(Shipment)
TAKEN_BACK = "-"
"""In the place of the identity: certainly nothing was made."""
MONTHS_KEPT = 3
CHUNK = 500

Position = tuple[str, int]
"""A journal file's name and a number of bytes of it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One line."""

    reference: str
    identity_sha256: str


def hashed(identity: str) -> str:
    """What stands for an identity (with its environment) outside the home."""
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


@dataclass(slots=True)
class SentJournal:
    """The journal of one ledger; a file a month, the oldest are deleted. Trouble is kept for the guard to tell."""

    fault: OSError | None = None
    _file: int | None = None

    def begin(self, folder: Path, ledger_id: str) -> None:
        """A run begins; raises nothing: a journal that cannot be written stops no batch."""
        self.end()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            names = files(folder, ledger_id)
            for old in names[: -MONTHS_KEPT + 1]:
                old.unlink()
            # A clock that was set back must not put lines before those that are there.
            name = max([f"{ledger_id}.{datetime.now(UTC):%Y-%m}.sent", *(one.name for one in names[-1:])])
            self._file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as fault:
            self.fault = fault

    def note(self, reference: str, identity: str) -> None:
        """This request leaves now; raises nothing."""
        self._append(reference, hashed(identity))

    def take_back(self, reference: str) -> None:
        """Nothing was made of it; raises nothing."""
        self._append(reference, TAKEN_BACK)

    def _append(self, *words: str) -> None:
        if self._file is not None:
            try:
                os.write(self._file, f"{' '.join(words)}\n".encode())
            except OSError as fault:
                self.fault = fault
                self.end()

    def end(self) -> None:
        """What was noted becomes durable; raises nothing."""
        if self._file is not None:
            try:
                os.fsync(self._file)
            except OSError as fault:
                self.fault = fault
            os.close(self._file)
            self._file = None


def files(folder: Path, ledger_id: str) -> list[Path]:
    """A ledger's journal, the oldest first. Raises OSError."""
    return sorted(folder.glob(f"{ledger_id}.*.sent"))


def position(folder: Path, ledger_id: str) -> Position | None:
    """Its end now. Raises OSError."""
    names = files(folder, ledger_id)
    return (names[-1].name, names[-1].stat().st_size) if names else None


def lines(folder: Path, ledger_id: str, after: Position | None = None) -> list[Sent]:
    """What was noted and not taken back, all of it or after a position; half a line of a power cut does not count.

    Raises OSError.
    """
    found: dict[str, Sent] = {}
    name, size = after or ("", 0)
    for file in files(folder, ledger_id):
        if file.name >= name:
            text = file.read_bytes()[size if file.name == name else 0 :].decode("ascii", "replace")
            for part in (line.split() for line in text.splitlines()):
                if len(part) == 2:
                    found[part[0]] = Sent(*part)
    return [one for one in found.values() if one.identity_sha256 != TAKEN_BACK]


def forgotten(connection: Connection, sent: Iterable[Sent]) -> list[Sent]:
    """Those of which the ledger does not know that they were sent."""
    listed = list(sent)
    known: set[str] = set()
    for start in range(0, len(listed), CHUNK):
        names = [one.reference for one in listed[start : start + CHUNK]]
        query = select(SHIPMENTS.c.reference).where(SHIPMENTS.c.reference.in_(names), SHIPMENTS.c.sends > 0)
        known.update(connection.scalars(query))
    return [one for one in listed if one.reference not in known]
