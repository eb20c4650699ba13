"""The turns of a session: what happens with a message, an approval, a refusal; the batch that runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agent.brains.protocol import Brain
from agent.chat import router
from agent.chat.approval import Words
from agent.chat.choice import choose_brain
from agent.chat.day_turn import end_of_day
from agent.chat.document_words import DocumentWords
from agent.chat.forgetting import forget
from agent.chat.job_turn import do_with_batch
from agent.chat.limit_words import Limits
from agent.chat.limits import change_limit, check_limits, fits, show_limit, switch_mode, void_above
from agent.chat.mapping_turn import name_column, show_mapping
from agent.chat.options import SessionOptions
from agent.chat.pending import APPROVAL_DEAD_TIME_S, PendingApproval
from agent.chat.pickup_turn import pickup
from agent.chat.recovery import offer_recovery
from agent.chat.servers_turn import show_servers
from agent.chat.sheet_turn import show_opened
from agent.chat.state import SessionState
from agent.chat.tools.mappings import edit_mapping
from agent.chat.tools.model_checks import ModelChecks
from agent.chat.tools.offline_reading import own_reading
from agent.chat.tools.own_tools import own_tools
from agent.chat.tools.toolbox import SessionToolbox
from agent.chat.tracking_turn import show_parcels
from agent.chat.voice import SessionVoice
from agent.chat.welcome_turn import offer_sheets
from agent.dispatch.engine import engine
from agent.errors import ErrorKind, error
from agent.events import (
    ApprovalWithheld,
    AssistantSaid,
    Event,
    RequestDeclined,
    TurnStarted,
)
from agent.ledger.store import Ledger
from agent.opening.person import THEN
from agent.planning.allowance import Allowance
from agent.planning.amounts import cents_of
from agent.planning.wording import money
from agent.servers import ServerManager
from agent.settings import Settings
from agent.sheet.open_sheet import NO_SHEET

NOTHING_PENDING = ErrorKind("E-2301", "There is no preview to approve.", "Say what to ship; the preview comes first.")
STALE_PREVIEW = ErrorKind(
    "E-2302", "That preview is no longer the current one ({digest}).", "Look at the new preview and approve that."
)
NEEDS_A_PERSON = ErrorKind("E-2303", "{reason}", "Look at the preview and approve it yourself.")
TYPE_IT = ErrorKind(
    "E-2308",
    "A batch that is large or ships something again, and a pickup, must be approved by typing.",
    "Type “{typed}” in the chat to approve it.",
)
NOT_DONE = ErrorKind("E-2319", "That was not done.", "The answer says why, and what can be said instead.")
TOO_EARLY = ErrorKind("E-2309", "Too soon: look at the preview, then approve.", "Nothing was approved.")
NEEDS_LIMIT = ErrorKind(
    "E-2381",
    "--yes buys real labels only within a limit.",
    "Nothing was bought. Name one with --max-total or --max-rows, or approve the preview in the chat.",
)
ABOVE = "--yes does not approve what is above the limit: raise it, choose fewer rows, or approve it in the chat."
NEVER_SEEN = float("-inf")
"""When words were begun that no person has typed now: they approve nothing."""
NOTHING_WAITS = "There is no preview to approve. Say what to ship; the preview comes first."
ASKED_AGAIN = "Is that what you mean by yes? Say yes once more, or “ship them”; “no” drops the preview."
TOO_SOON = "You began to type that before this preview was on the screen. Look at it, then say it again."

QUESTION_FIRST = (
    "A question is open, so this approved nothing: {question} Answer with one of: {options}; or say “never mind”."
)


@dataclass(slots=True)
class Turns:
    """Owns the state of one session; one turn runs at a time (the façade sees to it)."""

    state: SessionState
    brain: Brain
    ledger: Ledger
    options: SessionOptions

    @classmethod
    def start(
        cls,
        settings: Settings,
        options: SessionOptions,
        emit: Callable[[Event], None],
        servers: ServerManager,
    ) -> Self:
        """The servers are the session's: it closes them."""
        brain = choose_brain(options.model or settings.model, settings)
        batch_engine = engine(options.on or settings.dispatch)
        ledger = Ledger.open(settings.ledger_place)
        servers.start("data", "ups")
        batches = batch_engine(ledger, settings, servers.caller("data"), servers.caller("ups"))
        state = SessionState.new(settings, emit, servers, batches)
        state.spending.limit.set(_budget(options, settings), anew=True)
        state.batch.on_error = options.on_error
        state.batch.concurrency = options.concurrency
        state.person.defaults = dict(options.defaults)
        state.spending.modes.set_mode(options.mode)
        state.batch.quote_all = options.quote_all
        return cls(state, brain, ledger, options)

    def begin_turn(self) -> None:
        """A fresh result, about the sheet that is open."""
        state = self.state
        source = state.sheet.open.summary() if state.sheet.open is not None else None
        told = state.spending.told
        state.emit(TurnStarted(state.settings.ups_environment, source, told.facts() if told is not None else None))

    async def begin(self) -> None:
        """Open the sheet that the session was started with; name unfinished batches."""
        show_limit(self.state)
        resumed = self.options.resumed
        place = self.options.source or (resumed.sheet if resumed is not None else None)
        if place:
            source = self.shown(place)
            self.state.person.said.append(source)
            await show_opened(self.state, source, self.options.source_options)
        again = await offer_recovery(self.state, ask=self.options.offer_recovery)
        if self.state.sheet.open is None and self.options.attended:
            offer_sheets(self.state, Path.cwd())
        if again is not None:
            for sentence in again.split(THEN):
                await self.message(sentence, self.state.clock())
        elif resumed is not None and resumed.command:
            await self._plan_again(resumed.command)

    async def _plan_again(self, command: str) -> None:
        """The preview that was open when an earlier talk ended, as a new one: its words are read, and only those that
        are a sentence, so that nothing of it approves, sets a limit or changes the mode."""
        self.state.say("The preview that was open is made anew; nothing of it was approved.")
        for sentence in command.split(THEN):
            if isinstance(router.route(sentence, self.situation(NEVER_SEEN)), router.Sentence):
                await self.message(sentence, NEVER_SEEN)

    def shown(self, text: str) -> str:
        """A message without its secrets: so it is read, shown, told and kept."""
        return self.state.secrets.hide(text)

    def situation(self, begun_at: float) -> router.Situation:
        """What is open for a message whose first key was pressed at that time."""
        state, pending, question = self.state, self.state.pending, self.state.dialogue.questions.open
        preview = None
        if pending is not None:
            seen = pending.painted_at is not None and begun_at >= pending.painted_at
            preview = router.WaitingPreview(pending.preview.typed_confirmation, seen)
        return router.Situation(
            question=question.choices if question is not None else None,
            preview=preview,
            batch_runs=state.batch.running is not None,
            has_sheet=state.sheet.open is not None,
            allowance=state.spending.limit.allowance,
            given=tuple(state.person.given),
            today=state.settings.day(),
            places=tuple(state.settings.ship_from),
        )

    def answers(self, text: str) -> bool:
        """Whether a message answers the open question."""
        return isinstance(self._meant_now(text), router.Answer)

    def drops_question(self, text: str) -> bool:
        """Whether a message ends the turn whose question is open."""
        return isinstance(self._meant_now(text), router.NeverMind)

    def keeps_question(self, text: str) -> bool:
        """Whether a message is a yes that the open question has no choice for."""
        return isinstance(self._meant_now(text), router.QuestionOpen)

    def question_stays(self) -> None:
        """Say that the open question comes first: nothing behind it was approved."""
        question = self.state.dialogue.questions.open
        if question is not None:
            options = ", ".join(question.choices.options)
            self.state.emit(AssistantSaid(QUESTION_FIRST.format(question=question.text, options=options)))

    def pauses(self, text: str) -> bool:
        """Whether a message asks the batch that runs to pause."""
        return isinstance(self._meant_now(text), router.Pause)

    def _meant_now(self, text: str) -> router.Route:
        return router.route(text, self.situation(self.state.clock()))

    async def message(self, text: str, begun_at: float) -> None:
        """One message, by what it means: an approval or a limit is dealt with here, a sentence by the brain."""
        state, text = self.state, self.shown(text)
        show_limit(state)
        pending = state.pending
        match router.route(text, self.situation(begun_at)):
            case router.Refusal() if pending is not None:
                self.refuse(pending.digest)
                await self._say(f"All right, nothing was {'bought' if pending.preview.buys else 'changed'}.")
            case router.TypedApproval() if pending is not None:
                await self.approve(pending.digest, "typed", text)
            case router.Approval(words) if pending is not None:
                await self._by_words(words, text, pending)
            case router.UnseenApproval():
                await self._say(TOO_SOON)
            case router.NothingToApprove():
                await self._say(NOTHING_WAITS)
            case router.ModeSwitch(words):
                fitted = fits(state)
                await self._switch(words)
                if fitted:
                    void_above(state)
            case router.LimitChange(words):
                change_limit(state, words)
            case router.TakeBack(taken):
                await forget(state, taken)
            case meant:
                state.person.said.append(text)
                await self._follow(meant)

    async def _follow(self, meant: router.Route) -> None:
        """What is read to the letter needs no brain; all else does."""
        state = self.state
        match meant:
            case router.OpenSheet(location, options):
                await show_opened(state, location, options)
            case router.SheetPart(options):
                sheet = state.sheet.require()
                await show_opened(state, sheet.location, sheet.options | options)
            case router.MappingEdit(name, expression):
                await edit_mapping(state, name, expression)
            case router.ColumnChoice(name, column):
                await name_column(state, name, column)
            case router.ShowMapping():
                await show_mapping(state)
            case router.Mention(path, rest):
                await show_opened(state, path, {})
                if rest:
                    await self._follow(router.route(rest, self.situation(state.clock()), router.LITERAL))
            case router.TrackParcels() | router.BatchWork() | router.EndOfDay() | router.Pickup() | DocumentWords():
                await self._after_shipping(meant)
            case router.ShowServers():
                await show_servers(state)
            case router.Sentence(text):
                await self._to_brain(text)
            case _:
                raise AssertionError(f"{meant} is dealt with before")

    async def _after_shipping(self, meant: "router.AfterShipping") -> None:
        match meant:
            case router.TrackParcels(show):
                await show_parcels(self.state, show)
            case router.BatchWork(words):
                await do_with_batch(self.state, words)
            case router.EndOfDay():
                await end_of_day(self.state)
            case router.Pickup(words):
                await pickup(self.state, words)
            case DocumentWords():
                # Late: no other turn needs it.
                from agent.chat.document_turn import give_document

                await give_document(self.state, meant)

    async def _to_brain(self, text: str) -> None:
        state = self.state
        state.model_turn.doubts.clear()
        state.conversation.preview_pending = state.pending is not None
        checks = None if self.brain.name == "offline" else ModelChecks(state, text, own_reading)
        state.model_turn.at_work, state.model_turn.mapping_attempts = checks is not None, 0
        state.conversation.refused = False
        own = await own_tools(state, attended=self.options.attended) if self._takes_own_tools else None
        tools = SessionToolbox(state, checks, own)
        state.conversation.sheet = await tools.described() if checks is not None else None
        await self.brain.turn(text, state.conversation, tools, SessionVoice(state))
        if state.conversation.refused:
            why = error(NO_SHEET if state.sheet.open is None else NOT_DONE)
            state.emit(RequestDeclined(why.code, why.message, why.remedy, why.where))

    @property
    def _takes_own_tools(self) -> bool:
        """Whether the person's own servers are offered: not to our own reading, a replay, or a small model."""
        model = self.options.model or self.state.settings.model
        own = self.state.settings.models.get(model)
        replayed = model == "offline" or model.startswith("recorded:")
        return not replayed and (own is None or own.tools == "all")

    async def approve(self, digest: str, by: str, words: str) -> None:
        """A yes from a person or from a budget they set, checked against what was shown."""
        state, words = self.state, self.shown(words)
        show_limit(state)
        pending = state.pending
        if pending is None:
            raise error(NOTHING_PENDING)
        if pending.digest != digest:
            raise error(STALE_PREVIEW, digest=digest[:8])
        typed = pending.preview.typed_confirmation
        if typed is not None and (by in {"key", "button"} or (pending.typed_only and by != "typed")):
            raise error(TYPE_IT, typed=typed)
        early = pending.painted_at is None or state.clock() < pending.painted_at + APPROVAL_DEAD_TIME_S
        if by in {"key", "button"} and early:
            raise error(TOO_EARLY)
        if by == "--yes" and pending.above:
            await self._shown_again(pending)
            return
        real = pending.preview.environment == "production" and pending.preview.costs_money
        if by == "--yes" and real and not state.spending.limit.allowance.bounded:
            raise error(NEEDS_LIMIT)
        if by == "--yes" and pending.needs_person:
            right = await state.ask(f"{pending.needs_person} Is that right?", ["Yes", "No"])
            if right != "Yes":
                raise error(NEEDS_A_PERSON, reason=pending.needs_person)
        if by == "typed" and typed is not None and words.strip() != typed:
            raise error(TYPE_IT, typed=typed)
        await pending.carry_out(state.approved(pending, by, words))

    async def _shown_again(self, pending: PendingApproval) -> None:
        """Above the limit no flag approves: the preview stays, and a person is asked."""
        self.state.emit(ApprovalWithheld(pending.digest))
        await self._say(ABOVE)

    def refuse(self, digest: str) -> None:
        self.state.refused(digest)

    def painted(self, digest: str) -> None:
        pending = self.state.pending
        if pending is not None and pending.digest == digest and pending.painted_at is None:
            pending.painted_at = self.state.clock()

    async def pause(self) -> None:
        if self.state.batch.running is not None:
            await self.state.batches.pause(self.state.batch.running)

    async def cancel(self) -> None:
        if self.state.batch.running is not None:
            await self.state.batches.cancel(self.state.batch.running)

    def close(self) -> None:
        """The session closes the servers."""
        self.ledger.close()

    async def _by_words(self, words: Words, text: str, pending: PendingApproval) -> None:
        if pending.preview.typed_confirmation is not None:
            raise error(TYPE_IT, typed=pending.preview.typed_confirmation)
        if words.mode is not None:
            await self._switch(words)
        if pending.model_spoke and not words.names_it:
            await self._ask_again(pending)
            return
        await self.approve(pending.digest, "words", text)

    async def _ask_again(self, pending: PendingApproval) -> None:
        """A bare yes after a model's words may answer those: the preview itself is asked about, by code."""
        pending.model_spoke = False
        await self._say(f"{pending.preview.approval_sentence} {ASKED_AGAIN}")
        # Words that were begun before this sentence do not answer it.
        pending.painted_at = self.state.clock()

    async def _switch(self, words: Words) -> None:
        """Auto mode is a budget, never a bare switch."""
        state = self.state
        allowance = check_limits(state, words.limits)
        if words.mode == "auto" and not allowance.bounded:
            billed = state.settings.billing_currency
            offered = [money(cents, billed).removesuffix(".00") for cents in (10_000, 25_000, 50_000)]
            choice = await state.ask(
                "Up to how much may auto mode spend?", [*offered, "Stay in confirm"], remember=False
            )
            if cents_of(choice) is None:
                return
            named = check_limits(state, Limits(max_total_cents=cents_of(choice)))
            allowance = allowance.with_(named)
        switch_mode(state, words.mode or state.spending.mode, allowance)

    async def _say(self, text: str) -> None:
        self.state.emit(AssistantSaid(text))


def _budget(options: SessionOptions, settings: Settings) -> Allowance:
    """What the command line allows: in the currency that UPS bills in."""
    budget = options.budget
    if budget.max_total_cents is None:
        return Allowance(None, budget.max_rows)
    return Allowance(budget.max_total_cents, budget.max_rows, currency=settings.billing_currency)
