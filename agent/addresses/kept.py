"""UPS's answers about addresses in the ledger, with what a person said to them. Old ones are forgotten."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from agent.ledger import audit
from agent.ledger.tables import AddressCheck, now, table_of
from agent.shipping.checked_addresses import AddressVerdict, CheckedAddress, Decision

CHECKS = table_of(AddressCheck)
MOST_AT_ONCE = 500
"""Keys of one statement."""


def oldest(days: int) -> str:
    """The earliest instant at which an answer may have been given to count today."""
    return (datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days)).isoformat(timespec="microseconds") + "Z"


def known(connection: Connection, environment: str, since: str) -> dict[str, CheckedAddress]:
    """Every answer that still counts, by what was asked."""
    query = select(CHECKS).where(CHECKS.c.environment == environment, CHECKS.c.checked_at >= since)
    return {row.address_key: _stored(row) for row in connection.execute(query)}


def keep(connection: Connection, environment: str, answers: Mapping[str, CheckedAddress], since: str) -> None:
    """Store new answers in the place of older ones, with no decision; drop what is too old to count."""
    connection.execute(delete(CHECKS).where(CHECKS.c.checked_at < since))
    keys = list(answers)
    for start in range(0, len(keys), MOST_AT_ONCE):
        part = keys[start : start + MOST_AT_ONCE]
        connection.execute(delete(CHECKS).where(CHECKS.c.environment == environment, CHECKS.c.address_key.in_(part)))
        connection.execute(insert(CHECKS), [_row(environment, key, answers[key]) for key in part])


@dataclass(frozen=True, slots=True)
class PersonsDecision:
    """What a person chose about the addresses of rows, in which words."""

    decision: Decision
    event: Literal["address_taken", "address_kept", "address_override"]
    """Its name in the audit log."""
    sheet_rows: tuple[int, ...]
    words: str


def decide(connection: Connection, environment: str, keys: Sequence[str], made: PersonsDecision) -> None:
    """Keep a decision, with its entry in the audit log, which holds no address."""
    for start in range(0, len(keys), MOST_AT_ONCE):
        part = keys[start : start + MOST_AT_ONCE]
        here = (CHECKS.c.environment == environment, CHECKS.c.address_key.in_(part))
        connection.execute(update(CHECKS).where(*here).values(decision=made.decision, decided_at=now()))
    audit.append(
        connection,
        made.event,
        environment=environment,
        sheet_rows=list(made.sheet_rows),
        checks=[key[:12] for key in keys],
        words=made.words,
    )


def _row(environment: str, key: str, answer: CheckedAddress) -> dict[str, Any]:
    return {
        "environment": environment,
        "address_key": key,
        "verdict": answer.verdict.value,
        "home": answer.home,
        "candidates": json.dumps(answer.candidates),
        "checked_at": answer.checked_at,
    }


def _stored(row: Any) -> CheckedAddress:
    candidates = tuple(json.loads(row.candidates))
    return CheckedAddress(AddressVerdict(row.verdict), row.home, candidates, row.checked_at, row.decision)
