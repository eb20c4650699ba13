"""`shipchat audit`: prove that the record is whole, and hand it over."""

import click

from agent.cli.exits import Exit
from agent.cli.terminal import echo, echo_json_text
from agent.ledger.audit import AuditService
from agent.ledger.store import Ledger
from agent.settings import Settings


@click.group()
def audit() -> None:
    """Verify or export the append-only audit log."""


@audit.command()
def verify() -> None:
    """Check that no entry of the audit log was changed, removed or inserted."""
    ledger = Ledger.open(Settings.load().ledger_path)
    try:
        with ledger.session() as session:
            faults = AuditService(session).verify()
    finally:
        ledger.close()
    for fault in faults:
        echo(fault, err=True)
    echo("The audit log is whole." if not faults else f"{len(faults)} entries do not fit the chain.")
    raise SystemExit(Exit.ERROR if faults else Exit.DONE)


@audit.command()
@click.option("--job", "job_id", help="One batch only.")
@click.option("--output-format", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def export(job_id: str | None, output_format: str) -> None:
    """Print the audit log, names and streets redacted."""
    show = echo_json_text if output_format == "jsonl" else echo
    ledger = Ledger.open(Settings.load().ledger_path)
    try:
        with ledger.session() as session:
            for line in AuditService(session).export(job_id=job_id, output_format=output_format):
                show(line)
    finally:
        ledger.close()
