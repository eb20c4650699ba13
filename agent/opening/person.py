"""What the person of a session said, and what they answered about the open sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.mapping.answers import CELL


@dataclass(slots=True)
class PersonState:
    """Their words, and the values that they gave for what sheets lack."""

    said: list[str] = field(default_factory=list)
    """Their own words in this session: only paths in here may be opened."""
    defaults: dict[str, str] = field(default_factory=dict)
    """What they gave for what a sheet lacks, as an option or by words: `weight` -> `1lb`."""
    answers: dict[str, str] = field(default_factory=dict)
    """What they answered when they were asked about rows of the open sheet, by slot: it holds for all that is said of
    this sheet later, until it is taken back or another sheet is opened."""
    _before: dict[str, str | None] = field(default_factory=dict)
    """Defaults that were given by words over the open sheet, with what stood there before."""
    _cells_of: str = ""
    """The fingerprint of the sheet whose cells were answered."""

    @property
    def last_words(self) -> str | None:
        return self.said[-1] if self.said else None

    @property
    def values(self) -> dict[str, str]:
        """All that they gave, by slot."""
        return self.defaults | self.answers

    @property
    def given(self) -> dict[str, str]:
        """What they gave over the open sheet and can take back, by slot."""
        return {slot: self.defaults[slot] for slot in self._before if slot in self.defaults} | self.answers

    def set_default(self, slot: str, text: str, *, of_sheet: bool) -> None:
        """A value by words; `of_sheet`: it is said of the open sheet, and goes with it."""
        if of_sheet:
            self._before.setdefault(slot, self.defaults.get(slot))
        self.defaults[slot] = text
        self.answers.pop(slot, None)

    def keep(self, answers: Mapping[str, str]) -> None:
        """Answers that were understood."""
        self.answers |= answers

    def read_sheet(self, fingerprint: str) -> None:
        """What was answered for single cells holds for the very sheet that was shown: in another one the row may be
        somebody else's."""
        if self._cells_of != fingerprint:
            self.answers = {slot: text for slot, text in self.answers.items() if not slot.startswith(CELL)}
        self._cells_of = fingerprint

    def take_back(self, slots: Iterable[str]) -> dict[str, str]:
        """Forget these, options of the command line too; what was forgotten."""
        gone = {}
        for slot in slots:
            if slot in self.values:
                gone[slot] = self.values[slot]
            self.defaults.pop(slot, None)
            self.answers.pop(slot, None)
            self._before.pop(slot, None)
        return gone

    def leave_sheet(self) -> None:
        """Another sheet is open: what was given over the former one was about that."""
        for slot, before in self._before.items():
            if before is None:
                self.defaults.pop(slot, None)
            else:
                self.defaults[slot] = before
        self._before.clear()
        self.answers.clear()
