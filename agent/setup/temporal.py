"""The line of `shipchat doctor` for a Temporal server, where one is set up."""

from agent.dispatch.faults import require_installed
from agent.setup.checks import Note, Surroundings


def is_set_up(around: Surroundings) -> bool:
    """Whether batches run through it, or the settings name it."""
    settings = around.settings
    return settings.dispatch == "temporal" or "temporal" in settings.model_fields_set


async def temporal(around: Surroundings) -> str:
    """Reach it, and look for a worker."""
    require_installed()
    from agent.dispatch.dispatcher import Dispatcher

    named = around.settings.temporal
    told = f"{named.address}, namespace {named.namespace}, task queue {named.task_queue}"
    if not await Dispatcher(named).has_worker():
        raise Note(f"{told}: no worker takes rows from it (`shipchat worker`)")
    return told
