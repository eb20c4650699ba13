"""For any keys and clicks in the first half second after a preview was painted, nothing is approved."""

from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

KEYS = ["y", "Y", "tab", "shift+tab", "enter", "ctrl+enter", "ctrl+j", "space", "1", "up", "down", "f3", "ctrl+end"]
CLICKS = ["ApprovalBar", ".-approve", "#prompt"]
presses = st.lists(
    st.one_of(st.sampled_from(KEYS), st.sampled_from(CLICKS), st.floats(0.0, 0.09)), min_size=1, max_size=8
)


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(previews=st.lists(presses, min_size=5, max_size=5))
async def test_nothing_is_approved_in_the_first_half_second(
    open_chat: Any, script: ModuleType, previews: list[list[str | float]]
) -> None:
    async with open_chat({}, size=(100, 40)) as session_view:
        for number, steps in enumerate(previews):
            digest = f"{number:012d}"
            session_view.session.emit(script.preview(8, digest=digest))
            await session_view.until(lambda digest=digest: digest in session_view.session.painted, "painted")
            sent = len(session_view.calls("send"))
            painted_at = session_view.clock.seconds
            for step in steps:
                await press(session_view, step, painted_at)
            await session_view.settled()
            assert not session_view.calls("approve")
            begun = [begun_at for _, _, begun_at in session_view.calls("send")[sent:]]
            assert all(begun_at < painted_at for begun_at in begun), "words begun too early must not count"
            session_view.clock.seconds += 10
            while session_view.app.screen is not session_view.app.chat:
                await session_view.pilot.press("escape")
            session_view.app.chat.prompt.put("")
            session_view.app.chat.prompt.focus()


async def press(session_view: Any, step: str | float, painted_at: float) -> None:
    """A key, a click, or a moment that passes (never half a second)."""
    if isinstance(step, float):
        session_view.clock.seconds = min(session_view.clock.seconds + step, painted_at + 0.49)
    elif step not in CLICKS:
        await session_view.pilot.press(step)
    elif session_view.app.screen is session_view.app.chat and session_view.app.chat.query(step):
        await session_view.pilot.click(step)


async def test_the_same_key_approves_once_the_time_has_come_and_only_once(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        session_view.say(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "painted")
        await session_view.pilot.press("tab", "y")
        await session_view.sees("Too soon: look at the preview")
        assert not session_view.calls("approve")
        session_view.clock.seconds += 0.5
        await session_view.pilot.press("y", "y", "y")
        await session_view.until(lambda: session_view.calls("approve"), "approved")
        await session_view.settled()
        assert len(session_view.calls("approve")) == 1


async def test_a_click_on_the_button_counts_after_the_dead_time(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        session_view.say(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "painted")
        await session_view.settled()
        await session_view.pilot.click(".-approve")
        assert not session_view.calls("approve")
        session_view.clock.seconds += 0.6
        await session_view.pilot.click(".-approve")
        await session_view.until(lambda: session_view.calls("approve"), "approved")
        assert session_view.calls("approve")[0][2] == "button"


async def test_a_voided_preview_cannot_be_approved_any_more(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        session_view.say(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "painted")
        session_view.clock.seconds += 2
        await session_view.pilot.press("tab")
        session_view.session.void("9f2c41d07ab3", "the sheet changed: row 4")
        await session_view.pilot.press("y")
        await session_view.settled()
        assert not session_view.calls("approve")
        await session_view.sees("the sheet changed: row 4")


async def test_the_same_plan_shown_again_can_be_approved(open_chat: Any, script: ModuleType) -> None:
    """Said twice, it has the same digest; its bar is a new one, painted anew, and the first one's time does not count."""
    async with open_chat() as session_view:
        for times in (1, 2):
            if session_view.session.pending is not None:
                session_view.session.void(session_view.session.pending.digest, "a newer preview took its place")
            session_view.say(script.SAID)
            await session_view.until(lambda times=times: len(session_view.session.painted) == times, "painted")
            await session_view.settled()
        session_view.clock.seconds += 2
        await session_view.pilot.press("tab", "y")
        await session_view.until(lambda: session_view.calls("approve"), "approved")
