"""Which messages ask for parcels on their way, and which are about the sheet."""

import pytest

from agent.chat.router import Route, Sentence, Situation, TrackParcels, WaitingPreview, route
from agent.tracking.parcel import SHOWN

ASKED = {
    "all": [
        "Where are my packages?",
        "where are the parcels now",
        "track everything",
        "Track my packages, please"[:17],
    ],
    "open": ["Which parcels are still in transit?", "which packages haven’t arrived yet?"],
    "late": ["What is late?", "which parcels are delayed?", "is anything late?", "are any of my packages overdue"],
    "trouble": ["which packages have problems?", "Which parcels have an exception"],
    "delivered": [
        "which packages were delivered?",
        "which parcels have arrived",
        "Which of my packages arrived today?",
    ],
}


def meant(text: str) -> Route:
    return route(text, Situation(has_sheet=True))


@pytest.mark.parametrize(("show", "text"), [(show, text) for show, texts in ASKED.items() for text in texts])
def test_a_question_about_parcels_is_answered_by_tracking(show: str, text: str) -> None:
    assert show in SHOWN
    assert meant(text) == TrackParcels(show)
    # It answers no preview: what waits for a yes still waits.
    assert route(text, Situation(has_sheet=True, preview=WaitingPreview())) == TrackParcels(show)


@pytest.mark.parametrize(
    "text",
    [
        "which orders are late?",
        "which orders were delivered?",
        "ship all packages that are late by ground",
        "where are the California orders?",
        "what is late fee?",
        "ship the parcels",
    ],
)
def test_words_about_the_sheet_go_to_the_brain(text: str) -> None:
    assert isinstance(meant(text), Sentence)
