"""What the person of a session said, and what they answered about the open sheet."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.mapping.answers import CELL

THEN = "; then "
_CHANGES = re.compile(
    r"""\s*(?:(?:please|now|ok|okay|no|actually)[,:]?\s+)*
        (?:only|just|make|add|without|except|excluding|leave|skip|drop|remove|exclude|undo|instead|change|same\s+again
          |and|but|also|keep|the\s+ones|those|not)\b | .*\binstead\s*[.!]*\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that change what was said before; others say by themselves what goes."""


@dataclass(slots=True)
class PersonState:
    """Their words, and the values that they gave for what sheets lack."""

    said: list[str] = field(default_factory=list)
    """Their own words in this session: only paths in here may be opened."""
    defaults: dict[str, str] = field(default_factory=dict)
    """What they gave for what a sheet lacks, as an option or by words: `weight` -> `1lb`."""
    command: str = ""
    """What they asked to be shipped, with the refinements since, each after `THEN`: what a batch is called by, and what
    is said again to plan it anew."""
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

    def whole_command(self, otherwise: str) -> str:
        """The command that their last words make: a sentence of its own, or what stood before, refined."""
        words = self.last_words or otherwise
        if words == self.command.rpartition(THEN)[2]:
            return self.command
        return f"{self.command}{THEN}{words}" if self.command and _CHANGES.match(words) else words

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
        self.command = ""
