"""A shop whose whole life a test can lead: a home, a sheet, a carrier; commands and chats that run in this process.

A command is the real one, from its words to its exit code and JSON; a chat is a `ChatSession`. Only the two servers'
processes are left out (`local_servers`), and waits.
"""

import asyncio
import contextlib
import io
import json
import os
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from agent import station
from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.cli.exits import exit_for
from agent.cli.main import main
from agent.events import PreviewReady
from agent.ledger.store import Ledger
from agent.settings import Settings
from tests.faults.carrier import Carrier, Label
from tests.faults.world import Crash, Fuse, burn, burn_ledger_head
from tests.parcels.sheet import OrderSheet, ParcelList

SENTENCE = "ship everything via ground"
ANSWERS = {
    "package_weight": "of each package",
    "order_lines": "several parcels",
    "order_addresses": "a parcel to each address",
    "exact_duplicates": "ship every one",
    "add_columns": "yes",
}
"""What a person of this shop says of such rows; a question without an answer here ends the turn."""


@dataclass(slots=True)
class Turn:
    """What one command or chat said, beside what the carrier did meanwhile."""

    words: str
    told: dict[str, Any]
    code: int | None
    """Exit code; None when the process died."""
    made: list[Label]
    errors: str = ""

    @property
    def died(self) -> bool:
        return self.code is None


def kind_of(label: Label) -> Decimal:
    """The kind of parcel that a label is for: its weight tells it."""
    return Decimal(label.payload["packages"][0]["weight"]["value"])


class SpoolFolder(MutableMapping[str, dict[str, Any]]):
    """The UPS server's spool, in the home as the real one: it is restored with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, reference: str) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = json.loads(self._path(reference).read_bytes())
        except FileNotFoundError:
            raise KeyError(reference) from None
        return answer

    def __setitem__(self, reference: str, answer: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path(reference).write_text(json.dumps(answer))

    def __delitem__(self, reference: str) -> None:
        self._path(reference).unlink()

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in self.folder.glob("*.json"))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, reference: str) -> Path:
        return self.folder / f"{reference}.json"


@dataclass(slots=True)
class Copy:
    """A backup of a moment."""

    home: Path
    sheet: Any
    state: Path | None = None
    """The state directory, where the whole machine was copied."""


@dataclass(slots=True)
class Shop:
    """Everything outlives the processes. `shown` and `allowed` are what the judge knows of a person's decisions."""

    folder: Path
    template: Path
    """An empty ledger to copy: migrating one takes longer than a whole story."""
    parcels: ParcelList = field(default_factory=ParcelList)
    allowed: Counter[Decimal] = field(default_factory=Counter)
    """Kind of parcel -> labels beyond one each that a person asked for by typing it."""
    shown: set[tuple[Decimal, str, str]] = field(default_factory=set)
    """(kind, name, street) of what was shown for approval."""
    given_up: set[str] = field(default_factory=set)
    """References that a person released or closed."""
    restored: bool = False
    home: Path = field(init=False)
    sheet: OrderSheet = field(init=False)
    carrier: Carrier = field(init=False)
    _copies: int = 0

    def __post_init__(self) -> None:
        self.home, self.sheet = self.folder / "home", OrderSheet(self.folder / "orders.csv")
        self.labels.mkdir(parents=True)
        shutil.copy(self.template, self.ledger_path)
        self.carrier = Carrier(self.labels, self.ledger_path)
        self.carrier.spool = SpoolFolder(self.home / "spool" / "simulator")

    @property
    def ledger_path(self) -> Path:
        return self.home / "ledger.sqlite"

    @property
    def state(self) -> Path:
        """What the machine knows outside the home."""
        return self.folder / "state"

    @property
    def labels(self) -> Path:
        return self.home / "labels" / "simulator"

    # Commands

    def command(self, *arguments: str, fuse: Fuse | None = None) -> Turn:
        """`shipchat ...` from its words to its exit code."""
        fuse = fuse or Fuse()
        before, code = len(self.carrier.records), 1
        out, err = io.StringIO(), io.StringIO()
        with self._alive(fuse), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(list(arguments))
            except SystemExit as end:
                code = int(end.code or 0)
            except Crash:
                pass
        try:
            told = json.loads(out.getvalue())
        except ValueError:
            told = {"text": out.getvalue()}
        made = self.carrier.records[before:]
        self._note_given_up()
        return Turn(" ".join(arguments), told, None if fuse.dead else code, made, err.getvalue())

    def sentence(self, words: str = SENTENCE, *more: str, fuse: Fuse | None = None) -> Turn:
        """`shipchat -p WORDS --yes`: everything that the sheet holds now is shown and approved."""
        self.show_all()
        known = [part for name, text in ANSWERS.items() for part in ("--default", f"{name}={text}")]
        source = ("--source", str(self.sheet.path), "--output-format", "json")
        return self.command("-p", words, *source, "--yes", *known, *more, fuse=fuse)

    # Chats

    def chat(
        self,
        words: str = SENTENCE,
        *,
        between: Callable[[], None] | None = None,
        approve: Callable[[ChatSession], Any] | None = None,
        always: bool = False,
        fuse: Fuse | None = None,
        **options: Any,
    ) -> Turn:
        """One sentence in a chat; `between` its preview and the yes something happens.

        `approve` says how the person answers the preview; `always` = also where none waits.
        """
        fuse = fuse or Fuse()
        before = len(self.carrier.records)
        with self._alive(fuse), contextlib.redirect_stderr(io.StringIO()):
            told = asyncio.run(self._chat(words, between, approve, options, always=always))
        self._note_given_up()
        code = None if fuse.dead else int(exit_for(told))
        return Turn(words, told, code, self.carrier.records[before:])

    async def _chat(
        self,
        words: str,
        between: Callable[[], None] | None,
        approve: Callable[[ChatSession], Any] | None,
        options: dict[str, Any],
        *,
        always: bool,
    ) -> dict[str, Any]:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        told, session = await self.opened(words, options)
        try:
            if always or session.pending_digest is not None:
                if between is not None:
                    await asyncio.to_thread(between)
                told = await (approve or _by_yes)(session)
            return told
        finally:
            with contextlib.suppress(Crash):
                await session.close()

    async def opened(self, words: str, options: dict[str, Any]) -> tuple[dict[str, Any], ChatSession]:
        """A chat after its first sentence. It brings servers of its own, and closes them."""
        choice = {"defaults": ANSWERS, "offer_recovery": False, "concurrency": 1} | options
        session = ChatSession(Settings.load(), SessionOptions(source=str(self.sheet.path), **choice))

        def listen(event: Any) -> None:
            if isinstance(event, PreviewReady) and session._turns is not None:
                self._show(number - 1 for number in session._turns.state.result.row_numbers)
                session.preview_painted(event.digest)

        session.subscribe(listen)
        told = await session.open()
        if told["status"] not in {"refused", "needs_input"}:
            told = await session.send(words)
        while (question := session.open_question) is not None:
            honest = self.honest_answer(question["text"], question["options"])
            told = await session.answer(question["question_id"], honest or "never mind")
        return told, session

    def honest_answer(self, text: str, options: list[str]) -> str | None:
        """What a person who knows the parcels says to “is this another order, or the same one?”."""
        another = next((one for one in options if one.casefold().startswith("another ")), None)
        same = next((one for one in options if one.casefold().startswith("the same ")), None)
        rows = [int(row) - 2 for row in re.findall(r"row (\d+) sends (?:it|a parcel)", text)]
        if another is None or same is None or not rows:
            return None
        shipped = Counter(kind_of(label) for label in self.carrier.records)
        kinds = [self.sheet.parcels[row].kind for row in rows]
        new = {shipped[kind] < len(self.parcels.of_kind(kind)) for kind in kinds}
        return None if len(new) != 1 else another if new.pop() else same

    def _show(self, positions: Any) -> None:
        for position in positions:
            if 0 <= position < len(self.sheet.parcels):
                kind = self.sheet.parcels[position].kind
                self.shown.add((kind, *self.sheet.address_of(position)))

    def show_all(self) -> None:
        """Everything in the sheet is what a person sees and approves."""
        self._show(range(len(self.sheet.parcels)))

    def allow(self, positions: Any) -> None:
        """A person typed that these rows go once more."""
        for position in positions:
            self.allowed[self.sheet.parcels[position].kind] += 1
            # The number in its cell was seen, and may give way to the new one.
            self.sheet.typed.pop(self.sheet.parcels[position].truth, None)

    # Backups

    def copy(self, *, state: bool = False) -> Copy:
        """The home and the sheet as they are, kept elsewhere; with the state directory it is the whole machine."""
        self._copies += 1
        place = self.folder / f"copy-{self._copies}"
        shutil.copytree(self.home, place)
        if state:
            self.state.mkdir(exist_ok=True)
            shutil.copytree(self.state, self.folder / f"state-{self._copies}")
        return Copy(place, self.sheet.copy(), self.folder / f"state-{self._copies}" if state else None)

    def restore_home(self, copy: Copy) -> None:
        """The whole home as it was: ledger and its head file, spool, labels, settings; the state too, if the copy has it."""
        shutil.rmtree(self.home)
        shutil.copytree(copy.home, self.home)
        if copy.state is not None:
            shutil.rmtree(self.state)
            shutil.copytree(copy.state, self.state)
        self.restored = True

    def restore_ledger(self, copy: Copy) -> None:
        """Only the ledger's files."""
        for path in self.home.glob("ledger.sqlite*"):
            path.unlink()
        for path in copy.home.glob("ledger.sqlite*"):
            shutil.copy(path, self.home / path.name)
        self.restored = True

    # What the ledger says

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.ledger_path)) as ledger:
            return ledger.execute(statement).fetchall()

    def jobs(self, *states: str) -> list[str]:
        """Jobs with a shipment in one of the states; all without any."""
        listed = ", ".join(f"'{state}'" for state in states)
        where = f"WHERE state IN ({listed})" if states else ""
        return [row[0] for row in self.query(f"SELECT job_id FROM shipments {where} GROUP BY job_id ORDER BY min(id)")]

    def _note_given_up(self) -> None:
        self.given_up |= {
            row[0] for row in self.query("SELECT reference FROM shipments WHERE state IN ('released', 'closed')")
        }

    @contextlib.contextmanager
    def _alive(self, fuse: Fuse) -> Iterator[None]:
        """One process: its environment, its servers, and its death at the fuse's effect."""
        # Imported here, and not patched where it is: the class is what `LocalServers` is made from.
        from tests.parcels.local_servers import LocalServers

        variables = {
            "SHIPCHAT_HOME": str(self.home),
            "SHIPCHAT_STATE": str(self.state),
            "SHIPCHAT_MODEL": "offline",
            "SHIPCHAT_RELEASE_WAIT_S": "0",
            "SHIPCHAT_CONCURRENCY": "1",
        }
        local = partial(_of_settings, LocalServers, self.carrier, fuse)
        opened = Ledger.open

        def burning(path: Path) -> Ledger:
            ledger = opened(path)
            burn(ledger, fuse)
            return ledger

        with contextlib.ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ, variables))
            stack.enter_context(patch.object(station, "ServerManager", local))
            stack.enter_context(patch.object(Ledger, "open", staticmethod(burning)))
            stack.enter_context(burn_ledger_head(fuse))
            yield


def _of_settings(make: Callable[..., Any], carrier: Carrier, fuse: Fuse, _settings: Settings) -> Any:
    return make(carrier, fuse)


async def _by_yes(session: ChatSession) -> dict[str, Any]:
    digest = session.pending_digest
    return await session.approve(digest, by="--yes", words="--yes") if digest else {}
