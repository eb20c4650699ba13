"""“Upload invoice.pdf for order 1003”: which messages are about a customs document, and what of it they say."""

import pytest

from agent.chat.document_words import DocumentWords, read_document_words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("upload invoice.pdf for order 1003", DocumentWords("invoice.pdf", None, "1003")),
        ("Please upload the file papers/CO-1.pdf as certificate of origin for order #SC-1003.",
         DocumentWords("papers/CO-1.pdf", "003", "SC-1003")),
        ('attach "my invoice.pdf" as the commercial invoice to row 4',
         DocumentWords("my invoice.pdf", "002", None, 4)),
        ("upload @license.pdf as an export licence for row 4 of batch 8e7d9070b7db",
         DocumentWords("license.pdf", "005", None, 4, "8e7d9070b7db")),
        ("attach list.xlsx as packing list to row 4 of the last batch",
         DocumentWords("list.xlsx", "010", None, 4, "last")),
        ("upload ~/papers/a.pdf as another document for order number 77", DocumentWords("~/papers/a.pdf", "008", "77")),
    ],
)  # fmt: skip
def test_a_document_is_named(said: str, words: DocumentWords) -> None:
    assert read_document_words(said) == words


@pytest.mark.parametrize(
    "said",
    [
        "upload orders.csv",
        "upload invoice.pdf",
        "upload the invoices for order 1003",
        "upload invoice.pdf for order 1003 and ship the rest",
        "upload invoice.pdf for all orders",
        "ship order 1003 with invoice.pdf",
        "is invoice.pdf for order 1003 uploaded?",
    ],
)
def test_other_messages_are_not(said: str) -> None:
    assert read_document_words(said) is None
