"""`--help` says what the verbs say of themselves, and loads none of them; reading the ledger needs no server's client."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli.main import VERBS

HEAVY = ("anthropic", "duckdb", "httpx2", "lark", "mcp", "openpyxl", "pydantic", "sqlalchemy", "textual")


@pytest.mark.parametrize("verb", VERBS)
def test_the_line_of_a_verb_is_its_own(verb: str) -> None:
    module, line = VERBS[verb]
    assert getattr(importlib.import_module(module), verb).get_short_help_str(limit=200) == line


def loaded(arguments: list[str], home: Path) -> set[str]:
    """The top-level modules that a command has loaded when it ends."""
    told = (
        "import sys\nfrom agent.cli.main import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "sys.stderr.write(' '.join({name.split('.')[0] for name in sys.modules}))"
    )
    own = {"SHIPCHAT_HOME": str(home), "SHIPCHAT_STATE": str(home / "state")}
    done = subprocess.run(
        [sys.executable, "-c", told], env=os.environ | own, capture_output=True, text=True, check=True, cwd=home
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("arguments", "may_load"),
    [
        (["--version"], ()),
        (["--help"], ()),
        (["completion", "bash"], ()),
        (["config", "path"], ("pydantic",)),
        (["jobs", "list"], ("lark", "pydantic", "sqlalchemy")),
    ],
)
def test_a_command_loads_no_more_than_it_needs(arguments: list[str], may_load: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded(arguments, tmp_path) & set(HEAVY) <= set(may_load)
