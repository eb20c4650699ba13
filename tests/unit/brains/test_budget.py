"""What a model may use in a session: a limit is reached exactly, and no cost is limited that nobody can count."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.brains.budget import check_budget
from agent.brains.usage import Tokens, UsageMeter, estimated
from agent.chat.choice import choose_brain
from agent.errors import ShipchatError
from agent.model_settings import ModelPrice, OwnModel
from agent.settings import Settings

PRICE = ModelPrice(input=Decimal(3), output=Decimal(15))
CLAUDE = {"model": "claude-test-1", "prices": {"claude-test-1": PRICE}}


def refusal(used: Tokens, home: Path, **limits: int) -> ShipchatError | None:
    meter = UsageMeter({"m": PRICE})
    meter.add("m", used)
    try:
        check_budget(Settings(home=home, **limits), "m", meter)
    except ShipchatError as refused:
        return refused
    return None


@pytest.mark.parametrize(("output", "reached"), [(19, False), (20, True), (21, True)])
def test_tokens_read_and_written_count_together_the_cached_ones_too(output, reached, tmp_path):
    refused = refusal(Tokens(50, 20, 10, output), tmp_path, model_budget_tokens=100)
    assert (refused is not None) is reached
    if refused is not None:
        assert refused.code == "E-2356"
        assert f"m has used {80 + output} tokens in this session, and the limit is 100" in refused.message
        assert "model_budget_tokens" in refused.remedy


@pytest.mark.parametrize(("fresh", "reached"), [(3332, False), (3333, False), (3334, True)])
def test_the_cost_is_compared_before_it_is_rounded(fresh, reached, tmp_path):
    """$3 a million: 3,333 tokens are $0.009999, which would be shown as one cent."""
    refused = refusal(Tokens(fresh, 0, 0, 0), tmp_path, model_budget_cents=1)
    assert (refused is not None) is reached
    if refused is not None:
        assert (refused.code, "m has cost $0.01" in refused.message) == ("E-2357", True)


def test_without_limits_a_model_may_go_on(tmp_path):
    assert refusal(Tokens(10**12, 0, 0, 10**12), tmp_path) is None


@pytest.mark.parametrize("limit", ["model_budget_tokens", "model_budget_cents"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_of_nothing_is_not_a_limit(limit, value, tmp_path):
    with pytest.raises(ShipchatError) as refused:
        Settings.load(home=tmp_path, **{limit: value})
    assert refused.value.code == "E-4104"


@pytest.mark.parametrize("model", ["claude-other-1", "kitchen"])
def test_a_cost_that_nobody_can_count_is_refused_before_anything_is_asked(model, tmp_path):
    own = {"kitchen": OwnModel(model="qwen3:14b"), "priced": OwnModel(model="qwen3:14b", price=PRICE)}
    settings = Settings(home=tmp_path, claude=CLAUDE, models=own, model_budget_cents=50)
    with pytest.raises(ShipchatError) as refused:
        choose_brain(model, settings)
    assert refused.value.code == "E-2358"
    assert "model_budget_tokens" in refused.value.remedy
    for priced in ("claude", "claude-test-1", "priced", "offline"):
        choose_brain(priced, settings)
    choose_brain(model, settings.model_copy(update={"model_budget_cents": None, "model_budget_tokens": 1}))


@pytest.mark.parametrize("told", [None, -5, "many", 2.5, [1]])
def test_counts_that_are_not_numbers_take_nothing_off(told: Any):
    assert Tokens.told(7, told, told, told) == Tokens(7, 0, 0, 0)
    assert Tokens.told(told, told, told, 3) == Tokens(0, 0, 0, 3)


def test_where_no_counts_are_told_letters_are_counted():
    assert [estimated(letters) for letters in (0, 1, 3, 4, 3000)] == [0, 1, 1, 2, 1000]
