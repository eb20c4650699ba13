"""What a test hears of a brain."""

from dataclasses import dataclass, field


@dataclass
class Ear:
    """Hears everything a brain says: whole sayings, pieces as they stream, notices and what was used."""

    said: list[str] = field(default_factory=list)
    deltas: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    usage: list[tuple[int, int, int | None]] = field(default_factory=list)

    async def __call__(self, text: str) -> None:
        self.said.append(text)

    def delta(self, text: str) -> None:
        self.deltas.append(text)

    def notice(self, text: str, level: str = "info") -> None:
        self.notices.append(text)

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None:
        self.usage.append((input_tokens, output_tokens, cost_cents))
