"""What the person of a session said, apart from any sheet."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PersonState:
    """Their words, and the values that they gave for what sheets lack."""

    said: list[str] = field(default_factory=list)
    """Their own words in this session: only paths in here may be opened."""
    defaults: dict[str, str] = field(default_factory=dict)
    """What they gave for what a sheet lacks: `weight` -> `1lb`."""

    @property
    def last_words(self) -> str | None:
        return self.said[-1] if self.said else None
