"""What a void's answer says, package by package: only what UPS names as void is void."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.voiding import read_void
from tests.unit.ups.scripted import answer

A, B, C = "1ZSIMSIM0300000011", "1ZSIMSIM0300000020", "1ZSIMSIM0300000039"


def void_answer(description: str, states: dict[str, str], *, code: str = "1", name: str = "PackageLevelResult") -> Any:
    content: dict[str, Any] = {"SummaryResult": {"Status": {"Code": code, "Description": description}}}
    if states:
        content[name] = [{"TrackingNumber": number, "Status": {"Code": state}} for number, state in states.items()]
    return answer(200, {"VoidShipmentResponse": content})


@pytest.mark.parametrize("name", ["PackageLevelResult", "PackageLevelResults"])
def test_partially_voided_with_fewer_results_than_packages_is_not_void(name: str) -> None:
    found = read_void(void_answer("Partially Voided", {A: "1"}, name=name), A, None, [A, B, C])
    assert (found.voided, found.not_voided) == ([A], [B, C])


@pytest.mark.parametrize("states", [{}, {A: "1"}, {A: "1", B: "1"}])
def test_partially_voided_without_the_rest_is_unknown(states: dict[str, str]) -> None:
    with pytest.raises(ToolFault) as caught:
        read_void(void_answer("Partially Voided", states), A, None)
    assert (caught.value.code, caught.value.more["outcome"]) == ("E-3105", "unknown")


def test_the_packages_that_were_asked_for_may_leave_a_shipment_partially_voided() -> None:
    found = read_void(void_answer("Partially Voided", {B: "1"}), A, [B], [A, B, C])
    assert (found.voided, found.not_voided) == ([B], [])


def test_an_asked_package_that_ups_does_not_name_is_not_void() -> None:
    found = read_void(void_answer("Voided", {B: "1"}), A, [B, C])
    assert (found.voided, found.not_voided) == ([B], [C])


def test_none_voided_and_some_not_named_is_unknown() -> None:
    with pytest.raises(ToolFault) as caught:
        read_void(void_answer("Not voided", {A: "0"}, code="0"), A, None, [A, B])
    assert (caught.value.code, caught.value.more["outcome"]) == ("E-3105", "unknown")
    with pytest.raises(ToolFault) as caught:
        read_void(void_answer("Not voided", {A: "0"}, code="0"), A, None, [A])
    assert (caught.value.more["ups_code"], caught.value.more["outcome"]) == ("190121", "not_done")


@given(
    description=st.sampled_from(["Voided", "Partially Voided", "Not Voided"]),
    code=st.sampled_from(["0", "1"]),
    states=st.dictionaries(st.sampled_from([A, B, C]), st.sampled_from(["0", "1"])),
    asked=st.none() | st.lists(st.sampled_from([A, B, C]), min_size=1, unique=True),
    known=st.none() | st.just([A, B, C]),
)
def test_nothing_counts_as_void_that_ups_did_not_void(
    description: str, code: str, states: dict[str, str], asked: list[str] | None, known: list[str] | None
) -> None:
    """`done` with nothing left means: named as void one by one, or void as a whole with no list at all."""
    try:
        found = read_void(void_answer(description, states, code=code), A, asked, known)
    except ToolFault as refused:
        assert refused.more["outcome"] == ("unknown" if refused.code == "E-3105" else "not_done")
        assert refused.more["outcome"] == "unknown" or "1" not in states.values()
        return
    if found.not_voided:
        return
    expected = asked or known or list(states)
    if states:
        assert all(states.get(number) == "1" for number in expected)
    else:
        assert (code, "Partially" in description) == ("1", False)
