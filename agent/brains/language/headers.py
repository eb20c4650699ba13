"""The words of a column's header, and the ways in which a person may say them."""

from agent.brains.language.words import keys, stem
from agent.sheet.fields import ABBREVIATIONS
from agent.sheet.header_text import UNIT_WORDS


def header_words(name: str) -> tuple[str, ...]:
    """The words of a header: `Ship_State`, `shipState` and `ship-state` are the same two."""
    spaced = "".join(
        f" {letter}" if letter.isupper() and index and name[index - 1].islower() else letter
        for index, letter in enumerate(name)
    )
    return keys(spaced.replace("_", " ").replace("-", " "))


def full_words(name: str) -> tuple[str, ...]:
    """The words of a header with its abbreviations written out: `Req'd Ship Dt` is `required ship date`."""
    return tuple(ABBREVIATIONS.get(word, word) for word in header_words(name))


def spoken_headers(name: str, *, flag: bool) -> frozenset[tuple[str, ...]]:
    """All phrases (keys) that are this whole header: with and without units, group, plural, abbreviations."""
    words, full = header_words(name), full_words(name)
    bare = tuple(word for word in full if word not in UNIT_WORDS)
    group = header_words(name.rpartition(" - ")[2])  # of "Ship To - State"
    found = {keys(name), words, full, bare, tuple(map(stem, words)), group}
    return frozenset(phrase for phrase in (found | {_flag_words(words)} if flag else found) if phrase)


def _flag_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """`is-business-order` is `business`."""
    kept = words[1:] if words[:1] in (("is",), ("has",)) else words
    return kept[:-1] if len(kept) > 1 and kept[-1] in ("order", "item", "flag", "required", "needed") else kept
