"""docs/settings.md and its schema are those of the settings model."""

from tests.settings_page import PAGE, SCHEMA, page, schema_text


def test_page_and_schema_are_the_present_ones() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.settings_page"
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "python -m tests.settings_page"
