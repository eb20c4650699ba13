"""What the servers publish of their tools: small, and true of every answer that the models can make."""

import json
from typing import Annotated, Any, get_type_hints

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from mcp_servers.data.server import build as data
from mcp_servers.jobs.handlers import JobsApp
from mcp_servers.jobs.server import jobs_table
from mcp_servers.shared.schemas import answer_schema, arguments_schema
from mcp_servers.shared.tools import Answer, Arguments, ToolTable
from mcp_servers.ups import answers
from mcp_servers.ups.addresses import AddressCandidate, AddressValidateAnswer
from mcp_servers.ups.server import build as ups
from mcp_servers.ups.travel import Scan, TrackPackageAnswer, Transit, TransitTimesAnswer

TABLES: list[ToolTable[Any]] = [data(), ups(), jobs_table(JobsApp())]
MOST_BYTES = 40_000
ANSWERS: list[type[Answer]] = [
    *(model for model in vars(answers).values() if isinstance(model, type) and issubclass(model, Answer)),
    AddressValidateAnswer,
    TrackPackageAnswer,
    TransitTimesAnswer,
]


def test_the_kinds_of_answers_are_found() -> None:
    assert len(ANSWERS) > 10


@pytest.mark.parametrize("model", ANSWERS, ids=lambda model: model.__name__)
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_answer_matches_its_schema(model: type[Answer], data: st.DataObject) -> None:
    """With None anywhere: what is left out is not required, what is required is never left out."""
    answer = data.draw(_made(model))
    sent = json.loads(json.dumps(answer.model_dump(mode="json", by_alias=True, exclude_none=True)))
    assert list(jsonschema_rs.validator_for(answer_schema(model)).iter_errors(sent)) == []


def _made(model: type[Answer]) -> st.SearchStrategy[Answer]:
    hints = get_type_hints(model)
    return st.fixed_dictionaries({name: st.from_type(hints[name]) for name in model.model_fields}).map(
        lambda values: model.model_construct(**values)
    )


NESTED: list[type[Answer]] = [AddressCandidate, Transit, Scan]
for nested in [*ANSWERS, *NESTED]:
    st.register_type_strategy(nested, _made)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_list_of_tools_is_small(table: ToolTable[Any]) -> None:
    tools = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in table.published]
    assert len(json.dumps({"tools": tools}, separators=(",", ":")).encode()) < MOST_BYTES


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_tool_has_a_title_and_every_server_instructions(table: ToolTable[Any]) -> None:
    titles = [tool.title for tool in table.published]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert table.server().instructions == table.instructions
    named = [tool.name for tool in table.published if tool.name in table.instructions]
    assert named, "they tell where to begin"


class Address(Arguments):
    """An address whose own property is called title."""

    title: str | None = None
    lines: tuple[str | None, ...] = ()


class Order(Arguments):
    """An order."""

    address: Address | None = None
    bill_to: Address | None = None
    number: int


class Kept(Answer):
    """Places of a list stay, null or not."""

    title: str | None
    paths: list[str | None]


def test_what_repeats_itself_is_left_out_and_the_rules_stay() -> None:
    schema = arguments_schema(Order)
    assert '"title": "' not in json.dumps(schema)
    assert set(schema["$defs"]["Address"]["properties"]) == {"title", "lines"}
    accepts = jsonschema_rs.validator_for(schema).is_valid
    assert accepts({"number": 1})
    assert accepts({"number": 1, "address": {"title": None, "lines": [None]}})
    assert accepts({"number": 1, "address": None})
    assert not accepts({"address": None})
    assert not accepts({"number": 1, "address": {"name": "Ann"}})


class Parcel(Arguments):
    """A parcel."""

    order: Annotated[Order | None, Field(description="Whose it is.")] = None
    inside: "list[Parcel] | None" = None


def test_a_part_that_is_used_once_stands_in_its_place() -> None:
    """One that holds itself, or is used twice, keeps its name."""
    schema = arguments_schema(Parcel)
    parcel = schema["$defs"]["Parcel"]
    assert set(schema["$defs"]) == {"Parcel", "Address"}
    assert parcel["properties"]["order"]["description"] == "Whose it is."
    assert set(parcel["properties"]["order"]["properties"]) == {"address", "bill_to", "number"}
    accepts = jsonschema_rs.validator_for(schema).is_valid
    assert accepts({"order": None, "inside": [{"order": {"number": 1, "address": {"lines": []}}}]})
    assert not accepts({"inside": [{"order": {"number": "1"}}]})


def test_an_answer_leaves_out_what_is_none_except_in_lists() -> None:
    accepts = jsonschema_rs.validator_for(answer_schema(Kept)).is_valid
    assert accepts({"paths": ["a", None]})
    assert accepts({"title": "t", "paths": []})
    assert not accepts({"title": None, "paths": []}), "nothing is ever sent as null"
    assert not accepts({"title": "t"})
