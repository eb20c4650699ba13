"""While real labels are bought without asking, a band says so on every size of screen."""

from typing import Any

import pytest

from agent.events import AllowanceUpdated, ModeChanged, SessionOpened


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_live_and_auto_stand_in_a_band_until_confirm_mode(open_chat: Any, size: tuple[int, int]) -> None:
    async with open_chat(size=size) as session_view:
        session = session_view.session
        session.emit(ModeChanged("auto", "up to $40.00"))
        session.emit(AllowanceUpdated("$21.41 left of $40.00"))
        await session_view.sees("auto $21.41 left of $40.00")
        assert "LIVE AUTO" not in session_view.screen_text()
        session.emit(SessionOpened("production", "offline", "auto", "ABC123", "hi"))
        await session_view.sees("LIVE AUTO - real labels are bought without asking: $21.41 left of")
        await session_view.sees("/mode confirm ends it")
        session.emit(ModeChanged("confirm", ""))
        await session_view.until(lambda: "LIVE AUTO" not in session_view.screen_text(), "the band is gone")
