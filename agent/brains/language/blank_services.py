"""The service of rows whose service column is blank: `by the Upgrade column, ground if blank`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.brains.language.elements import Cut, Element, Mark, Service
from agent.brains.language.openings import opening
from agent.brains.language.requesting import is_service_column
from agent.brains.language.resolving import Resolver
from agent.brains.language.scanner import Lexeme, ServiceMention, scan

_BEFORE: Final = opening("services", "blank_before")
_AFTER: Final = opening("services", "blank_after")
_LINKS: Final = opening("services", "links")


@dataclass(frozen=True, slots=True)
class BlankService:
    """A message without what it says of blank cells, and the service that it names for those."""

    rest: str
    service: ServiceMention
    for_all: bool
    """Said as "otherwise", which is about blank cells only where all rows go by the column."""

    def given_to(self, elements: Sequence[Element], resolver: Resolver) -> list[Element] | None:
        """The elements of the rest, the service column knowing its fallback; None where none was named."""
        elements = [_service_of_sorting(element, resolver) for element in elements]
        columns = [e for e in elements if isinstance(e, Service) and e.mention is None]
        selects = any(not isinstance(e, (Mark, Service)) for e in elements)
        if len(columns) != 1 or (self.for_all and selects):
            return None
        return [replace(e, blank=self.service) if e is columns[0] else e for e in elements]


def cut_blank_service(text: str, resolver: Resolver) -> BlankService | None:
    """What a message says of the blank cells of a service column that it names; None where it says nothing."""
    for lexeme in reversed(_scanned(text, resolver)):
        if "SERVICE" not in lexeme.kinds:
            continue
        before, after = text[: lexeme.start], text[lexeme.end :]
        head, tail = _BEFORE.search(before), _AFTER.match(after)
        if head is None and tail is None:
            continue
        kept = before[: head.start()] if head is not None else _LINKS.sub("", before)
        rest = f"{kept} {after[tail.end() :] if tail is not None else after}".strip()
        if _names_one_column(_scanned(rest, resolver), resolver):
            said = head or tail
            return BlankService(rest, lexeme.kinds["SERVICE"], said is not None and said["any"] is not None)
    return None


def _scanned(text: str, resolver: Resolver) -> list[Lexeme]:
    return scan(text, resolver.facts, resolver.today, resolver.answers)


def _names_one_column(lexemes: list[Lexeme], resolver: Resolver) -> bool:
    """Whether these words name a service column, and no service."""
    if any("SERVICE" in lexeme.kinds and "COLUMN" not in lexeme.kinds for lexeme in lexemes):
        return False
    columns = [name for lexeme in lexemes if "COLUMN" in lexeme.kinds for name in lexeme.kinds["COLUMN"].columns]
    called = any("COLUMN_WORD" in lexeme.kinds for lexeme in lexemes) and bool(columns)
    return (
        called
        or any("SHEET_SERVICE" in lexeme.kinds for lexeme in lexemes)
        or any(is_service_column(name, resolver) for name in columns)
    )


def _service_of_sorting(element: Element, resolver: Resolver) -> Element:
    """`by ship via`, which could also be an order of rows."""
    if isinstance(element, Cut) and element.kind == "sort" and is_service_column(element.column, resolver):
        return Service(None, element.text, element.column)
    return element
