"""What has begun comes to its end: a person who stops the turn is told what was done."""

import asyncio

import pytest

from agent.chat.to_its_end import Stopping, to_its_end


async def test_a_turn_that_is_stopped_begins_nothing_more_and_tells_what_was_done() -> None:
    stopping, begun, answered = Stopping(), asyncio.Event(), asyncio.Event()
    told: list[list[int]] = []

    async def release_three() -> list[int]:
        done = []
        for row in (1, 2, 3):
            if stopping():
                break
            begun.set()
            await answered.wait()
            done.append(row)
        return done

    turn = asyncio.create_task(to_its_end(release_three(), told.append, stopping))
    await begun.wait()
    turn.cancel()
    await asyncio.sleep(0)
    answered.set()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert told == [[1]]


async def test_what_is_refused_reaches_the_turn_and_nothing_is_told() -> None:
    told: list[object] = []

    async def refused() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await to_its_end(refused(), told.append)
    assert told == []
