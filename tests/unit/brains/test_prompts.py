"""Prompts are files with a version; the list of tools is closed.

After a change: raise prompts/VERSION, run this file with SHIPCHAT_TEST_UPDATE_SNAPSHOTS=1, read the snapshot's difference.
"""

import json
import os
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from agent.brains.fencing import fenced
from agent.brains.prompts import render, version
from agent.chat.tools.catalogue import all_tools

SNAPSHOT = Path(__file__).parent / "prompts.snapshot.json"
WORDS = {
    "system": {"today": "2026-11-21", "environment": "simulator"},
    "turn": {"said": "ship CA", "state": fenced({"last_batch": "job-7"}), "sheet": fenced({"name": "orders.csv"})},
    "summary": {},
    "summarised": {"summary": fenced("They shipped CA."), "sheet": fenced({"name": "orders.csv"})},
    "interrupted": {},
    "previewed": {},
    "empty": {},
    "listed": {},
    "own_tool": {"server": "shop", "description": fenced("Lists orders.")},
    "help": {},
}


def rendered() -> dict:
    tools = sorted((files("prompts") / "tools").iterdir(), key=lambda file: file.name)
    return {
        "version": version(),
        "prompts": {name: render(name, **words).splitlines() for name, words in WORDS.items()},
        "tools": {file.name.removesuffix(".md"): file.read_text(encoding="utf-8").splitlines() for file in tools},
        "arguments": {name: spec.input_schema for name, spec in sorted(all_tools().items())},
    }


def test_prompts_are_as_in_the_snapshot():
    now = rendered()
    before = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    if os.environ.get("SHIPCHAT_TEST_UPDATE_SNAPSHOTS"):
        assert now == before or now["version"] > before["version"], "raise prompts/VERSION with the change"
        SNAPSHOT.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    assert now == before


def test_every_prompt_is_in_the_snapshot():
    present = {file.name.removesuffix(".md") for file in files("prompts").iterdir() if file.name.endswith(".md")}
    assert present == WORDS.keys()


def test_every_tool_has_its_text_and_every_text_its_tool():
    now = rendered()
    assert now["tools"].keys() == now["arguments"].keys()
    assert all("".join(text).strip() for text in now["tools"].values())


def test_no_tool_approves_or_takes_an_address():
    words = json.dumps({name: list(schema.get("properties", {})) for name, schema in rendered()["arguments"].items()})
    for word in ("approve", "digest", "street", "address", "city", "postal", "recipient", "create", "budget"):
        assert word not in words.casefold()


def test_every_argument_of_a_proposal_is_described():
    schema = all_tools()["propose_shipment"].input_schema
    for part in (schema, *schema["$defs"].values()):
        assert all(field.get("description") for field in part["properties"].values()), part


def test_a_missing_word_is_an_error():
    with pytest.raises(UndefinedError):
        render("system", today="2026-11-21")
    with pytest.raises(TemplateNotFound):
        render("none")


def test_words_of_the_person_are_not_a_template():
    assert render("turn", said="{{ 7 * 7 }} {% raw %}", state="", sheet="") == "{{ 7 * 7 }} {% raw %}"
