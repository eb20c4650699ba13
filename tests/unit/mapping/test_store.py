"""Saved mappings, and the answers that are saved with them."""

import stat
from pathlib import Path

import pytest

from agent.errors import ShipchatError
from agent.mapping.answers import SLOTS, Answers, parse_defaults
from agent.mapping.store import MappingStore, edited
from agent.mapping.template import Mapping
from agent.sheet.fields import MAPPED

HEADERS = "0f3a"
MAPPING = Mapping({"name": 'row["Name"]', "postal_code": 'row["ZIP"]'}, {"weight_unit": "lb"})


def test_a_mapping_is_found_by_its_headers(tmp_path: Path) -> None:
    MappingStore(tmp_path).save(HEADERS, MAPPING)
    store = MappingStore(tmp_path)
    assert store.load(HEADERS) == MAPPING
    assert store.load("0f3b") is None


def test_files_are_private_and_replaced_whole(tmp_path: Path) -> None:
    store = MappingStore(tmp_path)
    store.save(HEADERS, MAPPING)
    store.save(HEADERS, MAPPING, "Shop")
    files = list((tmp_path / "mappings").iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_fingerprint_is_never_a_path(tmp_path: Path) -> None:
    MappingStore(tmp_path).save("../../outside", MAPPING)
    assert [path.name for path in tmp_path.iterdir()] == ["mappings"]


def test_named_mappings(tmp_path: Path) -> None:
    store = MappingStore(tmp_path)
    store.save(HEADERS, MAPPING, "Amazon export")
    assert store.use("amazon  Export") == MAPPING
    assert [saved.name for saved in store.list_named()] == ["Amazon export"]
    with pytest.raises(ShipchatError) as refused:
        store.use("etsy")
    assert refused.value.code == "E-2255"
    assert "Amazon export" in refused.value.remedy


@pytest.mark.parametrize("name", ["", "../x", "a/b", "1st", "x" * 61, "a.json"])
def test_names_that_are_no_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(ShipchatError) as refused:
        MappingStore(tmp_path).save(HEADERS, MAPPING, name)
    assert refused.value.code == "E-2257"


def test_a_forgotten_mapping_is_no_longer_offered(tmp_path: Path) -> None:
    store = MappingStore(tmp_path)
    store.save(HEADERS, MAPPING, "Shop")
    store.forget(HEADERS)
    assert store.load(HEADERS) is None
    assert store.use("Shop") == MAPPING


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 9}', '{"version": 1, "mapping": {"fields": 1}}'])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    store = MappingStore(tmp_path)
    store.save(HEADERS, MAPPING)
    next((tmp_path / "mappings").iterdir()).write_text(content)
    with pytest.raises(ShipchatError) as refused:
        store.load(HEADERS)
    assert refused.value.code == "E-2256"


def test_edits() -> None:
    changed = edited(MAPPING, "phone", 'row["ZIP"] | to_ups_phone')
    assert changed.fields["phone"] == 'row["ZIP"] | to_ups_phone'
    assert "phone" not in MAPPING.fields
    assert "name" not in edited(MAPPING, "name", "").fields
    for field, expression, code in (("nome", "x", "E-2259"), ("name", "x()", "E-2250")):
        with pytest.raises(ShipchatError) as refused:
            edited(MAPPING, field, expression)
        assert refused.value.code == code


def test_fields_are_listed_once() -> None:
    assert len(MAPPED) == len(set(MAPPED))


def test_answers_of_the_session_overrule_saved_ones() -> None:
    answers = Answers.of(said={"weight": "2lb"}, saved={"weight": "1lb", "service": "ground"})
    assert answers.text("weight") == "2lb"
    service = answers.get("service")
    assert service is not None
    assert service.origin == "from your saved mapping"
    assert answers.said("declared_value_over_limit", "yes").constants() == {"weight": "2lb", "service": "ground"}


def test_defaults_of_the_command_line() -> None:
    assert parse_defaults(["weight=1lb", "service = ground", "dimensions=12x8x6 in"]) == {
        "weight": "1lb",
        "service": "ground",
        "box": "12x8x6 in",
    }
    for text in ("weight", "wait=1lb", "weight="):
        with pytest.raises(ShipchatError) as refused:
            parse_defaults([text])
        assert refused.value.code == "E-2258"
    assert "weight" in SLOTS
