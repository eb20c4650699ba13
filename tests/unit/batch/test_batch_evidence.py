"""What is believed of an answer: the rules of docs/money.md, one line each, and what no mutation may get past."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.batch.executor.evidence import (
    Evidence,
    Planned,
    Reported,
    check_digit,
    expected,
    number_problem,
    read_charge,
    weigh,
)
from agent.batch.executor.outcome import believed, judge
from agent.planning.quoting import cents, quote
from tests.numbers import numbered, practice_number

OURS = "SCABCDEFGH00000301"
PLANNED = Planned("simulator", "A1B2C3", OURS, "03", 1, "93721", "US", "20261120")
REAL = replace(PLANNED, environment="production")
NUMBER, REAL_NUMBER = practice_number(3), numbered("A1B2C3030000003")
FOUND = Reported(
    "track", [NUMBER], NUMBER, package_count=1, postal_code="937211234", country_code="US", created_on="20261120"
)
ANSWER = Reported("answer", [NUMBER], NUMBER, context=OURS)
NAMED = replace(FOUND, source="person")


@pytest.mark.parametrize("told", [ANSWER, replace(ANSWER, context=None), FOUND, NAMED, replace(FOUND, source="spool")])
def test_what_fits_fits(told: Reported) -> None:
    assert weigh(PLANNED, told).fits


PUBLIC = ["1Z5R89390357567127", "1Z023E2X0214323462", "1Z0FH3446831744085", "1ZISDE016691676846"]
"""Numbers that stand in public documents, with the digit that UPS gave them."""


@pytest.mark.parametrize("number", PUBLIC)
def test_the_check_digit_is_that_of_real_numbers(number: str) -> None:
    assert check_digit(number) == number[-1]
    assert number_problem(number, "production") is None
    for digit in set("0123456789") - {number[-1]}:
        assert number_problem(number[:-1] + digit, "production") is not None


OTHER_ROW, OTHER_ATTEMPT = "SCABCDEFGH00000401", "SCABCDEFGH00000302"
CONTRADICTIONS: list[tuple[Reported, dict[str, Any], str]] = [
    (ANSWER, {"context": OTHER_ROW}, OTHER_ROW),
    (ANSWER, {"context": OTHER_ATTEMPT}, OTHER_ATTEMPT),
    (ANSWER, {"numbers": [REAL_NUMBER], "shipment_number": REAL_NUMBER}, "a real number"),
    (FOUND, {"references": [OTHER_ROW]}, OTHER_ROW),
    (FOUND, {"postal_code": "10001"}, "10001"),
    (FOUND, {"country_code": "CA"}, "CA"),
    (FOUND, {"created_on": "20261119"}, "20261119"),
    (FOUND, {"package_count": 2}, "2 packages, 1"),
    (NAMED, {"postal_code": "10001"}, "not to 93721"),
    (NAMED, {"references": ["PO-7", OTHER_ROW]}, "another row"),
]
DOUBTS: list[tuple[Reported, dict[str, Any], str]] = [
    (ANSWER, {"numbers": []}, "no tracking number"),
    (ANSWER, {"numbers": [NUMBER, practice_number(4)]}, "2 tracking numbers for 1 packages"),
    (ANSWER, {"numbers": ["12345"], "shipment_number": None}, "12345 is not"),
    (ANSWER, {"numbers": [NUMBER[:-1] + "0"], "shipment_number": None}, "last digit"),
    (ANSWER, {"numbers": [NUMBER.lower()], "shipment_number": None}, "is not a UPS tracking number"),
    (ANSWER, {"numbers": ["1ZXXXXXXXXXXXXXXXX"], "shipment_number": None}, "is not a UPS tracking number"),
    (ANSWER, {"shipment_number": practice_number(9)}, "not one of its packages"),
    (FOUND, {"country_code": None}, "where it goes"),
    (FOUND, {"postal_code": None}, "where it goes"),
    (FOUND, {"created_on": None}, "when it was made"),
    (FOUND, {"package_count": None}, "how many packages"),
    (FOUND, {"charge_problem": "'NaN' cannot be a charge"}, "NaN"),
]


@pytest.mark.parametrize(("told", "changes", "said"), CONTRADICTIONS)
def test_what_is_about_another_shipment_contradicts(told: Reported, changes: dict[str, Any], said: str) -> None:
    found = weigh(PLANNED, replace(told, **changes))
    assert (found.kind, said in found.reason) == ("contradicts", True), found


@pytest.mark.parametrize(("told", "changes", "said"), DOUBTS)
def test_what_is_not_proven_is_a_doubt(told: Reported, changes: dict[str, Any], said: str) -> None:
    found = weigh(PLANNED, replace(told, **changes))
    assert (found.kind, said in found.reason) == ("doubt", True), found


def test_the_account_in_a_number_counts_where_nothing_else_shows_it() -> None:
    strange = numbered("Z9Y8X7030000003")
    answer = Reported("answer", [strange], strange)
    assert weigh(REAL, replace(answer, numbers=[REAL_NUMBER], shipment_number=REAL_NUMBER)).fits
    assert "carries the account Z9Y8X7" in weigh(REAL, answer).reason
    assert weigh(REAL, replace(answer, context=OURS)).fits, "UPS says whose answer it is"
    named = replace(NAMED, numbers=[strange], shipment_number=strange)
    assert not weigh(REAL, named).fits
    assert weigh(REAL, replace(named, references=[OTHER_ATTEMPT])).fits, "it carries our row"
    assert not weigh(REAL, replace(named, references=["PO-7"])).fits


@pytest.mark.parametrize("service", ["M4", "93"])
def test_the_postal_service_has_numbers_of_its_own(service: str) -> None:
    number = "92612999953540500000000017"
    answer = Reported("answer", [number], "1Z" + "0" * 16, context=OURS)
    assert weigh(replace(REAL, service_code=service), answer).fits
    assert weigh(REAL, answer).kind == "doubt", "by Ground there are none"


def test_a_reference_of_another_job_is_this_rows_only_with_its_order_number() -> None:
    other_job, order = "SCZZZZZZZZ00000101", replace(PLANNED, order="1001")
    assert weigh(order, replace(NAMED, references=["1001", other_job])).fits
    assert weigh(order, replace(NAMED, references=["1002", other_job])).kind == "contradicts"
    assert weigh(order, replace(NAMED, references=["1001", OTHER_ROW])).kind == "contradicts", "its other parcel"
    restored = replace(order, restored=True)
    assert weigh(restored, replace(NAMED, references=["1002", other_job])).kind == "doubt"
    assert weigh(restored, replace(NAMED, references=["1002", OTHER_ROW])).kind == "contradicts"


def test_masked_numbers_are_taken_in_the_test_environment_only() -> None:
    masked = Reported("answer", ["1ZXXXXXXXXXXXXXXXX"], "1ZXXXXXXXXXXXXXXXX", context=OURS)
    assert weigh(replace(PLANNED, environment="test"), masked).fits
    assert not weigh(PLANNED, masked).fits
    assert not weigh(REAL, masked).fits


@pytest.mark.parametrize(
    ("text", "read"),
    [("12.34", 1234), ("12.345", 1235), ("0", 0), ("7", 700), ("1234.50", 123450), ("1,234.50", 123450)],
)
def test_a_charge_is_read(text: str, read: int) -> None:
    assert read_charge({"monetaryValue": text, "currencyCode": "EUR"}) == (read, "EUR", None)


def test_a_currency_that_is_not_said_is_not_made_up() -> None:
    assert read_charge({"monetaryValue": "12.34"}) == (1234, None, None)


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-5000.00", "+5", "1e3", "12,50", "1,23", "1,2345", "1,234,5", ".5", "5.", "", " 5", "²", "٣",
     "$5", "5 USD", "9999999999", "1,234,567,890", "1_000", "0x10", "12.34\n"],
)  # fmt: skip
def test_what_is_no_charge_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be a charge"):
        cents(text)
    if text:
        assert read_charge({"monetaryValue": text, "currencyCode": "USD"})[2]


def test_a_charge_that_is_not_told_is_the_quote() -> None:
    for charges in (None, {}, {"monetaryValue": None, "currencyCode": "EUR"}):
        assert read_charge(charges)[0::2] == (None, None)


@pytest.mark.parametrize("text", ["-5000.00", "NaN", "12,50"])
async def test_a_price_that_is_none_is_no_quote(text: str) -> None:
    """A negative one would make room in the budget for as much again."""

    async def ups(_tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"totalCharges": {"amount": text, "currencyCode": "USD"}}

    made = await quote(ups, "simulator", {}, "USD")
    assert (made.cents, made.code) == (None, "E-4287")


def as_answered(**changes: Any) -> dict[str, Any]:
    return {
        "outcome": "done",
        "trackingNumbers": [NUMBER],
        "shipmentIdentificationNumber": NUMBER,
        "customerContext": OURS,
        "totalCharges": {"monetaryValue": "12.34", "currencyCode": "USD"},
        **changes,
    }


PAYLOAD = {
    "ship_to": {"address": {"postal_code": "93721", "country_code": "US"}},
    "packages": [{}],
    "service_code": "03",
}
OTHERS = [practice_number(serial) for serial in (1, 2, 4, 5)]
CHARACTERS = st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -a")
MUTATIONS = st.one_of(
    st.tuples(st.just("trackingNumbers"), st.lists(st.sampled_from([*OTHERS, NUMBER]), max_size=3)),
    st.tuples(
        st.just("trackingNumbers"),
        st.builds(lambda at, to: [NUMBER[:at] + to + NUMBER[at + 1 :]], st.integers(0, 17), CHARACTERS),
    ),
    st.tuples(st.just("trackingNumbers"), st.lists(st.text(max_size=20), max_size=2)),
    st.tuples(st.just("customerContext"), st.sampled_from([OTHER_ROW, OTHER_ATTEMPT, "x"])),
    st.tuples(st.just("shipmentIdentificationNumber"), st.sampled_from(OTHERS)),
    st.tuples(
        st.just("totalCharges"),
        st.builds(lambda text: {"monetaryValue": text}, st.one_of(st.text(max_size=12), st.floats().map(str))),
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(MUTATIONS, min_size=1, max_size=3))
def test_no_mutation_of_an_answer_settles_a_row_with_a_foreign_number(mutations: list[tuple[str, Any]]) -> None:
    """Numbers alone: whether the ledger knows one, and a number that replaces every one of ours, the ledger's
    transaction and UPS's echo see (tests/integration)."""
    answered = believed(judge(as_answered(**dict(mutations))), expected(PAYLOAD, "simulator", OURS))
    if answered.outcome == "done":
        assert len(answered.tracking_numbers) == 1
        assert answered.context in (None, OURS)
        assert answered.shipment_number in answered.tracking_numbers
        assert answered.charge_cents is None or 0 <= answered.charge_cents < 10**11
        (number,) = answered.tracking_numbers
        assert number == numbered(number[2:17]), "its check digit is right"
        assert number not in OTHERS or answered.shipment_number == number
    else:
        assert answered.outcome == "unknown", "never failed: the label exists"
        assert answered.message


def test_evidence_says_why_not() -> None:
    assert Evidence("fits").fits
    assert not Evidence("doubt", "why").fits
