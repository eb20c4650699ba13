"""The one form in which a tool refuses: `{code, message, where?, remedy, retryable}`.

A server keeps its codes in a registry of `FaultKind`s; a handler raises `ToolFault`.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One `E-####` code: its sentence (a `str.format` template), what to do, and whether trying again can help."""

    code: str
    message: str
    remedy: str
    retryable: bool = False


@dataclass(slots=True)
class ToolFault(Exception):
    """A refusal that a person can act on. `more` carries fields of one tool's own, e.g. `outcome`."""

    code: str
    message: str
    remedy: str
    retryable: bool = False
    where: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.code}: {self.message}{place} {self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        """What the refusal says, as it goes out."""
        answer: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.where is not None:
            answer["where"] = self.where
        answer |= {"remedy": self.remedy, "retryable": self.retryable}
        return answer | self.more


def fault(
    kind: FaultKind, /, where: str | None = None, more: dict[str, Any] | None = None, **words: object
) -> ToolFault:
    """Build a fault of a registered kind; `words` fill the placeholders of its sentence and remedy.

    A missing word is a programming error and raises KeyError: no text with unfilled placeholders reaches a person.
    """
    return ToolFault(
        code=kind.code,
        message=kind.message.format(**words),
        remedy=kind.remedy.format(**words),
        retryable=kind.retryable,
        where=where,
        more=more or {},
    )


BAD_ARGUMENTS = FaultKind(
    "E-2001",
    "The arguments of {tool} do not fit: {problems}.",
    "Call again with arguments that match the tool's input schema.",
)
UNKNOWN_TOOL = FaultKind("E-2002", "There is no tool {tool} here.", "Ask the server for its list of tools.")
INTERNAL = FaultKind(
    "E-4001",
    "{tool} met an unexpected error ({kind}).",
    "The details are in the server's log. Report it if it happens again.",
)
"""The registry of what every server can answer."""
