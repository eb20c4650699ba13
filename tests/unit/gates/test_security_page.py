"""Each promise of SECURITY.md names tests that exist."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]


def test_every_promise_is_backed_by_tests_that_exist() -> None:
    page = (REPOSITORY / "SECURITY.md").read_text()
    promises = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    assert len(promises) >= 14
    for promise in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)`", promise)
        assert named, promise
        assert [name for name in named if not (REPOSITORY / name).is_file()] == []
        assert all("def test_" in (REPOSITORY / name).read_text() for name in named)
