"""Codes are unique over all registries, stay in their ranges, and the reference page tells them all."""

import re
from collections import Counter

from tests.errors_page import PAGE, entries, page


def test_every_code_is_registered_once() -> None:
    codes = Counter(entry.code for entry in entries())
    assert [code for code, count in codes.items() if count > 1] == []
    assert len(codes) > 20


def test_codes_have_their_form_and_words() -> None:
    for entry in entries():
        assert re.fullmatch(r"E-[1-5]\d{3}", entry.code), entry
        assert entry.message, entry
        assert entry.remedy, entry


def test_the_reference_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.errors_page"
