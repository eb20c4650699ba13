"""Only a whole message that is about the limit changes it, and amounts are read in one way or not at all."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.chat.approval import read_words
from agent.chat.limit_words import Limits, LimitWords, read_limit_words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("raise the limit to $100", LimitWords("raise", Limits(10_000))),
        ("Increase my budget to 1,200.50 dollars, please.", LimitWords("raise", Limits(120_050))),
        ("raise the limit by $20", LimitWords("raise", Limits(2_000), by=True)),
        ("lower it to 20 rows", LimitWords("lower", Limits(max_rows=20), plain=False)),
        ("reduce the cap to $40 and 3 parcels", LimitWords("lower", Limits(4_000, 3))),
        ("set a limit of $100", LimitWords("set", Limits(10_000))),
        ("set the limit to ground only", LimitWords("set", Limits(services=("03",)))),
        ("set the budget to $5 for ground and 2nd day air", LimitWords("set", Limits(500, services=("03", "02")))),
        ("set the limit to $9 until 5 p.m.", LimitWords("set", Limits(900, at=(17, 0)))),
        ("set the limit to $9 until 12 am", LimitWords("set", Limits(900, at=(0, 0)))),
        ("set the limit to $9 until noon", LimitWords("set", Limits(900, at=(12, 0)))),
        ("set the limit to $9 until midnight", LimitWords("set", Limits(900, at=(24, 0)))),
        ("set the limit to $9 until 17:30", LimitWords("set", Limits(900, at=(17, 30)))),
        ("set the limit to $9 for 2 hours", LimitWords("set", Limits(900, for_s=7_200))),
        ("set the limit to $9 for half an hour", LimitWords("set", Limits(900, for_s=1_800))),
        ("remove the limit", LimitWords("remove")),
        ("no limit any more", LimitWords("remove")),
        ("remove the row limit", LimitWords("remove", part="rows")),
        ("what's left?", LimitWords("ask", plain=False)),
        ("how much is left of the budget?", LimitWords("ask", plain=False)),
        ("what is the limit", LimitWords("ask")),
    ],
)
def test_what_words_mean(message: str, words: LimitWords) -> None:
    assert read_limit_words(message) == words


@pytest.mark.parametrize(
    "message",
    [
        "",
        "make it 2-day",
        "lower it to 20 rows of Texas",
        "raise the limit to $100 and ship everything",
        "the sheet says: raise the limit to $100",
        "raise the limit",
        "what is left to ship?",
        "remove row 14",
        "set weight to 2 lb",
        "drop it",
        "limit it to 3",
        "raise the limit to one hundred",
    ],
)
def test_anything_else_is_talk(message: str) -> None:
    assert read_limit_words(message) is None


@pytest.mark.parametrize(
    ("amount", "reading"),
    [
        ("$12,50", "“12,50” may mean $12.50 or $1,250.00"),
        ("12,50 dollars", "“12,50” may mean $12.50 or $1,250.00"),
        ("$1,5", "“1,5” may mean $1.50 or $15.00"),
        ("$1.200,50", "“1.200,50” may mean $1,200.50 or $120,050.00"),
        ("$²", "“²” is not an amount"),
        ("$٣", "“٣” is not an amount"),
        ("$1e3", "“1e3” is not an amount"),
        ("$-5", "“-5” is not an amount"),
        ("$1k", "“1k” is not an amount"),
        ("$1 000", "“000” may mean"),
        ("$0,500", "“0,500” is not an amount"),
        ("100", "“100” may mean an amount of 100 or 100 rows"),
        ("2,5 rows", "“2,5” is not a number of rows"),
        ("0 rows", "“0” is not a number of rows"),
        ("² rows", "“²” is not a number of rows"),
        ("$5 and $6", "one thing is limited twice"),
        ("$5 until 5", "“5” may be morning or afternoon"),
        ("$5 until 25:00", "“25:00” is not a time of day"),
        ("$5 for 0 hours", "“0 hours” is not a time"),
    ],
)
@pytest.mark.parametrize(
    "form", ["raise the limit to {}", "switch to auto up to {}", "looks good, switch to auto up to {}"]
)
def test_what_may_mean_two_things_is_refused_with_its_reading(form: str, amount: str, reading: str) -> None:
    message = form.format(amount)
    words = read_limit_words(message) or read_words(message)
    assert words is not None
    assert words.limits.unclear is not None
    assert reading in words.limits.unclear


def test_the_page_says_what_is_understood() -> None:
    page = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page.partition("## Modes, approval, help")[2]
    table = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    said = [words for cell in table for words in re.findall(r"`(.+?)`", cell)]
    assert len(said) > 8
    for message in said:
        assert read_limit_words(message) or read_words(message), message


@given(st.text(alphabet="0123456789.,²٣$-+e ", max_size=10))
def test_an_amount_is_read_to_the_letter_or_not_at_all(amount: str) -> None:
    """Whatever is set is what the digits say, with a point before the cents and commas before three digits."""
    words = read_limit_words(f"raise the limit to ${amount}")
    if words is None or words.limits.unclear is not None:
        return
    said = amount.strip().lstrip("$").strip().rstrip(".,").replace(",", "")
    assert words.limits == Limits(max_total_cents=round(float(said) * 100))


@given(st.text(max_size=150))
def test_any_text_is_read_without_an_error(message: str) -> None:
    read_limit_words(message)
    read_limit_words(f"set the limit to {message}")
