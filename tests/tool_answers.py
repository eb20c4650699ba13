"""What a tool answered, whichever way it went: a success's structured content, or the JSON in a refusal's text."""

import json
from typing import Any


def answered(result: Any) -> dict[str, Any]:
    """The content of a `CallToolResult`; a refusal has no structured content, a success says the same in its text."""
    text = json.loads(result.content[0].text)
    assert result.structured_content == (None if result.is_error else text)
    assert isinstance(text, dict)
    return text
