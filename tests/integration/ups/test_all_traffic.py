"""Everything that the suite says to a UPS, and hears, through a proxy that holds both against UPS's documents.

Tests marked `fault` break things on purpose and go straight to their simulator; a test here lists them. This folder's
own traffic passes a proxy in every run (see conftest.py).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ups_proxy import SPECIFICATION, VARIABLE, prism_program, violations_in

REPOSITORY = Path(__file__).parents[3]
TALKS_TO_UPS = [
    "tests/chat",
    "tests/integration/line",
    "tests/integration/labels",
    "tests/integration/mapping/test_payloads_are_accepted.py",
    "tests/integration/brains/test_claude_session.py",
]
GETS_LABELS_AGAIN = ["tests/integration/labels/test_labels_command.py::test_labels_as_pdf_and_pictures"]
"""Of the slow set, so that no move of a test between the sets empties the check."""
OPERATIONS = (
    "post /security/v1/oauth/token",
    "post /api/rating/",
    "post /api/shipments/v2409/ship",
    "delete /api/shipments/v2409/void/",
    "post /api/labels/v1/recovery",
)
"""What a day in the chat needs; the others are in this folder's tests."""


def pytest_run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_no_test_says_or_hears_what_ups_does_not_document(tmp_path: Path) -> None:
    if prism_program() is None:
        pytest.skip("Prism is not installed (npm install @stoplight/prism-cli@5, then SHIPCHAT_TEST_PRISM or the path)")
    if not SPECIFICATION.exists():
        pytest.skip("UPS's OpenAPI documents are not beside the repository")
    selected = ("-n", "2", "--dist", "worksteal", "-m", "not fault and not slow and not thorough", *TALKS_TO_UPS)
    done = pytest_run(*selected, **{VARIABLE: str(tmp_path)})
    after = pytest_run("-m", "not fault", *GETS_LABELS_AGAIN, **{VARIABLE: str(tmp_path)})
    logs = list(tmp_path.glob("*.log"))
    found = [line for log in logs for line in violations_in(log)]
    assert not found, "\n".join(found[:20])
    # Whether these tests pass is judged by the ordinary run; here only what was said and heard.
    for run in (done, after):
        assert run.returncode in (0, 1), run.stdout[-4000:]
    said = "\n".join(log.read_text() for log in logs).lower()
    unseen = [operation for operation in OPERATIONS if operation not in said]
    assert unseen == [], f"is the proxy in the way? {done.stdout[-4000:]}"


@pytest.mark.slow  # collects two folders in a process of its own
def test_the_tests_that_break_things_are_marked_and_listed() -> None:
    """`pytest -m fault --collect-only -q` is the list of what does not go through the proxy."""
    listed = pytest_run("-m", "fault", "--collect-only", "tests/integration/ups", "tests/integration/line")
    assert listed.returncode == 0, listed.stdout
    names = [line for line in listed.stdout.splitlines() if "::" in line]
    folders = {name.split("::")[0] for name in names}
    assert "tests/integration/ups/test_create_faults.py" in folders
    assert "tests/integration/line/test_kill.py" in folders
    assert not [name for name in names if "test_conformance" in name]
