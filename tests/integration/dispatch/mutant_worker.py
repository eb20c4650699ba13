"""A worker without some of two defences (SHIPCHAT_TEST_MUTANT): `attempts`, so that Temporal tries a row twice;
`intent`, so that the ledger takes a second intent for a row whatever its state is.
"""

import os
from types import SimpleNamespace

import temporalio.worker
from sqlalchemy import bindparam, update
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner

from agent.batch.executor import statements, transitions
from agent.cli.main import main
from agent.dispatch import rows, workflow
from agent.ledger.states import ShipmentState

Worker = temporalio.worker.Worker


def unsandboxed(*arguments: object, **more: object) -> object:
    return Worker(*arguments, workflow_runner=UnsandboxedWorkflowRunner(), **more)  # type: ignore[arg-type]


class AnyState(str):
    """Equal to whatever a shipment's state is."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0


MISSING = os.environ["SHIPCHAT_TEST_MUTANT"].split()
temporalio.worker.Worker = unsandboxed  # type: ignore[misc, assignment]
if "attempts" in MISSING:
    workflow.ONCE = RetryPolicy(maximum_attempts=2)
if "intent" in MISSING:
    statements.INTEND = (
        update(statements.SHIPMENTS)
        .where(statements.SHIPMENTS.c.id == bindparam("shipment"))
        .values(
            state=ShipmentState.submitting.value,
            intent_at=bindparam("at"),
            not_after=bindparam("until"),
            boot_id=bindparam("boot"),
            request_holders=bindparam("held_by"),
            sends=statements.SHIPMENTS.c.sends + 1,
        )
    )
    states = {state.name: state for state in ShipmentState} | {"pending": AnyState()}
    transitions.ShipmentState = SimpleNamespace(**states)  # type: ignore[misc, assignment]
    rows._state_of = lambda _connection, _order: "pending"  # type: ignore[assignment]
main(["worker"])
