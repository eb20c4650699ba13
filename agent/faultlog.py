"""What nobody expected, kept for a report: the traceback goes to a private file, the person gets one clear line."""

import traceback
from datetime import UTC, datetime
from pathlib import Path

from agent.credentials import without_secrets
from agent.durable import append_to
from agent.errors import UNEXPECTED, ShipchatError, error


def unexpected(home: Path, fault: BaseException) -> ShipchatError:
    """Write the traceback (code positions, no cell contents beyond the message, no secrets) and name the file.

    A log that cannot be written (a full disk is what broke, as a rule) hides neither the fault nor what was bought.
    """
    log = home / "logs" / "shipchat.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with append_to(log) as file:
            told = without_secrets("".join(traceback.format_exception(fault)))
            file.write(f"{datetime.now(UTC).isoformat()}\n{told}\n")
    except OSError as unwritable:
        reason = unwritable.strerror or type(unwritable).__name__
        kind = without_secrets(f"{type(fault).__name__}: {fault}")
        return error(UNEXPECTED, kind=kind, log=f"{log} (not written: {reason})")
    return error(UNEXPECTED, kind=type(fault).__name__, log=log)
