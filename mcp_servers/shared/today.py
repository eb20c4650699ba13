"""The day of this machine, or the one that SHIPCHAT_TODAY freezes: for practice and rehearsals only."""

import os
from datetime import date

VARIABLE = "SHIPCHAT_TODAY"


def practice_day() -> date:
    """The frozen day (YYYY-MM-DD), else today; a value that is not a day freezes nothing."""
    frozen = os.environ.get(VARIABLE, "")
    try:
        return date.fromisoformat(frozen)
    except ValueError:
        return date.today()  # noqa: DTZ011 - the shipper's own day
