"""What UPS said beside its prices: whose rates they are, and the alerts that came with a success. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from agent.planning.quoting import Quote

ON_EVERY_QUOTE: Final = frozenset({"110971"})
"""`Your invoice may vary from the displayed reference rates`: with every answer, so it tells a person nothing."""
_IN_WORDS: Final = {"negotiated": "negotiated rates", "list": "list prices"}
_MOST_ROWS: Final = 12


def rates_in_words(quotes: Iterable[Quote]) -> str:
    """`negotiated rates`, `list prices`, both, or nothing where UPS does not say."""
    found = {quote.basis for quote in quotes if quote.cents is not None}
    return " and ".join(words for basis, words in _IN_WORDS.items() if basis in found)


def quote_notes(sheet_rows: Sequence[Sequence[int]], quotes: Sequence[Quote]) -> list[str]:
    """A line for list prices and one for each alert, with the sheet rows where not all quotes have it.

    `sheet_rows` are those of the shipments, in the order of the quotes.
    """
    made = [(rows, quote) for rows, quote in zip(sheet_rows, quotes, strict=False) if quote.cents is not None]
    listed = [rows for rows, quote in made if quote.basis == "list" and not any(map(_is_ours, quote.alerts))]
    lines = [f"List prices, not negotiated rates{_of(listed, len(made))}."] if listed else []
    by_alert: dict[tuple[str, str], list[Sequence[int]]] = {}
    for rows, quote in made:
        for alert in dict.fromkeys(quote.alerts):
            if alert[0] not in ON_EVERY_QUOTE:
                by_alert.setdefault(alert, []).append(rows)
    lines += [_said(alert, _of(several, len(made))) for alert, several in by_alert.items()]
    return lines


def _said(alert: tuple[str, str], rows: str) -> str:
    code, message = alert
    said = f"{message.rstrip('.')} ({code})."
    if not _is_ours(alert):
        return f"UPS says{rows}: {said}"
    return f"{rows.removeprefix(' for ').capitalize()}: {said}" if rows else said


def _is_ours(alert: tuple[str, str]) -> bool:
    """Whether the server itself says it (that a price is the list price), and no code of UPS."""
    return alert[0].startswith("E-")


def _of(several: Sequence[Sequence[int]], all_of_them: int) -> str:
    if len(several) == all_of_them:
        return ""
    numbers = [str(row) for rows in several for row in rows]
    more = " ..." if len(numbers) > _MOST_ROWS else ""
    return f" for {'row' if len(numbers) == 1 else 'rows'} {', '.join(numbers[:_MOST_ROWS])}{more}"
