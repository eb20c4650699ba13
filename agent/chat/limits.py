"""The limit of a session as the person meets it: set and changed by words, told after each batch, asked above it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from agent.chat.limit_words import Limits, LimitWords
from agent.chat.state import SessionState
from agent.errors import ErrorKind, error
from agent.events import AllowanceUpdated, AssistantSaid, ModeChanged
from agent.ledger.faults import MODE_LOCKED
from agent.planning.allowance import PART_WORDS, Allowance, Left, Part, contrary, limit_words
from agent.planning.sentence import counted, money

UNCLEAR = ErrorKind("E-2380", "{reading}.", "Say it again, e.g. “set the limit to $12.50 and 20 rows until 5 pm”.")
CONTRARY = ErrorKind(
    "E-2382", "The {part} is {now}: that would not {verb} it.", "Nothing was changed. Say “set the limit to ...”."
)
PAST = ErrorKind("E-2383", "{until} has already passed.", "Nothing was changed. Name a later time, or “for 2 hours”.")
NONE_SET = ErrorKind("E-2384", "There is no {part}.", "“set the limit to $100” sets one.")
OTHER_BATCH = ErrorKind(
    "E-2385",
    "Batch {job_id} counts in {currency}, and the limit of this session in {billed}.",
    "Continue it without a limit: `shipchat jobs resume {job_id}`.",
)
NO_LIMIT = "There is no limit; every batch is shown, and you are asked."
CONTINUE, LEAVE = "Continue the batch", "Leave it"


def show_limit(state: SessionState, *, always: bool = False) -> Left:
    """What is left, told where it changed (a turn starts with what was told last)."""
    left = state.spending.limit.left(state.batches.ledger)
    event = told(left)
    if (event != state.spending.told and (left.allowance.limited or state.spending.told is not None)) or always:
        state.spending.told = event
        state.emit(event)
    return left


def tell_limit(state: SessionState) -> None:
    """After money moved: what is left is always said."""
    left = show_limit(state, always=state.spending.limit.allowance.limited)
    if left.allowance.limited:
        state.say(f"Limit: {left.words()}.")


def told(left: Left) -> AllowanceUpdated:
    allowance = left.allowance
    return AllowanceUpdated(
        text=left.words(),
        max_total_cents=allowance.max_total_cents,
        left_cents=left.cents,
        max_rows=allowance.max_rows,
        left_rows=left.rows,
        services=list(allowance.services),
        until=allowance.until.isoformat(timespec="seconds") if allowance.until else None,
    )


def check_limits(state: SessionState, limits: Limits) -> Allowance:
    """The allowance that words name.

    Raises:
        ShipchatError: E-4234 while a batch runs, E-2380 for an amount or time that may mean two things, E-2383.
    """
    if state.spending.modes.locked:
        raise error(MODE_LOCKED)
    if limits.unclear is not None:
        raise error(UNCLEAR, reading=limits.unclear.rstrip("."))
    billed = state.settings.billing_currency
    if limits.currency not in ("", billed):
        said = f"UPS bills you in {billed}, and a limit in {limits.currency} cannot be held against that"
        raise error(UNCLEAR, reading=said)
    allowance = replace(allowance_of(limits, state.spending.limit.now()), currency=billed)
    if allowance.until is not None and allowance.until <= state.spending.limit.now():
        raise error(PAST, until=allowance.until.strftime("%H:%M"))
    return allowance


def allowance_of(limits: Limits, now: datetime) -> Allowance:
    """Words with their times put on the day's clock; a time that has passed is in the past."""
    until = None
    if limits.for_s is not None:
        until = now + timedelta(seconds=limits.for_s)
    elif limits.at is not None:
        hour, minute = limits.at
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        until = midnight + timedelta(days=1) if hour == 24 else midnight.replace(hour=hour, minute=minute)
    return Allowance(limits.max_total_cents, limits.max_rows, limits.services, until)


def switch_mode(state: SessionState, mode: str, allowance: Allowance) -> None:
    """Confirm mode asks before every batch, so that an auto mode's limit ends with it; auto mode's begins anew."""
    had = state.spending.limit.allowance.limited
    state.spending.modes.set_mode(mode)
    state.spending.limit.set(allowance if mode == "auto" else Allowance(), anew=True)
    words = limit_words(allowance)
    text = f"up to {words}" if mode == "auto" else ""
    state.emit(ModeChanged(mode, text))
    show_limit(state)
    gone = " The limit is removed: every batch is shown, and you are asked." if mode == "confirm" and had else ""
    state.emit(AssistantSaid(f"Mode is now {mode}{', ' + text if text else ''}.{gone}"))


def fall_back(state: SessionState) -> None:
    """After a price that nobody could foresee, auto mode ends: from here on a person looks at each batch."""
    if state.spending.mode == "auto":
        _say(state, "UPS charged something else than it quoted.")
        switch_mode(state, "confirm", Allowance())


def change_limit(state: SessionState, words: LimitWords) -> None:
    """Do what the words ask, and say what is left.

    Raises:
        ShipchatError: E-4234, E-2380, E-2382, E-2383, E-2384. Nothing was changed then.
    """
    if words.verb == "ask":
        left = show_limit(state)
        _say(state, f"Limit: {left.words()}." if left.allowance.limited else NO_LIMIT)
        return
    new = check_limits(state, words.limits)
    now = state.spending.limit.allowance
    if words.verb == "remove":
        if not now.has(words.part):
            raise error(NONE_SET, part=PART_WORDS[words.part])
        after = now.without(words.part)
        if state.spending.mode == "auto" and not after.bounded:
            # Auto mode is a budget, never a bare switch.
            switch_mode(state, "confirm", Allowance())
            return
    else:
        after = _changed(words, now, new)
    fitted = fits(state)
    state.spending.limit.set(after, anew=not now.limited)
    left = show_limit(state, always=True)
    _say(state, f"Limit: {left.words()}." if after.limited else NO_LIMIT)
    if fitted:
        void_above(state)


def _changed(words: LimitWords, now: Allowance, new: Allowance) -> Allowance:
    if words.verb == "set":
        return now.with_(new)
    if not new.bounded:
        raise error(UNCLEAR, reading="An amount is missing: what should the limit be")
    if words.by:
        new = _added(now, new, 1 if words.verb == "raise" else -1)
    verb: Literal["raise", "lower"] = "raise" if words.verb == "raise" else "lower"
    part = contrary(now, new, verb)
    if part is not None:
        if not now.has(part):
            raise error(NONE_SET, part=PART_WORDS[part])
        value = money(now.max_total_cents or 0, now.currency) if part == "money" else counted(now.max_rows or 0, "row")
        raise error(CONTRARY, part=PART_WORDS[part], now=value, verb=verb)
    return now.with_(new)


def _added(now: Allowance, more: Allowance, sign: int) -> Allowance:
    def changed(old: int | None, by: int | None) -> int | None:
        return by if by is None or old is None else max(0, old + sign * by)

    named: list[tuple[Part, int | None]] = [("money", more.max_total_cents), ("rows", more.max_rows)]
    for part, by in named:
        if by is not None and not now.has(part):
            raise error(NONE_SET, part=PART_WORDS[part])
    return replace(
        more,
        max_total_cents=changed(now.max_total_cents, more.max_total_cents),
        max_rows=changed(now.max_rows, more.max_rows),
    )


def fits(state: SessionState) -> bool:
    """Whether the preview that waits is within what is left."""
    pending = state.pending
    if pending is None:
        return True
    left = state.spending.limit.left(state.batches.ledger)
    return not left.above(pending.needed, pending.services)


def void_above(state: SessionState) -> None:
    """A yes to what is above the limit by now would not be a yes within it: the preview's sentence said otherwise."""
    if fits(state):
        return
    state.withdraw("it is above the limit now")
    _say(
        state, "The preview is above that limit. Say what to ship again: it is shown with the limit, and you are asked."
    )


async def may_continue(state: SessionState, job_id: str) -> bool:
    """Whether a batch continues: it was approved before, but what it needs may be above what is left by now."""
    currency, allowance = state.batches.outcome(job_id).currency, state.spending.limit.allowance
    if allowance.max_total_cents is not None and currency != allowance.currency:
        raise error(OTHER_BATCH, job_id=job_id, currency=currency, billed=allowance.currency)
    needed, above = state.spending.limit.going_on(state.batches.ledger, job_id)
    if not needed.rows or not above:
        return True
    rows, price = counted(needed.rows, "row"), money(needed.cents, currency)
    text = f"Batch {job_id} was approved before: {rows} not sent yet, {price} quoted, and {'; '.join(above)}."
    return await state.ask(text, [CONTINUE, LEAVE], remember=False) == CONTINUE


def _say(state: SessionState, text: str) -> None:
    state.emit(AssistantSaid(text))
