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
    async with open_chat({}, size=(100, 40)) as desk:
        for number, steps in enumerate(previews):
            digest = f"{number:012d}"
            desk.session.emit(script.preview(8, digest=digest))
            await desk.until(lambda digest=digest: digest in desk.session.painted, "painted")
            sent = len(desk.calls("send"))
            painted_at = desk.clock.seconds
            for step in steps:
                await press(desk, step, painted_at)
            await desk.settled()
            assert not desk.calls("approve")
            begun = [begun_at for _, _, begun_at in desk.calls("send")[sent:]]
            assert all(begun_at < painted_at for begun_at in begun), "words begun too early must not count"
            desk.clock.seconds += 10
            while desk.app.screen is not desk.app.chat:
                await desk.pilot.press("escape")
            desk.app.chat.prompt.put("")
            desk.app.chat.prompt.focus()


async def press(desk: Any, step: str | float, painted_at: float) -> None:
    """A key, a click, or a moment that passes (never half a second)."""
    if isinstance(step, float):
        desk.clock.seconds = min(desk.clock.seconds + step, painted_at + 0.49)
    elif step not in CLICKS:
        await desk.pilot.press(step)
    elif desk.app.screen is desk.app.chat and desk.app.chat.query(step):
        await desk.pilot.click(step)


async def test_the_same_key_approves_once_the_time_has_come_and_only_once(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as desk:
        desk.say(script.SAID)
        await desk.until(lambda: desk.session.painted, "painted")
        await desk.pilot.press("tab", "y")
        await desk.sees("Too early to be an answer")
        assert not desk.calls("approve")
        desk.clock.seconds += 0.5
        await desk.pilot.press("y", "y", "y")
        await desk.until(lambda: desk.calls("approve"), "approved")
        await desk.settled()
        assert len(desk.calls("approve")) == 1


async def test_a_click_on_the_button_counts_after_the_dead_time(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as desk:
        desk.say(script.SAID)
        await desk.until(lambda: desk.session.painted, "painted")
        await desk.settled()
        await desk.pilot.click(".-approve")
        assert not desk.calls("approve")
        desk.clock.seconds += 0.6
        await desk.pilot.click(".-approve")
        await desk.until(lambda: desk.calls("approve"), "approved")
        assert desk.calls("approve")[0][2] == "button"


async def test_a_voided_preview_cannot_be_approved_any_more(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as desk:
        desk.say(script.SAID)
        await desk.until(lambda: desk.session.painted, "painted")
        desk.clock.seconds += 2
        await desk.pilot.press("tab")
        desk.session.void("9f2c41d07ab3", "the sheet changed: row 4")
        await desk.pilot.press("y")
        await desk.settled()
        assert not desk.calls("approve")
        await desk.sees("the sheet changed: row 4")
