"""What a row in doubt waits for before it can be released: the same rule as the release itself."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from agent.batch.executor.request_holders import boot_clock, boot_id
from agent.batch.recovery.doubts import UNDER_WAY, UPS_IS_LATE, wait_of
from agent.settings import Settings

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
SETTINGS = Settings(release_wait_s=600, ups_timeout_s=30)


def shipment(sent_s_ago: float, *, left_s: float | None = None, boot: str | None = None) -> Any:
    """`left_s`: how long its request may still be begun, by the clock that counts sleep."""
    return SimpleNamespace(
        intent_at=(NOW - timedelta(seconds=sent_s_ago)).isoformat(),
        not_after=None if left_s is None else boot_clock() + left_s,
        boot_id=boot or boot_id(),
        request_holders=None,
    )


def test_a_request_that_may_be_under_way_is_waited_for_first() -> None:
    wait = wait_of(shipment(20, left_s=40), SETTINGS, NOW)
    assert wait.reason == UNDER_WAY
    assert wait.until is not None
    assert 68 < (wait.until - NOW).total_seconds() <= 70, "its time, and the time-out of UPS"


def test_after_that_ups_has_its_ten_minutes() -> None:
    wait = wait_of(shipment(200, left_s=-100), SETTINGS, NOW)
    assert (wait.reason, wait.until) == (UPS_IS_LATE, NOW + timedelta(seconds=400))
    earlier_boot = wait_of(shipment(200, left_s=40, boot="before"), SETTINGS, NOW)
    assert earlier_boot == wait, "no process of before the restart lives"


def test_then_nothing_is_waited_for() -> None:
    assert wait_of(shipment(601, left_s=-500), SETTINGS, NOW).reason == ""


def test_where_nobody_knows_how_long_no_time_is_named() -> None:
    wait = wait_of(shipment(20), SETTINGS, NOW)
    assert (wait.reason, wait.until) == (UNDER_WAY, None)
