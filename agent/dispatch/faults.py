"""What is refused of Temporal: E-435x."""

import importlib.util

from agent.errors import ErrorKind, error

NOT_INSTALLED = ErrorKind(
    "E-4350", "Temporal's client is not installed.", "pip install 'shipchat[temporal]', in the environment of shipchat."
)
UNREACHABLE = ErrorKind(
    "E-4351",
    "No Temporal server answers at {address} ({reason}).",
    "Start it, or set `temporal.address`; `shipchat doctor` tries it. Without `--on temporal` the batch runs here.",
)
HANDED_OUT_ALREADY = ErrorKind(
    "E-4352",
    "Batch {job_id} was given to Temporal already (workflow {workflow}).",
    "`shipchat jobs show {job_id}` tells how it stands, `shipchat jobs resume {job_id}` goes on with it here.",
)
NO_WORKER = ErrorKind(
    "E-4353",
    "No worker takes rows from the task queue {queue} at {address}.",
    "Start one: `shipchat worker`. The batch waits for it.",
)
WORKFLOW_ENDED = ErrorKind(
    "E-4354",
    "Temporal ended the workflow of batch {job_id}: {how}.",
    "Rows in flight are recorded by their workers; `shipchat jobs resume {job_id}` goes on here.",
)
REFUSED_THERE = ErrorKind(
    "E-4355",
    "The worker refused batch {job_id} ({code}).",
    "It says why where it runs, and in `shipchat jobs show {job_id}`. One ledger needs a task queue of its own.",
)
FILE_UNREADABLE = ErrorKind(
    "E-4356", "{path} cannot be read ({reason}).", "Correct `temporal.{setting}` in settings.toml."
)


def require_installed() -> None:
    """Raises ShipchatError E-4350 where the extra `temporal` is not installed."""
    if importlib.util.find_spec("temporalio") is None:
        raise error(NOT_INSTALLED)
