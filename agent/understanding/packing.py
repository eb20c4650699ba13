"""What orders are packed in: `in UPS Letters`, `use the small box`, `small boxes for the mugs`.

The phrase is cut out of the message; what is left is read as ever. Boxes are known by their names in the settings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.sheet.instructions import OWN_PACKAGING
from agent.shipping.parcel_options import OWN, PACKAGINGS, packaging_code
from agent.understanding.tokens import straight

_LEAD: Final = (
    r"(?:[,;]?\s*\b(?:and |but )?(?:(?:all |everything |them |it )?(?:packed |packing )"
    r"|(?:pack|put) (?:them |it |those |these |all of them |everything )(?:all )?)?(?:in|into|using|use|inside)\b )"
)
_ARTICLE: Final = r"(?:(?:a|an|the|my|our|some|one of (?:my|our|the)) )?"
_UPS: Final = (
    r"(?P<packaging>(?:ups )?(?:express )?(?:letters?|envelopes?|paks?|tubes?)"
    r"|(?:ups )?(?:(?:small|medium|large) )?express box(?:es)?(?: (?:small|medium|large))?"
    r"|(?:ups )?(?:10|25) ?kgs? box(?:es)?"
    r"|own (?:packaging|packages|boxes|box))"
)
_END: Final = r"(?= ?[,;.!?]| (?:by|via|for|please|and|with|to)\b|$)"
_FOR_ALL: Final = r"(?: for (?:all(?: of (?:them|these|those))?|everything|them|it|these|those)\b)?"
_EVERYTHING: Final = frozenset(
    {"all", "everything", "them", "it", "each", "every order", "every parcel", "all orders", "these", "those", "orders"}
)
_COURTESY: Final = re.compile(
    r"\b(?:please|ok|okay|now|then|so|and|this time|thanks|thank you)\b|[,;.!?]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Packing:
    """A message without its packing, and the packing."""

    rest: str
    field: str
    """`box` or `packaging`, as `set_default` takes it."""
    value: str
    """The box's name, or what UPS's packaging is called."""
    group: str = ""
    """The orders that it is for, in the message's words; empty for all."""

    @property
    def is_all(self) -> bool:
        """Whether the message says nothing else."""
        return not _COURTESY.sub(" ", self.rest).strip()


def cut_packing(text: str, boxes: Sequence[str]) -> Packing | None:
    """The packing that a command names; None where it names none."""
    plain = straight(text)
    found = _box(plain, boxes) or _packaging(plain)
    if found is None:
        return None
    start, end, field, value, group = found
    named = "" if group.casefold() in _EVERYTHING else group
    rest = re.sub(r"\s+([,;])", r"\1", f"{plain[:start].rstrip()} {plain[end:].lstrip()}").strip(" ,;")
    return Packing(rest, field, value, named)


def _box(plain: str, boxes: Sequence[str]) -> tuple[int, int, str, str, str] | None:
    for name in sorted(boxes, key=len, reverse=True):
        bare = re.sub(r"\s+box(?:es)?$", "", name.strip(), flags=re.IGNORECASE)
        said = rf"{_ARTICLE}{re.escape(bare)} box(?:es)?"
        # Without "in" or "use" it must say for what, or be the whole message: `small boxes for the mugs`.
        for_some = r" for (?:all )?(?:of )?(?:the )?(?P<group>[^,;.!?]+?)(?=[,;.!?]|$)"
        patterns = (
            rf"{_LEAD}{said}{for_some}",
            rf"{_LEAD}{said}{_END}",
            rf"(?:^|[,;] ?(?:and )?|\band ){said}{for_some}",
            rf"^{said}(?: please)?[.!]*$",
        )
        for pattern in patterns:
            match = re.search(pattern, plain, re.IGNORECASE)
            if match is not None:
                return match.start(), match.end(), "box", name, match.groupdict().get("group") or ""
    return None


def _packaging(plain: str) -> tuple[int, int, str, str, str] | None:
    match = re.search(rf"{_LEAD}{_ARTICLE}{_UPS}{_FOR_ALL}{_END}", plain, re.IGNORECASE)
    if match is None:
        return None
    code = code_of(match["packaging"])
    named = OWN_PACKAGING if code == OWN else PACKAGINGS.get(code or "")
    return (match.start(), match.end(), "packaging", named, "") if named is not None else None


def code_of(words: str) -> str | None:
    """`UPS Letters`, `paks`, `25 kg boxes` -> the code."""
    said = words.casefold().strip()
    if said.startswith("own "):
        return OWN
    single = re.sub(r"box(?:es)\b", "box", said)
    single = re.sub(r"kgs?\b", "kg", re.sub(r"(letter|envelope|pak|tube)s\b", r"\1", single))
    single = re.sub(r"^((?:ups )?)envelope$", r"\1express envelope", single)
    return packaging_code(single)
