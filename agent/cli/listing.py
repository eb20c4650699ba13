"""The list of batches as it is printed, read at once where nothing has to be named or migrated."""

from agent.cli.output import say, tell
from agent.cli.table import table
from agent.home import ledger_at_once
from agent.ledger.glance import history
from agent.ledger.summaries import HEADER, JobSummary, Wanted


def listed_at_once(wanted: Wanted) -> list[JobSummary] | None:
    """The list, without settings and servers; None where they are needed for it."""
    path = ledger_at_once()
    return history(path, wanted) if path is not None else None


def show_list(found: list[JobSummary], *, as_json: bool) -> None:
    """Print it."""
    if as_json:
        tell([job.as_dict() for job in found], indent=1)
        return
    for line in table([list(HEADER), *(job.cells() for job in found)]):
        say(line)
