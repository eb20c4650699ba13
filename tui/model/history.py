"""Earlier batches and rows in doubt as screens show them: search, short ids, what is waited for. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

from agent.events.history import BatchLine, DoubtLine
from tui.model.amounts import money
from tui.model.counts import duration
from tui.model.escaping import visible_line

SHORTEST_ID = 4
"""As the session takes them."""
UNTIL_NOBODY_KNOWS = "until that process has ended"


def short_ids(ids: Sequence[str]) -> dict[str, str]:
    """Each id by the fewest letters, at least four, that no other one begins with."""
    found = {}
    for one in ids:
        length = SHORTEST_ID
        while length < len(one) and any(other != one and other.startswith(one[:length]) for other in ids):
            length += 1
        found[one] = one[:length]
    return found


def batch_cells(line: BatchLine, short: str) -> tuple[str, ...]:
    """When, id, state, rows, spent, name; harmless on one line."""
    name = visible_line(line.name)
    if line.environment == "production":
        name = f"LIVE  {name}"
    return (
        local_time(line.created_at),
        short,
        state_words(line),
        rows_words(line),
        money(line.spent_cents, line.currency),
        name,
    )


def state_words(line: BatchLine) -> str:
    """`completed`, `failed`, `1 in doubt`: what is open goes before the state of the whole."""
    if line.in_doubt:
        return f"{line.in_doubt:,} in doubt"
    if line.failed:
        return f"{line.failed:,} failed"
    return line.status.replace("_", " ")


def rows_words(line: BatchLine) -> str:
    return f"{line.completed:,}/{line.total_rows:,}"


def found(lines: Sequence[BatchLine], words: str) -> list[BatchLine]:
    """The batches in which every word occurs, case ignored."""
    wanted = words.casefold().split()
    return [line for line in lines if all(word in _text(line) for word in wanted)]


def _text(line: BatchLine) -> str:
    return " ".join([line.id, line.status.replace("_", " "), *batch_cells(line, line.id)]).casefold()


def local_time(instant: str | None) -> str:
    """`2026-11-30 14:05` on this machine's clock; empty for none."""
    if not instant:
        return ""
    return datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M")


def left_s(line: DoubtLine, now: datetime) -> float:
    """Seconds until it can be released; 0 where nothing is waited for, or nobody knows."""
    if line.waits_until is None:
        return 0.0
    return max(0.0, (datetime.fromisoformat(line.waits_until).astimezone(UTC) - now).total_seconds())


def may_be_released(line: DoubtLine, now: datetime) -> bool:
    return not line.waits_for or (line.waits_until is not None and left_s(line, now) <= 0)


def wait_words(line: DoubtLine, now: datetime) -> str:
    """`9:41 to wait: UPS may show a label only some minutes after it was made`."""
    if may_be_released(line, now):
        return "can be released"
    if line.waits_until is None:
        return f"{UNTIL_NOBODY_KNOWS}: {line.waits_for}"
    seconds = round(left_s(line, now))
    clock = f"{seconds // 60}:{seconds % 60:02d}" if seconds < 3600 else duration(seconds)
    return f"{clock} to wait: {line.waits_for}"


def looked_words(line: DoubtLine) -> str:
    """`2 times, last 2026-11-30 14:05: not found`."""
    if line.looked_up_at is None:
        return "not looked up yet"
    times = "once" if line.look_ups == 1 else f"{line.look_ups} times"
    return f"{times}, last {local_time(line.looked_up_at)}: {visible_line(line.found)}"
