"""Which items of a long transcript are on the screen: a slice that moves, never the whole."""

from dataclasses import dataclass

WINDOW = 60
"""Items mounted at most."""
STEP = 30
"""Items that one look backward or forward brings."""


@dataclass(slots=True)
class Window:
    """The half-open slice `[start, end)` of `total` items; at the end it follows what is added."""

    total: int = 0
    start: int = 0
    end: int = 0
    size: int = WINDOW

    @property
    def earlier_count(self) -> int:
        return self.start

    @property
    def later_count(self) -> int:
        return self.total - self.end

    def grow(self, total: int, *, follow: bool) -> None:
        """Items were added; only a reader at the end sees them at once."""
        self.total = total
        if follow:
            self.to_end()

    def to_end(self) -> None:
        self.end = self.total
        self.start = max(0, self.end - self.size)

    def earlier(self) -> None:
        """Move towards the beginning by one step."""
        self.start = max(0, self.start - STEP)
        self.end = min(self.total, self.start + self.size)

    def later(self) -> None:
        """Move towards the end by one step."""
        self.end = min(self.total, self.end + STEP)
        self.start = max(0, self.end - self.size)
