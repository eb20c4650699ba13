"""Which values of a column a person's clause asks for."""

import pytest

from agent.planning.named_values import named_values


@pytest.mark.parametrize(
    "clause",
    [
        "\"Status\" = 'on hold'",
        "\"status\" = 'On Hold' AND \"State\" = 'CA'",
        "\"Status\" IN ('paid', 'on hold')",
        '"Total" > 5 OR lower("Status") = \'on hold\'',
        "\"Status\" ILIKE 'on h%'",
        "\"Status\" LIKE '%on_hold%'",
        "NOT (NOT (\"Status\" = 'on hold'))",
    ],
)
def test_a_value_that_is_asked_for(clause: str) -> None:
    assert "On hold " in named_values(clause, "Status")


@pytest.mark.parametrize(
    "clause",
    [
        "TRUE",
        "\"Status\" = 'paid'",
        "\"Status\" <> 'on hold'",
        "\"Status\" NOT IN ('on hold')",
        "NOT (\"Status\" = 'on hold' OR \"State\" = 'CA')",
        "\"Status\" NOT ILIKE 'on h%'",
        "\"Notes\" = 'on hold'",
        "\"Status\" LIKE 'on'",
        "\"Status\" = 'on ho[l]d'",
        '"Status" = ',
    ],
)
def test_a_value_that_is_not(clause: str) -> None:
    assert "on hold" not in named_values(clause, "Status")
