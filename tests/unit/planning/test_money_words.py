"""Money is written with its own currency."""

import pytest

from agent.errors import ShipchatError
from agent.ledger.summaries import JobSummary, spent_in_words
from agent.planning.wording import money
from agent.sender import SAMPLE_SHIPPER
from agent.settings import Settings
from tui.model import amounts


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (123450, "USD", "$1,234.50"),
        (910, "EUR", "€9.10"),
        (5, "GBP", "£0.05"),
        (100, "CAD", "CA$1.00"),
        (1200, "CHF", "12.00 CHF"),
    ],
)
def test_an_amount_has_the_sign_of_its_currency(cents: int, currency: str, words: str) -> None:
    assert money(cents, currency) == amounts.money(cents, currency) == words


def test_batches_of_different_currencies_are_never_added_up() -> None:
    def job(cents: int, currency: str) -> JobSummary:
        return JobSummary("id", "name", "completed", 1, 1, 0, 0, 0, cents, "simulator", "2026-11-20", currency)

    assert spent_in_words([job(1200, "USD"), job(910, "EUR"), job(100, "USD")]) == "$13.00 and €9.10"
    assert spent_in_words([]) == "$0.00"


@pytest.mark.parametrize(
    ("country", "said", "currency"),
    [("US", None, "USD"), ("GB", None, "GBP"), ("CA", None, "CAD"), ("DE", None, "EUR"), ("GB", "EUR", "EUR")],
)
def test_the_settings_or_the_senders_country_say_the_currency(country: str, said: str | None, currency: str) -> None:
    assert sender_in(country, said).billing_currency == currency


def test_an_unknown_currency_is_asked_for_never_assumed() -> None:
    with pytest.raises(ShipchatError) as refused:
        _ = sender_in("CH", None).billing_currency
    assert refused.value.code == "E-4106"


def sender_in(country: str, currency: str | None) -> Settings:
    address = SAMPLE_SHIPPER.address.model_copy(update={"country_code": country})
    return Settings(shipper=SAMPLE_SHIPPER.model_copy(update={"address": address}), currency=currency)
