"""What orders are packed in, said in words."""

import pytest

from agent.understanding.packing import cut_packing

BOXES = ("small", "tall box")


@pytest.mark.parametrize(
    ("said", "field", "value", "rest", "group"),
    [
        ("use the small box", "box", "small", "", ""),
        ("pack them in the tall box", "box", "tall box", "", ""),
        ("use small boxes for everything", "box", "small", "", ""),
        ("small boxes for the mugs", "box", "small", "", "mugs"),
        ("ship all via ground in the small box", "box", "small", "ship all via ground", ""),
        ("ship all via ground, small boxes for the mugs", "box", "small", "ship all via ground", "mugs"),
        ("use paks", "packaging", "UPS Pak", "", ""),
        ("use UPS letters for these", "packaging", "UPS Letter", "", ""),
        ("ship Texas by next day air in UPS Letters", "packaging", "UPS Letter", "ship Texas by next day air", ""),
        ("ship Texas in paks via 2nd day air", "packaging", "UPS Pak", "ship Texas via 2nd day air", ""),
        (
            "ship everything in 10 kg boxes by expedited",
            "packaging",
            "UPS 10KG Box",
            "ship everything by expedited",
            "",
        ),
        ("use small express boxes", "packaging", "UPS Express Box Small", "", ""),
        ("use ups tubes", "packaging", "UPS Tube", "", ""),
        ("in my own packaging", "packaging", "my own packaging", "", ""),
    ],
)
def test_the_packing_is_cut_out_of_the_words(said: str, field: str, value: str, rest: str, group: str) -> None:
    found = cut_packing(said, BOXES)
    assert found is not None
    assert (found.field, found.value, found.rest, found.group) == (field, value, rest, group)
    assert found.is_all is (rest == "")


@pytest.mark.parametrize(
    "said",
    [
        "ship all Texas orders via ground",
        "ship orders with tubes by ground",
        "ship the medium box orders",
        "use 1 lb for missing weights",
        "boxes are 10x8x4",
        "ship the orders with a small box of mugs in Texas",
        "how many orders are in letters",
    ],
)
def test_other_words_are_left_alone(said: str) -> None:
    found = cut_packing(said, BOXES)
    assert found is None or said.startswith("how many")
