"""“Retry the failed ones”: the rows are read, rendered, validated and priced again; the difference is approved.

It becomes an amendment of the same batch (money.md, States): its own digest, a new attempt, a new reference. The rows
are found in the sheet by what they are (`agent.plan.failed_rows`), never by where they stood.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.batch.amending import FailedRow, Retry
from agent.batch.written import opening_options
from agent.conversation.building import builder_of
from agent.conversation.correcting import FIXED
from agent.conversation.held_rows import Known
from agent.conversation.mapping_choice import MappingChoice
from agent.conversation.opening import show_opened
from agent.conversation.proposal import Proposal
from agent.conversation.service_choice import ServiceChoice
from agent.conversation.state import SessionState
from agent.errors import ShipchatError
from agent.mapping.answers import Answers, cell_slot
from agent.mapping.builder import BuiltShipment
from agent.mapping.signatures import signature_field
from agent.plan.failed_rows import Located, Sought, Standing, locate
from agent.plan.identity import content_key, destination_of, goods_key
from agent.plan.model import PlannedShipment, SheetRow
from agent.plan.selection import fetch
from agent.plan.sentence import Waiting, counted, dollars
from agent.plan.whole_orders import OrderColumns, with_order_cells
from agent.shipping.orders import canonical_number
from agent.shipping.text import key

LEAVE = "Leave them failed"
LEAVE_IT = "None of these: leave it failed"
NOT_IN_BATCH = "not a row of the batch"
NOT_ASKED = "several rows of the sheet could be it"
MOST_DIFFERENCES = 20
MOST_CANDIDATES = 8
_FREE_TO_CHANGE = frozenset({"postal_code", "phone", "email", "residential"})
"""Parts of a recipient that `--yes` may approve when they differ; the others name another addressee or place."""


class NoPriceError(ShipchatError):
    """UPS prices none of the shipments."""


@dataclass(slots=True)
class Amendment:
    """What a retry keeps of the batch that it amends, and where its rows stand in the sheet now."""

    retry: Retry
    rows: dict[int, FailedRow] = field(default_factory=dict)
    """Row number of the sheet as it is now -> the failed row."""
    missing: dict[str, list[int]] = field(default_factory=dict)
    """Why failed rows stay failed; by the sheet rows where they stood."""
    sheet_rows: dict[int, int] = field(default_factory=dict)
    """Row number of the sheet as it is now -> its row there; of a sheet whose columns say nothing of signatures."""

    @property
    def job_id(self) -> str:
        return self.retry.job_id

    @property
    def waiting(self) -> Waiting | None:
        """What was approved before and goes with it."""
        retry = self.retry
        if not retry.waiting_rows:
            return None
        return Waiting(
            retry.waiting_shipments,
            retry.waiting_rows,
            retry.waiting_cents,
            unquoted=retry.waiting_unquoted,
            dearest=retry.waiting_dearest,
        )

    async def find(self, state: SessionState, mapping: MappingChoice, orders: OrderColumns | None) -> None:
        """Look for the failed rows in the sheet as it is now; where several could be it, the person says."""
        rows = await fetch(state.data, "TRUE")
        rows = with_order_cells(rows, orders) if orders is not None else rows
        column = (state.require_sheet().answer.get("managed_columns") or {}).get("tracking_number", "")
        standing = [Standing(row.row_number, row.checksum, _has_number(row, column)) for row in rows]
        failed, others = [_sought(row) for row in self.retry.rows], [_sought(row) for row in self.retry.others]
        builder = await builder_of(state, mapping, Answers.of(state.defaults, mapping.mapping.constants))

        def read(numbers: set[int]) -> list[Standing]:
            return [_standing(builder.alone(row), column) for row in rows if row.row_number in numbers]

        located, self.missing = await asyncio.to_thread(locate, failed, others, standing, read), {}
        await self._ask(state, located, {row.row_number: row for row in rows})
        for number in located.missing:
            self._leave(number, self._not_found(number))
        by_number = {row.row_number: row for row in self.retry.rows}
        self.rows = {now: by_number[before] for now, before in located.rows.items()}
        if not any(map(signature_field, state.require_sheet().columns)):
            self.sheet_rows = {row.row_number: row.sheet_row for row in rows}

    async def _ask(self, state: SessionState, located: Located, rows: dict[int, SheetRow]) -> None:
        """Which row of the sheet a failed one is, where more than one could be, or it looks like no other."""
        for number, candidates in located.unclear.items():
            free = [now for now in candidates if now not in located.rows][:MOST_CANDIDATES]
            options = {f"Row {rows[now].sheet_row}: {_words(rows[now])}": now for now in free}
            text = f"{self._named(number)} is not in the sheet as it was. Which row is it now?"
            choice = await state.ask(text, [*options, LEAVE_IT], remember=False) if options else LEAVE_IT
            if choice in options:
                located.rows[options[choice]] = number
            else:
                self._leave(number, NOT_ASKED if options else self._not_found(number))

    def _named(self, number: int) -> str:
        row = next(row for row in self.retry.rows if row.row_number == number)
        to = (row.planned or {}).get("recipient")
        return f"Row {row.sheet_row} of batch {self.job_id}{f' ({to})' if to else ''}"

    def _not_found(self, number: int) -> str:
        row = next(row for row in self.retry.rows if row.row_number == number)
        order = (row.planned or {}).get("order_number") or row.order
        return f"order {order} is not in the sheet any more" if order else "it is not in the sheet any more"

    def _leave(self, number: int, reason: str) -> None:
        row = next(row for row in self.retry.rows if row.row_number == number)
        self.missing.setdefault(reason, []).append(row.sheet_row)

    def proposal(self) -> Proposal:
        """The failed rows that were found, and nothing else."""
        numbers = ", ".join(map(str, sorted(self.rows)))
        count = len(self.retry.rows)
        rows = "row" if count == 1 else f"{count} rows"
        where = f"row_number IN ({numbers})" if numbers else "FALSE"
        return Proposal(where=where, in_words=f"the failed {rows} of batch {self.job_id}")

    def only_own(self, rows: list[SheetRow], excluded: dict[str, list[int]]) -> list[SheetRow]:
        """Without rows that the sheet adds to an order of the batch: they were never approved."""
        strange = [row.sheet_row for row in rows if row.row_number not in self.rows]
        if strange:
            excluded.setdefault(NOT_IN_BATCH, []).extend(strange)
        return [row for row in rows if row.row_number in self.rows]

    def services(self) -> ServiceChoice:
        """As they were approved; rows whose plan is gone take what the sheet or the person says."""
        by_row = {now: str(row.planned["service_code"]) for now, row in self.rows.items() if row.planned}
        return ServiceChoice(None, by_row)

    def answers(self) -> dict[str, str]:
        """The signatures that were approved for the rows where words asked for them, and no column."""
        found = {}
        for row, before in self.rows.items():
            packages = (before.planned or {}).get("payload", {}).get("packages") or [{}]
            if row in self.sheet_rows and packages[0].get("signature"):
                found[cell_slot(self.sheet_rows[row], "signature")] = str(packages[0]["signature"])
        return found

    def known(self) -> Known:
        """Which shipments of the batch the rows repeat."""
        apart = {now: tuple((row.planned or {}).get("apart_from") or ()) for now, row in self.rows.items()}
        return Known({now: row.identity for now, row in self.rows.items()}, apart, self.job_id)

    def as_planned(self, shipments: Sequence[PlannedShipment]) -> tuple[PlannedShipment, ...]:
        """Under the row numbers of the batch, which its references and results go by; sheet rows are today's."""
        renumbered = []
        for item in shipments:
            triples = sorted(
                (self.rows[now].row_number, sheet_row, checksum)
                for now, sheet_row, checksum in zip(item.row_numbers, item.sheet_rows, item.row_checksums, strict=True)
            )
            numbers, sheet_rows, checksums = zip(*triples, strict=True)
            renumbered.append(replace(item, row_numbers=numbers, sheet_rows=sheet_rows, row_checksums=checksums))
        return tuple(renumbered)

    def differences(self, shipments: Sequence[PlannedShipment]) -> list[str]:
        """What is sent otherwise than before, row by row: `Row 47, postal_code: 9201 -> 92101`."""
        lines = []
        for item in shipments:
            before = self.rows[item.row_numbers[0]]
            if before.planned is None:
                continue
            changes = _changes(before.planned["payload"], item.payload)
            words = "; ".join(changes) or f"as before (it failed with {before.code}: {before.message})"
            moved = "" if before.sheet_row == item.sheet_rows[0] else f" (row {before.sheet_row} when it failed)"
            lines.append(f"Row {item.sheet_rows[0]}{moved}, {words}")
        more = len(lines) - MOST_DIFFERENCES
        return lines[:MOST_DIFFERENCES] + ([f"... and {more} more rows"] if more > 0 else []) + self._waiting_words()

    def needs_person(self, shipments: Sequence[PlannedShipment]) -> str | None:
        """Why `--yes` may not approve it: another addressee, street, town or country, or nobody knows what it was."""
        lines = []
        for item in shipments:
            before = self.rows[item.row_numbers[0]]
            if before.planned is None:
                lines.append(f"Row {item.sheet_rows[0]}: what was sent before is not stored any more")
                continue
            changes = _changes(
                before.planned["payload"].get("ship_to"),
                item.payload.get("ship_to"),
                same=lambda place, one, other: place in _FREE_TO_CHANGE or _comparable(one) == _comparable(other),
            )
            if changes:
                lines.append(f"Row {item.sheet_rows[0]}, {'; '.join(changes)}")
        if not lines:
            return None
        more = f" ... and {len(lines) - MOST_DIFFERENCES} more rows." if len(lines) > MOST_DIFFERENCES else ""
        return f"It goes to another destination than before. {'. '.join(lines[:MOST_DIFFERENCES])}.{more}"

    def _waiting_words(self) -> list[str]:
        """A batch that had stopped goes on with its amendment: the yes must know."""
        rows, cents = self.retry.waiting_rows, self.retry.waiting_cents
        if not rows:
            return []
        price = f" ({dollars(cents)} quoted)" if cents else ""
        return [f"With them {counted(rows, 'row')} of the batch, approved before and not sent yet, will go{price}"]

    async def fixed_in_between(self, state: SessionState, refusal: ShipchatError) -> bool:
        """UPS prices none of the failed rows: the person has fixed the sheet, or they stay failed."""
        rows = sorted(row.sheet_row for row in self.rows.values())
        named = f"{'Row' if len(rows) == 1 else 'Rows'} {', '.join(map(str, rows[:MOST_DIFFERENCES]))}"
        text = f"{named}: {refusal.message} {refusal.remedy}".strip()
        return await state.ask(text, [FIXED, LEAVE], remember=False) == FIXED


async def open_source(state: SessionState, source: dict[str, Any]) -> None:
    """The sheet that a plan came from, opened as it was then, unless it is on the desk already.

    Raises:
        ShipchatError: E-1501 where the plan is gone and no sheet is open, else what the data server refused.
    """
    if not source or (state.sheet is not None and state.sheet.source_id == source["source_id"]):
        state.require_sheet()
        return
    descriptor: dict[str, Any] = source["descriptor"]
    place = str(descriptor.get("path") or descriptor["url"])
    kept = opening_options(descriptor).items()
    await show_opened(state, place, {name: value for name, value in kept if name not in ("path", "url", "columns")})


def _sought(row: FailedRow) -> Sought:
    payload = (row.planned or {}).get("payload") or {}
    return Sought(
        row.row_number,
        row.row_checksum,
        row.reference,
        row.order,
        row.content,
        destination_of(payload),
        goods_key(payload) if payload else None,
    )


def _standing(built: BuiltShipment, column: str) -> Standing:
    (row,) = built.rows
    return Standing(
        row.row_number,
        row.checksum,
        _has_number(row, column),
        canonical_number(built.order_number) if built.order_number else None,
        content_key(built.rendered),
        destination_of(built.rendered),
        goods_key(built.rendered),
    )


def _has_number(row: SheetRow, column: str) -> bool:
    return bool(str(row.data.get(column) or "").strip())


def _words(row: SheetRow) -> str:
    """A row as a person knows it again: its first cells."""
    return ", ".join(text for text in (str(cell or "").strip() for cell in row.filled.data.values()) if text)[:80]


def _equal(_place: str, one: Any, other: Any) -> bool:
    return bool(one == other)


def _changes(before: Any, after: Any, place: str = "", *, same: Callable[[str, Any, Any], bool] = _equal) -> list[str]:
    """The leaves of two payloads that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = dict.fromkeys([*before, *after])
        return [line for name in names for line in _changes(before.get(name), after.get(name), str(name), same=same)]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = zip(before, after, strict=True)
        return [line for one, other in pairs for line in _changes(one, other, place, same=same)]
    return [] if same(place, before, after) else [f"{place}: {_shown(before)} -> {_shown(after)}"]


def _comparable(value: Any) -> Any:
    return [key(item) for item in value] if isinstance(value, list) else key(value)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "none" if value is None else str(value)
