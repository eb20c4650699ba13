"""What a shop has besides its order sheet: a catalogue of its articles, boxes, and papers in the sheet's folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from agent.mapping.catalogue import Catalogue
from agent.mapping.document_folder import DocumentFolder
from agent.shipping.dimensions import SizeUnit
from agent.shipping.text import key
from agent.shipping.weights import Weight

_AROUND: Final = frozenset({"a", "an", "the", "my", "our", "box", "boxes", "in", "size"})
"""Words around the name of a box: `the small box`."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the settings, by its outer size."""

    name: str
    sides: tuple[str, str, str]
    unit: SizeUnit
    weight: Weight | None = None
    """Its own weight: added to that of the items, never to a weight of the whole parcel."""


@dataclass(frozen=True, slots=True)
class Supplies:
    """Empty where the settings name nothing."""

    catalogue: Catalogue | None = None
    boxes: Mapping[str, Box] = field(default_factory=dict)
    """By name."""
    papers: DocumentFolder | None = None
    """Where the files lie that cells may name; None for a database."""

    def box(self, text: str) -> Box | None:
        """The box that a cell or a person names: `small`, `Small box`, `the small box`."""
        named = _bare(text)
        return next((box for name, box in self.boxes.items() if named and _bare(name) == named), None)


NO_SUPPLIES: Final = Supplies()


def _bare(text: str) -> str:
    words = key(text).split()
    return " ".join(word for word in words if word not in _AROUND) or " ".join(words)
