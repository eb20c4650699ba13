"""The traps of UPS's API, section by section, each with the test that springs it. A trap whose test goes is noticed."""

import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]

TRAPS = {
    # 1 Endpoints
    "transId of 32 characters, unique, and transactionSrc on every call": "test_all_traffic_of_a_day_conforms",
    "three shapes of error bodies": "test_traps_16_and_22_errors_in_every_shape",
    "HTML and plain text from the gateway": "test_each_fault_ends_in_its_outcome",
    "success with warnings": "test_warnings_are_told_and_are_no_errors",
    "numbers are text": "test_trap_3_numbers_come_as_text_or_as_numbers",
    "token: one for all, renewed early": "test_a_token_is_renewed_five_minutes_early",
    "token: single flight": "test_however_many_ask_one_token_is_fetched",
    "token: once anew after a 401, no loop on 250002": "test_trap_15_a_product_that_was_never_added_does_not_loop",
    "token: 10401": "test_wrong_credentials_are_named",
    "rating: PackagingType and unit descriptions": "test_trap_10_packaging_has_two_names",
    "rating: RequestOption is sent, Service is not for Shop": "test_shopping_names_no_service_and_nobody_else_pays",
    "rating: days need total weight and contents value": "test_shopping_abroad_offers_what_goes_there",
    "rating: object for one": "test_wobbling_shapes_are_read_all_the_same",
    "rating: own rate TotalCharge": "test_trap_5_the_own_rate_has_a_singular_name",
    "rating: no own rate is a success": "test_shapes_that_wobble_are_read_all_the_same",
    "rating: empty service description": "test_shopping_lists_all_services_cheapest_first_with_days",
    "ship: arrays of one": "test_wobbling_shapes_are_read_all_the_same",
    "ship: a number for every package": "test_each_fault_ends_in_its_outcome",
    "void: several packages are one JSON parameter": "test_packages_of_a_void_are_one_parameter",
    "void: 190117 is done": "test_a_shipment_is_voided_and_again_is_done_too",
    "void: two names of the package results": "test_trap_6_packages_of_a_void_under_both_names_alone_or_listed",
    "recovery: the label specification is a sibling": "test_the_label_specification_of_a_recovery_is_a_sibling_of_request",
    "recovery: one result is an object": "test_one_label_may_be_an_object_or_a_list",
    "recovery: several matches": "test_several_shipments_conclude_nothing",
    "recovery: not found is no proof": "test_not_known_yet_is_not_found",
    "recovery: voided": "test_a_voided_shipment_whose_number_ups_hides_concludes_nothing",
    "recovery: lower-case format": "test_a_label_names_its_own_format_in_any_case",
    "track: not found is a success, or a 404": "test_trap_4_nothing_found_comes_as_a_success_or_as_a_404",
    "track: TV1002": "test_an_invalid_number_is_refused_in_words",
    "track: void by type or code": "test_a_voided_label_is_seen_by_type_or_code",
    "track: several shippers, 151085": "test_a_reference_that_several_shippers_use_concludes_nothing",
    "addresses: indicators by presence": "test_an_indicator_is_true_by_being_there",
    "addresses: candidate as object, line as text": "test_a_candidate_may_be_one_object_with_one_line",
    "addresses: CIE knows two states": "test_the_test_environment_validates_two_states_only",
    "transit: flat with JSON numbers": "test_transit_times_are_flat_with_real_numbers",
    "transit: levels to services": "test_levels_of_transit_times_are_services",
    "transit: an unknown place is a 200": "test_a_place_that_ups_does_not_know_is_a_refusal",
    "pickup: three digits": "test_trap_11_pickups_have_three_digit_services",
    "pickup: one per place and day": "test_a_pickup_is_one_per_place_and_day",
    "forms: minimal invoice": "test_requests_abroad_conform",
    "forms: names, phones, description across borders": "test_abroad_needs_names_and_phones",
    "forms: the invoice total to Canada": "test_the_invoice_total_is_sent_where_ups_takes_it",
    "forms: the invoice total to Puerto Rico": "test_us_to_puerto_rico_needs_the_value_of_the_goods_and_no_invoice",
    # 2 Idempotency
    "a second create is a second shipment": "test_two_shipments_with_one_reference_conclude_nothing",
    "references by lane, order first, ours last": "test_trap_8_references_by_lane",
    "not sent on its own after a lost answer": "test_a_lost_answer_is_in_doubt_and_then_found",
    "reference visible only after a while": "test_a_new_shipment_is_found_only_after_a_while",
    # 3 Codes and limits
    "early delivery needs a phone": "test_early_delivery_needs_somebody_to_ask_for_and_to_call",
    "no returns by 13 and 59": "test_returns_have_rules_of_their_own",
    "signature numbers by level": "test_trap_9_signature_numbers_differ_by_level",
    "weight, length, girth, one unit": "test_what_ups_would_refuse_is_refused_by_both",
    "10-digit phones, extension": "test_a_phone_beyond_ten_digits_has_an_extension",
    "postal codes and states by country": "test_country_rules_are_the_same_in_schema_and_server",
    "presence flags": "test_presence_flags_are_absent_unless_they_are_meant",
    "dimensional weight, whole pounds": "test_billed_weight_is_the_greater_and_rounds_up",
    "surcharge codes": "test_surcharges_are_itemized",
    # 4 Error codes
    "every documented code": "test_every_documented_code_has_a_packers_words",
    "transient codes": "test_transient_codes_may_be_tried_again",
    "unknown codes keep UPS's words": "test_a_known_code_is_said_in_a_packers_words_and_an_unknown_one_in_ups_own",
    "429 without headers, one pause for all": "test_each_429_doubles_the_pause_for_all_and_success_takes_it_back",
    "403 stops": "test_a_refusal_of_ups_fails_the_row",
    # 5 Tracking numbers
    "check digit": "test_the_check_digit_is_ups_own",
    "numbers of UPS are never refused": "test_a_number_that_ups_returned_is_never_refused_for_its_check_digit",
    # 6 CIE
    "our own shipments cannot be voided": "test_the_test_environment_voids_nothing_of_ours",
    "masked numbers identify nothing": "test_masked_numbers_conclude_nothing",
    # 7 Quirks, by number
    "1 object or array": "test_trap_1_lists_that_are_none",
    "2 empty strings": "test_trap_2_empty_strings_where_objects_are_documented",
    "7 whole sizes": "test_trap_7_sizes_are_whole_and_the_longest_side_is_the_length",
    "12 rotation and blank tail": "test_a_gif_is_turned_upright_and_cropped_to_four_by_six",
    "12 recovery answers GIF": "test_recovery_may_answer_another_format",
    "13 carriage returns": "test_trap_13_carriage_returns",
    "14 one token": "test_trap_14_many_calls_share_one_token",
    "17 address lines are lists": "test_trap_17_address_lines_are_a_list_and_a_zip_has_no_dash",
    "18 no invented phone": "test_trap_18_a_missing_phone_stays_missing",
    "19 SubVersion of 4 characters": "test_trap_19_sub_versions_have_four_characters",
    "20 the invoice is form 01": "test_trap_20_the_invoice_is_form_01",
    "21 address validation version 2": "test_an_indicator_is_true_by_being_there",
    "23 nothing empty": "test_trap_23_nothing_empty_is_sent",
    "24 no copied tracking number": "test_trap_24_a_whole_shipment_is_voided_without_any_tracking_number",
    "simulator: itemized charges by SubVersion": "test_itemized_charges_come_with_a_sub_version",
    "simulator: context echoed with an identifier": "test_the_context_is_echoed_with_an_identifier_of_ups",
    "simulator: every fault to its state": "test_every_named_fault_has_its_end_here",
    # 8 Verification
    "closed conformance of requests": "test_domestic_requests_conform",
    "the judge bites": "test_the_judge_bites",
    "the proxy bites": "test_the_proxy_bites",
}


@cache
def written() -> str:
    return "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("trap", TRAPS)
def test_the_trap_is_sprung(trap: str) -> None:
    assert re.search(rf"def {TRAPS[trap]}\(", written()), TRAPS[trap]
