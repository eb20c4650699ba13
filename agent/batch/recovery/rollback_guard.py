"""The rollback guard outside the home: what this machine last saw of a ledger.

A snapshot or a backup brings the whole home back, with all that it says about itself. The platform's state directory
lies outside: there is a file per ledger with its sequence number and the end of its audit log, and a file per home that
names its ledger, so that a ledger that was made anew, or one that stood there earlier, is noticed as well.
"""

import asyncio
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert

from agent.batch.executor import sent_journal
from agent.batch.executor.sent_journal import Sent, SentJournal
from agent.batch.recovery import ledger_head
from agent.durable import replace_file
from agent.errors import ShipchatError, error
from agent.ledger import audit
from agent.ledger.faults import LEDGER_TROUBLE, NO_GUARD
from agent.ledger.store import Ledger
from agent.ledger.tables import Meta, table_of
from agent.settings import Settings

META = table_of(Meta)
LEDGERS = "ledgers"
FORMER = "former"
"""The fact of a ledger that names those that stood in this home before it, by their ids."""
GUARDED = "guarded"
"""The fact of a ledger that was seen outside its home once: from then on, not to be known there is a finding."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the state directory says of a ledger and its home; empty and None where it says nothing."""

    entry: dict[str, Any]
    """`ledger`, `sequence`, `audit_seq`, `audit_hash`, `home`."""
    home_ledger: str | None
    """The id of the ledger that this home held when it was last seen."""
    sent_since: tuple[Sent, ...] = ()
    """What was sent after the ledger was last seen: by a batch that runs, or that was killed."""


def seat(settings: Settings) -> Path:
    """The folder under which this station remembers its ledger: its home, or for one on a server, of which a home may
    have had others, a folder of its own in there."""
    if settings.ledger is None:
        return settings.home
    return settings.home / "shared" / hashlib.sha256(settings.ledger.encode()).hexdigest()[:16]


def entry_path(state: Path, ledger_id: str) -> Path:
    """Where the state directory keeps what it saw of a ledger."""
    return state / LEDGERS / f"{ledger_id}.json"


def home_path(state: Path, home: Path) -> Path:
    """Where it keeps which ledger a home holds."""
    return state / "homes" / f"{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:32]}.json"


def remembered(state: Path, home: Path, ledger_id: str | None) -> Remembered:
    """Read both files. Raises OSError where the state directory cannot be read."""
    named = _read(home_path(state, home)).get("ledger")
    if not ledger_id:
        return Remembered({}, str(named) if named else None)
    entry = _read(entry_path(state, ledger_id))
    name, size = entry.get("journal") or ("", 0)
    since = sent_journal.lines(state / LEDGERS, ledger_id, (str(name), int(size)))
    return Remembered(entry, str(named) if named else None, tuple(since))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def why_restored(connection: Connection, seen: Remembered) -> str | None:
    """Why this ledger is an older one, another one or a copy; None where it continues from what was seen."""
    known = ledger_head.facts(connection)
    if seen.home_ledger is not None and seen.home_ledger != known.get("ledger"):
        return "this home held another ledger when it was last used"
    if ledger_head.is_elsewhere(connection):
        return "it is not in the database that it began in, or that one was restored"
    if not seen.entry and ledger_head.DATABASE in known:
        # One of several stations that is new here: nothing is known against it.
        return None
    if not seen.entry:
        return "this machine has never seen it, and another one has" if GUARDED in known else None
    sequence, at_least = int(known.get("sequence", 0)), int(seen.entry.get("sequence", 0))
    if at_least > sequence:
        return f"it was seen at its start or end number {at_least}, it is at {sequence}"
    unlike = audit.unlike(connection, int(seen.entry.get("audit_seq", 0)), str(seen.entry.get("audit_hash", "")))
    if unlike is not None:
        return unlike
    unknown = sent_journal.forgotten(connection, seen.sent_since)
    return f"this machine sent {unknown[0].reference} for it, and it does not know that" if unknown else None


@dataclass(slots=True)
class RollbackGuard:
    """Notices a ledger that was restored or copied, by its head file inside the home and by the state directory.

    A state directory that cannot be used is told once (`warning`) and never stops a batch: what this process did not
    see itself is looked up in any case (restore_check).
    """

    ledger: Ledger
    settings: Settings
    warning: str | None = None
    """Told to nobody yet."""
    journal: SentJournal = field(default_factory=SentJournal)
    _warned: bool = False
    _noted: dict[str, Any] = field(default_factory=dict)
    _accepted: Remembered | None = None
    """What was seen before a restore that is on record now: the ledger continues from where it is."""
    _followed: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Job -> the end of the audit log when this process approved it, or last ran it to an end."""

    async def check(self, job_id: str) -> bool:
        """Whether the ledger, or this job of it, was found restored, now or within the look-back.

        Where it is found now, unfinished jobs are marked.
        """
        inside = await asyncio.to_thread(ledger_head.read, seat(self.settings))
        outside = await self._outside()
        reason = await self.ledger.read_async(why_restored, outside)
        if reason is None and await self.ledger.read_async(ledger_head.is_behind, inside):
            reason = "it is older than its head file"
        if reason is not None:
            self._followed.clear()
            await self.ledger.write_async(ledger_head.require_restore_checks, reason, [inside, outside.entry])
            await self.ledger.write_async(_succeed, outside.home_ledger)
            self._accepted = outside
        elif await self.ledger.read_async(ledger_head.spooled, self._spool, job_id):
            await self.ledger.write_async(
                ledger_head.require_restore_check, job_id, "the UPS server knows requests that this ledger does not"
            )
        return await self.ledger.read_async(ledger_head.is_restored, job_id, self.settings.watch_days)

    @property
    def _spool(self) -> Path:
        return self.settings.files / "spool" / self.settings.ups_environment

    async def follow(self, job_id: str) -> None:
        """This process itself made what the ledger says of a job."""
        with suppress(ShipchatError):
            self._followed[job_id] = await self.ledger.read_async(audit.end)

    async def begin(self, job_id: str) -> None:
        """A run begins: until it has ended, nothing is certain.

        Raises:
            ShipchatError: E-4203 when the head file inside the home cannot be written.
        """
        await self.advance()
        self._followed.pop(job_id, None)
        known = await self.ledger.read_async(ledger_head.facts)
        await asyncio.to_thread(self.journal.begin, self.settings.state / LEDGERS, known["ledger"])

    async def end(self, job_id: str) -> None:
        """A run has ended. A guard that cannot be written then is behind the ledger, which does no harm."""
        await asyncio.to_thread(self.journal.end)
        await self.follow(job_id)
        with suppress(ShipchatError):
            await self.advance()

    async def is_followed(self, job_id: str) -> bool:
        """Whether the ledger continues from what this process saw of the job: no row needs to be looked up."""
        seen = self._followed.get(job_id)
        return seen is not None and await self.ledger.read_async(audit.unlike, *seen) is None

    async def advance(self) -> None:
        """The ledger's sequence rises, then what repeats it: a crash in between leaves the ledger ahead, never behind.

        Raises:
            ShipchatError: E-4203 when the head file inside the home cannot be written.
        """
        entry = await self.ledger.write_async(ledger_head.advance)
        try:
            await asyncio.to_thread(ledger_head.write, seat(self.settings), entry)
        except OSError as fault:
            path = ledger_head.path_of(seat(self.settings))
            raise error(LEDGER_TROUBLE, path=path, reason=fault.strerror or fault) from fault
        await self.remember()

    async def remember(self) -> None:
        """Note outside the home how far the ledger is; never of one that was restored and is not looked up yet.

        What cannot be noted stays behind the ledger, which does no harm.
        """
        with suppress(ShipchatError):
            await self._remember()

    async def _remember(self) -> None:
        known = await self.ledger.read_async(ledger_head.facts)
        if "ledger" not in known:
            # It never ran a batch, so it has no name yet.
            return
        # The journal first: what it holds by then, the ledger knows by the entry that is read after it.
        try:
            noted = await asyncio.to_thread(sent_journal.position, self.settings.state / LEDGERS, known["ledger"])
        except OSError as fault:
            self._warn(fault)
            return
        seq, seal = await self.ledger.read_async(audit.end)
        home = str(seat(self.settings).resolve())
        entry = {"ledger": known["ledger"], "sequence": int(known["sequence"])}
        entry |= {"audit_seq": seq, "audit_hash": seal, "home": home, "journal": noted}
        if entry == self._noted:
            return
        outside = await self._outside()
        if outside != self._accepted and await self.ledger.read_async(why_restored, outside) is not None:
            return
        try:
            await asyncio.to_thread(self._write, entry)
            self._noted = entry
        except OSError as fault:
            self._warn(fault)
            return
        if GUARDED not in known:
            await self.ledger.write_async(_guarded)

    def take_warning(self) -> str | None:
        """What is to be told, once."""
        if self.journal.fault is not None:
            self._warn(self.journal.fault)
        warning, self.warning = self.warning, None
        return warning

    async def forgotten(self) -> dict[str, str]:
        """Hashed identity -> reference of what this machine sent and the ledger, being restored, does not know."""
        known = await self.ledger.read_async(ledger_head.facts)
        ids = [known["ledger"], *known.get(FORMER, "").split()] if "ledger" in known else []
        folder = self.settings.state / LEDGERS
        try:
            sent = await asyncio.to_thread(lambda: [one for name in ids for one in sent_journal.lines(folder, name)])
        except OSError as fault:
            self._warn(fault)
            return {}
        unknown = await self.ledger.read_async(sent_journal.forgotten, sent)
        return {one.identity_sha256: one.reference for one in unknown}

    async def _outside(self) -> Remembered:
        known = await self.ledger.read_async(ledger_head.facts)
        try:
            return await asyncio.to_thread(remembered, self.settings.state, seat(self.settings), known.get("ledger"))
        except OSError as fault:
            self._warn(fault)
            # It says nothing, neither for nor against this ledger.
            return Remembered({"ledger": known.get("ledger")}, None)

    def _write(self, entry: dict[str, Any]) -> None:
        state, home = self.settings.state, seat(self.settings)
        replace_file(entry_path(state, entry["ledger"]), json.dumps(entry))
        of_home = home_path(state, home)
        if _read(of_home).get("ledger") != entry["ledger"]:
            replace_file(of_home, json.dumps({"ledger": entry["ledger"], "home": entry["home"]}))

    def _warn(self, fault: OSError) -> None:
        if not self._warned:
            self._warned = True
            words = NO_GUARD.message.format(path=self.settings.state, reason=fault.strerror or fault)
            self.warning = f"{NO_GUARD.code}: {words} {NO_GUARD.remedy}"


def _guarded(connection: Connection) -> None:
    if GUARDED not in ledger_head.facts(connection):
        connection.execute(insert(META).values(key=GUARDED, value="yes"))


def _succeed(connection: Connection, former: str | None) -> None:
    """This ledger stands where another one stood: what was sent for that one is not to be sent again."""
    known = ledger_head.facts(connection)
    names = known.get(FORMER, "").split()
    if former and former != known["ledger"] and former not in names:
        connection.execute(delete(META).where(META.c.key == FORMER))
        connection.execute(insert(META).values(key=FORMER, value=" ".join([*names, former])))
