"""A pickup in the chat, with the practice UPS: priced, booked by a typed yes, shown, cancelled."""

from pathlib import Path

import pytest

from agent.events import PreviewReady
from agent.settings import Settings
from tests.integration.chat.conftest import Opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    address = {"lines": ["5 Dock Rd"], "city": "Reno", "state": "NV", "postal_code": "89502"}
    places = {"reno": {"address": address}}
    return Settings(home=tmp_path / "home", model="offline", today="2099-11-20", ship_from=places)  # type: ignore[arg-type]


async def test_a_pickup_is_priced_booked_by_a_typed_yes_shown_and_cancelled(opened: Opened) -> None:
    session, heard = await opened(None)
    asked = await session.send("schedule a pickup for Monday 2-5 pm at Reno")
    assert asked["question"]["text"].startswith("No label was bought today that starts from reno.")
    shown = await session.send("3")
    assert shown["status"] == "preview"
    preview = [event for event in heard if isinstance(event, PreviewReady)][-1]
    assert "3 packages, $7.85" in preview.approval_sentence
    assert "5 Dock Rd, Reno, NV 89502" in preview.approval_sentence
    session.preview_painted(preview.digest)
    assert (await session.send("yes"))["error"]["code"] == "E-2308", "a bare yes does not book"
    booked = await session.send("book 1 pickup")
    assert "Pickup number 2929" in booked["text"]
    await session.send("schedule a pickup for 2099-11-23 9-12 at reno")
    assert (await session.send("1"))["error"]["code"] == "E-4270"
    listed = await session.send("show my pickups")
    assert "1 pickup" in listed["text"]
    await session.send("cancel the pickup")
    session.preview_painted(session.pending_digest or "")
    assert "is cancelled" in (await session.send("yes"))["text"]
    assert (await session.send("show my pickups"))["text"] == "No pickup is booked."
