"""Stories of `told` that the product does not hold yet; rules of the machine that lead there stay off as long.

Must be empty in the end: a test fails as soon as a story that is named here ends well.
"""

KNOWN_HOLES: frozenset[str] = frozenset(
    {
        "home_and_sheet_restored",
        "home_restored",
        "used_home_restored",
        "approved_batch_restored",
        "order_number_in_style_hash",
        "order_number_in_style_zeros",
        "order_number_in_style_case",
        "saved_by_a_spreadsheet",
        "a_column_added",
        "another_shops_order",
        "edited_while_in_doubt",
        "retry_of_a_replaced_row",
        "retry_to_another_person",
        "typed_before_the_yes",
        "typed_before_a_resume",
        "typed_while_in_doubt",
        "adopted_from_a_stranger",
        "adopted_with_a_slip",
        "adopted_in_any_order",
        "three_sentences_of_one_allowance",
        "dear_charge",
        "disk_full_after_two_labels",
        "answer_swapped",
        "answer_another_reference",
        "answer_number_of_nobody",
        "answer_wrong_check_digit",
        "answer_negative_charge",
        "answer_other_currency",
        "answer_half_a_label",
    }
)
