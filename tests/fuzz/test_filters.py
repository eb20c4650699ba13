"""What the guard finds is what is documented, for seeded random clauses; 10,000 by `python -m tests.fuzz filters`."""

import pytest

from mcp_servers.data.guard import comparison
from tests.fuzz.filters import compared


def test_clauses_mean_what_is_documented():
    done, apart = compared(seed=7, count=50)
    assert (done, [str(one) for one in apart]) == (50, [])


@pytest.mark.slow
def test_many_clauses_mean_what_is_documented():
    done, apart = compared(seed=20_261_121, count=1500)
    assert (done, [str(one) for one in apart[:5]]) == (1500, [])


@pytest.mark.parametrize("forgotten", ["case", "empty cells"])
def test_a_guard_that_forgets_a_rule_is_found_out(monkeypatch, forgotten):
    true_to_the_rule = comparison._folded, comparison.as_number
    if forgotten == "case":
        monkeypatch.setattr(comparison, "_folded", lambda value: true_to_the_rule[0](value).replace("lower(", "(", 1))
    else:
        monkeypatch.setattr(comparison, "as_number", lambda value: f"coalesce({true_to_the_rule[1](value)}, 0)")
    assert compared(seed=7, count=50)[1]
