"""UPS's answer about an address: what corrects it, what only spells it otherwise, and what a label takes of it."""

from typing import Any

import pytest

from agent.shipping.checked_addresses import (
    AddressVerdict,
    address_key,
    asked_of_ups,
    checked,
    label_address,
    same_address,
)


def address(*lines: str, city: str = "Austin", state: str = "TX", code: str = "78701", country: str = "US") -> Any:
    found = {"lines": list(lines), "city": city, "state": state, "postal_code": code, "country_code": country}
    return {part: value for part, value in found.items() if value}


ASKED = address("14 North Juniper Street", "Apt. 5")


@pytest.mark.parametrize(
    "written",
    [
        address("14 N JUNIPER ST", "APT 5", city="AUSTIN", code="78701-1234"),
        address("14 N Juniper St # 5"),
        address("14 N. JUNIPER ST., UNIT 5"),
    ],
)
def test_another_spelling_of_the_same_place_is_no_correction(written: Any) -> None:
    assert same_address(ASKED, written)


@pytest.mark.parametrize(
    "written",
    [
        address("14 N JUNIPER AVE", "APT 5"),
        address("41 N JUNIPER ST", "APT 5"),
        address("14 S JUNIPER ST", "APT 5"),
        address("14 N JUNIPER ST", "APT 6"),
        address("14 N JUNIPER ST"),
        address("14 N JUNIPER ST", "APT 5", code="78702"),
        address("14 N JUNIPER ST", "APT 5", city="AUSTELL"),
        address("14 N JUNIPER ST", "APT 5", state="TN"),
    ],
)
def test_another_house_street_unit_town_state_or_zip_is_one(written: Any) -> None:
    assert not same_address(ASKED, written)


def answered(verdict: str, *candidates: Any, **more: Any) -> Any:
    return checked(ASKED, {"verdict": verdict, "candidates": list(candidates), **more}, "2026-11-30T00:00:00.000000Z")


SAME, OTHER, THIRD = (address(f"{number} N JUNIPER ST", "APT 5") for number in (14, 16, 18))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (answered("valid"), AddressVerdict.valid),
        (answered("valid", SAME), AddressVerdict.valid),
        (answered("valid", OTHER), AddressVerdict.corrected),
        (answered("valid", OTHER, THIRD), AddressVerdict.ambiguous),
        (answered("ambiguous", OTHER), AddressVerdict.ambiguous),
        (answered("ambiguous"), AddressVerdict.ambiguous),
        (answered("not_found"), AddressVerdict.unknown),
    ],
)
def test_an_answer_is_one_of_four(answer: Any, verdict: AddressVerdict) -> None:
    assert answer.verdict is verdict
    assert (answer.correction("US") is not None) == (verdict is AddressVerdict.corrected)


@pytest.mark.parametrize(("said", "home"), [("residential", True), ("commercial", False), ("unclassified", None)])
def test_home_or_business_is_what_ups_says(said: str, home: bool | None) -> None:
    assert answered("valid", SAME, classification=said).home is home


def test_a_correction_keeps_the_rules_of_every_address() -> None:
    assert label_address(address("16 N JUNIPER ST APT 5", code="78701-1234"), "US") == address(
        "16 N JUNIPER ST APT 5", code="78701-1234"
    )
    assert label_address(address("8 CALLE SOL", city="SAN JUAN", state="PR", code="00901", country="PR"), "PR") == (
        address("8 CALLE SOL", city="SAN JUAN", state="", code="00901", country="PR")
    )


@pytest.mark.parametrize(
    "written",
    [
        address("x" * 200),
        address("16 N JUNIPER ST", state="XX"),
        address("16 N JUNIPER ST", code="1"),
        address("16 N JUNIPER ST", country="CA", state="ON", code="K1A 0B1"),
        address(),
    ],
)
def test_what_breaks_one_cannot_be_taken(written: Any) -> None:
    assert label_address(written, "US") is None


def test_an_answer_is_kept_under_what_was_asked() -> None:
    assert address_key(ASKED) == address_key(ASKED | {"residential": True})
    assert address_key(ASKED) != address_key(ASKED | {"city": "austin"})
    assert asked_of_ups(address("1 Rue Test", city="Paris", state="", code="75001", country="FR")) is None
    assert asked_of_ups(address("14 Juniper St", city="")) is None
