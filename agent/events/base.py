"""What all events share: they are plain data, written as JSON and read from it."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

VERSION = 1


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; `kind` is the class's name in JSON."""

    kind: ClassVar[str] = "event"

    def to_json(self) -> dict[str, Any]:
        """`{"v": 1, "event": kind, ...fields}`."""
        return {"v": VERSION, "event": type(self).__name__, **asdict(self)}


def from_json(told: dict[str, Any]) -> Event:
    """The event that `to_json` wrote; lists stand for tuples, and parts of an event stay dictionaries.

    Raises:
        KeyError: it names no event.
    """
    kind = {kind.__name__: kind for kind in Event.__subclasses__()}[told["event"]]
    return kind(**{part.name: told[part.name] for part in fields(kind) if part.name in told})
