"""What the words of a batch asked of its shipments holds for its failed rows: a return never goes out, and who was to
pay is never forgotten."""

from typing import Any, cast

from agent.batch.approval.retry_plan import Retry
from agent.drafting.amendment import Amendment
from agent.planning.ship_options import ShipOptions


def test_the_options_of_the_plan_are_those_of_the_retry() -> None:
    for options in (
        ShipOptions(returns="email"),
        ShipOptions(bill_to="third_party", account_number="1A2B3C", account_postal_code="10001", notify=("ship",)),
    ):
        header = {"options": options.model_dump(mode="json", exclude_defaults=True)}
        amends = Amendment(Retry("job", "words", header, ()))
        assert amends.request().options == options
        assert amends.request().answers() == options.answers()


def test_a_plan_of_an_earlier_version_asked_nothing() -> None:
    assert Amendment(cast(Any, Retry("job", "words", {}, ()))).request().options == ShipOptions()
