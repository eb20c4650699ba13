"""What a command asks of its shipments besides rows and service: who pays, a Saturday, an Access Point, notices,
references.

Each phrase is cut out of the message; what is left is read as ever. Returns are cut in `return_words`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from agent.shipping.access_points import DOOR, NEAREST
from agent.shipping.country_names import country_of
from agent.understanding.requests import Ask, Say
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import keys, stem, straight

_LINK: Final = r"[,;]?\s*(?:\b(?:and|but|with|please|then)\b\s*)*"
_WHO: Final = r"(?:the |their |each |every |all |all the |all of the )?(?:customers?|recipients?|buyers?|receivers?)"
_NUMBER: Final = (
    r"(?:(?:(?:ups )?(?:account|acct\.?)(?: (?:number|no\.?|#))?|#) ?#?(?P<number>[A-Z0-9]{6})"
    r"|(?P<bare>(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{6}))\b"
)
_PLACE: Final = (
    r"(?:[ ,]*\(?(?:in |with |and )?(?:zip(?: code)?|postal code)? ?"
    r"(?P<zip>\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)\b(?:[ ,]+(?P<country>USA?|[A-Z]{2}|canada|mexico)\b"
    r"(?! (?:orders|ones|rows)\b))?\)?)?"
)
_NUMBER_ALONE: Final = _NUMBER.replace("number>", "number2>").replace("bare>", "bare2>")
_PLACE_ALONE: Final = _PLACE.replace("zip>", "zip2>").replace("country>", "country2>")
_BILL: Final = re.compile(
    rf"{_LINK}\b(?:bill|charge|billing|charging|billed|charged)"
    r"(?: (?:it|them|these|those|everything|all|all of (?:it|them)|the freight|freight|shipping|transportation))?"
    # “Their account 12X345” names nobody: that stays a refusal.
    r"(?: to)? (?:(?:the |a |an |their |its )?"
    r"(?P<who>receivers?|recipients?|customers?|third[ -]part(?:y|ies)|3rd[ -]part(?:y|ies)|consignees?)(?:['’]s?)?"
    rf"(?:[ ,]*(?:with |on |to )?(?:the |their )?{_NUMBER}{_PLACE})?"
    rf"|(?:the )?{_NUMBER_ALONE}{_PLACE_ALONE})",
    re.IGNORECASE,
)
_COLLECT: Final = re.compile(rf"{_LINK}\bfreight collect\b", re.IGNORECASE)
_DUTY: Final = r"(?:the |all |import |any )*(?:duties|duty|customs)(?: and (?:the )?tax(?:es)?| & tax(?:es)?)?"
_DUTIES: Final = re.compile(
    rf"{_LINK}(?:\b(?P<receiver>{_WHO} (?:to |will |should |must )?pays? {_DUTY}"
    rf"|{_DUTY} (?:is |are )?(?:paid by|billed to) {_WHO}|bill {_DUTY} to {_WHO})(?: \(?(?:dap|ddu)\)?)?"
    rf"|\b(?P<shipper>(?:we|i)(?:'ll| will)? pay {_DUTY}"
    rf"|{_DUTY} (?:is |are )?(?:paid by|billed to) (?:us|me|the shipper)"
    rf"|bill {_DUTY} to (?:us|me|our account))(?: ?\(?ddp\)?)?"
    r"|\(?\b(?P<term>ddp|dap|ddu)\b\)?)",
    re.IGNORECASE,
)
_SATURDAY: Final = re.compile(
    rf"{_LINK}(?:for )?(?P<no>\b(?:no|without|not) )?\b(?:deliver(?:ed|y|ies|ing|s)?(?: (?:them|it|these|those|all))?"
    r" on (?:a |the |this |the coming )?saturdays?|(?P<noun>saturday deliver(?:y|ies)))\b",
    re.IGNORECASE,
)
_POINT: Final = (
    r"(?P<which>(?:the |an |a |their |its |your |some )?(?:(?:nearest|closest|local|nearby|next) )*)(?:ups )?"
    r"access[ -]?points?\b"
    r"(?! ?(?:ids?|column|field|names?|address(?:es)?|is|are|equals|says|contains|=|of)\b)"
    r"(?: (?:near(?:est)?|clos(?:e|est)|next)(?: to)? (?:them|it|him|her|the |each |every |their )?"
    r"(?:customers?|recipients?|buyers?|address(?:es)?|homes?)?)?"
    r"(?: to (?:each|every|the|their) (?:customers?|recipients?|buyers?|address(?:es)?))?"
    r"(?P<id>,? (?:#|number |no\.? |id )?(?=[A-Z]*\d)[A-Z0-9]{9}\b)?"
)
_TO_POINT: Final = (
    r"(?:(?:for |with )?(?:pick-?up|collection|holding|hold|delivery) (?:at|to|from)|(?:to be )?(?:held|kept|collected)"
    r" at|deliver(?:ed|ing)?(?: (?:them|it|these|those|all|everything))? to|(?:to )?hold(?:ing)?(?: (?:them|it|these"
    r"|those|all|everything))? at|to|at|via|use|using|through|into)"
)
_NO_POINT: Final = re.compile(rf"{_LINK}\b(?:no|not (?:to|at)|without|never (?:to|at)) {_POINT}", re.IGNORECASE)
_AT_POINT: Final = re.compile(rf"{_LINK}\b{_TO_POINT} {_POINT}", re.IGNORECASE)
_LEAD: Final = r"(?:(?:please|now|and|then|also|ok(?:ay)?|can you|could you|let's)[ ,]+)*"
_HOLD: Final = re.compile(
    rf"^(?P<lead>{_LEAD})(?:hold|keep|leave) (?P<what>.+?)(?: for (?:pick-?up|collection))? at {_POINT}",
    re.IGNORECASE,
)
NAMED_POINT: Final = (
    "I take the Access Point that UPS says is nearest, or the one whose id stands in the row: put {id} into a column"
    " “Access Point ID”, and say it again."
)
_EVENT_WORDS: Final = (
    r"when|once|if|as soon as|on|about|of|upon|and|or|it|they|any|a|an|the|package|packages|parcel|parcels|shipment|"
    r"shipments|is|are|gets?|has|have|been|there|ships?|shipped|sent|goes|go|out|leaves|delivered|delivery|delivers|"
    r"arrives?|arrived|delayed|late|exceptions?|delays?|problems?|something|wrong"
)
_NOTIFY: Final = re.compile(
    rf"{_LINK}\b(?:e-?mail|notify|alert|inform|send (?:an? |the )?(?:(?:tracking|e-?mail|shipping|delivery) )?"
    rf"(?:e-?mails?|notices?|notifications?|updates?) to)(?: (?:{_WHO}|them|everyone|everybody))"
    rf"(?!\s+(?:list|lists|file|data|names|addresses|sheet|details|numbers)\b)(?!.*@)(?: by e-?mail)?"
    r"(?: (?:an? |the |their )?(?:update|notice|notification|tracking(?: numbers?)?)s?)?"
    rf"(?P<events>(?:\s*(?:[,/]\s*)?\b(?:{_EVENT_WORDS})\b)*)(?: by e-?mail)?",
    re.IGNORECASE,
)
_EVENTS: Final = (
    ("ship", re.compile(r"\b(?:ships?|shipped|sent|goes out|go out|leaves)\b", re.IGNORECASE)),
    ("exception", re.compile(r"\b(?:exceptions?|delays?|delayed|late|problems?|wrong)\b", re.IGNORECASE)),
    ("delivery", re.compile(r"\b(?:deliver\w*|arrives?|arrived|there)\b", re.IGNORECASE)),
)
_AS_REFERENCES: Final = re.compile(
    rf"{_LINK}\b(?:put|print|use|add|include|give|send|with)\s+(?:the )?(?P<columns>[^;.]+?)\s+(?:as|for|in)"
    r"(?: the| a)? references?(?: (?:numbers?|fields?))?(?: \d(?:(?:, ?| and | to | ?- ?)\d)*)?"
    r"(?: (?:on|of) (?:the |each |every )?labels?)?"
    r"(?P<barcode> (?:with|and|as) (?:a )?barcodes?)?",
    re.IGNORECASE,
)
_AS_BARCODE: Final = re.compile(
    rf"{_LINK}\b(?:put|print|use|add|include|with)\s+(?:the )?(?P<columns>[^;.,]+?)\s+as (?:a )?barcode"
    r"(?: (?:on|of) (?:the |each |every )?labels?)?",
    re.IGNORECASE,
)
_STOPPED: Final = re.compile(
    r"\b(?:with|containing|contains?|packed (?:with|in|on)|as)"
    r"(?: (?:a )?\d+(?:\.\d+)? ?(?:lbs?|kgs?|pounds?|kilos?)(?: of)?)? "
    r"(?P<what>dry ice|(?:a )?limited quantit(?:y|ies)|hazmat|hazardous (?:goods|materials?)|dangerous goods)\b",
    re.IGNORECASE,
)
STOPPED: Final = (
    "I do not send {what}: UPS wants an agreement, the regulation set, weights and papers for it, and a plain label"
    " would be wrong. Ship these orders with UPS's own software, and leave them out here."
)
_WHOSE: Final = ("the receiver's", "a third party's")


@dataclass(frozen=True, slots=True)
class WithOptions:
    """A message without its options, and what they ask."""

    rest: str
    options: dict[str, Any] = field(default_factory=dict)
    of_batch: str = ""


def cut_options(text: str, sheet: Sheet, answers: Mapping[str, str]) -> WithOptions | Ask | Say | None:
    """The command without such phrases, and what they ask; None where it has none. A header or a cell that reads the
    same is about rows, and stays."""
    stopped = _STOPPED.search(text)
    if stopped is not None and not _of_sheet(stopped["what"], sheet):
        return Say(STOPPED.format(what=stopped["what"].casefold().removeprefix("a ")), refusal=True)
    found = WithOptions(straight(text))
    named = _AT_POINT.search(found.rest)
    if named is not None and named["id"]:
        return Say(NAMED_POINT.format(id=named["id"].split()[-1].lstrip("#").upper()), refusal=True)
    for cut in (_billing, _duties, _saturday, _access_point, _notices, _references):
        made = cut(found, sheet, answers)
        if isinstance(made, Ask):
            return made
        found = made
    return found if found.options or found.rest != straight(text) else None


def _without(found: WithOptions, match: re.Match[str], **options: Any) -> WithOptions:
    rest = f"{found.rest[: match.start()]} {found.rest[match.end() :]}"
    # A no takes back what was said before.
    given = {name: value for name, value in options.items() if value or value is False}
    return replace(found, rest=" ".join(rest.split()).strip(" ,;.!"), options=found.options | given)


def _billing(found: WithOptions, sheet: Sheet, answers: Mapping[str, str]) -> WithOptions | Ask:
    match = _BILL.search(found.rest)
    if match is None:
        collect = _COLLECT.search(found.rest)
        if collect is None or _of_sheet("freight collect", sheet):
            return found
        return _without(found, collect, bill_to="receiver")
    before = keys(found.rest[: match.start()])
    if sheet.of("bill_to") and before[-1:] in (("orders",), ("ones",), ("rows",), ("are",), ("is",)):
        return found
    number = (match["number"] or match["bare"] or match["number2"] or match["bare2"] or "").upper()
    who = _payer((match["who"] or "").casefold())
    if not who:
        ask = Ask(f"Whose is the UPS account {number}?", _WHOSE, "words", free_text=False)
        given = answers.get(ask.question, "").casefold()
        if given not in _WHOSE:
            return ask
        who = "receiver" if given == _WHOSE[0] else "third_party"
    country = match["country"] or match["country2"]
    return _without(
        found,
        match,
        bill_to=who,
        account_number=number,
        account_postal_code=(match["zip"] or match["zip2"] or "").upper(),
        account_country=country_of(country) if country else None,
    )


def _payer(who: str) -> str:
    if who.startswith("consignee"):
        return "consignee"
    return "third_party" if who[:1] in "3t" and who else "receiver" if who else ""


def _duties(found: WithOptions, sheet: Sheet, _answers: Mapping[str, str]) -> WithOptions:
    match = _DUTIES.search(found.rest)
    if match is None or (match["term"] and _of_sheet(match["term"], sheet)):
        return found
    ours = match["shipper"] or (match["term"] or "").casefold() == "ddp"
    return _without(found, match, duties="shipper" if ours else "receiver")


def _saturday(found: WithOptions, sheet: Sheet, _answers: Mapping[str, str]) -> WithOptions:
    match = _SATURDAY.search(found.rest)
    if match is None or (match["noun"] and _of_sheet(match["noun"], sheet)):
        return found
    return _without(found, match, saturday=not match["no"])


def _access_point(found: WithOptions, sheet: Sheet, _answers: Mapping[str, str]) -> WithOptions:
    refused = _NO_POINT.search(found.rest)
    if refused is not None:
        return _without(found, refused, access_point=DOOR)
    held = _HOLD.match(found.rest)
    if held is not None:
        rest = f"{held['lead']}ship {held['what']} {found.rest[held.end() :]}"
        return replace(found, rest=" ".join(rest.split()), options=found.options | {"access_point": NEAREST})
    match = _AT_POINT.search(found.rest)
    # “Orders to access points” of a sheet that has such a column may be about its cells.
    if match is None or (not match["which"] and _of_sheet("access point", sheet)):
        return found
    return _without(found, match, access_point=NEAREST)


def _notices(found: WithOptions, _sheet: Sheet, _answers: Mapping[str, str]) -> WithOptions:
    match = _NOTIFY.search(found.rest)
    if match is None:
        return found
    named = tuple(name for name, words in _EVENTS if words.search(match["events"]))
    return _without(found, match, notify=named or tuple(name for name, _ in _EVENTS))


def _references(found: WithOptions, sheet: Sheet, answers: Mapping[str, str]) -> WithOptions | Ask:
    match, barcode = _AS_REFERENCES.search(found.rest), False
    if match is None:
        match, barcode = _AS_BARCODE.search(found.rest), True
    if match is None:
        return found
    columns: list[str] = []
    for name in re.split(r"\s*(?:,|&|\band\b)\s*", match["columns"]):
        said = re.sub(r"^(?:the|its|their|each order's) ", "", name.strip(), flags=re.IGNORECASE)
        if not said:
            continue
        column = _column(said, sheet, answers)
        if isinstance(column, Ask):
            return column
        columns.append(column)
    coded = columns[0] if barcode or match.groupdict().get("barcode") else None
    return _without(found, match, references=tuple(dict.fromkeys(columns)), barcode=coded)


def _column(said: str, sheet: Sheet, answers: Mapping[str, str]) -> str | Ask:
    held = sheet.headers.get(tuple(map(stem, keys(said))), ())
    best = min((cost for _, cost in held), default=1.0)
    names = list(dict.fromkeys(name for name, cost in held if cost == best))
    if len(names) == 1:
        return names[0]
    options = tuple(names or [column.name for column in sheet.columns][:8])
    ask = Ask(f'Which column is "{said}", to be a reference?', options, "column", free_text=False)
    given = answers.get(ask.question, "").casefold()
    return next((name for name in options if name.casefold() == given), ask)


def _of_sheet(words: str, sheet: Sheet) -> bool:
    """Whether a header or a cell of the sheet says these words."""
    wanted = " ".join(map(stem, keys(words)))
    texts = [text for column in sheet.columns for text in (column.name, *(value for value, _ in column.values))]
    return any(wanted in " ".join(map(stem, keys(text))) for text in texts)
