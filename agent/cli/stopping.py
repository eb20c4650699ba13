"""Ctrl-C, SIGTERM, a closed terminal: nothing new starts, what is in flight is finished, and what was bought told."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import TypeVar

from agent.chat.session import ChatSession
from agent.cli.exits import Exit, exit_for

T = TypeVar("T")
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def on_signals(stop: Callable[[], None]) -> None:
    """Call `stop` at each of them, in the running loop; a hang-up that was ignored before (nohup) stays so."""
    loop = asyncio.get_running_loop()
    for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
        if number != signal.SIGINT and signal.getsignal(number) is signal.SIG_IGN:
            continue
        loop.add_signal_handler(number, stop)


def off_signals() -> None:
    """The running loop no longer takes them: Ctrl-C is an exception again."""
    loop = asyncio.get_running_loop()
    for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
        loop.remove_signal_handler(number)


async def until_stopped(session: ChatSession, work: Coroutine[None, None, T], stopping: asyncio.Event) -> T:
    """Do the work of a session; once `stopping` is set, a batch pauses and any other turn ends.

    The work looks at `stopping` itself before it takes a next step.
    """
    working = asyncio.create_task(work)
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            # What is in flight is finished and recorded; the rest waits for `jobs resume`.
            await session.pause_batch()
            await session.stop_turn()
        return await working
    finally:
        stop.cancel()


def code_of(result: dict[str, object], *, interrupted: bool, dry_run: bool = False) -> Exit:
    """The exit code of a result: a doubt is told even where the person stopped it."""
    code = exit_for(result, dry_run=dry_run)
    return Exit.INTERRUPTED if interrupted and code != Exit.IN_DOUBT else code
