"""Named mutants: the product with one defence removed, and the scenario or story that must catch it.

A new one is three lines: its name, `swap` or `everywhere` with the defence's place, and who catches it. A defence that
moved makes its mutant fail (`Gone`): say where it is now.
"""

import importlib
import sys
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import false, literal, null, select

from agent.batch.executor import transitions
from agent.batch.executor.transitions import Claimed
from tests.faults import evidence_scenarios, ledger_scenarios, scenarios
from tests.faults.world import World

Patch = pytest.MonkeyPatch
Remove = Callable[[Patch], None]
Scenario = Callable[[World], Awaitable[list[str]]]
SCENARIOS: dict[str, Scenario] = scenarios.SCENARIOS | ledger_scenarios.SCENARIOS | evidence_scenarios.SCENARIOS


class Gone(Exception):
    """The defence is not where it was."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`caught_by` names a scenario (fast) or a story of `tests.parcels.told` (the whole product); `seen` is how what
    is broken begins."""

    name: str
    remove: Remove
    caught_by: str
    seen: str = ""


def place_of(path: str) -> tuple[Any, str]:
    """`agent.batch.executor.row_step._claim` -> (module or class, name).

    Raises:
        Gone: there is no such thing.
    """
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:-1]:
            owner = getattr(owner, part, None)
        if owner is None or not hasattr(owner, parts[-1]):
            break
        return owner, parts[-1]
    raise Gone(path)


def swap(path: str, make: Callable[[Any], Any]) -> Remove:
    """Put `make(what is there)` in a place."""

    def remove(patch: Patch) -> None:
        owner, name = place_of(path)
        patch.setattr(owner, name, make(getattr(owner, name)))

    return remove


def everywhere(path: str, value: Any) -> Remove:
    """Put a value in the place of a function wherever it was imported."""

    def remove(patch: Patch) -> None:
        owner, name = place_of(path)
        removed = getattr(owner, name)
        for module in list(sys.modules.values()):
            ours = getattr(module, "__name__", "").startswith(("agent.", "mcp_servers."))
            if ours and getattr(module, name, None) is removed:
                patch.setattr(module, name, value)
        patch.setattr(owner, name, value)

    return remove


def all_of(*removes: Remove) -> Remove:
    """Several places of one defence."""

    def remove(patch: Patch) -> None:
        for one in removes:
            one(patch)

    return remove


def returning(value: Any) -> Callable[..., Any]:
    return lambda *_arguments, **_more: value


def returning_async(value: Any) -> Callable[..., Any]:
    async def answer(*_arguments: Any, **_more: Any) -> Any:
        return value

    return answer


def without(*names: str) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Checks of a table but these."""

    def fewer(checks: tuple[Any, ...]) -> tuple[Any, ...]:
        left = tuple(check for check in checks if check.__name__ not in names)
        if len(left) != len(checks) - len(names):
            raise Gone(", ".join(names))
        return left

    return fewer


def without_check(name: str) -> Remove:
    """One check of the evidence function less."""

    def remove(patch: Patch) -> None:
        for table in ("_CONTRADICTIONS", "_DOUBTS"):
            owner, place = place_of(f"agent.batch.executor.evidence.{table}")
            checks = getattr(owner, place)
            if any(check.__name__ == name for check in checks):
                patch.setattr(owner, place, without(name)(checks))
                return
        raise Gone(name)

    return remove


async def _claimed_without_commit(sender: Any, shipment_id: int, intent: Any) -> Claimed:
    def look(connection: Any) -> Claimed:
        nested = connection.begin_nested()
        claimed = transitions.claim(connection, sender.job_id, shipment_id, intent)
        nested.rollback()
        return claimed

    return await sender.ledger.write_async(look)


def _digest_without(path: str, field: str) -> Remove:
    def forgetful(text_of: Any) -> Any:
        from agent.planning.digest import canonical

        def text(value: Any) -> str:
            import json

            content = json.loads(text_of(value))
            del content[field]
            return canonical(content)

        return text

    def remove(patch: Patch) -> None:
        owner, name = place_of(path)
        everywhere(path, forgetful(getattr(owner, name)))(patch)

    return remove


class _Anything(str):
    """Equal to every digest."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _other: object) -> bool:
        return True

    def __ne__(self, _other: object) -> bool:
        return False


def _unearned_generations(patch: Patch) -> None:
    from agent.batch.approval import approving

    numbers = count(1)
    patch.setattr(
        approving,
        "_generations",
        lambda _c, plan: dict.fromkeys(
            [approving.scoped(plan.environment, item.identity) for item in plan.shipments], next(numbers)
        ),
    )


def _index_dropped(patch: Patch) -> None:
    from agent.ledger.store import Ledger

    opened = Ledger.open

    def without_index(path: Any) -> Ledger:
        ledger = opened(path)
        unique = (
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'shipments' AND sql LIKE '%UNIQUE%'"
        )

        def drop(connection: Any) -> None:
            for (name,) in connection.exec_driver_sql(unique).all():
                connection.exec_driver_sql(f"DROP INDEX {name}")

        ledger.write(drop)
        return ledger

    patch.setattr(Ledger, "open", staticmethod(without_index))


def _no_cap_at_the_claim(patch: Patch) -> None:
    from agent.batch.executor import statements
    from agent.batch.executor.statements import JOBS

    columns = [
        null().label("budget_cents") if one.name == "budget_cents" else one for one in statements.JOB.selected_columns
    ]
    assert JOBS is not None
    patch.setattr(statements, "JOB", statements.JOB.with_only_columns(*columns))


def _nothing_reserved(unreserve: Any) -> Any:
    def only_spent(connection: Any, job_id: str, _quote: Any, spent: int = 0) -> None:
        unreserve(connection, job_id, 0, spent)

    return only_spent


def _source_never_changed(patch: Patch) -> None:
    from tests.parcels.local_servers import LocalServers

    call = LocalServers._on_data

    async def unchanged(self: Any, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = await call(self, tool, arguments)
        return answer | {"changed": False} if tool == "verify_source" else answer

    patch.setattr(LocalServers, "_on_data", unchanged)


def _spool_unread(patch: Patch) -> None:
    from tests.faults.carrier import Carrier

    find = Carrier.shipping_find
    patch.setattr(Carrier, "shipping_find", lambda self, arguments: find(self, arguments | {"past_spool": True}))


def _past_end_of_time(patch: Patch) -> None:
    swap("agent.batch.recovery.recovery.all_gone", lambda _old: returning(True))(patch)


def _content_unknown(patch: Patch) -> None:
    everywhere("agent.planning.identity.content_key", returning(None))(patch)


def _by_position(patch: Patch) -> None:
    owner, _name = place_of("agent.planning.failed_rows.Located")

    def located(failed: Any, _others: Any, _rows: Any, _read: Any) -> Any:
        return owner.Located({row.row_number: row.row_number for row in failed})

    everywhere("agent.planning.failed_rows.locate", located)(patch)


def _cells_overwritten(patch: Patch) -> None:
    from mcp_servers.data.model import Outcome

    owner, _name = place_of("mcp_servers.data.writing.cells.Wanted")

    def wanted(change: Any, _current: Any) -> Any:
        return owner.Wanted(Outcome.WRITTEN, dict(change.cells))

    everywhere("mcp_servers.data.writing.cells.wanted_cells", wanted)(patch)


def _nothing_used(patch: Patch) -> None:
    owner, _name = place_of("agent.planning.allowance.Amount")
    everywhere("agent.batch.approval.spending.used", returning(owner.Amount()))(patch)


def _believed_as_typed(_ask: Any) -> Any:
    async def found(_ups: Any, _planned: Any, numbers: list[str]) -> Any:
        from agent.batch.executor.outcome import Answered
        from agent.batch.recovery.recovery import Found

        return Found("settled", "as typed", Answered("done", tracking_numbers=numbers, shipment_number=numbers[0]))

    return found


MUTANTS = (
    # One label per row
    Mutant(
        "no_intent", swap("agent.batch.executor.row_step._claim", lambda _old: _claimed_without_commit), "plain", "I4"
    ),
    Mutant(
        "repeat_on_timeout",
        swap(
            "agent.batch.executor.row_step._repeat_after",
            lambda _old: lambda answered, attempt: 0.0 if answered.verdict != "done" and attempt < 3 else None,
        ),
        "lost_answer",
        "I1",
    ),
    Mutant(
        "reference_reused",
        swap(
            "agent.batch.recovery.resolving_doubts.reference",
            lambda _old: lambda stem, row, _attempt: f"{stem}{row:06d}01",
        ),
        "released_for_good",
        "IntegrityError",
    ),
    Mutant(
        "lease_ignored", swap("agent.batch.service.lease", lambda _old: lambda *_: nullcontext()), "two_at_once", "F17"
    ),
    Mutant("no_identity_index", _index_dropped, "approval_is_blind", "I1"),
    Mutant(
        "claim_no_holder_check",
        swap("agent.batch.executor.statements.OTHER_HOLDERS", lambda _old: select(literal(0))),
        "approval_skips_the_index",
        "I1",
    ),
    Mutant(
        "identity_not_held",
        all_of(
            _unearned_generations,
            swap("agent.batch.executor.statements.OTHER_HOLDERS", lambda _old: select(literal(0))),
        ),
        "said_twice",
        "I1",
    ),
    Mutant(
        "released_without_look_up",
        swap("agent.batch.recovery.resolving_doubts.LOOK_UPS", returning(0)),
        "released_although_made",
        "I8",
    ),
    Mutant("request_thought_over", _past_end_of_time, "released_while_under_way", "I8"),
    Mutant(
        "doubts_not_looked_up",
        everywhere("agent.batch.recovery.recovery.look_up", returning_async(None)),
        "lost_and_resumed",
        "I3",
    ),
    Mutant("spool_unread", _spool_unread, "only_the_spool_knows", "I3"),
    Mutant(
        "watch_list_asleep",
        swap("agent.batch.recovery.late_label_watch.look", lambda _old: returning_async([])),
        "given_up_and_found",
        "I3",
    ),
    # What was approved
    Mutant(
        "stored_plan_unchecked",
        swap("agent.batch.approval.approving.stored_digest", lambda _old: lambda *_: ("", None)),
        "stored_text_edited",
        "I5",
    ),
    Mutant(
        "payload_unchecked_at_the_claim",
        swap("agent.batch.executor.transitions.audit.digest", lambda _old: returning(_Anything())),
        "edited_in_mid_run",
        "I5",
    ),
    Mutant(
        "digest_without_account",
        _digest_without("agent.planning.digest.header_text", "account_number"),
        "another_account",
        "I5",
    ),
    Mutant("digest_without_cap", _digest_without("agent.planning.digest.header_text", "budget"), "another_cap", "I5"),
    Mutant(
        "digest_without_payload",
        _digest_without("agent.planning.digest.shipment_text", "payload"),
        "another_payload",
        "I5",
    ),
    Mutant(
        "cancel_unheard",
        swap(
            "agent.batch.executor.statements.JOB",
            lambda old: old.with_only_columns(
                *(
                    null().label("requested_action") if one.name == "requested_action" else one
                    for one in old.selected_columns
                )
            ),
        ),
        "cancelled_while_running",
        "I5",
    ),
    Mutant("changed_sheet_unseen", _source_never_changed, "address_changed_before_the_yes", "CHANGED"),
    Mutant(
        "re_ship_not_typed",
        everywhere("agent.planning.sentence.typed_confirmation", returning(None)),
        "again_by_a_flag",
        "AGAIN",
    ),
    # Money
    Mutant("no_cap_at_the_claim", _no_cap_at_the_claim, "dearer_within_the_tolerance", "I5"),
    Mutant(
        "nothing_reserved",
        swap("agent.batch.executor.transitions._unreserve", _nothing_reserved),
        "doubts_are_reserved",
        "I5",
    ),
    Mutant(
        "surprises_unseen",
        swap("agent.batch.executor.execution.Run._check_charge", lambda _old: returning(None)),
        "dear",
        "F23",
    ),
    # Outcomes
    Mutant(
        "throttled_is_failed",
        all_of(
            swap("agent.batch.executor.row_step._repeat_after", lambda _old: returning(None)),
            swap("agent.batch.executor.row_step._is_throttled", lambda _old: returning(False)),
        ),
        "throttled",
        "F15",
    ),
    Mutant(
        "failure_goes_on",
        swap("agent.batch.executor.execution.Run._decide", lambda _old: returning_async(None)),
        "refused_first",
        "F26",
    ),
    Mutant(
        "label_not_read",
        everywhere("agent.batch.executor.row_step.labels_are_whole", returning(True)),
        "label_missing",
        "I6",
    ),
    Mutant(
        "void_always_believed",
        swap("agent.batch.executor.voiding._is_void", lambda _old: returning(True)),
        "void_unanswered",
        "I11",
    ),
    # Evidence
    Mutant("destination_ignored", without_check("_other_place"), "found_elsewhere", "I8"),
    Mutant("day_ignored", without_check("_older"), "found_of_another_day", "I8"),
    Mutant("count_ignored", without_check("_other_count"), "found_with_more_packages", "I8"),
    Mutant(
        "strange_reference_ignored",
        all_of(without_check("_other_row"), without_check("_forgotten")),
        "found_with_another_reference",
        "I8",
    ),
    Mutant("other_row_ignored", without_check("_other_row"), "adopted_of_another_row", "I8"),
    Mutant(
        "echo_ignored",
        all_of(
            without_check("_other_request"),
            everywhere("agent.batch.executor.known_numbers.check_numbers", returning(None)),
        ),
        "answered_another_reference",
        "I8",
    ),
    Mutant(
        "number_of_another_row",
        everywhere("agent.batch.executor.known_numbers.check_numbers", returning(None)),
        "answered_swapped",
        "I8",
    ),
    Mutant("practice_and_reality_mixed", without_check("_other_world"), "found_with_a_number_of_reality", "I8"),
    Mutant("numbers_unchecked", without_check("_bad_number"), "answered_number_of_nobody", "I8"),
    Mutant("numbers_uncounted", without_check("_number_count"), "answered_one_number_more", "I8"),
    Mutant("charge_unchecked", without_check("_bad_charge"), "found_with_a_negative_charge", "I8"),
    # Identity
    Mutant(
        "identity_by_raw_text",
        everywhere("agent.shipping.orders.canonical_number", lambda number: number),
        "order_number_in_style_hash",
        "TWICE",
    ),
    Mutant("identity_by_the_row", _content_unknown, "saved_by_a_spreadsheet", "TWICE"),
    Mutant(
        "rows_like_a_doubt_go",
        swap("agent.planning.parcels._against_lost", lambda _old: returning(None)),
        "edited_while_in_doubt",
        "TWICE",
    ),
    Mutant(
        "unplaced_row_forgotten",
        swap("agent.batch.approval.parcel_holders._UNPLACED", lambda old: old.where(false())),
        "edited_while_interrupted",
        "QUIET",
    ),
    Mutant(
        "held_under_one_name_only",
        swap("agent.batch.approval.approving._alike", lambda _old: returning([])),
        "approved_under_another_name",
        "I1",
    ),
    Mutant(
        "retry_to_anybody",
        swap("agent.chat.retrying.Amendment.needs_person", lambda _old: returning(None)),
        "retry_to_another_person",
        "RETRY",
    ),
    Mutant("retry_by_position", _by_position, "retry_of_a_sorted_sheet", "RETRY"),
    # The sheet's cells
    Mutant(
        "cells_not_read_before_sending",
        everywhere("agent.batch.executor.sheet_check.leave_out_changed", returning_async([])),
        "typed_before_the_yes",
        "TYPED",
    ),
    Mutant("write_back_overwrites", _cells_overwritten, "typed_while_in_doubt", "CELL"),
    Mutant("void_clears_any_cell", _cells_overwritten, "void_leaves_a_typed_cell", "CELL"),
    # Allowance and adoption
    Mutant(
        "allowance_not_spent_down",
        _nothing_used,
        "three_sentences_of_one_allowance",
        "BUDGET",
    ),
    Mutant(
        "adoption_not_asked_about",
        swap("agent.batch.recovery.adopting.ask_about", _believed_as_typed),
        "adopted_from_a_stranger",
        "ADOPTED",
    ),
    Mutant(
        "adopted_digits_unchecked",
        all_of(
            everywhere("agent.batch.executor.evidence.number_problem", returning(None)),
            swap("agent.batch.recovery.adopting.ask_about", _believed_as_typed),
        ),
        "adopted_with_a_slip",
        "ADOPTED",
    ),
    Mutant(
        "adopted_twice",
        all_of(
            everywhere("agent.batch.executor.known_numbers.check_numbers", returning(None)),
            swap("agent.batch.recovery.adopting._not_taken", lambda _old: returning(None)),
            swap("agent.batch.recovery.adopting.ask_about", _believed_as_typed),
        ),
        "adopted_from_another_row",
        "ADOPTED",
    ),
    # Copies
    Mutant(
        "nothing_noted_outside",
        all_of(
            swap("agent.batch.executor.sent_journal.SentJournal.note", lambda _old: returning(None)),
        ),
        "home_and_sheet_restored",
        "TWICE",
    ),
    Mutant(
        "guard_inside_only",
        swap("agent.batch.recovery.rollback_guard.RollbackGuard.check", lambda _old: returning_async(False)),
        "home_and_sheet_restored",
        "TWICE",
    ),
    Mutant(
        "older_batch_trusted",
        swap("agent.batch.recovery.rollback_guard.RollbackGuard.is_followed", lambda _old: returning_async(True)),
        "approved_batch_and_state_restored",
        "TWICE",
    ),
    Mutant(
        "cancelled_batch_forgotten",
        swap("agent.batch.recovery.restore_check.clear_cancelled", lambda _old: returning_async(None)),
        "restored_cancelled_and_said_again",
        "TWICE",
    ),
)
