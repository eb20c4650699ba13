"""The exit codes of every command, in one place."""

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """What a script can tell from the number alone."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NEEDS_INPUT = 3
    """Also: approval is missing, or a cap refused."""
    ROWS_FAILED = 4
    """Some rows failed and none is in doubt."""
    WITH_WARNINGS = 5
    IN_DOUBT = 6
    INTERRUPTED = 130


NEEDS_PERSON = frozenset({"E-2301", "E-2302", "E-2303", "E-2308", "E-2381", "E-4211"})
"""Refusals that a person's answer, approval, a limit (E-2381) or a higher cap (E-4211) would lift."""


LEDGER_FAULTS = frozenset({"E-4203"})
"""The ledger could not be written or read: once something was sent, nobody may take the rest for certain."""


def exit_for(result: dict[str, Any], *, dry_run: bool = False) -> Exit:
    """The exit code of a `-p` object; doubt outranks failure, failure outranks warnings."""
    rows = result.get("rows") or {}
    code = (result.get("error") or {}).get("code")
    unsure = result["status"] == "failed" and code in LEDGER_FAULTS and (rows.get("completed") or rows.get("failed"))
    if rows.get("in_doubt") or unsure:
        return Exit.IN_DOUBT
    match result["status"]:
        case "answer" if result.get("warnings") and result.get("excluded"):
            # Nothing to ship, because an unfinished batch holds rows that were asked for.
            return Exit.WITH_WARNINGS
        case "completed" | "answer":
            return Exit.DONE
        case "completed_with_warnings":
            return Exit.WITH_WARNINGS
        case "preview":
            return Exit.DONE if dry_run else Exit.NEEDS_INPUT
        case "needs_input":
            return Exit.NEEDS_INPUT
        case "failed" if rows.get("failed"):
            return Exit.ROWS_FAILED
        case "refused" if code in NEEDS_PERSON:
            return Exit.NEEDS_INPUT
        case _:
            return Exit.ERROR
