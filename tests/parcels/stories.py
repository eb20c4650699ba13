"""Stories that are told on purpose: one for each way in which a person or a copy could lead to a wrong purchase.

Each returns what is broken; empty when the product holds. The mutants (`test_scenarios`) are caught by them.
"""

from tests.parcels import answers, changed_cells, identity, restores
from tests.parcels.story import Story

STORIES = (
    Story("home_and_sheet_restored", restores.home_and_sheet_restored),
    Story("home_restored", restores.home_restored),
    Story("used_home_restored", restores.used_home_restored),
    Story("approved_batch_restored", restores.approved_batch_restored),
    Story("approved_batch_and_state_restored", restores.approved_batch_and_state_restored),
    Story("restored_cancelled_and_said_again", restores.restored_cancelled_and_said_again),
    Story("ledger_restored", restores.ledger_restored),
    Story("ledger_restored_in_mid_batch", restores.ledger_restored_in_mid_batch),
    Story("sheet_restored", restores.sheet_restored),
    Story("again_by_a_flag", identity.again_by_a_flag),
    Story("again_by_auto_mode", identity.again_by_auto_mode),
    Story("again_by_typing", identity.again_by_typing),
    *(Story(f"order_number_in_style_{one}", identity.written_otherwise(one)) for one in ("hash", "zeros", "case")),
    Story("saved_by_a_spreadsheet", identity.saved_by_a_spreadsheet),
    Story("a_column_added", identity.a_column_added),
    Story("sorted_and_restored", identity.sorted_and_restored),
    Story("two_identical_parcels", identity.two_identical_parcels),
    Story("another_shops_order", identity.another_shops_order),
    Story("edited_while_in_doubt", identity.edited_while_in_doubt),
    Story("edited_while_interrupted", identity.edited_while_interrupted),
    Story("another_parcel_like_it", identity.another_parcel_like_it),
    Story("retry_of_a_sorted_sheet", changed_cells.retry_of_sorted("1001", "1002")),
    Story("retry_of_a_sorted_sheet_without_numbers", changed_cells.retry_of_sorted("", "")),
    Story("retry_of_a_replaced_row", changed_cells.retry_of_a_replaced_row),
    Story("retry_to_another_person", changed_cells.retry_to_another_person),
    Story("typed_before_the_yes", changed_cells.typed_before_the_yes),
    Story("address_changed_before_the_yes", changed_cells.address_changed_before_the_yes),
    Story("typed_before_a_resume", changed_cells.typed_before_a_resume),
    Story("typed_while_in_doubt", changed_cells.typed_while_in_doubt),
    Story("void_leaves_a_typed_cell", changed_cells.void_leaves_a_typed_cell),
    Story("adopted_from_another_row", answers.adopted_from_another_row),
    Story("adopted_from_a_stranger", answers.adopted_from_a_stranger),
    Story("adopted_with_a_slip", answers.adopted_with_a_slip),
    Story("adopted_in_any_order", answers.adopted_in_any_order),
    Story("three_sentences_of_one_allowance", answers.three_sentences_of_one_allowance),
    Story("dear_charge", answers.dear_charge),
    Story("disk_full_after_two_labels", answers.disk_full_after_two_labels),
    Story("released_several", answers.released_several),
)
"""The answers that do not fit have stories of their own: `unfit_answers`."""


def unfit_answers() -> tuple[Story, ...]:
    from tests.faults.carrier import UNFIT

    return tuple(Story(f"answer_{fault}", answers.unfit_answer(fault)) for fault in UNFIT)
