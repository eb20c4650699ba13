"""The one part with a licence of another kind is named with it wherever it is offered."""

from importlib.metadata import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("file", ["pyproject.toml", "README.md", "docs/labels.md", "agent/labels/zpl.py"])
def test_the_renderers_licence_stands_beside_the_extra(file):
    lines = (ROOT / file).read_text(encoding="utf-8").split("\n")
    offered = [
        n for n, line in enumerate(lines) if "[zpl]" in line or line.startswith("zpl =") or "extra `zpl`" in line
    ]
    assert offered
    for number in offered:
        assert "OSL-3.0" in "\n".join(lines[max(0, number - 1) : number + 2]), lines[number]


def test_it_is_the_licence_that_the_package_names():
    assert metadata("zplkit")["License-Expression"] == "OSL-3.0"
