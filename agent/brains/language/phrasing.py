"""Elements to noun phrases: which conditions stand around which noun, and what links one phrase to the next."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.conditions import Not
from agent.brains.language.elements import Element, Item, Mark, is_mark

Link = Literal["", "and", "or", "comma"]
_LINKS: Final[dict[str, Link]] = {"AND": "and", "OR": "or", "COMMA": "comma", "BUT": "and", "ADD": "and", "SHIP": ""}
_QUANTIFIERS: Final = frozenset({"all", "every", "each", "any", "all of the"})
_BACK_REFERENCES: Final = frozenset(
    {"those", "ones", "them", "these", "the ones", "one", "each", "all", "every", "any"}
)
_ALL_OF_THEM: Final = frozenset({"all of them", "all of those", "each of them", "each one", "all of which"})


@dataclass(slots=True)
class Part:
    """One condition of a phrase with what links it to the one before."""

    link: Link
    item: Item
    negated: bool = False
    before_noun: bool = False


@dataclass(slots=True)
class Phrase:
    """One noun phrase."""

    parts: list[Part] = field(default_factory=list)
    nouns: list[str] = field(default_factory=list)
    link: Link = ""
    restricts: bool = False

    @property
    def named(self) -> bool:
        """Whether it has a noun of its own, more than `all`."""
        return bool(set(self.nouns) - _QUANTIFIERS)


def phrases_of(elements: list[Element]) -> list[Phrase]:
    """The noun phrases of a row of elements, in order.

    Raises:
        AskError: for a bare "but" between a noun and a condition.
    """
    reader = _PhraseReader(elements)
    for index, element in enumerate(elements):
        if isinstance(element, Mark):
            reader.mark(element)
        elif isinstance(element, Item):
            reader.item(element, index)
    _share_last_link(reader.phrases)
    return reader.phrases


class _PhraseReader:
    """Reads from left to right; `link`, `negated` and `restricts` wait for what they belong to."""

    def __init__(self, elements: list[Element]) -> None:
        self.elements = elements
        self.phrases = [Phrase()]
        self.link: Link = ""
        self.negated = self.restricts = False

    def mark(self, mark: Mark) -> None:
        """A word that holds the sentence together."""
        if mark.kind in _LINKS:
            new = _LINKS[mark.kind]
            self.link = "or" if "or" in (new, self.link) else new or self.link
            self.restricts = False
        elif mark.kind == "NOT":
            self.negated = not self.negated
        elif mark.kind == "ONLY":
            self.restricts = True
        elif mark.kind in ("NOUN", "ITEMS"):
            self._noun(mark.text.casefold())

    def _noun(self, noun: str) -> None:
        current = self.phrases[-1]
        if self.link and (current.nouns or current.parts):
            back = noun in _BACK_REFERENCES | _ALL_OF_THEM and self.link == "comma"
            self.phrases.append(Phrase(link=self.link, restricts=self.restricts or back))
            self.link = ""
        elif not current.named:
            for part in current.parts:
                part.before_noun = True
        self.phrases[-1].nouns.append(noun)

    def item(self, item: Item, index: int) -> None:
        """A condition: of the phrase that is being read, or the beginning of the next."""
        current = self.phrases[-1]
        before = self.elements[index - 1] if index else None
        bare = is_mark(before, "BUT") and not (current.parts or self.negated)
        if bare and current.nouns:
            raise AskError(Ask(f'How do you mean "but {item.text}"?', (), "words", True))
        begins = current.named and self.link and _leads_to_noun(self.elements, index)
        if begins or (self.restricts and current.parts):
            self.phrases.append(Phrase(link=self.link, restricts=self.restricts))
            current, self.link, self.restricts = self.phrases[-1], "", False
        negated = self.negated
        if item.denied is not None and isinstance(item.condition, Not):
            item, negated = replace(item, condition=item.condition.item, family=item.denied), not negated
        current.parts.append(Part(self.link if current.parts else "", item, negated))
        self.link, self.negated = "", False


def _leads_to_noun(elements: list[Element], index: int) -> bool:
    """Whether the item belongs before a noun: `... and TX orders under 5 lb`, not `... over $5 or gift orders`."""
    first = elements[index]
    family = first.family if isinstance(first, Item) else None
    linked = False
    for element in elements[index + 1 :]:
        if is_mark(element, "NOUN", "ITEMS"):
            return True
        if is_mark(element, "NOT", "FOR", "SHIP", "BUT"):
            return False
        linked = linked or is_mark(element, "AND", "OR", "COMMA")
        if isinstance(element, Item):
            if element.family is None or (linked and element.family != family):
                return False
            linked = False
    return False


def _share_last_link(phrases: list[Phrase]) -> None:
    """`A orders, B orders and C orders`: the commas of a list mean what its last link means."""
    for phrase, after in reversed(list(pairwise(phrases))):
        if phrase.link == "comma" and after.link in ("and", "or") and not (phrase.restricts or after.restricts):
            phrase.link = after.link
