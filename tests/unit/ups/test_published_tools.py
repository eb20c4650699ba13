"""What a client and a model see of the server, word for word: a change here is a change of the contract."""

import json
from pathlib import Path

import jsonschema
import pytest

from mcp_servers.ups.server import build

PUBLISHED = Path(__file__).with_name("published_tools.json")
TOOLS = {tool.name: tool for tool in build().published}


def test_the_tools_are_those_of_the_contract() -> None:
    assert set(TOOLS) == {
        "address_validate",
        "document_attach",
        "document_delete",
        "document_upload",
        "label_recover",
        "location_search",
        "pickup_cancel",
        "pickup_pending",
        "pickup_rate",
        "pickup_schedule",
        "rating_quote",
        "rating_shop",
        "service_list",
        "shipping_create",
        "shipping_find",
        "shipping_void",
        "track_package",
        "transit_times",
    }


def test_descriptions_and_annotations_are_as_published() -> None:
    """To accept a change, write the value that the failure shows into the file."""
    seen = {
        name: {
            "description": tool.description,
            "annotations": tool.annotations.model_dump(exclude_none=True) if tool.annotations else None,
            "arguments": sorted(tool.input_schema["properties"]) if "properties" in tool.input_schema else [],
            "answer": sorted(tool.output_schema["properties"]) if tool.output_schema else [],
        }
        for name, tool in sorted(TOOLS.items())
    }
    assert seen == json.loads(PUBLISHED.read_text()), json.dumps(seen, indent=2)


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_schemas_are_schemas_and_every_tool_says_how_it_behaves(name: str) -> None:
    tool = TOOLS[name]
    jsonschema.Draft202012Validator.check_schema(tool.input_schema)
    assert tool.output_schema is not None
    jsonschema.Draft202012Validator.check_schema(tool.output_schema)
    assert tool.input_schema["additionalProperties"] is False
    hints = tool.annotations
    assert hints is not None
    assert None not in (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)
    assert tool.description


def test_what_costs_money_or_cannot_be_undone_is_marked() -> None:
    destructive = {name for name, tool in TOOLS.items() if tool.annotations and tool.annotations.destructive_hint}
    assert destructive == {"shipping_create", "shipping_void", "pickup_cancel", "document_delete"}
