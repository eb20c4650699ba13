"""Prompts are files with a version. After a change: raise prompts/VERSION, then run this file with
SHIPCHAT_UPDATE_SNAPSHOTS=1 and read the difference of the snapshot."""

import json
import os
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from agent.brain.fencing import fenced
from agent.brain.prompts import render, version

SNAPSHOT = Path(__file__).parent / "prompts.snapshot.json"
WORDS = {
    "system": {"today": "2026-11-21", "environment": "simulator"},
    "turn": {"said": "ship CA", "state": fenced({"last_batch": "job-7"})},
    "summary": {},
    "summarised": {"summary": fenced("They shipped CA.")},
    "interrupted": {},
}


def rendered() -> dict:
    tools = sorted((files("prompts") / "tools").iterdir(), key=lambda file: file.name)
    return {
        "version": version(),
        "prompts": {name: render(name, **words).splitlines() for name, words in WORDS.items()},
        "tools": {file.name.removesuffix(".md"): file.read_text(encoding="utf-8").splitlines() for file in tools},
    }


def test_prompts_are_as_in_the_snapshot():
    now = rendered()
    before = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    if os.environ.get("SHIPCHAT_UPDATE_SNAPSHOTS"):
        assert now == before or now["version"] > before["version"], "raise prompts/VERSION with the change"
        SNAPSHOT.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    assert now == before


def test_every_prompt_is_in_the_snapshot():
    present = {file.name.removesuffix(".md") for file in files("prompts").iterdir() if file.name.endswith(".md")}
    assert present == WORDS.keys()


def test_a_missing_word_is_an_error():
    with pytest.raises(UndefinedError):
        render("system", today="2026-11-21")
    with pytest.raises(TemplateNotFound):
        render("none")


def test_words_of_the_person_are_not_a_template():
    assert render("turn", said="{{ 7 * 7 }} {% raw %}", state="") == "{{ 7 * 7 }} {% raw %}"
