"""The sender's numbers for customs, said once."""

import pytest

from agent.understanding.tax_words import tax_default


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        ("our IOSS number is IM2760001234", ("ioss", "IM2760001234")),
        ("IOSS: im 276 000 1234", ("ioss", "IM2760001234")),
        ("our EORI is GB123456789000.", ("sender_eori", "GB123456789000")),
        ("use our VAT number DE123456789", ("sender_tax_id", "DE123456789")),
        ("my tax id is 12-3456789", ("sender_tax_id", "12-3456789")),
        ("our IOSS number is 12", None),
        ("tax exempt orders by ground", None),
        ("ship the orders with an IOSS number by ground", None),
    ],
)
def test_what_is_noted(words: str, noted: tuple[str, str] | None) -> None:
    request = tax_default(words)
    found = None if request is None else (request.arguments["field"], request.arguments["value"])
    assert found == noted
