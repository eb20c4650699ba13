"""The rounds whose first run is still to come are whole and unchanged: gold, sheets and hash, without any interpreter."""

import hashlib
from collections import Counter

import pytest

from agent.shipping.services import LABELS
from tests.evaluation import (
    gold,
    make_market_sheets,
    make_outside_sheets,
    make_sheets,
    make_unseen_sheets,
    make_workshop_sheets,
)
from tests.evaluation.__main__ import UNTUNED, items

VOICES = {"clerk", "table", "dictation", "foreign", "sql", "boss", "polite"}
LEADS_TO = ("rows", "ask", "refuse", "count", "shown", "tool", "no_preview")
WRITTEN_TOGETHER = ((16, 17, 18), (19, 20), (21,), (22, 23), (24,), (25,), (26,))
"""The rounds that one hash stands for."""
MAKERS = (make_unseen_sheets, make_outside_sheets, make_workshop_sheets, make_market_sheets)
UNSEEN = [item for item in items() if item["round"] in UNTUNED]


def digest(numbers: tuple[int, ...]) -> str:
    """SHA-256 over the rounds' files, one after the other by name."""
    files = [path for number in numbers for path in sorted((gold.FOLDER / "rounds").glob(f"{number}-*.yaml"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@pytest.mark.parametrize("item", UNSEEN, ids=lambda item: f"{item['round']}: {item['say']}")
def test_gold_follows_from_the_sheet(item):
    assert sum(form in item for form in LEADS_TO) == 1
    if "rows" in item:
        rows = gold.selected(item["sheet"], item)
        assert rows
        if item.get("service") == "column":
            assert item["column"] in rows[0].cells
            assert LABELS.keys() >= {item["blank"]}
        else:
            given = gold.services(item, rows)
            assert given.keys() == {row.number for row in rows}
            assert LABELS.keys() >= set(given.values())
            for rule, service in item.get("rules", []):
                assert service in LABELS
                assert any(gold.holds(rule, row) for row in rows)
    for form in ("count", "shown", "over"):
        if form in item:
            assert any(gold.holds(item[form], row) for row in gold.rows_of(item["sheet"]))
    for argument in ("column", "group_by"):
        if argument in item.get("arguments", {}):
            assert item["arguments"][argument] in gold.rows_of(item["sheet"])[0].cells


@pytest.mark.parametrize("number", UNTUNED)
def test_round_is_as_large_and_as_mixed_as_it_was_meant(number):
    of_round = [item for item in UNSEEN if item["round"] == number]
    talks = [item for item in of_round if item["class"] == "talks"]
    voices = Counter(item["voice"] for item in of_round)
    assert len(talks) >= 15
    assert len(of_round) - len(talks) >= 100
    assert all(item["before"] for item in talks)
    assert voices.keys() == VOICES
    assert max(voices.values()) <= 1.5 * min(voices.values())
    assert len({(item["sheet"], tuple(item.get("before", ())), item["say"]) for item in of_round}) == len(of_round)


@pytest.mark.parametrize(("maker", "name"), [(maker, name) for maker in MAKERS for name in maker.SHEETS])
def test_sheet_is_made_again_with_the_same_bytes(maker, name, tmp_path, monkeypatch):
    monkeypatch.setattr(make_sheets, "FOLDER", tmp_path)
    maker.make(name)
    assert (tmp_path / f"{name}.csv").read_bytes() == (gold.FOLDER / "sheets" / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("numbers", WRITTEN_TOGETHER)
def test_rounds_are_those_whose_hash_was_written_down(numbers):
    assert digest(numbers) in (gold.FOLDER / "rounds" / "README.md").read_text(encoding="utf-8")


def test_every_untuned_round_has_its_hash():
    assert tuple(number for numbers in WRITTEN_TOGETHER for number in numbers) == UNTUNED
