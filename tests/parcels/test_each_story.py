"""The stories that are told on purpose hold."""

from pathlib import Path

import pytest

from tests.faults.world import without_waiting
from tests.parcels.shop import Shop
from tests.parcels.stories import STORIES, unfit_answers
from tests.parcels.story import Story

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.mark.parametrize("story", [*STORIES, *unfit_answers()], ids=lambda story: story.name)
def test_the_story_ends_well(tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch, story: Story) -> None:
    without_waiting(monkeypatch)
    assert story.tell(Shop(tmp_path / "shop", empty_ledger)) == []
