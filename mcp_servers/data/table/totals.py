"""Which rows are totals: what they call themselves, in the languages of spreadsheets, and what else they hold."""

import re
from collections.abc import Sequence

_WORDS = (
    # English
    r"(?:grand|sub|overall|running|report|page|net|gross)?[\s-]*totals?",
    r"(?:grand\s+)?sum",
    # German, Dutch, Scandinavian
    r"(?:gesamt|zwischen|end)?-?summen?|gesamt(?:ergebnis|betrag|wert)?|insgesamt|(?:teil)?ergebnis",
    r"(?:eind|sub|tussen)?-?totaal|totalt|totalsumma|(?:del)?summa|(?:under)?total|yhteensä",
    # French, Italian, Spanish, Portuguese, Romanian
    r"(?:sous-?\s?)?total(?:\s+(?:général|generale?|geral|global|partiel|partial|parcial|complessivo))?|totaux|sommes?",
    r"(?:sub)?total[ei](?:s|\s+(?:generale|complessivo|parziale))?|somma|suma(?:\s+(?:total|końcowa|częściowa))?|soma",
    # Polish, Czech, Slovak, Hungarian, Turkish, Russian, Ukrainian, Greek
    r"razem|łącznie|ogółem|celkem|celkom|součet|spolu|(?:vég)?összeg|(?:minden)?összesen|részösszeg|(?:genel\s+)?toplam",
    r"(?:общий\s+)?итого?|всего|сумма|разом|усього|всього|підсумок|σύνολο|σύνολα",
    # Chinese, Japanese, Korean
    r"合\s?[计計]|[总總]\s?[计計数額额]|小\s?[计計]|汇总|彙總|集計|総計|総合計|합계|총계|총합계|소계|요약",
)
_MAYBE_WORDS = "average|avg\\.?|mean|count|mittelwert|durchschnitt|anzahl|moyenne|nombre|promedio|media|średnia|среднее"
"""They head a row of figures, and are names of people and shops too."""
_COUNTED = (
    "orders? items? lines? rows? units? pieces? pcs qty quantity amount price value weight cost due shipping "
    "shipments? packages? parcels? sales usd eur gbp cad aud chf kg lbs? oz of for all the bestellungen menge betrag "
    "gewicht commandes montant poids pedidos importe peso general"
).replace(" ", "|")
_BEHIND = rf"(?:[\W_]+(?:{_COUNTED}|\d[\d.,]*)(?![^\W_]))*(?:[\W_]*|\s?:.*)"
_TOTAL = re.compile(rf"[\W_]*(?:{'|'.join(_WORDS)})(?!\w){_BEHIND}", re.IGNORECASE | re.DOTALL)
_OF_A_GROUP = re.compile(rf"[\W_]*(?:{'|'.join(_WORDS)})(?!\w)[\W_]+\w.*", re.IGNORECASE | re.DOTALL)
_MAYBE = re.compile(rf"[\W_]*(?:{_MAYBE_WORDS})(?!\w){_BEHIND}", re.IGNORECASE | re.DOTALL)
_FIGURE = re.compile(r"\W*(?:[a-z]{1,3}\.?\s?)?[-+(]?\s?[$€£¥₹]?\s?\d[\d.,\s'’]*\)?\W*\w{0,10}\W*", re.IGNORECASE)
"""A number with its currency, unit or what it counts: `$ 1,234.50`, `USD 55`, `25.3 lb`, `12 orders`."""
_LONGEST = 60
"""Letters of a cell that is either; a longer one would take long to match."""


def calls_itself_total(text: str) -> bool:
    """Whether a cell says `Total`, `Grand total (USD)`, `TOTAL ORDERS: 12`, `Summe`, `合計`; `Total Wine` does not."""
    return _fits(_TOTAL, text)


def is_total(cells: Sequence[str | None], typical: float) -> bool:
    """Whether a row is a total: a cell calls it so, and the others are figures, or few beside the `typical` row's
    number of filled cells. A full row never is: a customer may be called Total.

    `Subtotal Texas` and `Total for Boston` head few figures, from the very first column, where items do not stand.
    """
    texts = [text for cell in cells if cell is not None and (text := cell.strip())]
    named = [text for text in texts if calls_itself_total(text)]
    others = [text for text in texts if text not in named]
    narrow = len(texts) * 2 <= typical
    if narrow and (named or _of_a_group(cells, texts)):
        return True
    headed = [text for text in texts if _fits(_MAYBE, text)]
    figures = [text for text in others if text not in headed]
    return bool(named or headed) and len(texts) < len(cells) and all(_fits(_FIGURE, one) for one in figures)


def _of_a_group(cells: Sequence[str | None], texts: Sequence[str]) -> bool:
    first = (cells[0] or "").strip() if cells else ""
    figures = texts[1:]
    return _fits(_OF_A_GROUP, first) and len(figures) > 0 and all(_fits(_FIGURE, one) for one in figures)


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _LONGEST and pattern.fullmatch(text) is not None
