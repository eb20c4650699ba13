"""`shipchat jobs`: batches of the past and the unfinished one - look, go on, settle, take back."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli.batch_id import BATCH
from agent.cli.exits import Exit
from agent.cli.labels import labels, summary
from agent.cli.options import as_json, confirm, row_numbers
from agent.cli.output import say, tell
from agent.cli.resuming import resume, retry
from agent.cli.tracking import track
from agent.errors import ShipchatError, error
from agent.ledger.days import beginning
from agent.ledger.faults import WRONG_STATUS
from agent.ledger.new_file import write_new
from agent.ledger.states import JobStatus

if TYPE_CHECKING:
    # Loaded by the commands themselves: the list and a shell that completes must answer at once.
    from agent.batch.recovery.resolving_doubts import Released
    from agent.batch.service import BatchService
    from agent.ledger.summaries import JobSummary

Work = Callable[["BatchService"], Awaitable[Any]]


@click.group()
def jobs() -> None:
    """List batches, continue them, settle what is open."""


def _with_batches(work: Work, *, signals: bool = False) -> Any:
    """Run work over the ledger and the servers, which start only when they are called. `signals`: what is asked for
    reaches workers at once, where batches run through Temporal."""
    import asyncio

    from agent.batch.service import BatchService
    from agent.cli.resuming_work import name_unfinished
    from agent.dispatch.engine import engine
    from agent.ledger.store import Ledger
    from agent.settings import Settings
    from agent.station import servers_of

    settings = Settings.load()

    async def run() -> Any:
        ledger = Ledger.open(settings.ledger_place)
        try:
            async with servers_of(settings) as servers:
                made = engine(settings.dispatch) if signals else BatchService
                batches = made(ledger, settings, servers.caller("data"), servers.caller("ups"))
                name_unfinished(batches)
                return await work(batches)
        finally:
            ledger.close()

    return asyncio.run(run())


DAY = click.DateTime(["%Y-%m-%d"])


@jobs.command("list")
@click.option("--status", type=click.Choice([status.value for status in JobStatus]), help="Only these.")
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="From this day on, in this machine's time zone.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="To the end of this day.")
@click.option("--name", help="Part of the name.")
@as_json
def list_jobs(
    status: str | None, since: datetime | None, until: datetime | None, name: str | None, as_json: bool
) -> None:
    """List batches, newest first."""
    from agent.cli.listing import listed_at_once, show_list
    from agent.ledger.summaries import Wanted

    wanted = Wanted(status, _instant(since), _instant(until + timedelta(days=1) if until else None), name)
    found = listed_at_once(wanted)
    if found is None:

        async def work(batches: "BatchService") -> "list[JobSummary]":
            return batches.jobs(status, wanted.since, name, wanted.until)

        found = _with_batches(work)
    show_list(found, as_json=as_json)


def _instant(day: datetime | None) -> str | None:
    """The beginning of a day of this machine, as the ledger writes times."""
    return beginning(day.date()) if day else None


@jobs.command()
@click.argument("job_id", type=BATCH)
@as_json
def show(job_id: str, as_json: bool) -> None:
    """Show one batch: its rows, costs, failures and doubts."""
    from agent.chat.result import grouped
    from agent.planning.wording import money

    async def work(batches: "BatchService") -> None:
        outcome = batches.outcome(job_id)
        if as_json:
            tell(outcome.as_dict(), indent=1)
            return
        say(f"{job_id}  {outcome.status}  {money(outcome.spent_cents, outcome.currency)}  {outcome.sheet_text}")
        say("  " + ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in outcome.rows.items() if count))
        for item in outcome.tracking:
            say(f"  row {item['sheet_row']}  {item['tracking_number']}  {money(item['cost_cents'], outcome.currency)}")
        for line in grouped(outcome.failed):
            say(f"  FAILED {line}")
        for item in outcome.in_doubt:
            say(f"  row {item['sheet_row']}  IN DOUBT {item['reference']}: {item['reason']}")
        for warning in outcome.warnings:
            say(f"  {warning}")

    _with_batches(work)


@jobs.command()
@click.argument("job_id", type=BATCH)
@click.option("--rows", multiple=True, metavar="N", help="Row numbers as in the sheet; all rows in doubt if omitted.")
@click.option("--yes", is_flag=True, help="Confirm: plan these rows again although UPS may hold a label for them.")
@click.option("--now", is_flag=True, help="Skip the wait of ten minutes; UPS is still asked twice.")
def release(job_id: str, rows: tuple[str, ...], yes: bool, now: bool) -> None:
    """Give up on rows in doubt and plan a new attempt, sent by the next resume."""
    if not yes:
        say("Releasing means: if UPS did make the first label, a second one is bought. Add --yes to confirm.", err=True)
        raise SystemExit(Exit.NEEDS_INPUT)
    import asyncio

    from agent.cli.stopping import on_signals

    wanted = row_numbers(rows)

    async def work(batches: "BatchService") -> "Released":
        stopping = asyncio.Event()
        on_signals(stopping.set)
        return await batches.release_each(job_id, wanted, now=now, stopping=stopping.is_set)

    told: Released = _with_batches(work)
    say(f"released: {_named(told.released)}")
    if told.found:
        say(f"found at UPS and recorded, not released: {_named(told.found)}")
    if told.void:
        say(f"void at UPS, not released: {_named(told.void)}")
    for row, refusal in told.kept.items():
        say(f"still in doubt: row {row}: {refusal}", err=True)
    if told.untouched:
        say(f"still in doubt, not looked at: {_named(told.untouched)}", err=True)
    if told.kept or told.untouched:
        # Refused as a whole, or some of it is done and some in doubt.
        raise SystemExit(Exit.IN_DOUBT if told.released or told.found or told.void else Exit.ERROR)


@jobs.command()
@click.argument("job_id", type=BATCH)
@click.option("--row", type=int, required=True, help="The row number as in the sheet.")
@click.option("--tracking", multiple=True, metavar="1Z...", help="The number you saw at UPS, one for each package.")
@click.option(
    "--unchecked",
    is_flag=True,
    help="Record it even if UPS cannot confirm it now; a number that UPS contradicts is still refused.",
)
@click.option("--undo", is_flag=True, help="Take a wrong adoption back: the row is in doubt again.")
def adopt(job_id: str, row: int, tracking: tuple[str, ...], unchecked: bool, undo: bool) -> None:
    """Record the label that you saw at UPS for a row in doubt; UPS is asked whether it is this row's."""
    if undo == bool(tracking) or (undo and unchecked):
        raise click.UsageError("Give either --tracking (with or without --unchecked) or --undo.")
    if undo:
        taken = _with_batches(lambda batches: batches.undo_adoption(job_id, row))
        say(f"row {row}: {', '.join(taken)} taken back; it is in doubt again.")
        return
    numbers = ["".join(number.split()).upper() for number in tracking]
    how = _with_batches(lambda batches: batches.adopt(job_id, row, *numbers, unchecked=unchecked))
    say(f"row {row}: {', '.join(numbers)} recorded{', unchecked' if how == 'unchecked' else ''}.")


@jobs.command()
@click.argument("job_id", type=BATCH)
@click.option("--rows", multiple=True, metavar="N", help="Row numbers as in the sheet; all rows in doubt if omitted.")
@confirm
def close(job_id: str, rows: tuple[str, ...], yes: bool) -> None:
    """Stop looking for rows in doubt; they are not shipped again."""
    _needs_yes(yes, "Closing means: these rows stay without a label here.")
    closed = _with_batches(lambda batches: batches.close(job_id, row_numbers(rows)))
    say(f"closed: {_named(closed)}")


@jobs.command()
@click.argument("job_id", type=BATCH)
@click.option("--rows", multiple=True, metavar="N", help="Row numbers as in the sheet; the whole batch if omitted.")
@click.option(
    "--tracking", metavar="1Z...", help="Void this label instead: the one that an alarm of the watch list names."
)
@confirm
def void(job_id: str, rows: tuple[str, ...], tracking: str | None, yes: bool) -> None:
    """Void labels at UPS. Only labels that this ledger bought can be voided."""
    from agent.planning.sentence import counted

    wanted = row_numbers(rows)
    if tracking is not None:
        number = tracking.strip().upper()
        _needs_yes(yes, f"The label {number} would be void and must not be used any more.")
        if not _with_batches(lambda batches: batches.void_watched(job_id, number)):
            say("UPS did not confirm it; run the command again, repeating it is safe.", err=True)
            raise SystemExit(Exit.WITH_WARNINGS)
        say(f"void: {number}")
        return

    async def look(batches: "BatchService") -> list[int]:
        return batches.voidable(job_id, wanted)

    found = _with_batches(look)
    _needs_yes(yes, f"{counted(len(found), 'label')} would be void and must not be used any more.")
    states, fault, interrupted = _with_batches(lambda batches: _void(batches, job_id, found))
    voided = [row for row in found if states.get(row) == "voided"]
    unsure = [row for row in found if states.get(row, "voiding") == "voiding"]
    bought = [row for row in found if row not in voided and row not in unsure]
    say(f"void: {_named(voided)}")
    if unsure:
        say(f"not known: {_named(unsure)}. UPS did not confirm; run the command again, repeating it is safe.", err=True)
    if bought:
        say(f"not void, the labels are good: {_named(bought)}", err=True)
    if fault is not None:
        say(str(fault), err=True)
    raise SystemExit(_code_of_void(unsure, bought, fault, interrupted=interrupted))


async def _void(
    batches: "BatchService", job_id: str, rows: list[int]
) -> tuple[dict[int, str], ShipchatError | None, bool]:
    """Void, and say what each row is afterwards, whatever went wrong. No state = nobody can tell."""
    import asyncio

    from agent.batch.executor.voiding import states_of
    from agent.cli.stopping import on_signals

    stopping = asyncio.Event()
    on_signals(stopping.set)
    fault = None
    try:
        await batches.void(job_id, rows, stopping.is_set)
    except ShipchatError as refusal:
        fault = refusal
    try:
        states = batches.ledger.read(states_of, job_id, rows)
    except ShipchatError as unreadable:
        return {}, fault or unreadable, stopping.is_set()
    return states, fault, stopping.is_set()


def _code_of_void(unsure: list[int], bought: list[int], fault: ShipchatError | None, *, interrupted: bool) -> Exit:
    if unsure:
        return Exit.IN_DOUBT
    if interrupted:
        return Exit.INTERRUPTED
    if fault is not None:
        return Exit.ERROR
    return Exit.WITH_WARNINGS if bought else Exit.DONE


@jobs.command()
@click.argument("job_id", type=BATCH)
def pause(job_id: str) -> None:
    """Start nothing new in a batch that runs, here or elsewhere. What is in flight is finished."""

    async def work(batches: "BatchService") -> None:
        status = batches.outcome(job_id).status
        if status != JobStatus.running:
            remedy = "`shipchat jobs list` shows which ones run."
            raise error(WRONG_STATUS, job_id=job_id, status=status, verb="paused", remedy=remedy)
        await batches.pause(job_id)

    _with_batches(work, signals=True)
    say(f"{job_id}: nothing new starts. `shipchat jobs resume {job_id}` goes on.")


@jobs.command()
@click.argument("job_id", type=BATCH)
def cancel(job_id: str) -> None:
    """Skip what is still pending. What was bought stays."""
    _with_batches(lambda batches: batches.cancel(job_id), signals=True)
    say(f"{job_id}: the rest is skipped.")


@jobs.command()
@click.argument("job_id", type=BATCH)
@click.option("--rows", multiple=True, metavar="N", help="Row numbers as in the sheet; all pending rows if omitted.")
@click.option("--to", type=click.Path(path_type=Path), help="Write all results into this copy of the sheet.")
@click.option("--dismiss", is_flag=True, help="Give up writing them; they stay in the ledger.")
def writeback(job_id: str, rows: tuple[str, ...], to: Path | None, dismiss: bool) -> None:
    """Finish writing tracking numbers into the sheet."""
    copy, wanted = to.absolute() if to else None, row_numbers(rows)

    async def work(batches: "BatchService") -> tuple[str, bool]:
        text = await batches.writeback(job_id, wanted, to=copy, dismiss=dismiss)
        return text, not batches.results_wait(job_id)

    text, whole = _with_batches(work)
    say(text)
    if not (whole or dismiss):
        raise SystemExit(Exit.WITH_WARNINGS)


@jobs.command()
@click.argument("job_id", type=BATCH)
@click.argument("file", type=click.Path(path_type=Path))
def export(job_id: str, file: Path) -> None:
    """Write a batch as CSV into a new file, one line a row."""

    async def work(batches: "BatchService") -> str:
        return batches.export_csv(job_id)

    write_new(file, _with_batches(work))
    say(f"{file} written.")


@jobs.command()
@click.argument("job_id", type=BATCH)
@confirm
def delete(job_id: str, yes: bool) -> None:
    """Delete a finished batch from the history (the deletion itself stays on record)."""
    _needs_yes(yes, "Deleting cannot be undone.")

    async def work(batches: "BatchService") -> None:
        batches.delete(job_id)

    _with_batches(work)
    say(f"{job_id} deleted.")


jobs.add_command(resume)
jobs.add_command(retry)
jobs.add_command(labels)
jobs.add_command(summary)
jobs.add_command(track)


def _named(rows: list[int]) -> str:
    return ", ".join(f"row {row}" for row in rows) or "nothing"


def _needs_yes(yes: bool, meaning: str) -> None:
    if not yes:
        say(f"{meaning} Add --yes to confirm.", err=True)
        raise SystemExit(Exit.NEEDS_INPUT)
