"""Which code pages a text without any mark may be in: those under which its words look like words.

A byte beyond ASCII is another letter in every code page. A reading is judged by where its letters stand: `MŸller` has a
capital inside a word, `Mart’nez` an apostrophe where no one is, `Dvoøák` the letters of two languages.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

WESTERN = "cp1252"
CODE_PAGES = (WESTERN, "mac_roman", "cp850", "iso8859-2", "cp1250", "shift_jis")
"""What order files come in besides Unicode: Windows, old Macs, DOS, Central Europe twice, Japan."""
_MOST_TOKENS = 400
_ALPHABETS = tuple(
    map(
        frozenset,
        (
            "äöüß",
            "àâæçéèêëîïôœùûüÿ",
            "áéíñóúüç",
            "áâãàçéêíóôõúü",
            "àèéìíîòóùú",
            "åäöæøéü",
            "ëïöüéèáóê",
            "áéíóöőúüű",
            "ąćęłńóśźż",
            "áčďéěíňóřšťúůýž",
            "áäčďéíľňóôšťúýž",
            "čćđšž",
            "āčēģīķļņšūž",
            "ąčęėįšųūž",
            "äõöüšž",
        ),
    )
)
"""Of German, French, Spanish, Portuguese, Italian, Nordic, Dutch, Hungarian, Polish, Czech, Slovak, Croatian and the
Baltic languages: no word takes its letters from two of them."""
_VOWEL = "aeiouyáàâãäåæéèêëěęíìîïóòôõöőøúùûüűůýąœ"
_CONSONANT = f"[^\\W\\d_{_VOWEL}]"
_NEVER = re.compile(
    # A consonant's letter that is not beside a vowel; letters that certain ones never follow or precede.
    rf"{_CONSONANT}[čćšžňďťř](?:{_CONSONANT}|$)|č[rv]|ř{_CONSONANT}{_CONSONANT}"
    rf"|ñ(?![{_VOWEL}])|ń[{_VOWEL}]|õ(?!e)|ő[{_VOWEL}]|ã(?![oe]|$)|[èê][{_VOWEL}]|[{_VOWEL}][æø]|[{_VOWEL}]ò|à(?!$)"
    rf"|(?<![aouäöü])(?<!ei)(?<!ie)ß|ß[rncdfghjpqvxyz]|(?<![{_VOWEL}])[ïë]|œ(?!u)|ď[{_CONSONANT[1:-1]}]",
)
_WORD = re.compile(r"[^\W\d_²³¹½¼¾]+")
_CONTRACTED = re.compile(r"(?i)(?:^|[^\w])(?:o|d|l|m|n|s|qu|mc)’\w|’(?:s|t|d|m|ll|re|ve)\b|\w’(?!\w)|(?<!\w)’\w|n’t\b")
_PRINTED = frozenset("‘’“”„«»–—…•°®™©€£¥§·\u00a0½¼¾²³¹ªº¿¡×\u00ad")
"""What Western texts hold besides letters."""
_BETWEEN = "–—·\u00a0"
"""Those that may stand between two letters, though another code page has a letter there."""
_BREAKS = re.compile(rb"[\x00-\x20,;|\"]+")


def doubtful_tokens(chunks: Iterable[bytes]) -> list[bytes]:
    """The distinct words of a text that hold bytes beyond ASCII and may be read in several ways, the first few hundred;
    what is cut in two by the chunks is left out."""
    found: dict[bytes, None] = {}
    for chunk in chunks:
        if not chunk.isascii():
            found |= dict.fromkeys(token for token in _BREAKS.split(chunk)[1:-1] if not token.isascii())
        if len(found) >= _MOST_TOKENS:
            break
    return [token for token in found if not _tells_nothing(token)][:_MOST_TOKENS]


def likely_code_pages(tokens: Sequence[bytes], guess: str | None) -> list[str]:
    """The code pages under which most of the words look like words, the likeliest first: Western Windows before what
    fits as well, then what statistics of the bytes `guess`. Empty where none fits any."""
    order = dict.fromkeys([WESTERN, *([guess] if guess is not None else []), *CODE_PAGES])
    scored = [(sum(looks_right(token, codec) for token in tokens), codec) for codec in order]
    best = max(score for score, _ in scored)
    return [codec for score, codec in scored if score == best] if best else []


def readings(word: str, codecs: Sequence[str]) -> dict[str, str]:
    """How a word that was decoded with the first of the code pages reads in each: text -> code page."""
    found: dict[str, str] = {}
    for codec in codecs if not word.isascii() else ():
        try:
            found.setdefault(word.encode(codecs[0]).decode(codec), codec)
        except UnicodeError:
            continue
    return found


def looks_right(token: bytes, codec: str) -> bool:
    """Whether a word reads like one under a code page."""
    try:
        text = token.decode(codec)
    except UnicodeDecodeError:
        return False
    words = _WORD.findall(text)
    outside = _WORD.sub("", text)
    if codec == WESTERN:
        return _signs_stand_right(text) and all(map(_is_word, words))
    # Signs beyond ASCII are common in Western texts alone: anywhere else they are letters of another code page.
    return outside.isascii() and all(map(_is_word, words))


def _signs_stand_right(text: str) -> bool:
    for match in re.finditer(r"[^\w\s\x00-\x7f]|[ªº²³¹½¼¾\u00a0]", text):
        sign = match[0]
        before, behind = text[: match.start()][-1:], text[match.end() :][:1]
        inside = before.isalpha() and behind.isalpha()
        if sign not in _PRINTED:
            return False
        if sign == "’":
            if inside and not _CONTRACTED.search(text):
                return False
        elif (sign in "‘“„«" and before.isalpha()) or (sign in "”»" and behind.isalpha()):
            return False
        elif sign in "ªº²³¹½¼¾£¥§¿¡°":
            if (behind.isalpha() and sign not in "¿¡") or (before.isalpha() and sign not in "ªº°²³"):
                return False
        elif inside and sign not in _BETWEEN:
            return False
    return True


def _tells_nothing(token: bytes) -> bool:
    """Whether a Western text would have it so for its signs alone (`Ann’s`, `12½`), which are not letters of a name."""
    try:
        text = token.decode(WESTERN)
    except UnicodeDecodeError:
        return False
    letters = any(not letter.isascii() for word in _WORD.findall(text) for letter in word if letter not in "ªº")
    dashed = re.search(rf"[^\W\d_][{_BETWEEN}][^\W\d_]", text)
    return not letters and dashed is None and _signs_stand_right(text)


def _is_word(word: str) -> bool:
    odd = [letter for letter in word if not letter.isascii()]
    if not odd:
        return True
    if any(letter in "ªº" for letter in odd):
        return len(word) <= 2
    # Half-width katakana are single bytes, which any other code page has too.
    scripts = {unicodedata.name(letter, "HALFWIDTH").split(" ")[0].split("-")[0] for letter in word}
    if "HALFWIDTH" in scripts:
        return False
    if scripts != {"LATIN"}:
        return len(word) > 1 and (scripts <= {"CJK", "HIRAGANA", "KATAKANA"} or len(scripts) == 1)
    if not _has_case_of_word(word):
        return False
    lower = word.lower()
    letters = {letter for letter in lower if not letter.isascii()}
    return any(letters <= alphabet for alphabet in _ALPHABETS) and not _NEVER.search(lower)


def _has_case_of_word(word: str) -> bool:
    """Capitals beyond ASCII stand at a word's beginning or among capitals only, small ones never before a capital."""
    if word.islower() or word.isupper() or word.istitle():
        return True
    for place, letter in enumerate(word):
        if not letter.isascii() and (letter.isupper() or word[place + 1 : place + 2].isupper()):
            return False
    return True
