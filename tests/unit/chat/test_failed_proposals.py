"""A proposal that led to no preview is nothing that can be changed or undone."""

from types import SimpleNamespace
from typing import Any

import pytest

from agent.brains.protocol import Conversation
from agent.chat.tools import shipment
from agent.errors import ErrorKind, error
from agent.planning.ship_request import ShipRequest

REFUSED = ErrorKind("E-0000", "refused", "")
BEFORE, NEW = ({"where": clause, "in_words": clause, "service": "03"} for clause in ("State = 'CA'", "State = 'TX'"))


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Any:
    async def propose(_state: Any, request: ShipRequest) -> dict[str, Any]:
        if found.fails:
            raise error(REFUSED)
        return {"status": "preview", "where": request.where}

    monkeypatch.setattr(shipment, "propose", propose)
    found = SimpleNamespace(conversation=Conversation(today=None), fails=False)  # type: ignore[arg-type]
    return found


async def test_what_failed_does_not_stay(state: Any) -> None:
    state.conversation.proposal = BEFORE
    state.fails = True
    with pytest.raises(Exception, match="refused"):
        await shipment.propose_shipment(state, ShipRequest.model_validate(NEW))
    assert (state.conversation.proposal, state.conversation.earlier) == (BEFORE, [])


async def test_what_led_to_a_preview_stays(state: Any) -> None:
    state.conversation.proposal = BEFORE
    assert await shipment.propose_shipment(state, ShipRequest.model_validate(NEW)) == {
        "status": "preview",
        "where": NEW["where"],
    }
    assert (state.conversation.proposal, state.conversation.earlier) == (NEW, [BEFORE])


@pytest.mark.parametrize("fails", [True, False])
async def test_an_undo_that_fails_can_be_said_again(state: Any, fails: bool) -> None:
    state.conversation.proposal, state.conversation.earlier, state.fails = NEW, [BEFORE], fails
    if fails:
        with pytest.raises(Exception, match="refused"):
            await shipment.undo_proposal(state, shipment.NoArguments())
        assert (state.conversation.proposal, state.conversation.earlier) == (NEW, [BEFORE])
    else:
        await shipment.undo_proposal(state, shipment.NoArguments())
        assert (state.conversation.proposal, state.conversation.earlier) == (BEFORE, [])
