"""What is offered where a word is vague: things that it may mean, said exactly."""

from typing import Final

_DAYS_BACK: Final = ("placed today", "placed in the last 7 days", "placed in the last 30 days")
_VAGUE: Final[dict[str, tuple[str, ...]]] = {
    "some several few many most couple a few half majority a bunch bunch a handful handful various certain": (
        "the first 5", "the first 10", "5 at random"
    ),
    "expensive cheap high value low value pricey valuable inexpensive costly worthwhile": (
        "over $100", "over $500", "under $25"
    ),
    "old recent recently new fresh stale early": _DAYS_BACK,
    "first class cheapest way fastest way cheapest service fastest service cheapest method cheapest option "
    "fastest option cheapest way possible fastest way possible at the cheapest rate cheapest rate cheaply "
    "fastest quickest slowest": (
        "by Ground", "by 2nd Day Air", "by Next Day Air"
    ),
    "urgent rush soon quickly fast asap quick important priority ones": ("overdue", "due today", "due tomorrow"),
}  # fmt: skip
_SIZES: Final = ("over 10 lb", "over $100", "3 items or more")


def for_vague(word: str) -> tuple[str, ...]:
    """Things that a vague word may mean, said exactly."""
    lowered = f" {word.casefold()} "
    return next((offered for words, offered in _VAGUE.items() if lowered in f" {words} "), _SIZES)
