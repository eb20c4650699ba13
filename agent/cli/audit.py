"""`shipchat audit`: prove that the record is whole, and hand it over."""

import click

from agent.batch.recovery.audit_check import findings
from agent.cli.exits import Exit
from agent.cli.options import output_format
from agent.cli.output import say, tell_text
from agent.errors import error
from agent.ledger.audit import AuditService
from agent.ledger.faults import NO_GUARD
from agent.ledger.store import Ledger
from agent.planning.wording import counted
from agent.settings import Settings


@click.group()
def audit() -> None:
    """Verify or export the append-only audit log."""


@audit.command()
def verify() -> None:
    """Check that no entry was changed, removed or inserted, that none is missing at the end, and that the tables say
    what the entries say."""
    settings = Settings.load()
    ledger = Ledger.open(settings.ledger_place)
    try:
        found = findings(ledger, settings)
    except OSError as fault:
        raise error(NO_GUARD, path=settings.state, reason=fault.strerror or fault) from fault
    finally:
        ledger.close()
    for finding in found:
        say(finding, err=True)
    say("The audit log is intact." if not found else f"{counted(len(found), 'finding')}: the record was changed.")
    raise SystemExit(Exit.ERROR if found else Exit.DONE)


@audit.command()
@click.option("--job", "job_id", help="One batch only.")
@output_format(text="plain lines", jsonl="one JSON object an entry")
def export(job_id: str | None, output_format: str) -> None:
    """Print the audit log, names and streets redacted."""
    show = tell_text if output_format == "jsonl" else say
    ledger = Ledger.open(Settings.load().ledger_place)
    try:
        with ledger.session() as session:
            for line in AuditService(session).export(job_id=job_id, output_format=output_format):
                show(line)
    finally:
        ledger.close()
