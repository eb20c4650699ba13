"""What nobody expected, kept for a report: the traceback goes to a private file, the person gets one clear line."""

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from agent.credentials import without_secrets
from agent.errors import UNEXPECTED, ShipchatError, error


def unexpected(home: Path, fault: BaseException) -> ShipchatError:
    """Write the traceback (code positions, no cell contents beyond the message, no secrets) and name the file."""
    log = home / "logs" / "shipchat.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{datetime.now(UTC).isoformat()}\n{without_secrets(''.join(traceback.format_exception(fault)))}\n")
    return error(UNEXPECTED, kind=type(fault).__name__, log=log)
