"""Which messages are about pickups, and what they say of day, hours and place."""

from datetime import date

import pytest

from agent.chat.pickup_words import PickupWords, read_day, read_hours, read_pickup_words

TODAY = date(2026, 11, 20)  # a Friday
PLACES = ("reno", "east coast")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "schedule a pickup for tomorrow 2-5 pm",
            PickupWords("schedule", date(2026, 11, 21), ("1400", "1700")),
        ),
        (
            "Please book a UPS pick-up on Monday between 9 am and noon at the Reno warehouse.",
            PickupWords("schedule", date(2026, 11, 23), ("0900", "1200"), "reno"),
        ),
        ("order a pickup", PickupWords("schedule")),
        ("arrange a pickup at East Coast for Dec 3, 14:00-17:30", PickupWords(
            "schedule", date(2026, 12, 3), ("1400", "1730"), "east coast")),
        ("what would a pickup cost?", PickupWords("price")),
        ("how much is a pickup tomorrow", PickupWords("price", date(2026, 11, 21))),
        ("cancel the pickup", PickupWords("cancel")),
        ("cancel the pickup 2929F0F6CD8", PickupWords("cancel", prn="2929F0F6CD8")),
        ("cancel my pickup for tomorrow", PickupWords("cancel", date(2026, 11, 21))),
        ("show my pickups", PickupWords("show")),
        ("is a pickup booked?", PickupWords("show")),
    ],
)  # fmt: skip
def test_a_message_about_pickups(text: str, words: PickupWords) -> None:
    assert read_pickup_words(text, TODAY, PLACES) == words


@pytest.mark.parametrize(
    "text",
    [
        "ship all local pickup orders by ground",
        "which orders are pickups?",
        "schedule a pickup for the Texas orders",
        "schedule a pickup for tomorrow 5-2 pm and 3",
        "cancel the pickup orders",
        "schedule a pickup yesterday",
        "cancel the batch",
    ],
)
def test_other_messages_and_what_is_not_understood_stay_sentences(text: str) -> None:
    assert read_pickup_words(text, TODAY, PLACES) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2-5 pm", ("1400", "1700")),
        ("9-5 pm", ("0900", "1700")),
        ("9 to 5", ("0900", "1700")),
        ("2-5", ("1400", "1700")),
        ("10:30 am - 12:15 pm", ("1030", "1215")),
        ("12 pm - 5 pm", ("1200", "1700")),
        ("08:00-11:00", ("0800", "1100")),
        ("5 pm - 2 pm", None),
        ("25:00-26:00", None),
        ("13 pm - 15 pm", None),
        ("in the afternoon", None),
    ],
)
def test_hours(text: str, hours: tuple[str, str] | None) -> None:
    assert read_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY),
        ("Friday", date(2026, 11, 27)),
        ("next Tuesday", date(2026, 11, 24)),
        ("2026-12-01", date(2026, 12, 1)),
        ("2026-11-19", None),
        ("soon", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert read_day(text, TODAY) == day
