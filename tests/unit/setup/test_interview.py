"""`shipchat setup`: each answer is judged by the rules that a recipient's address meets, before it is written."""

from typing import Any

import pytest

from agent.sender import SAMPLE_SHIPPER, Shipper, ShipperAddress
from agent.setup.interview import Accepted, Refused, environment_question, model_question, printer_question, questions
from agent.setup.shipper_rules import shipper_faults

ANSWERS: dict[str, Any] = {
    "ups_environment": "production",
    "shipper.address.country_code": "US",
    "shipper.address.city": "Albany",
    "shipper.address.state": "NY",
}


def judged(setting: str, typed: str) -> Accepted | Refused:
    asked = [environment_question(), *questions("production"), printer_question()]
    question = next(one for one in asked if one.setting == setting)
    return question.judge(typed, ANSWERS)


@pytest.mark.parametrize(
    ("setting", "typed", "value"),
    [
        ("ups_environment", "prod", "production"),
        ("ups_environment", "Simulator", "simulator"),
        ("shipper.name", "  Juniper   Goods ", "Juniper Goods"),
        ("shipper.address.country_code", "united states", "US"),
        ("shipper.address.lines", "14 Juniper Court, Suite 2", ["14 Juniper Court", "Suite 2"]),
        ("shipper.address.state", "New York", "NY"),
        ("shipper.address.postal_code", "12207", "12207"),
        ("shipper.phone", "(518) 555-0142", "5185550142"),
        ("shipper.account_number", "x9y8z7", "X9Y8Z7"),
        ("printer", "192.0.2.7:9100", "192.0.2.7:9100"),
    ],
)
def test_an_answer_that_fits_is_taken_as_ups_wants_it(setting: str, typed: str, value: object) -> None:
    answer = judged(setting, typed)
    assert isinstance(answer, Accepted), answer
    assert answer.value == value


@pytest.mark.parametrize(
    ("setting", "typed", "word"),
    [
        ("ups_environment", "", "choose one"),
        ("ups_environment", "live", "choose one"),
        ("shipper.name", "x" * 36, "35"),
        ("shipper.address.country_code", "Atlantis", "country"),
        ("shipper.address.state", "ZZ", "ZZ"),
        ("shipper.address.postal_code", "1220", "1220"),
        ("shipper.phone", "12", ""),
        ("shipper.account_number", "A1B2C3", "sample"),
        ("shipper.account_number", "SIMSIM", "sample"),
        ("shipper.account_number", "12345", "six"),
        ("printer", "-o raw", "E-"),
    ],
)
def test_an_answer_that_ups_would_refuse_is_refused_with_the_reason(setting: str, typed: str, word: str) -> None:
    answer = judged(setting, typed)
    assert isinstance(answer, Refused), answer
    assert word in answer.why or word == "E-"


def test_practice_asks_for_no_sender() -> None:
    assert list(questions("simulator")) == []


def test_the_sample_sender_practises_and_never_ships() -> None:
    assert shipper_faults(SAMPLE_SHIPPER, practice=True) == []
    told = shipper_faults(SAMPLE_SHIPPER, practice=False)
    assert any("account_number" in one for one in told)
    assert any("sample sender" in one for one in told)


def test_a_real_sender_passes_and_a_wrong_zip_does_not() -> None:
    address = ShipperAddress(lines=["14 Juniper Court"], city="Albany", state="NY", postal_code="12207")
    sender = Shipper(name="Juniper Goods", phone="5185550142", account_number="X9Y8Z7", address=address)
    assert shipper_faults(sender, practice=False) == []
    wrong = sender.model_copy(update={"address": address.model_copy(update={"postal_code": "122"})})
    assert [one.split(":")[0] for one in shipper_faults(wrong, practice=False)] == ["address.postal_code"]


def test_a_model_of_ones_own_can_be_chosen_and_kept() -> None:
    question = model_question(["packing", "packing-large", "Ollama"])
    assert set(question.choices or {}) == {"offline", "claude", "packing", "packing-large", "Ollama"}
    assert question.judge("packing", {}) == Accepted("packing"), "a whole name is no beginning of another"
    assert question.judge("ollama", {}) == Accepted("Ollama")
    assert isinstance(question.judge("pack", {}), Refused)
    assert isinstance(question.judge("", {}), Refused)
