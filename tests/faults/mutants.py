"""Named mutants: the product with one defence removed, and the scenario or story that must catch it.

A new one is three lines: its name, `swap` or `everywhere` with the defence's place, and who catches it. A defence that
moved makes its mutant fail (`Gone`): say where it is now.
"""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext

from sqlalchemy import false, literal, null, select

from tests.faults import evidence_scenarios, ledger_scenarios, removals, scenarios
from tests.faults.mutation import Mutant, all_of, everywhere, returning, returning_async, swap, without_check
from tests.faults.world import World

Scenario = Callable[[World], Awaitable[list[str]]]
SCENARIOS: dict[str, Scenario] = scenarios.SCENARIOS | ledger_scenarios.SCENARIOS | evidence_scenarios.SCENARIOS


MUTANTS = (
    # One label per row
    Mutant(
        "no_intent",
        swap("agent.batch.executor.row_step._claim", lambda _old: removals.claimed_without_commit),
        "plain",
        "I4",
    ),
    Mutant(
        "repeat_on_timeout",
        swap(
            "agent.batch.executor.row_step._repeat_after",
            lambda _old: lambda answered, attempt: 0.0 if answered.outcome != "done" and attempt < 3 else None,
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
        "lease_ignored",
        swap("agent.ledger.lease.lease_of", lambda _old: lambda *_: nullcontext()),
        "two_at_once",
        "F17",
    ),
    Mutant("no_identity_index", removals.index_dropped, "approval_is_blind", "I1"),
    Mutant(
        "claim_no_holder_check",
        swap("agent.batch.executor.statements.OTHER_HOLDERS", lambda _old: select(literal(0))),
        "approval_skips_the_index",
        "I1",
    ),
    Mutant(
        "identity_not_held",
        all_of(
            removals.unearned_generations,
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
    Mutant("request_thought_over", removals.past_end_of_time, "released_while_under_way", "I8"),
    Mutant(
        "doubts_not_looked_up",
        everywhere("agent.batch.recovery.recovery.look_up", returning_async(None)),
        "lost_and_resumed",
        "I3",
    ),
    Mutant("spool_unread", removals.spool_unread, "only_the_spool_knows", "I3"),
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
        swap("agent.batch.executor.transitions.audit.digest", lambda _old: returning(removals.AnyDigest())),
        "edited_in_mid_run",
        "I5",
    ),
    Mutant(
        "digest_without_account",
        removals.digest_without("agent.planning.digest.header_text", "account_number"),
        "another_account",
        "I5",
    ),
    Mutant(
        "digest_without_cap",
        removals.digest_without("agent.planning.digest.header_text", "budget"),
        "another_cap",
        "I5",
    ),
    Mutant(
        "digest_without_payload",
        removals.digest_without("agent.planning.digest.shipment_text", "payload"),
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
    Mutant("changed_sheet_unseen", removals.source_never_changed, "address_changed_before_the_yes", "CHANGED"),
    Mutant(
        "re_ship_not_typed",
        everywhere("agent.planning.sentence.typed_confirmation", returning(None)),
        "again_by_a_flag",
        "AGAIN",
    ),
    # Money
    Mutant("no_cap_at_the_claim", removals.no_cap_at_the_claim, "dearer_within_the_tolerance", "I5"),
    Mutant(
        "nothing_reserved",
        swap("agent.batch.executor.transitions.unreserve", removals.nothing_reserved),
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
    Mutant("identity_by_the_row", removals.content_unknown, "saved_by_a_spreadsheet", "TWICE"),
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
        swap("agent.drafting.amendment.Amendment.needs_person", lambda _old: returning(None)),
        "retry_to_another_person",
        "RETRY",
    ),
    Mutant("retry_by_position", removals.by_position, "retry_of_a_sorted_sheet", "RETRY"),
    # The sheet's cells
    Mutant(
        "cells_not_read_before_sending",
        everywhere("agent.batch.executor.sheet_check.leave_out_changed", returning_async([])),
        "typed_before_the_yes",
        "TYPED",
    ),
    Mutant("write_back_overwrites", removals.cells_overwritten, "typed_while_in_doubt", "CELL"),
    Mutant("void_clears_any_cell", removals.cells_overwritten, "void_leaves_a_typed_cell", "CELL"),
    # Allowance and adoption
    Mutant(
        "allowance_not_spent_down",
        removals.nothing_used,
        "three_sentences_of_one_allowance",
        "BUDGET",
    ),
    Mutant(
        "adoption_not_asked_about",
        swap("agent.batch.recovery.adopting.ask_about", removals.believed_as_typed),
        "adopted_from_a_stranger",
        "ADOPTED",
    ),
    Mutant(
        "adopted_digits_unchecked",
        all_of(
            everywhere("agent.batch.executor.evidence.number_problem", returning(None)),
            swap("agent.batch.recovery.adopting.ask_about", removals.believed_as_typed),
        ),
        "adopted_with_a_slip",
        "ADOPTED",
    ),
    Mutant(
        "adopted_twice",
        all_of(
            everywhere("agent.batch.executor.known_numbers.check_numbers", returning(None)),
            swap("agent.batch.recovery.adopting._not_taken", lambda _old: returning(None)),
            swap("agent.batch.recovery.adopting.ask_about", removals.believed_as_typed),
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
