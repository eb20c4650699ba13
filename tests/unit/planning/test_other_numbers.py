"""Which tracking numbers say nothing about a parcel, by environment."""

import pytest

from agent.batch.executor.evidence import of_other_environment
from agent.planning.other_numbers import is_other_number

PRACTICE = ["1ZSIMSIM0300000011"]
TESTS = ["1ZXXXXXXXXXXXXXXXX", "1zxxxxxxxxxxxxxxxx", "1ZISDE016691676846", "1Z2220060290602143", "1Z2220060294314162",
         "1Z2220060291994175", "1Z12345E0205271688", "1Z12345E1512345676"]  # fmt: skip
REAL = ["1Z999AA10123456784", "1Z5R89390357567127", "92748927005269010012345678", "", "n/a"]


@pytest.mark.parametrize(
    ("environment", "practice", "tests"),
    [("simulator", False, True), ("test", True, False), ("production", True, True)],
)
def test_a_number_counts_in_its_own_environment(environment: str, practice: bool, tests: bool) -> None:
    assert {is_other_number(number, environment) for number in PRACTICE} == {practice}
    assert {is_other_number(number, environment) for number in TESTS} == {tests}
    assert not any(is_other_number(number, environment) for number in REAL)


def test_nobody_adopts_a_published_number_for_a_real_parcel() -> None:
    assert of_other_environment("1ZISDE016691676846", "production")
    assert not of_other_environment("1ZISDE016691676846", "test")
    assert not of_other_environment("1Z999AA10123456784", "production")
