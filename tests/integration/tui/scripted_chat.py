"""A session that replays events, for the chat's tests; run as a program it opens the chat on a small story."""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any

from agent.chat.router import Pause, Situation, route
from agent.errors import ShipchatError
from agent.events import (
    ApprovalGiven,
    ApprovalRefused,
    AssistantDelta,
    AssistantSaid,
    BatchFinished,
    BatchStarted,
    BatchStopped,
    Event,
    PreviewLine,
    PreviewReady,
    PreviewVoided,
    QuestionAnswered,
    QuestionAsked,
    RowCompleted,
    SessionOpened,
    SourceOpened,
    ToolCalled,
    TurnEnded,
    UserSaid,
)
from agent.events.history import BatchLine, DoubtLine
from agent.events.shipment_detail import CellChange, ShipmentDetail, SourceRow

PEOPLE = (
    ("Ada Brook", "Fresno, CA"),
    ("Ben Castle", "Oakland, CA"),
    ("Cleo Dunn", "San Jose, CA"),
    ("Dario Estes", "Sacramento, CA"),
    ("Edna Fields", "Los Angeles, CA"),
    ("Felix Grove", "San Diego, CA"),
    ("Gina Holt", "Bakersfield, CA"),
    ("Hugo Iverson", "Long Beach, CA"),
)
WARNING = "apartment number missing"


def lines(count: int, service: str = "UPS Ground") -> list[PreviewLine]:
    """Invented shipments; every ninth has a warning."""
    return [
        PreviewLine(
            sheet_row=2 * number + 2,
            row_number=2 * number + 1,
            order_number=f"SO-{10400 + 7 * number}",
            recipient=PEOPLE[number % len(PEOPLE)][0],
            city_state=PEOPLE[number % len(PEOPLE)][1],
            service=service,
            cost_cents=912 + 83 * number % 700,
            warnings=[WARNING] if number % 9 == 4 else [],
        )
        for number in range(count)
    ]


def preview(count: int = 8, digest: str = "9f2c41d07ab3", **changed: Any) -> PreviewReady:
    """A plan over `count` shipments."""
    rows = lines(count)
    total = sum(line.cost_cents or 0 for line in rows)
    costs = sorted(rows, key=lambda line: line.cost_cents or 0)
    values: dict[str, Any] = {
        "digest": digest,
        "short_digest": digest[:8],
        "command": "Ship all California orders via Ground",
        "filter_in_words": "orders to California, without a tracking number",
        "filter_sql": "state = 'CA' AND coalesce(tracking_number, '') = ''",
        "total_rows": count,
        "lines": rows,
        "total_cents": total,
        "estimated": False,
        "cheapest": costs[0],
        "most_expensive": costs[-1],
        "excluded": {"already shipped": [3, 4, 9], "cancelled": [17]},
        "boundary": [],
        "warnings": [],
        "mapping": [("ship to name", "Recipient"), ("postal code", "Zip"), ("weight", "Weight lb")],
        "mapping_is_new": True,
        "mapped_columns": 3,
        "environment": "simulator",
        "account": "…IM",
        "approval_sentence": (
            f"Ship {count} shipments via UPS Ground for ${total / 100:,.2f} at most 10 % more, the most expensive "
            f"${(costs[-1].cost_cents or 0) / 100:.2f} (row {costs[-1].sheet_row}), on account …IM. "
            "PRACTICE - no real label, no real money."
        ),
        "typed_confirmation": None,
    }
    return PreviewReady(**{**values, **changed})


class ScriptedSession:
    """What `ChatSession` promises, with answers written beforehand. `calls` is what the chat asked of it."""

    def __init__(self, story: dict[str, list[Event]] | None = None, *, row_pause_s: float = 0.0) -> None:
        self.story = story or {}
        self.row_pause_s = row_pause_s
        self.calls: list[tuple[Any, ...]] = []
        self.mode = "confirm"
        self.environment = "simulator"
        self.pending: PreviewReady | None = None
        self.shown: PreviewReady | None = None
        self.question: QuestionAsked | None = None
        self.painted: list[str] = []
        self.hold: asyncio.Event | None = None
        """When set, a turn waits for it."""
        self.batch_rows: list[PreviewLine] = []
        self.pause_wanted = False
        self.batches: list[BatchLine] = []
        self.in_doubt: list[DoubtLine] = []
        self._running = 0
        self._listeners: list[Callable[[Event], None]] = []

    @property
    def busy(self) -> bool:
        return self._running > 0 or self.question is not None

    @property
    def pending_digest(self) -> str | None:
        return self.pending.digest if self.pending else None

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        self._listeners.append(listener)

    def emit(self, event: Event) -> None:
        if isinstance(event, PreviewReady):
            self.pending = self.shown = event
        if isinstance(event, QuestionAsked):
            self.question = event
        for listener in self._listeners:
            listener(event)

    async def open(self) -> dict[str, Any]:
        self.calls.append(("open",))
        self.emit(SessionOpened("simulator", "offline", "confirm", "SIMSIM", "Say what to ship. F1 shows more."))
        return await self._play(self.story.get("open", []))

    async def close(self) -> None:
        self.calls.append(("close",))

    async def send(self, text: str, *, begun_at: float) -> dict[str, Any]:
        question = self.question
        if question is not None:
            named = text in question.options or (text.isdigit() and 1 <= int(text) <= len(question.options))
            if question.free_text or named:
                return await self.answer(question.question_id, text)
            await self.stop_turn()
        self.calls.append(("send", text, begun_at))
        self.emit(UserSaid(text))
        return await self._play(self.story.get(text, [AssistantSaid(f"You said: {text}")]))

    def pauses(self, text: str) -> bool:
        return route(text, Situation(batch_runs=True)) == Pause()

    async def answer(self, question_id: str, answer: str | int) -> dict[str, Any]:
        self.calls.append(("answer", question_id, answer))
        question = self.question
        assert question is not None
        number = int(answer) if str(answer).isdigit() else None
        if number is None and str(answer) not in question.options and not question.free_text:
            raise ShipchatError("E-2304", f"{answer!r} is not one of the choices.", "Answer with one of them.")
        chosen = question.options[number - 1] if number else str(answer)
        self.question = None
        self.emit(QuestionAnswered(question_id, chosen))
        return await self._play(self.story.get(f"answer:{chosen}", []))

    async def approve(self, digest: str, *, by: str, words: str) -> dict[str, Any]:
        self.calls.append(("approve", digest, by, words))
        shown = self.pending
        assert shown is not None
        self.pending = None
        self.emit(ApprovalGiven(digest, by, words, shown.approval_sentence))
        self._running += 1
        await self._ship(shown)
        self._running -= 1
        self.emit(TurnEnded({}))
        return {}

    async def _ship(self, shown: PreviewReady) -> None:
        self.emit(BatchStarted("b-20261121-1", shown.total_rows, shown.environment, 25_000))
        spent = done = 0
        for number, line in enumerate(shown.lines, 1):
            if self.pause_wanted:
                self.emit(BatchStopped("b-20261121-1", "paused", "you paused it"))
                break
            if self.row_pause_s:
                await asyncio.sleep(self.row_pause_s)
            if self.hold is not None and number == 3:
                await self.hold.wait()
            tracking = f"1ZSIMSIM03{number:08d}"
            spent, done = spent + (line.cost_cents or 0), done + 1
            path = f"labels/simulator/{tracking}.zpl"
            self.emit(
                RowCompleted(
                    "b-20261121-1",
                    line.row_number,
                    line.sheet_row,
                    line.recipient,
                    tracking,
                    [tracking],
                    line.cost_cents or 0,
                    path,
                )
            )
        rows = {"completed": done, "failed": 0, "in_doubt": 0, "pending": shown.total_rows - done, "skipped": 0}
        status = "paused" if self.pause_wanted else "completed"
        self.emit(
            BatchFinished(
                "b-20261121-1",
                status,
                rows,
                spent,
                "~/.local/share/shipchat/labels/simulator",
                "orders.csv: column tracking_number, 8 rows",
                f"{done} of {shown.total_rows} shipped, ${spent / 100:,.2f} spent.",
                next_words=["print the labels", "open the labels", "save the labels as PDF"],
            )
        )

    async def refuse(self, digest: str) -> None:
        self.calls.append(("refuse", digest))
        self.pending = None
        self.emit(ApprovalRefused(digest))

    def void(self, digest: str, reason: str) -> None:
        self.pending = None
        self.emit(PreviewVoided(digest, reason))

    def preview_painted(self, digest: str) -> None:
        self.painted.append(digest)

    def shipment_detail(self, digest: str, row_number: int) -> ShipmentDetail | None:
        """Details of the preview that was emitted last, by its invented lines."""
        shown = self.shown
        line = next((one for one in shown.lines if one.row_number == row_number), None) if shown is not None else None
        if shown is None or line is None or digest != shown.digest:
            return None
        city, _, state = line.city_state.partition(", ")
        return ShipmentDetail(
            label=[line.recipient, f"{line.sheet_row} Canal St", f"{city} {state} 93721"],
            facts=[("service", line.service), ("package", "3 lb"), ("reference 1", f"{line.order_number} (the order)")],
            customs=[],
            warnings=list(line.warnings),
            changes=[CellChange("Zip", "9372", "09372", "a leading 0 was lost")],
            rows=[SourceRow(line.sheet_row, [("Recipient", line.recipient, "name"), ("Gift", "Y", "")], ["Phone"])],
            payload={"ship_to": {"name": line.recipient}},
        )

    async def history(self) -> list[BatchLine]:
        return self.batches

    async def doubts(self) -> list[DoubtLine]:
        return self.in_doubt

    async def stop_turn(self) -> None:
        self.calls.append(("stop_turn",))
        if self.question is not None:
            self.question = None
            self.emit(TurnEnded({}))
        if self.hold is not None:
            self.hold.set()

    async def pause_batch(self) -> None:
        self.calls.append(("pause_batch",))
        self.pause_wanted = True
        if self.hold is not None:
            self.hold.set()

    async def cancel_batch(self) -> None:
        self.calls.append(("cancel_batch",))
        await self.pause_batch()

    async def _play(self, events: list[Event]) -> dict[str, Any]:
        self._running += 1
        try:
            for event in events:
                self.emit(event)
                await asyncio.sleep(0)
            if self.hold is not None:
                await self.hold.wait()
        finally:
            self._running -= 1
        if self.question is None:
            self.emit(TurnEnded({}))
        return {}


SAID = "Ship all California orders via Ground"


def small_story() -> dict[str, list[Event]]:
    """California orders via Ground, and one question."""
    columns = ["Order", "Recipient", "Street", "City", "State", "Zip", "Weight lb", "Total"]
    return {
        "open": [
            SourceOpened("orders.csv", "orders.csv", 42, [{"name": name, "type": "text"} for name in columns], []),
        ],
        SAID: [
            ToolCalled("count_rows", "State = 'CA'", "counted the orders where State is CA"),
            ToolCalled("propose_shipment", "12 rows, UPS Ground", "selected: orders to California"),
            AssistantDelta("I found **12 orders** to California. "),
            AssistantDelta("Three were shipped before and one is cancelled, so **8** remain. "),
            AssistantSaid(
                "I found **12 orders** to California. Three were shipped before and one is cancelled, so **8** remain. "
                "The weight is taken from `Weight lb`."
            ),
            preview(8),
        ],
        "ship the big ones": [QuestionAsked("q1", "What makes an order big?", ["Over 10 lb", "Over $100"], True)],
        "answer:Over 10 lb": [AssistantSaid("Then it is 3 orders.")],
    }


if __name__ == "__main__":
    from tui.app import run

    begun = time.monotonic()
    sys.exit(run(lambda: ScriptedSession(small_story(), row_pause_s=0.02)).code)
