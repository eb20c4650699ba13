"""The invented preview as a fixture."""

import pytest

from agent.events import PreviewReady
from tests.unit.tui.previews import invented_preview


@pytest.fixture
def preview_event() -> PreviewReady:
    return invented_preview()
