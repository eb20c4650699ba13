"""“Retry the failed ones”: the rows are read, rendered, validated and priced again; the difference is approved.

It becomes an amendment of the same batch (money.md, States): its own digest, a new attempt, a new reference.
"""

from dataclasses import dataclass
from typing import Any

from agent.batch.amending import FailedRow, Retry
from agent.batch.written import DATABASE_OPTIONS
from agent.conversation.correcting import FIXED
from agent.conversation.opening import show_opened
from agent.conversation.proposal import Proposal
from agent.conversation.service_choice import ServiceChoice
from agent.conversation.state import SessionState
from agent.errors import ShipchatError
from agent.plan.model import PlannedShipment
from agent.plan.sentence import counted, dollars

MOVED = "its row holds another order now"
LEAVE = "Leave them failed"
MOST_DIFFERENCES = 20


class NoPriceError(ShipchatError):
    """UPS prices none of the shipments."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a retry keeps of the batch that it amends."""

    retry: Retry

    @property
    def job_id(self) -> str:
        return self.retry.job_id

    def proposal(self) -> Proposal:
        """The failed rows, and nothing else."""
        numbers = ", ".join(str(row.row_number) for row in self.retry.rows)
        count = len(self.retry.rows)
        rows = "row" if count == 1 else f"{count} rows"
        return Proposal(where=f"row_number IN ({numbers})", in_words=f"the failed {rows} of batch {self.job_id}")

    def services(self) -> ServiceChoice:
        """As they were approved; rows whose plan is gone take what the sheet or the person says."""
        by_row = {row.row_number: str(row.planned["service_code"]) for row in self.retry.rows if row.planned}
        return ServiceChoice(None, by_row)

    def still_meant(self, shipments: list[PlannedShipment], excluded: dict[str, list[int]]) -> list[PlannedShipment]:
        """Without rows in whose place another order stands by now. A row without an order number is its place."""
        failed = self._failed()
        kept = []
        for item in shipments:
            before = failed.get(item.row_numbers[0])
            if item.order_number and before is not None and before.identity != item.identity:
                excluded.setdefault(MOVED, []).extend(item.sheet_rows)
            else:
                kept.append(item)
        return kept

    def differences(self, shipments: list[PlannedShipment]) -> list[str]:
        """What is sent otherwise than before, row by row: `Row 47, postal_code: 9201 -> 92101`."""
        failed = self._failed()
        lines = []
        for item in shipments:
            before = failed.get(item.row_numbers[0])
            if before is None or before.planned is None:
                continue
            changes = _changes(before.planned["payload"], item.payload)
            words = "; ".join(changes) or f"as before (it failed with {before.code}: {before.message})"
            lines.append(f"Row {item.sheet_rows[0]}, {words}")
        more = len(lines) - MOST_DIFFERENCES
        return lines[:MOST_DIFFERENCES] + ([f"... and {more} more rows"] if more > 0 else []) + self._waiting()

    def _waiting(self) -> list[str]:
        """A batch that had stopped goes on with its amendment: the yes must know."""
        rows, cents = self.retry.waiting_rows, self.retry.waiting_cents
        if not rows:
            return []
        price = f" ({dollars(cents)} quoted)" if cents else ""
        return [f"With them {counted(rows, 'row')} of the batch, approved before and not sent yet, will go{price}"]

    async def fixed_in_between(self, state: SessionState, refusal: ShipchatError) -> bool:
        """UPS prices none of the failed rows: the person has fixed the sheet, or they stay failed."""
        rows = sorted(row.sheet_row for row in self.retry.rows)
        named = f"{'Row' if len(rows) == 1 else 'Rows'} {', '.join(map(str, rows[:MOST_DIFFERENCES]))}"
        text = f"{named}: {refusal.message} {refusal.remedy}".strip()
        return await state.ask(text, [FIXED, LEAVE], remember=False) == FIXED

    def _failed(self) -> dict[int, FailedRow]:
        return {row.row_number: row for row in self.retry.rows}


async def open_source(state: SessionState, source: dict[str, Any]) -> None:
    """The sheet that a plan came from, opened unless it is on the desk already.

    Raises:
        ShipchatError: E-1501 where the plan is gone and no sheet is open, else what the data server refused.
    """
    if not source or (state.sheet is not None and state.sheet.source_id == source["source_id"]):
        state.require_sheet()
        return
    descriptor: dict[str, Any] = source["descriptor"]
    names = ("sheet", "header_row", "include_hidden") if descriptor.get("type") == "excel" else ("header_row",)
    options = {name: descriptor[name] for name in names if descriptor.get(name)}
    if descriptor.get("url"):
        options = {name: descriptor[name] for name in DATABASE_OPTIONS if descriptor.get(name)} | {"all_rows": True}
    await show_opened(state, str(descriptor.get("path") or descriptor["url"]), options)


def _changes(before: Any, after: Any, place: str = "") -> list[str]:
    """The leaves of two payloads that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = dict.fromkeys([*before, *after])
        return [line for name in names for line in _changes(before.get(name), after.get(name), str(name))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [line for one, other in zip(before, after, strict=True) for line in _changes(one, other, place)]
    return [] if before == after else [f"{place}: {_shown(before)} -> {_shown(after)}"]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "none" if value is None else str(value)
