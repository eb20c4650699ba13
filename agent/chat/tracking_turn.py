"""Parcels on their way, asked for in the chat: labels of the last days, trouble first."""

from datetime import timedelta

from agent.chat.state import SessionState
from agent.events import AssistantSaid, TableShown
from agent.tracking.following import follow
from agent.tracking.parcel import DAYS_BACK, HEADER, chosen, in_order, line, summary

_NONE = {
    "all": "No label was bought in the last {days} days.",
    "open": "Everything of the last {days} days has arrived.",
    "trouble": "UPS tells of no trouble with the parcels of the last {days} days.",
    "late": "Nothing of the last {days} days is late.",
    "delivered": "Nothing of the last {days} days is delivered yet.",
}


async def show_parcels(state: SessionState, show: str) -> None:
    """Ask UPS and show the answer as a table; an older state where UPS refuses, with the refusal."""
    today = state.settings.day()
    found = await follow(
        state.batches.ledger,
        state.ups,
        state.settings.ups_environment,
        concurrency=state.settings.concurrency,
        since=today - timedelta(days=DAYS_BACK),
    )
    parcels = in_order(chosen(found.parcels, show, today), today)
    if parcels:
        rows = [line(parcel, today) for parcel in parcels]
        state.emit(TableShown("Parcels", list(HEADER), rows, len(rows)))
        state.emit(AssistantSaid(summary(parcels, today)))
    elif not found.refusals:
        state.emit(AssistantSaid(_NONE[show].format(days=DAYS_BACK)))
    if found.refusals:
        text = f"UPS did not tell of {found.not_asked} parcels; what is shown of them is older. {found.refusals[0]}"
        state.say(text, "warning")
