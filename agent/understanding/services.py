"""UPS services in a message: their names, shorthand, and words that must be confirmed."""

from collections.abc import Iterator, Sequence
from typing import Final

from agent.shipping.services import LABELS, read_service, service_code
from agent.shipping.verdict import Ask
from agent.understanding.chart import Span
from agent.understanding.lexicon import entries
from agent.understanding.tokens import Token
from agent.understanding.values import Doubt, Service

_LONGEST: Final = 6
_LONG: Final = 7
_DAYS: Final = frozenset({"tomorrow", "2 days", "3 days", "two days", "three days"})
"""Names of services that are days first."""
_NO_SERVICE: Final = frozenset({"column", "field", "service"})
_ARTICLES: Final = frozenset({"a", "an", "no", "any", "some"})
"""`with a phone` names no service."""
_LEADS: Final = frozenset({"by", "via", "with", "using", "ups", "through", "goes", "worldwide"})


def services(tokens: Sequence[Token]) -> Iterator[Span]:
    """UPS services; a word that shops use for several ones, and a near miss, must be confirmed."""
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1):
            stretch = tokens[start:end]
            name = " ".join(token.key for token in stretch)
            if name.isdigit() or name == "ups" or any(token.key in (",", "?", "+") for token in stretch):
                continue
            code = _code(name)
            if code is not None:
                yield Span("Service", start, end, Service(code), 1.0)
            elif not any(service_code(token.key) for token in stretch):
                before = tokens[start - 1].key if start else ""
                yield from _doubtful(name, start, end, " ".join(token.text for token in stretch), before)


def _code(name: str) -> str | None:
    if name in _DAYS:
        return None
    short = [entry.value for entry in entries().get(tuple(name.split()), ()) if entry.category == "ServiceName"]
    labels = [code for code, label in LABELS.items() if label.casefold() == name]
    return next(iter([*short, *labels]), None) or service_code(name)


def _doubtful(name: str, start: int, end: int, said: str, before: str) -> Iterator[Span]:
    """`by express`, `via Grund`: where a service must stand, or where the word is like nothing else."""
    if (
        name in _NO_SERVICE
        or name.split()[0] in _ARTICLES
        or end > start + 2
        # "with more than one mug": words that say something else name no service.
        or any(entry.category != "ServiceName" for entry in entries().get(tuple(name.split()), ()))
        or not (before in _LEADS or name.startswith("worldwide "))
    ):
        return
    verdict = read_service(name)
    if isinstance(verdict, Ask):
        doubt = Doubt(f'Which UPS service is "{said}"?', verdict.options, "service")
        yield Span("Service", start, end, Service(doubt=doubt), 2.2)
