"""“Retry the failed ones”: the rows are read, rendered, validated and priced again; the difference is approved.

It becomes an amendment of the same batch: its own digest, a new attempt, a new reference. The rows are found in the
sheet by what they are (`agent.planning.failed_rows`), never by where they stood.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.batch.approval.retry_plan import FailedRow, Retry
from agent.dialogue import Dialogue
from agent.drafting.building import builder_of
from agent.drafting.correcting import FIXED
from agent.drafting.held_rows import RepeatedShipments
from agent.drafting.service_choice import ServiceChoice
from agent.drafting.state import DraftingContext
from agent.errors import ErrorKind, ShipchatError, error
from agent.mapping.answers import Answers, cell_slot
from agent.mapping.builder import BuiltShipment
from agent.mapping.ship_from import FIELD as SHIP_FROM
from agent.mapping.ship_from import OWN, place_of
from agent.mapping.signatures import signature_field
from agent.opening.mapping_choice import MappingChoice
from agent.planning.failed_rows import BatchRow, CandidateRow, Located, locate
from agent.planning.identity import as_written, content_key, destination_of, goods_key, order_key
from agent.planning.model import PlannedShipment, SheetRow
from agent.planning.selection import fetch
from agent.planning.sentence import Waiting, counted, money
from agent.planning.ship_options import ShipOptions
from agent.planning.ship_request import ShipRequest
from agent.planning.whole_orders import OrderColumns, with_order_cells
from agent.shipping.parcel_options import OWN as OWN_PACKAGING
from agent.shipping.parcel_options import PACKAGINGS
from agent.shipping.text import key

LEAVE = "Leave them failed"
LEAVE_IT = "None of these: leave it failed"
NOT_IN_BATCH = "not a row of the batch"
NOT_ASKED = "several rows of the sheet could be it"
NOT_AS_IT_WAS = "{row} is not in the sheet as it was. Which row is it now?"
ORDER_GONE = "order {order} is not in the sheet any more"
ROW_GONE = "it is not in the sheet any more"
AS_BEFORE = "as before (it failed with {code}: {message})"
PLAN_GONE = "Row {row}: what was sent before is not stored any more"
OTHER_DESTINATION = "It now goes to a different destination. {rows}.{more}"
MORE_WILL_GO = "With them {rows} of the batch, approved before and not sent yet, will go{price}"
MOST_DIFFERENCES = 20
MOST_CANDIDATES = 8
BATCH_CURRENCY = ErrorKind(
    "E-3503",
    "Batch {job_id} counts in {currency}, and your account is billed in {billed} now.",
    "Ship its failed rows as a new batch.",
)
_FREE_TO_CHANGE = frozenset({"postal_code", "phone", "email", "residential"})
"""Parts of a recipient that `--yes` may approve when they differ; the others name another addressee or place."""


class NoPriceError(ShipchatError):
    """UPS prices none of the shipments."""


@dataclass(slots=True)
class Amendment:
    """What a retry keeps of the batch that it amends, and where its rows are in the sheet now."""

    retry: Retry
    rows: dict[int, FailedRow] = field(default_factory=dict)
    """Row number of the sheet as it is now -> the failed row."""
    missing: dict[str, list[int]] = field(default_factory=dict)
    """Why failed rows stay failed; by the sheet rows where they stood."""
    sheet_rows: dict[int, int] = field(default_factory=dict)
    """Row number of the sheet as it is now -> its row there; of a sheet whose columns say nothing of signatures."""

    starts: dict[str, str] = field(default_factory=dict)
    """Slot of a row's cell -> the ship-from place that was approved for it; of a sheet without such a column."""

    @property
    def job_id(self) -> str:
        return self.retry.job_id

    @property
    def currency(self) -> str:
        """What the batch counts in; before there was a choice, all counted in dollars."""
        return str((self.retry.plan or {}).get("currency") or "USD")

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
            most_expensive=retry.waiting_most_expensive,
        )

    async def find(self, context: DraftingContext, mapping: MappingChoice, orders: OrderColumns | None) -> None:
        """Look for the failed rows in the sheet as it is now; where several could be it, the person says.

        Raises:
            ShipchatError: E-3503 where the account is billed in another currency by now.
        """
        billed = context.settings.billing_currency
        if self.currency != billed:
            raise error(BATCH_CURRENCY, job_id=self.job_id, currency=self.currency, billed=billed)
        rows = await fetch(context.sheet.data, "TRUE")
        rows = with_order_cells(rows, orders) if orders is not None else rows
        column = context.sheet.require().managed_columns.get("tracking_number", "")
        candidates = [CandidateRow(row.row_number, row.checksum, _has_number(row, column)) for row in rows]
        failed, others = [_batch_row(row) for row in self.retry.rows], [_batch_row(row) for row in self.retry.others]
        said = Answers.of(context.person.values | self.options.answers(), mapping.mapping.constants)
        builder = await builder_of(context, mapping, said)

        def read(numbers: set[int]) -> list[CandidateRow]:
            return [_candidate(builder.alone(row), column) for row in rows if row.row_number in numbers]

        located, self.missing = await asyncio.to_thread(locate, failed, others, candidates, read), {}
        await self._ask(context.dialogue, located, {row.row_number: row for row in rows})
        for number in located.missing:
            self._leave(number, self._not_found(number))
        by_number = {row.row_number: row for row in self.retry.rows}
        self.rows = {now: by_number[before] for now, before in located.rows.items()}
        if SHIP_FROM not in mapping.mapping.fields:
            places = context.settings.places
            self.starts = {
                cell_slot(row.sheet_row, SHIP_FROM): place_of(planned["payload"], places)
                for row in rows
                if (planned := self._planned(row.row_number)) and place_of(planned["payload"], places) != OWN
            }
        if not any(map(signature_field, context.sheet.require().columns)):
            self.sheet_rows = {row.row_number: row.sheet_row for row in rows}

    def _planned(self, row_number: int) -> dict[str, Any] | None:
        before = self.rows.get(row_number)
        return before.planned if before is not None else None

    async def _ask(self, dialogue: Dialogue, located: Located, rows: dict[int, SheetRow]) -> None:
        """Which row of the sheet a failed one is, where more than one could be, or it looks like no other."""
        for number, candidates in located.unclear.items():
            free = [now for now in candidates if now not in located.rows][:MOST_CANDIDATES]
            options = {f"Row {rows[now].sheet_row}: {_words(rows[now])}": now for now in free}
            text = NOT_AS_IT_WAS.format(row=self._named(number))
            choice = await dialogue.ask(text, [*options, LEAVE_IT], remember=False) if options else LEAVE_IT
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
        return ORDER_GONE.format(order=order) if order else ROW_GONE

    def _leave(self, number: int, reason: str) -> None:
        row = next(row for row in self.retry.rows if row.row_number == number)
        self.missing.setdefault(reason, []).append(row.sheet_row)

    def request(self) -> ShipRequest:
        """The failed rows that were found, and nothing else."""
        numbers = ", ".join(map(str, sorted(self.rows)))
        count = len(self.retry.rows)
        rows = "row" if count == 1 else f"{count} rows"
        where = f"row_number IN ({numbers})" if numbers else "FALSE"
        in_words = f"the failed {rows} of batch {self.job_id}"
        return ShipRequest(where=where, in_words=in_words, options=self.options)

    @property
    def options(self) -> ShipOptions:
        """What the words of the batch asked of its shipments: its rows never go in another way."""
        return ShipOptions.model_validate(self.retry.plan.get("options") or {})

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
        """Signatures and ship-from places that were approved for the rows where words named them, and no column."""
        found = dict(self.starts)
        for row, before in self.rows.items():
            packages = (before.planned or {}).get("payload", {}).get("packages") or [{}]
            if row in self.sheet_rows and packages[0].get("signature"):
                found[cell_slot(self.sheet_rows[row], "signature")] = str(packages[0]["signature"])
        return found | self._packing()

    def _packing(self) -> dict[str, str]:
        """UPS's packaging, where all that goes again was approved with one; a sheet's own column goes before it."""
        payloads = [(before.planned or {}).get("payload", {}) for before in self.rows.values()]
        codes = {
            str(one.get("packaging_code", OWN_PACKAGING)) for each in payloads for one in each.get("packages") or ()
        }
        named = PACKAGINGS.get(codes.pop()) if len(codes) == 1 else None
        return {"packaging": named} if named is not None else {}

    def known(self) -> RepeatedShipments:
        """Which shipments of the batch the rows repeat."""
        apart = {now: tuple((row.planned or {}).get("apart_from") or ()) for now, row in self.rows.items()}
        return RepeatedShipments({now: row.identity for now, row in self.rows.items()}, apart, self.job_id)

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
            words = "; ".join(changes) or AS_BEFORE.format(code=before.code, message=before.message)
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
                lines.append(PLAN_GONE.format(row=item.sheet_rows[0]))
                continue
            changes = _changes(
                _parties(before.planned["payload"]),
                _parties(item.payload),
                same=lambda place, one, other: place in _FREE_TO_CHANGE or _comparable(one) == _comparable(other),
            )
            if changes:
                lines.append(f"Row {item.sheet_rows[0]}, {'; '.join(changes)}")
        if not lines:
            return None
        more = f" ... and {len(lines) - MOST_DIFFERENCES} more rows." if len(lines) > MOST_DIFFERENCES else ""
        return OTHER_DESTINATION.format(rows=". ".join(lines[:MOST_DIFFERENCES]), more=more)

    def _waiting_words(self) -> list[str]:
        """A batch that had stopped continues with its amendment: the yes must know."""
        rows, cents = self.retry.waiting_rows, self.retry.waiting_cents
        if not rows:
            return []
        price = f" ({money(cents, self.currency)} quoted)" if cents else ""
        return [MORE_WILL_GO.format(rows=counted(rows, "row"), price=price)]

    async def fixed_in_between(self, dialogue: Dialogue, refusal: ShipchatError) -> bool:
        """UPS prices none of the failed rows: the person has fixed the sheet, or they stay failed."""
        rows = sorted(row.sheet_row for row in self.rows.values())
        named = f"{'Row' if len(rows) == 1 else 'Rows'} {', '.join(map(str, rows[:MOST_DIFFERENCES]))}"
        text = f"{named}: {refusal.message} {refusal.remedy}".strip()
        return await dialogue.ask(text, [FIXED, LEAVE], remember=False) == FIXED


def _parties(payload: dict[str, Any]) -> dict[str, Any]:
    """Where it goes, the Access Point included, and of a return where it comes from."""
    return {name: payload.get(name) for name in ("ship_to", "ship_from", "access_point") if payload.get(name)}


def _batch_row(row: FailedRow) -> BatchRow:
    planned = row.planned or {}
    payload = as_written(planned.get("payload") or {}, planned.get("written_address"))
    return BatchRow(
        row.row_number,
        row.row_checksum,
        row.reference,
        row.order,
        row.content,
        destination_of(payload),
        goods_key(payload) if payload else None,
    )


def _candidate(built: BuiltShipment, column: str) -> CandidateRow:
    (row,) = built.rows
    return CandidateRow(
        row.row_number,
        row.checksum,
        _has_number(row, column),
        order_key(built.order_number, built.rendered),
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
