"""What `shipchat jobs resume` and `retry` do: go on with a batch; Ctrl-C finishes what is in flight."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from agent.batch.executor import queries
from agent.batch.service import BatchService
from agent.chat.batch_turn import run_batch
from agent.chat.options import SessionOptions
from agent.chat.state import SessionState
from agent.cli.exits import exit_for
from agent.cli.headless import refused, say_once
from agent.cli.output import say, tell
from agent.cli.stopping import code_of, on_signals
from agent.cli.text import Narrator
from agent.errors import ShipchatError
from agent.events import Event, TurnEnded, TurnStarted
from agent.ledger.store import Ledger
from agent.planning.model import Budget
from agent.settings import Settings
from agent.station import servers_of


def resume_batch(job_id: str, how: dict[str, Any], output_format: str) -> int:
    """What `jobs resume` does; its exit code."""
    settings = Settings.load()
    try:
        result, interrupted = asyncio.run(_resume(settings, job_id, how, output_format))
    except ShipchatError as refusal:
        result, interrupted = refused(settings, refusal, output_format), False
    if output_format == "json":
        tell(result, indent=1)
    return code_of(result, interrupted=interrupted)


async def _resume(
    settings: Settings, job_id: str, how: dict[str, Any], output_format: str
) -> tuple[dict[str, Any], bool]:
    narrator = Narrator(err=output_format == "json")

    def listen(event: Event) -> None:
        if output_format == "stream-json":
            tell(event.to_json())
        else:
            narrator(event)

    ledger = Ledger.open(settings.ledger_place)
    try:
        async with servers_of(settings) as servers:
            batches = BatchService(ledger, settings, servers.caller("data"), servers.caller("ups"))
            name_unfinished(batches, but=job_id)
            state = SessionState.new(settings, listen, servers, batches)
            state.emit(TurnStarted(settings.ups_environment))
            interrupted = await _until_stopped(run_batch(state, job_id, batches.resume(job_id, **how)))
            result = state.result.as_dict()
            state.emit(TurnEnded(result))
            return result, interrupted
    finally:
        ledger.close()


async def _until_stopped(work: Coroutine[Any, Any, None]) -> bool:
    """Run to the end; Ctrl-C or SIGTERM starts nothing new and waits for what is in flight. True when it came."""
    running = asyncio.create_task(work)
    stopped: list[bool] = []

    def stop() -> None:
        stopped.append(True)
        running.cancel()

    on_signals(stop)
    try:
        await running
    except asyncio.CancelledError:
        if not stopped:
            raise
    return bool(stopped)


def name_unfinished(batches: BatchService, but: str | None = None) -> None:
    """On every jobs command, whatever a job's status (docs/money.md)."""
    for job in batches.unsettled():
        if job.job_id != but:
            say(f"unfinished: {job.job_id} {job.prompt}", err=True)


def retry_batch(job_id: str, limits: dict[str, Any], output_format: str, *, yes: bool, dry_run: bool) -> int:
    """What `jobs retry` does; its exit code."""
    settings = Settings.load()
    try:
        _require(settings, job_id)
    except ShipchatError as refusal:
        result = refused(settings, refusal, output_format)
        tell(result, indent=1)
        return exit_for(result)
    # The same words in the chat do the same: one way in.
    budget = Budget(limits["max_total"], limits["max_rows"])
    options = SessionOptions(model="offline", budget=budget, on_error=limits["on_error"], offer_recovery=False)
    words = f"retry batch {job_id}"
    return say_once(settings, options, words, output_format, yes=yes, dry_run=dry_run)


def _require(settings: Settings, job_id: str) -> None:
    """Raises ShipchatError E-4205 where there is no such batch."""
    ledger = Ledger.open(settings.ledger_place)
    try:
        ledger.read(queries.job_of, job_id)
    finally:
        ledger.close()
