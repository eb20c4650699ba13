"""Stories of a shop: sheet edits x verbs x restores x stations x faults, in any order (hypothesis), judged after each.

The whole product path from the sheet's bytes to exit code and JSON is run, 0.2 s a sentence; see `shop`.
"""

import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agent.cli.exits import Exit
from agent.ledger.store import Ledger
from agent.planning.model import Budget
from tests.faults.carrier import FAULTS, UNFIT, Label, tracking_number
from tests.faults.world import Fuse, Patches, without_waiting
from tests.parcels import judging
from tests.parcels.sheet import NAME, ORDER, SPELLINGS, STREET, Parcel, spelled
from tests.parcels.shop import SENTENCE, Copy, Shop, Turn

ORDERS = ("1001", "1002", "a-1003", "1004", "", "")
MOST_ROWS = 6
positions = st.integers(0, MOST_ROWS - 1)
fuses = st.one_of(st.none(), st.integers(1, 60))
AGAIN = ("ship everything again via ground", "resend everything via ground", "ship everything once more via ground")


class Stories(RuleBasedStateMachine):
    """One shop from its first sheet on."""

    template: Path
    counts: ClassVar[Counter[str]] = Counter()
    """Over all stories of this process: stories, turns, labels, deaths, faults by name, restores."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = Patches()
        without_waiting(self.patches)
        self.place = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.shop = Shop(Path(self.place.name) / "shop", self.template)
        self.copies: list[Copy] = []
        self.removed: list[Parcel] = []
        self.faults: list[str] = []
        self.shop.carrier.faults = self._next_fault
        self.counts["stories"] += 1

    def _next_fault(self, _reference: str) -> str | None:
        fault = self.faults.pop() if self.faults else None
        if fault:
            self.counts[f"fault {fault}"] += 1
        return fault

    @initialize(orders=st.lists(st.sampled_from(ORDERS), min_size=1, max_size=3), packages=st.integers(1, 2))
    def first_export(self, orders: list[str], packages: int) -> None:
        numbers = list(dict.fromkeys(order for order in orders if order)) + [""] * orders.count("")
        parcels = [self.shop.parcels.new(order, packages if at == 0 else 1) for at, order in enumerate(numbers)]
        self.shop.sheet.write(parcels)

    # The sheet, as people and programs treat it

    @rule(position=positions, style=st.sampled_from(SPELLINGS))
    def write_the_order_number_otherwise(self, position: int, style: str) -> None:
        if position < len(self.shop.sheet.parcels):
            order = self.shop.sheet.read()[1][position][ORDER]
            if order:
                self.shop.sheet.change(position, ORDER, spelled(order, style))

    @rule()
    def save_in_a_spreadsheet_program(self) -> None:
        self.shop.sheet.save_as_spreadsheet()

    @rule()
    def add_a_column(self) -> None:
        self.shop.sheet.add_column("Gift note", "thank you")

    @rule(column=st.sampled_from([ORDER, NAME]), descending=st.booleans())
    def sort(self, column: int, descending: bool) -> None:
        self.shop.sheet.sort(column, descending=descending)

    @rule(position=positions, order=st.sampled_from(["1005", "1006", ""]))
    def a_new_order(self, position: int, order: str) -> None:
        taken = {parcel.order for parcel in self.shop.parcels.all}
        if len(self.shop.sheet.parcels) < MOST_ROWS and (not order or order not in taken):
            self._insert(self.shop.parcels.new(order), position)

    @rule(position=positions)
    def another_shop_has_the_same_order_number(self, position: int) -> None:
        numbers = [parcel.order for parcel in self.shop.parcels.all if parcel.order]
        if numbers and len(self.shop.sheet.parcels) < MOST_ROWS:
            self._insert(self.shop.parcels.new(numbers[0]), position)

    @rule(position=positions)
    def a_truly_identical_parcel(self, position: int) -> None:
        nameless = [parcel for parcel in self.shop.sheet.parcels if not parcel.order]
        if nameless and len(self.shop.sheet.parcels) < MOST_ROWS:
            self._insert(self.shop.parcels.twin(nameless[0]), position)

    def _insert(self, parcel: Parcel, position: int) -> None:
        self.shop.sheet.add(parcel, min(position, len(self.shop.sheet.parcels)))

    @rule(position=positions)
    def remove_a_row(self, position: int) -> None:
        if len(self.shop.sheet.parcels) > 1 and position < len(self.shop.sheet.parcels):
            self.removed.append(self.shop.sheet.remove(position))

    @precondition(lambda self: self.removed)
    @rule(position=positions)
    def put_a_removed_row_back(self, position: int) -> None:
        parcel = self.removed.pop()
        present = {one.truth for one in self.shop.sheet.parcels}
        if parcel.truth not in present and len(present) < MOST_ROWS:
            self._insert(parcel, position)

    @rule(position=positions)
    def type_a_tracking_number(self, position: int) -> None:
        self._type(position)

    def _type(self, position: int) -> None:
        """A person shipped it elsewhere; only where no number stands yet."""
        sheet = self.shop.sheet
        if position < len(sheet.parcels) and not sheet.number_in_cell(sheet.parcels[position]):
            sheet.type_number(position, tracking_number(8_000_000 + sheet.parcels[position].truth, "ABC123"))

    # The carrier

    @rule(fault=st.sampled_from((*FAULTS, *UNFIT)))
    def the_carrier_fails_once(self, fault: str) -> None:
        self.faults.insert(0, fault)

    @rule()
    def the_carriers_index_catches_up(self) -> None:
        for label in self.shop.carrier.records:
            label.visible = True

    # Sentences

    @rule(fuse=fuses, concurrency=st.sampled_from(["1", "4"]), on_error=st.sampled_from(["stop", "continue"]))
    def say_the_sentence(self, fuse: int | None, concurrency: str, on_error: str) -> None:
        more = ("--concurrency", concurrency, "--on-error", on_error)
        self._judged(lambda: self.shop.sentence(SENTENCE, *more, fuse=Fuse(fuse)))

    @rule(words=st.sampled_from(AGAIN))
    def say_again_without_typing(self, words: str) -> None:
        turn = self._judged(lambda: self.shop.sentence(words))
        assert not turn.made, f"{words} bought {len(turn.made)} labels without a typed yes"

    @rule(words=st.sampled_from(["re-ship everything via ground", *AGAIN]))
    def type_a_re_ship(self, words: str) -> None:
        async def typed(session: Any) -> dict[str, Any]:
            pending = session._turns.state.pending
            wanted = pending.preview.typed_confirmation
            if not (wanted and pending.typed_only):
                return dict(session._turns.state.result.as_dict())
            positions = [number - 1 for number in session._turns.state.result.row_numbers]
            self.shop.allow(positions)
            for position in positions:
                # What goes once more takes the place of the old number, whoever wrote it.
                self.shop.sheet.typed.pop(self.shop.sheet.parcels[position].truth, None)
            return dict(await session.send(wanted))

        self._judged(lambda: self.shop.chat(words, approve=typed))

    @rule(cap_cents=st.sampled_from([1000, 2000, 3500]), words=st.sampled_from([SENTENCE, *AGAIN]))
    def auto_mode(self, cap_cents: int, words: str) -> None:
        async def nobody_approves(session: Any) -> dict[str, Any]:
            return dict(session._turns.state.result.as_dict())

        budget = Budget(max_total_cents=cap_cents)
        turn = self._judged(lambda: self.shop.chat(words, mode="auto", budget=budget, approve=nobody_approves))
        broken = judging.within(turn, cap_cents)
        assert not broken, broken
        assert words == SENTENCE or not turn.made, f"{words} bought in auto mode"

    # Between preview and yes

    @rule(position=positions)
    def a_number_is_typed_before_the_yes(self, position: int) -> None:
        self._judged(lambda: self.shop.chat(between=lambda: self._type(position)))

    @rule(position=positions)
    def the_address_changes_before_the_yes(self, position: int) -> None:
        def change() -> None:
            if position < len(self.shop.sheet.parcels):
                self.shop.sheet.change(position, STREET, "1 Changed Street")

        self._judged(lambda: self.shop.chat(between=change))

    @rule(fuse=fuses)
    def a_second_window_ships_before_the_yes(self, fuse: int | None) -> None:
        between: list[Turn] = []
        self._judged(
            lambda: self.shop.chat(between=lambda: between.append(self.shop.sentence(fuse=Fuse(fuse)))), several=True
        )

    # Verbs of a batch

    @precondition(lambda self: self.shop.jobs())
    @rule(which=st.integers(0, 3), fuse=fuses)
    def resume(self, which: int, fuse: int | None) -> None:
        job = self._job(which)
        self._judged(
            lambda: self.shop.command("jobs", "resume", job, "--output-format", "json", fuse=Fuse(fuse)),
        )

    @precondition(lambda self: self.shop.jobs("failed"))
    @rule(which=st.integers(0, 3))
    def retry(self, which: int) -> None:
        job = self._job(which, "failed")
        self.shop.show_all()
        self._judged(lambda: self.shop.command("jobs", "retry", job, "--yes", "--output-format", "json"))

    @precondition(lambda self: self.shop.jobs("in_doubt", "submitting"))
    @rule(which=st.integers(0, 3))
    def release(self, which: int) -> None:
        job = self._job(which, "in_doubt", "submitting")
        self._judged(lambda: self.shop.command("jobs", "release", job, "--yes", "--now"))

    @precondition(lambda self: self.shop.jobs("in_doubt", "submitting"))
    @rule(which=st.integers(0, 3))
    def close(self, which: int) -> None:
        job = self._job(which, "in_doubt", "submitting")
        self._judged(lambda: self.shop.command("jobs", "close", job, "--yes"))

    @precondition(lambda self: self.shop.jobs("in_doubt"))
    @rule(whose=st.sampled_from(["own", "another row's", "a stranger's", "mistyped"]))
    def adopt(self, whose: str) -> None:
        self._judged(lambda: self._adopt(whose))

    def _adopt(self, whose: str) -> Turn:
        columns = "job_id, sheet_row, reference"
        rows = "shipments JOIN job_rows ON shipment_id = shipments.id WHERE state = 'in_doubt'"
        job, row, reference = self.shop.query(f"SELECT shipments.{columns} FROM {rows} ORDER BY reference")[0]
        records = self.shop.carrier.records
        own = next((label for label in records if label.reference == reference), None)
        others = [label for label in records if label.reference != reference]
        numbers = own.numbers if own else []
        if whose == "another row's" and others:
            numbers = others[-1].numbers
        elif whose == "a stranger's":
            numbers = [self._stranger()]
        elif whose == "mistyped" and own:
            numbers = [own.tracking_number[:-1] + str((int(own.tracking_number[-1]) + 1) % 10), *own.more_numbers]
        options = [part for number in numbers for part in ("--tracking", number)]
        if not numbers:
            return Turn("adopt", {}, 0, [])
        turn = self.shop.command("jobs", "adopt", job, "--row", str(row), *options)
        right = own is not None and numbers == own.numbers
        assert right or turn.code != Exit.DONE, f"ADOPTED {whose} number {numbers} for {reference}"
        return turn

    def _stranger(self) -> str:
        number = tracking_number(7_000_000 + len(self.shop.carrier.strangers))
        place = ("60601", "US", "20261129")
        self.shop.carrier.strangers.append(Label("OTHER", number, "X-1", 900, *place, {}))
        return number

    @precondition(lambda self: self.shop.jobs())
    @rule(which=st.integers(0, 3))
    def cancel(self, which: int) -> None:
        job = self._job(which)
        self._judged(lambda: self.shop.command("jobs", "cancel", job))

    @precondition(lambda self: self.shop.jobs("completed", "created", "voiding"))
    @rule(which=st.integers(0, 3), fuse=fuses)
    def void(self, which: int, fuse: int | None) -> None:
        job = self._job(which, "completed", "created", "voiding")
        self._judged(lambda: self.shop.command("jobs", "void", job, "--yes", fuse=Fuse(fuse)))

    @precondition(lambda self: self.shop.jobs())
    @rule(which=st.integers(0, 3))
    def write_back(self, which: int) -> None:
        job = self._job(which)
        self._judged(lambda: self.shop.command("jobs", "writeback", job))

    # Copies come back

    @rule()
    def make_a_copy(self) -> None:
        if len(self.copies) < 3:
            self.copies.append(self.shop.copy())

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 2))
    def restore_the_home(self, which: int) -> None:
        self.counts["restores"] += 1
        self.shop.restore_home(self.copies[which % len(self.copies)])

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 2))
    def restore_home_and_sheet(self, which: int) -> None:
        copy = self.copies[which % len(self.copies)]
        self.counts["restores"] += 1
        self.shop.restore_home(copy)
        self.shop.sheet.restore(copy.sheet)

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 2))
    def restore_the_ledger(self, which: int) -> None:
        self.counts["restores"] += 1
        self.shop.restore_ledger(self.copies[which % len(self.copies)])

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 2))
    def restore_the_sheet(self, which: int) -> None:
        self.counts["restores"] += 1
        self.shop.sheet.restore(self.copies[which % len(self.copies)].sheet)

    # Judged

    def _job(self, which: int, *states: str) -> str:
        found = self.shop.jobs(*states)
        return found[which % len(found)]

    def _judged(self, act: Callable[[], Turn], *, several: bool = False) -> Turn:
        turn = act()
        self.counts["turns"] += 1
        self.counts["deaths"] += turn.died
        self.counts["labels"] += len(turn.made)
        self.counts[f"exit {turn.code}"] += not turn.died
        broken = [] if several else judging.told_truly(turn, *judging.cells(self.shop))
        assert not broken, f"{broken} after {turn.words}: {turn.told} {turn.errors[-400:]}"
        return turn

    @invariant()
    def nothing_is_broken(self) -> None:
        if self.shop.sheet.parcels:
            broken = judging.now(self.shop)
            assert not broken, broken

    def teardown(self) -> None:
        try:
            if self.shop.sheet.parcels:
                self._end()
        finally:
            self.patches.undo()
            self.place.cleanup()

    def _end(self) -> None:
        """Faults off: recovery ends, and saying everything once more buys nothing twice."""
        self.faults.clear()
        self.the_carriers_index_catches_up()
        for _ in range(2):
            for job in self.shop.jobs():
                self._judged(lambda job=job: self.shop.command("jobs", "resume", job, "--output-format", "json"))
        assert not (broken := [*judging.now(self.shop), *judging.at_rest(self.shop)]), broken
        self._judged(lambda: self.shop.sentence())
        assert not (broken := judging.now(self.shop)), broken


def make_template(folder: Path) -> Path:
    """An empty ledger."""
    path = folder / "template.sqlite"
    with suppress(FileExistsError):
        Ledger.open(path).close()
    return path
