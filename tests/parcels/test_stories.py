"""One open label per real parcel, whatever people, programs and copies do (the machine's docstring has the rules)."""

from pathlib import Path

import pytest

from tests.parcels.machine import make_template
from tests.parcels.telling import tell

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("ledger"))


def test_a_few_stories(template: Path) -> None:
    tell(template, examples=2, steps=2)


@pytest.mark.slow
def test_stories(template: Path) -> None:
    tell(template, examples=25, steps=8)
