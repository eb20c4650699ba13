"""Reading lexemes from left to right: tokens, and the cursor that the rules of the second pass share."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.quantities import DAY_WORDS, MONEY_WORDS
from agent.brains.language.scanner import Lexeme

_MEANINGFUL: Final = (
    "PLACE",
    "VALUE",
    "NUMBER",
    "AMOUNT",
    "SPAN",
    "ID",
    "TEXT",
    "PERIOD",
    "SERVICE",
    "UNKNOWN",
    "VAGUE",
)
AGE_OPERATOR: Final[dict[str, str]] = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "="}
"""`more than 3 days ago` lies before that day."""


@dataclass(frozen=True, slots=True)
class Token:
    """One terminal of the grammar with its value and the words it came from."""

    kind: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NumberList:
    """Order numbers or rows: single ones and ranges, as they were written."""

    items: tuple[str | tuple[int, int], ...]


class Cursor:
    """A place in the lexemes of a message, and the tokens made so far."""

    def __init__(self, text: str, lexemes: list[Lexeme], today: date) -> None:
        self.text = text
        self.lexemes = lexemes
        self.today = today
        self.at = 0
        self.tokens: list[Token] = []

    def _look(self, ahead: int = 0) -> Lexeme | None:
        index = self.at + ahead
        return self.lexemes[index] if 0 <= index < len(self.lexemes) else None

    def _is(self, ahead: int, *kinds: str) -> bool:
        lexeme = self._look(ahead)
        return lexeme is not None and lexeme.may_be(*kinds)

    def _next_meaning(self, ahead: int) -> int:
        """The next place from `ahead` on that is not mere filler."""
        while (lexeme := self._look(ahead)) is not None and set(lexeme.kinds) == {"FILLER"}:
            ahead += 1
        return ahead

    def _last(self) -> str:
        return self.tokens[-1].kind if self.tokens else ""

    def _put(self, kind: str, value: Any, used: int = 1) -> bool:
        first, last = self.lexemes[self.at], self.lexemes[self.at + used - 1]
        self.tokens.append(Token(kind, value, self.text[first.start : last.end], first.start, last.end))
        self.at += used
        return True

    def _skip(self, used: int = 1) -> bool:
        """Pass over words that hold a sentence together; never over one that may name something."""
        for lexeme in self.lexemes[self.at : self.at + used]:
            if lexeme.may_be(*_MEANINGFUL) and not lexeme.may_be("FILLER"):
                raise AskError(Ask(f'What does "{lexeme.text}" mean here?', (), "words", True))
        self.at += used
        return True

    def _place_of(self, first: int, last: int) -> tuple[int, int]:
        """Where these lexemes stand in the message."""
        return self.lexemes[self.at + first].start, self.lexemes[self.at + last].end

    def _key(self, ahead: int) -> str:
        lexeme = self._look(ahead)
        return lexeme.key if lexeme is not None else ""

    def _counts(self, ahead: int) -> bool:
        """Whether the number there belongs to something that is counted (`5 lb`, `3 items`, `5 heaviest`)."""
        after = self._look(ahead + 1)
        return (
            after is not None
            and (
                after.may_be("WEIGHT_UNIT", "ITEMS", "SUPER", "RANDOM", "POST_GE", "POST_LE")
                or after.key in DAY_WORDS
                or after.key in MONEY_WORDS
            )
            and not (after.may_be("POST_GE") and after.key in ("on", "plus"))
        )
