"""Which columns hold people (names, streets, phones, e-mails, free text about them): decided by the values, the header
only weighs in.

The values of such a column are never listed. A Shopify `Name` is an order number (#1001) and may be; a
`Deliver to` full of names may not, whatever it is called. Free text (`ring twice, gate code 4711`) may say anything
about anybody.
"""

import re
from collections.abc import Callable, Iterator, Sequence

_GIVEN = """
aaron abigail adam adrian agnes ahmed alan albert alejandro alex alexander alexandra ali alice alicia amanda amber amy
ana anders andre andrea andreas andrew angela anita ann anna anne annette anthony antonio anton arthur ashley barbara
beatrice ben benjamin bernd bernhard beth betty birgit bob bonnie brad brandon brenda brian bruce bryan camille carl
carla carlos carmen carol caroline carolyn catherine cathy cecilia charles charlotte chen chloe chris christa christian
christina christine christoph christopher cindy claire clara claudia craig cynthia dan daniel daniela danielle dave
david deborah debra denise dennis diana diane diego dieter dirk don donald donna doris dorothy douglas dylan edith
eduardo edward elena elisabeth elizabeth ella ellen elsa emily emma eric erica erik erika ernst esther ethan eva evan
evelyn fatima felix fernando florian frances francesca francisco francois frank franz fred gabriel gabriela gary
george gerald gerd gerhard gina giovanni giulia gloria grace greg gregory guido gunther hannah hans harald harold
harry hassan heather heidi heike heinz helen helena helga helmut henry herbert holger horst howard ian igor ines inge
ingrid irene isabel isabella ivan jack jacob jacqueline jacques james jamie jan jane janet janice jason javier jean
jeff jeffrey jennifer jeremy jerry jessica jessie jill jim joan joao joe joel johan johannes john johnny jon jonas
jonathan jordan jorge jose josef joseph joshua joyce juan juergen juan judith judy julia julian julie julien jun
jurgen jürgen justin kai karen karin karl karl-heinz katharina katherine kathleen kathryn kathy katja keith kelly ken
kenneth kevin kim klaus kristen kristin kyle larry lars laura lauren laurent lea lee lena leo leon leonard linda lisa
liam li lori louis louise luca lucas lucia lucy luis luisa lukas luke lynn madison manfred manuel marc marcel marco
marcus margaret maria marie marilyn mario marion mark marko markus martha martin martina mary mason mathieu matt
matteo matthew matthias max megan mei melanie melissa mia michael michaela michel michelle miguel mike mila mohamed
mohammed monica monika muhammad nadia nadine nancy natalia natalie natasha nathalie nathan neil nicholas nicola nicolas
nicole nils nina noah nora norbert olaf oleg olga oliver olivia omar oscar otto pablo pamela paola patricia patrick
paul paula pedro peggy peter petra philip philipp philippe phillip phyllis pierre priya rachel rafael rainer ralf ralph
raymond rebecca regina reinhard renate ricardo richard rita robert roberto robin roger roland ron ronald rosa rose roy
ruben rudolf russell ruth ryan sabine sally sam samantha samuel sandra sara sarah scott sean sebastian sergio shannon
sharon shirley silke silvia simon simone sofia sonja sophia sophie stacy stefan stefanie stephan stephanie stephen
steve steven sue susan susanne svetlana sven sylvia tamara tanja tara ted teresa terry theo theresa thomas tiffany tim
timothy tina tobias todd tom tomas tony tyler udo ulrich ulrike ursula ute uwe valentina vanessa vera veronica vicki
victor victoria vincent virginia volker walter wanda wayne wei wendy werner william willie wolfgang xavier yan yuki
yusuf yvonne zachary zoe zoey
"""
GIVEN_NAMES = frozenset(_GIVEN.split())

_NAMED = re.compile(
    r"\b(name|first ?name|last ?name|full ?name|surname|recipient|consignee|contact|attention|attn|att|customer|buyer|"
    r"purchaser|shopper|ship ?to|sold ?to|bill ?to|deliver(y)? ?to|c ?/ ?o|care of|receiver|addressee|sender|signed by|"
    r"company|firm|firma|firmenname|unternehmen|soci[ée]t[ée]|entreprise|raison sociale|empresa|compañía|azienda|"
    r"bedrijf|organi[sz]ation|employee|guest|member|owner|salutation|kunden?|kundenname|name\d|vorname|nachname|empfänger|"
    r"empfaenger|ansprechpartner|besteller|käufer|kaeufer|client|nom|prénom|prenom|destinataire|nombre|apellidos?|"
    r"destinatario|cliente|nome|cognome|klant|naam)\b|^business$",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"\b(\w*address(line)?\d*|addr?\d+|addr|street\d*|line ?\d|apt|apartment|suite|"
    r"unit n(o|umber)|phone|telephone|tel|mobile|cell|fax|e ?mail|mail|anschrift|adresse|"
    r"straße|strasse|str|hausnummer|telefon|handy|adresszusatz|rue|téléphone|courriel|dirección|direccion|calle|"
    r"teléfono|telefono|correo|indirizzo|straat|user ?name|user ?id|login)\b|^via\b",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"\b(notes?|memos?|comments?|remarks?|instructions?|messages?|requests?|notiz(en)?|bemerkung(en)?|kommentare?|"
    r"hinweise?|anmerkung(en)?|remarques?|commentaires?|instrucciones|comentarios?|notas?|observaciones|osservazioni|"
    r"istruzioni|opmerking(en)?|personali[sz]ation|engraving)\b",
    re.IGNORECASE,
)
_ACCOUNTS = re.compile(
    r"\b(party|receiver|recipient|consignee|collect|payer|payor|carrier|shipping|freight|3p|tpb|dut(y|ies)|billing|my) "
    r"(ups )?(account|acct)( (no|number))?$|\bups (account|acct)( (no|number))?$|\baccount to bill\b|"
    r"\b(eori|ioss)\b|\b(tax|vat) (id|no|number|registration|identification)\b",
    re.IGNORECASE,
)
"""Whose money or taxes it is: accounts that pay, numbers for customs."""
_PLACE_AT_THE_END = re.compile(r"\b(country|state|province|region|city|town|zip|postal)( ?code)?$", re.IGNORECASE)
_ADDRESS_FACTS = re.compile(r"\b(type|status|verified|validated|classification|residential)\b", re.IGNORECASE)
_THINGS = re.compile(
    r"(\b(product|item|sku|service|carrier|method|file|sheet|store|shop|warehouse|brand|vendor|country|state|city|"
    r"province|region|type|group|tags?|zip|csz|postal|code|status|category|artikel|plz|ort|stadt|land|title|description|"
    r"goods|contents?|variant|options?|colou?r|size|material|channel|source|campaign|payment|terms|priority|via)\b"
    r"|lineitem)",
    re.IGNORECASE,
)
_LABELS = re.compile(r"\b(id|number|no|nr|residential)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\b(id|ids|number|numbers|no|nr|order|invoice|ref|reference|barcode|upc|ean|gtin|isbn)\b", re.I)
_SHIPPED_BY = re.compile(
    r"\b(ups|usps|fedex|dhl|ground|express|overnight|air|standard|economy|saver|shipping|delivery|pickup|days?)\b", re.I
)

# Searched for in long cells: a pattern that begins with "any number of" takes the square of their length.
_E_MAIL = re.compile(r"[^@\s]@[^@\s]+\.[^@\s.]{2,}")
_PHONE = re.compile(r"(?<![\w-])(\+\d|\(\d{2,4}\)|\d{2,4}[ ./-])[\d ().\-/]{6,16}\d(?![\w-])")
_STREET = re.compile(
    r"^\s*\d{1,6}[a-z]?\s+\S.*\b(st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|way|ct|court|pl|place|"
    r"pkwy|parkway|hwy|highway|ter|terrace|cir|circle|sq|square|trl|trail|loop|broadway)\b\.?"
    r"|\w(straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer)\s*\d+\s*[a-z]?\b|^(rue|avenue|calle|via|rua)\s+\S.*"
    r"|\d,?\s+(rue|avenue|boulevard)\s|\bp\.?\s?o\.?\s?box\s+\d",
    re.IGNORECASE,
)
_CODE = re.compile(r"#?[A-Za-z]{0,6}[-_# /]?\d{1,9}([-_./][A-Za-z0-9]{1,8}){0,3}")
_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?"
_PIECE, _OVERLAP = 600, 100
_NAME = re.compile(rf"{_WORD},?(\s{_WORD}){{0,3}}")
_LETTERS = re.compile(r"[^\W\d_]+")
_SECRET_NUMBER = re.compile(r"(?<![\w.,])(?!(?:19|20)\d\d\b)(?:\d{3,}|[A-Za-z]+[-#]?\d{2,}\w*|\d+[A-Za-z]+\d\w*)#?")
_ANSWERS = frozenset({"y", "yes", "true", "n", "no", "false"})
_BARE_PHONE = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")


def holds_people(name: str, values: Sequence[str]) -> bool:
    """Whether a column of that header with these filled values holds names, streets, phones, e-mails or free text."""
    words = " ".join(re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").replace("-", " ").split())
    distinct = list(dict.fromkeys(piece for value in values if value.strip() for piece in _pieces(value.strip())))
    if distinct and all(value.casefold() in _ANSWERS for value in distinct):
        return False  # `Address OK`: yes and no tell nothing about a person
    if _reached(distinct):
        return True
    if _REACHED.search(words) and not _ADDRESS_FACTS.search(words) and not _names_one_place(words):
        return True
    if _ACCOUNTS.search(words):
        return True
    thing = _THINGS.search(words) is not None
    written = _WRITTEN.search(words)
    if written and not (_THINGS.search(words, written.end()) or _LABELS.search(words, written.end())):
        return True
    if _NAMED.search(words) and not thing and not _LABELS.search(words):
        return not distinct or not all(_CODE.fullmatch(value) for value in distinct)
    if thing:
        return False
    return _named(distinct) or _written(distinct) or (not _NUMBERED.search(words) and _bare_phones(distinct))


def _names_one_place(words: str) -> bool:
    """`Shipping Address State` holds a state; `Address, City, State` the whole address."""
    last = _PLACE_AT_THE_END.search(words)
    return last is not None and _THINGS.search(words[: last.start()]) is None


def _pieces(value: str) -> Iterator[str]:
    """A long text in overlapping pieces: the patterns below take the square of a text's length."""
    for start in range(0, max(1, len(value) - _OVERLAP), _PIECE - _OVERLAP):
        yield value[start : start + _PIECE]


def _reached(distinct: Sequence[str]) -> bool:
    """Streets, phones and e-mails are told by their form; one e-mail or phone inside a note is one too many."""
    if any(_E_MAIL.search(value) or (_PHONE.search(value) and _wordy(value)) for value in distinct):
        return True
    return _share(distinct, _is_phone) >= 0.3 or _share(distinct, lambda value: bool(_STREET.search(value))) >= 0.3


def _wordy(value: str) -> bool:
    """A phone number among words, such as a note."""
    return len(re.findall(r"[^\W\d_]{2,}", value)) >= 2 and _has_phone_digits(value)


def _is_phone(value: str) -> bool:
    return _PHONE.fullmatch(value) is not None and _has_phone_digits(value)


def _has_phone_digits(value: str) -> bool:
    found = _PHONE.search(value)
    return found is not None and 10 <= sum(letter.isdigit() for letter in found[0]) <= 15


def _named(distinct: Sequence[str]) -> bool:
    """Names under a header that does not say so: their form, and known given names among them."""
    given = _share(distinct, _has_given_name)
    return given >= 0.3 or (given >= 0.1 and _share(distinct, _has_form_of_name) >= 0.6)


def _has_form_of_name(value: str) -> bool:
    return _NAME.fullmatch(value) is not None and value[:1].isupper() and 2 <= len(value.split()) <= 4


def _has_given_name(value: str) -> bool:
    if _NAME.fullmatch(value) is None:
        return False
    words = value.casefold().replace(",", " ").split()
    first = [words[0], words[1] if "," in value and len(words) > 1 else words[0]]
    return any(word in GIVEN_NAMES for word in first)


def _written(distinct: Sequence[str]) -> bool:
    """Free text under a header that does not say so: sentences, and codes or numbers among words."""
    return _share(distinct, _is_free) >= 0.2


def _is_free(value: str) -> bool:
    if _SHIPPED_BY.search(value):
        return False
    words = _LETTERS.findall(value)
    return len(words) >= 5 or (len(words) >= 2 and " " in value and _SECRET_NUMBER.search(value) is not None)


def _bare_phones(distinct: Sequence[str]) -> bool:
    """Ten digits that can all be dialled, under a header that is not one of numbers."""
    return bool(distinct) and all(_BARE_PHONE.fullmatch(value) for value in distinct)


def _share(distinct: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, distinct)) / len(distinct) if distinct else 0.0
