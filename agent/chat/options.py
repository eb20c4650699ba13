"""What a caller decides before a session opens."""

from dataclasses import dataclass, field
from typing import Any, Literal

from agent.planning.model import Budget
from agent.saved_sessions.resuming import Resumed


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """The choices of a command line, of a script or of the screens."""

    source: str | None = None
    source_options: dict[str, Any] = field(default_factory=dict)
    model: str | None = None
    mode: Literal["confirm", "auto"] = "confirm"
    budget: Budget = field(default_factory=Budget)
    defaults: dict[str, str] = field(default_factory=dict)
    on_error: Literal["stop", "continue"] = "stop"
    concurrency: int | None = None
    on: Literal["here", "temporal"] | None = None
    """Where batches run; None = as the setting `dispatch` says."""
    quote_all: bool = False
    offer_recovery: bool = True
    """Ask about unfinished batches at the start (a script that says one sentence is only told)."""
    resumed: Resumed | None = None
    """The kept talk that this session goes on with."""
    attended: bool = True
    """Whether a person is there to answer. With `-p` nobody is: what only a person may allow is refused."""
