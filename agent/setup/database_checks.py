"""What `shipchat doctor` looks at where the ledger is on PostgreSQL: see docs/scale.md."""

import asyncio
from collections.abc import Callable

from agent.errors import ErrorKind, ShipchatError, error
from agent.ledger.server_facts import ServerFacts, server_facts
from agent.ledger.store import Ledger
from agent.planning.wording import counted
from agent.settings import Settings
from agent.setup.checks import Finding, Note

CLOCKS_APART_S = 5.0
MOST_NAMED = 4

RIGHTS_MISSING = ErrorKind(
    "E-4331",
    "The role {role} lacks rights that a station needs: {missing}.",
    "As the owner of the tables run the statements of docs/scale.md (Roles).",
)
NOT_DURABLE = ErrorKind(
    "E-4332",
    "The database server has {names} off: after a power cut it may have forgotten what was bought.",
    "Before anything is sent: `ALTER SYSTEM SET {first} = on`, then reload the server.",
)


async def database_findings(settings: Settings) -> list[Finding]:
    """None where the ledger is a file, or where the server does not answer (the check of the ledger says that)."""
    if settings.ledger is None:
        return []
    try:
        facts = await asyncio.to_thread(_asked, settings.ledger)
    except ShipchatError:
        return []
    return [_finding(name, look, facts) for name, look in LOOKS]


def _asked(url: str) -> ServerFacts:
    opened = Ledger.open(url)
    try:
        return opened.read(server_facts)
    finally:
        opened.close()


def _finding(name: str, look: Callable[[ServerFacts], str], facts: ServerFacts) -> Finding:
    try:
        return Finding(name, "ok", look(facts))
    except Note as note:
        return Finding(name, "note", str(note))
    except ShipchatError as fault:
        return Finding(name, "FAULT", str(fault))


def _server(facts: ServerFacts) -> str:
    return f"PostgreSQL {facts.version}, schema {facts.schema}, {facts.bytes / 2**20:,.1f} MB"


def _role(facts: ServerFacts) -> str:
    if facts.is_superuser:
        raise Note(f"{facts.role} is a superuser: give the stations a role with fewer rights (docs/scale.md, Roles)")
    if facts.missing:
        named = ", ".join(facts.missing[:MOST_NAMED])
        more = len(facts.missing) - MOST_NAMED
        raise error(RIGHTS_MISSING, role=facts.role, missing=f"{named} and {more} more" if more > 0 else named)
    if facts.changes_the_log:
        raise Note(f"{facts.role} may change entries of the audit log; a station need not (docs/scale.md, Roles)")
    return f"{facts.role}: what a station needs, and no more"


def _durability(facts: ServerFacts) -> str:
    if facts.off:
        raise error(NOT_DURABLE, names=" and ".join(facts.off), first=facts.off[0])
    return "what is committed survives a power cut (fsync, full_page_writes, synchronous_commit)"


def _clock(facts: ServerFacts) -> str:
    apart = f"{abs(facts.clock_ahead_s):,.1f} s {'ahead of' if facts.clock_ahead_s > 0 else 'behind'} this machine's"
    if abs(facts.clock_ahead_s) > CLOCKS_APART_S:
        raise Note(f"its clock is {apart}: let both follow a time server")
    return f"its clock is {apart}"


def _stations(facts: ServerFacts) -> str:
    if facts.silent_workers is None:
        return "one batch at a time"
    if facts.silent_workers:
        silent = counted(facts.silent_workers, "run of a batch", "runs of a batch")
        raise Note(f"{silent} not heard of in time: `shipchat jobs list` shows what is unfinished, resume goes on")
    return "none is past its time"


LOOKS: list[tuple[str, Callable[[ServerFacts], str]]] = [
    ("database server", _server),
    ("database role", _role),
    ("durability", _durability),
    ("database clock", _clock),
    ("stations", _stations),
]
"""In the order in which they are told."""
