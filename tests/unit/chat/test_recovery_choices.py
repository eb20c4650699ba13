"""What a person is offered for an unfinished batch: nothing that the batch engine would refuse."""

import pytest

from agent.batch.executor.queries import InterruptedJob
from agent.chat.recovery import CANCEL, LATER, RESTART, RESUME, choices_for


def unfinished(status: str, in_doubt: int) -> InterruptedJob:
    return InterruptedJob("j", "Sample", status, 1, 3, 1, in_doubt, 1, 2, None, "1/3 complete.")


@pytest.mark.parametrize("status", ["running", "paused", "failed"])
def test_a_batch_with_a_rest_can_be_taken_up_or_given_up(status: str) -> None:
    assert choices_for(unfinished(status, 0)) == [RESUME, RESTART, LATER, CANCEL]
    assert choices_for(unfinished(status, 1)) == [RESUME, LATER, CANCEL], "a doubt is settled before it starts over"


@pytest.mark.parametrize("status", ["completed", "completed_with_warnings", "cancelled"])
@pytest.mark.parametrize("in_doubt", [0, 1])
def test_of_an_ended_batch_only_what_is_open_can_be_settled(status: str, in_doubt: int) -> None:
    assert choices_for(unfinished(status, in_doubt)) == [RESUME, LATER]
