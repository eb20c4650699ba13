"""What a shipping rule says about a cell: it fits, it was changed, a person must choose, or the row cannot go.

A rule is a pure function over text. It does not know where the text came from: the builder fills in
`column` and `cell` before anybody sees the verdict.
"""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from agent.errors import ErrorKind

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Ok(Generic[Value]):
    """The text means `value`. A `warning` is shown in the preview and does not stop the row."""

    value: Value
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Changed(Generic[Value]):
    """The text was read as something that it does not say letter by letter; the preview shows before, after and why."""

    value: Value
    before: str
    after: str
    why: str
    column: str = ""

    def __str__(self) -> str:
        place = f"{self.column}: " if self.column else ""
        return f"{place}{self.before or 'blank'} -> {self.after or 'left out'} ({self.why})"


@dataclass(frozen=True, slots=True)
class Ask:
    """A choice that is the person's. The answer goes to `Answers` under `slot` and holds for every row that asks it.

    With `free_text` any value that the slot understands is an answer too (a weight, a box, a country).
    """

    question: str
    options: tuple[str, ...]
    slot: str
    free_text: bool = False
    column: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """The row cannot be shipped as it is: which cell, why, and what to do."""

    code: str
    why: str
    remedy: str
    column: str = ""
    cell: str = ""
    rule: str = ""
    """What was wanted, in words that quote no cell."""

    def __str__(self) -> str:
        place = f"{self.column} {self.cell!r}: " if self.column else ""
        return f"{self.code}: {place}{self.why}. {self.remedy}"


Verdict = Ok[Value] | Changed[Value] | Ask | Reject


def reject(kind: ErrorKind, text: str = "", /, **words: object) -> Reject:
    """A rejection of a registered kind; a missing word is a programming error (KeyError)."""
    return Reject(kind.code, kind.message.format(**words), kind.remedy.format(**words), cell=text)


def at(verdict: Verdict[Value], column: str, cell: str) -> Verdict[Value]:
    """The verdict with the place it is about."""
    if isinstance(verdict, Reject):
        return replace(verdict, column=verdict.column or column, cell=verdict.cell or cell)
    if isinstance(verdict, Changed | Ask):
        return replace(verdict, column=verdict.column or column)
    return verdict
