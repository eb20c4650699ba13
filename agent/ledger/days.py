"""Days of this machine as the ledger writes times."""

from datetime import UTC, date, datetime, time


def beginning(day: date) -> str:
    """The instant, UTC, at which a day begins where this machine is."""
    return datetime.combine(day, time()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
