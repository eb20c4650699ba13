"""Pickups in the chat: priced, booked by a typed yes, shown, cancelled. By a person's words only, never by a model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from agent.chat.action_preview import action_preview
from agent.chat.pending import PendingApproval
from agent.chat.pickup_words import PickupWords, read_day, read_hours
from agent.chat.state import SessionState
from agent.events import AssistantSaid, TableShown
from agent.mapping.ship_from import OWN, place_of
from agent.pickups.booking import Pickups
from agent.pickups.kept import KeptPickup
from agent.pickups.request import PickupRequest, Ready, Window, pickup_request, ready_of
from agent.pickups.waiting import waiting
from agent.planning.model import Approval
from agent.planning.sentence import ENVIRONMENT_WORDS, masked_account, money
from agent.planning.wording import counted
from agent.shipping.checked_addresses import one_line

TYPED = "book 1 pickup"
WHICH_DAY, WHICH_HOURS = "On which day?", "Between when and when may the driver come?"
HOURS = ("9 am - 5 pm", "12 pm - 5 pm", "2 pm - 6 pm")
HOW_MANY = "No label was bought today that starts from {place}. How many packages shall the driver take?"
NOT_SO = "“{said}” is not {what}."
NONE = "No pickup is booked."
LOST = "UPS's answer about the pickup of {day} at {place} was lost, and UPS does not list it (yet). Is it booked?"
STILL_OPEN, NOT_BOOKED = "Leave it open", "It is not booked"
HEADER = ("Day", "Hours", "Place", "Number", "Cost", "State")
_STATES = {"booked": "booked", "asking": "not known: UPS's answer was lost", "cancelling": "cancelling, not confirmed"}
_WEEKEND = 5
STANDARD = "11"
"""What packages count as where nothing was bought yet, outside the United States."""
Found = TypeVar("Found")


async def pickup(state: SessionState, words: PickupWords) -> None:
    """Do what the words say.

    Raises:
        ShipchatError: what stands against it; nothing is booked then.
    """
    pickups = Pickups(state.batches.ledger, state.ups, state.settings)
    if words.kind == "show":
        await _show(state, pickups)
    elif words.kind == "cancel":
        await _cancel(state, pickups, words)
    else:
        request, ready = await _request(state, words)
        if words.kind == "schedule":
            await pickups.check_free(request)
        price = await pickups.price(request)
        cost = money(*price) if price else "UPS names no price"
        if words.kind == "price":
            state.emit(AssistantSaid(f"A pickup on {request.window} at {request.place}: {cost}. Nothing was booked."))
        else:
            _propose(state, pickups, request, ready, price)


async def _request(state: SessionState, words: PickupWords) -> tuple[PickupRequest, Ready]:
    """Complete: what was not said is asked."""
    settings = state.settings
    payloads = await state.batches.ledger.read_async(waiting, settings.ups_environment, settings.day())
    places = settings.places
    starts = [place_of(payload, places) for payload in payloads]
    place = words.place or await _place(state, starts)
    window = await _window(state, words)
    ready = ready_of(
        [payload for payload, start in zip(payloads, starts, strict=True) if start == place],
        settings.sender.address.country_code,
    )
    if not ready.pieces:
        count = await _asked(state, HOW_MANY.format(place=place), ("1", "5", "10"), "a number of packages", _count)
        home = settings.sender.address.country_code
        ready = Ready({("03" if home == "US" else STANDARD, home): count})
    return pickup_request(settings, place, window, ready), ready


async def _place(state: SessionState, starts: list[str]) -> str:
    known = [OWN, *state.settings.ship_from]
    used = [place for place in known if place in starts]
    if len(known) == 1 or len(used) == 1:
        return used[0] if used else OWN
    return await state.ask("At which place?", used or known, remember=False)


async def _window(state: SessionState, words: PickupWords) -> Window:
    today = state.settings.day()
    ahead = [today + timedelta(days=days) for days in range(7)]
    options = tuple(f"{day:%A} {day.isoformat()}" for day in ahead if day.weekday() < _WEEKEND)[:4]

    def day_of(said: str) -> date | None:
        return read_day(said.rpartition(" ")[2], today) or read_day(said, today)

    day, hours = words.day, words.hours
    if day is None:
        day = await _asked(state, WHICH_DAY, options, "a day to come", day_of)
    if hours is None:
        hours = await _asked(state, WHICH_HOURS, HOURS, "such a time", read_hours)
    return Window(day, *hours)


async def _asked(
    state: SessionState, question: str, options: Sequence[str], what: str, read: Callable[[str], Found | None]
) -> Found:
    """An answer that can be read; another is asked anew."""
    while True:
        said = await state.ask(question, list(options), free_text=True, remember=False)
        found = read(said)
        if found is not None:
            return found
        state.say(NOT_SO.format(said=said, what=what), "warning")


def _count(said: str) -> int | None:
    return int(said) if said.isdecimal() and 0 < int(said) < 1000 else None


def _propose(
    state: SessionState, pickups: Pickups, request: PickupRequest, ready: Ready, price: tuple[int, str] | None
) -> None:
    settings = state.settings
    cost = money(*price) if price else "at a price that UPS does not name"
    party = settings.places.get(request.place) or settings.sender.model_dump(exclude_none=True)
    sentence = (
        f"{ENVIRONMENT_WORDS[settings.ups_environment]}: book a UPS pickup on {request.window} at {request.place}"
        f" ({one_line(party['address'])}) for {counted(ready.count, 'package')}, {cost}, billed to account"
        f" {masked_account(settings.sender.account_number)}."
    )

    async def carry_out(_approval: Approval) -> None:
        booked = await pickups.book(request, price[0] if price else None)
        charged = money(*booked.charge) if booked.charge else cost
        state.emit(
            AssistantSaid(
                f"Booked: UPS comes on {request.window} to {request.place}. Pickup number {booked.prn}, {charged}."
                " “Cancel the pickup” takes it back."
            )
        )

    preview = replace(
        action_preview(state, "pickup", sentence, 1, request.arguments),
        filter_in_words=f"{request.window} at {request.place}",
        total_cents=price[0] if price else 0,
        typed_confirmation=TYPED,
    )
    state.show(PendingApproval(preview, carry_out))


async def _show(state: SessionState, pickups: Pickups) -> None:
    found = await pickups.standing()
    for lost in [one for one in found if one.state == "asking"]:
        question = LOST.format(day=lost.day, place=lost.place)
        if await state.ask(question, [STILL_OPEN, NOT_BOOKED], remember=False) == NOT_BOOKED:
            await pickups.give_up(lost)
    found = await pickups.standing()
    if not found:
        state.emit(AssistantSaid(NONE))
        return
    rows = [
        [
            one.day.isoformat(),
            str(Window(one.day, one.ready, one.close)).rpartition(", ")[2],
            one.place,
            one.prn or "",
            money(*one.charge) if one.charge else "",
            _STATES[one.state],
        ]
        for one in found
    ]
    title = counted(len(rows), "pickup")
    state.emit(TableShown(title, list(HEADER), rows, len(rows), f"{title}: {'; '.join(_line(one) for one in found)}."))


async def _cancel(state: SessionState, pickups: Pickups, words: PickupWords) -> None:
    found = [one for one in await pickups.standing() if one.prn is not None]
    meant = [
        one
        for one in found
        if words.prn in (None, one.prn) and words.day in (None, one.day) and words.place in (None, one.place)
    ]
    if not meant:
        state.emit(AssistantSaid(NONE if not found else f"No such pickup; booked: {'; '.join(map(_line, found))}."))
        return
    chosen = meant[0]
    if len(meant) > 1:
        options = {_line(one): one for one in meant}
        chosen = options[await state.ask("Which pickup?", list(options), remember=False)]
    sentence = f"{ENVIRONMENT_WORDS[state.settings.ups_environment]}: cancel the pickup {_line(chosen)}."

    async def carry_out(_approval: Approval) -> None:
        await pickups.cancel(chosen)
        state.emit(AssistantSaid(f"Pickup {chosen.prn} is cancelled."))

    preview = action_preview(state, "pickup", sentence, 1, {"cancel": chosen.prn})
    state.show(PendingApproval(replace(preview, filter_in_words=_line(chosen)), carry_out))


def _line(one: KeptPickup) -> str:
    number = f", number {one.prn}" if one.prn else ""
    return f"on {Window(one.day, one.ready, one.close)} at {one.place}{number}"
