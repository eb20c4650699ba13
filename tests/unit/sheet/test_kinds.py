"""One list of the kinds of files: what can be opened is offered, what is refused is known and not offered."""

from pathlib import Path

import pytest

from agent.chat.naming import named_location
from agent.sheet import kinds
from agent.sheet.kinds import kind_of
from tui.model.mentions import completions


@pytest.mark.parametrize("suffix", sorted(kinds.KNOWN))
def test_every_known_kind_can_be_named_and_only_those_that_open_are_offered(suffix: str, tmp_path: Path):
    name = f"orders{suffix.upper()}"
    (tmp_path / name).touch()
    assert kind_of(name) is not None
    assert named_location(name) == (name, {})
    assert completions("or", tmp_path) == ([name] if suffix in kinds.OPENED else [])


def test_a_kind_belongs_to_one_list():
    lists = [kinds.TEXTS, kinds.WORKBOOKS, kinds.DATABASES, kinds.REFUSED]
    assert sum(map(len, lists)) == len(kinds.KNOWN)


@pytest.mark.parametrize("name", ["orders.pdf", "orders", "", ".csv"])
def test_others_are_none(name: str):
    assert kind_of(name) is None
