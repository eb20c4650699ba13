"""Defences whose removal takes more than putting a value in their place."""

from itertools import count
from typing import Any

from sqlalchemy import null

from agent.batch.executor import transitions
from agent.batch.executor.transitions import Claimed
from tests.faults.mutation import Patch, Remove, everywhere, place_of, returning, swap


async def claimed_without_commit(sender: Any, shipment_id: int, intent: Any) -> Claimed:
    def look(connection: Any) -> Claimed:
        nested = connection.begin_nested()
        claimed = transitions.claim(connection, sender.job_id, shipment_id, intent)
        nested.rollback()
        return claimed

    return await sender.ledger.write_async(look)


def digest_without(path: str, field: str) -> Remove:
    def forgetful(text_of: Any) -> Any:
        from agent.planning.digest import canonical

        def text(value: Any) -> str:
            import json

            content = json.loads(text_of(value))
            del content[field]
            return canonical(content)

        return text

    def remove(patch: Patch) -> None:
        owner, name = place_of(path)
        everywhere(path, forgetful(getattr(owner, name)))(patch)

    return remove


class AnyDigest(str):
    """Equal to every digest."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _other: object) -> bool:
        return True

    def __ne__(self, _other: object) -> bool:
        return False


def unearned_generations(patch: Patch) -> None:
    from agent.batch.approval import approving

    numbers = count(1)
    patch.setattr(
        approving,
        "_generations",
        lambda _c, plan: dict.fromkeys(
            [approving.scoped(plan.environment, item.identity) for item in plan.shipments], next(numbers)
        ),
    )


def index_dropped(patch: Patch) -> None:
    from agent.ledger.store import Ledger

    opened = Ledger.open

    def without_index(path: Any) -> Ledger:
        ledger = opened(path)

        def drop(connection: Any) -> None:
            connection.exec_driver_sql("DROP INDEX IF EXISTS one_open_shipment_per_identity")

        ledger.write(drop)
        return ledger

    patch.setattr(Ledger, "open", staticmethod(without_index))


def no_cap_at_the_claim(patch: Patch) -> None:
    from agent.batch.executor import statements
    from agent.batch.executor.statements import JOBS

    columns = [
        null().label("budget_cents") if one.name == "budget_cents" else one for one in statements.JOB.selected_columns
    ]
    assert JOBS is not None
    patch.setattr(statements, "JOB", statements.JOB.with_only_columns(*columns))


def nothing_reserved(unreserve: Any) -> Any:
    def only_spent(connection: Any, job_id: str, _quote: Any, spent: int = 0) -> None:
        unreserve(connection, job_id, 0, spent)

    return only_spent


def source_never_changed(patch: Patch) -> None:
    from tests.parcels.local_servers import LocalServers

    call = LocalServers._on_data

    async def unchanged(self: Any, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = await call(self, tool, arguments)
        return answer | {"changed": False} if tool == "verify_source" else answer

    patch.setattr(LocalServers, "_on_data", unchanged)


def spool_unread(patch: Patch) -> None:
    from tests.faults.carrier import Carrier

    find = Carrier.shipping_find
    patch.setattr(Carrier, "shipping_find", lambda self, arguments: find(self, arguments | {"past_spool": True}))


def past_end_of_time(patch: Patch) -> None:
    swap("agent.batch.recovery.recovery.all_gone", lambda _old: returning(True))(patch)


def content_unknown(patch: Patch) -> None:
    everywhere("agent.planning.identity.content_key", returning(None))(patch)


def by_position(patch: Patch) -> None:
    owner, _name = place_of("agent.planning.failed_rows.Located")

    def located(failed: Any, _others: Any, _rows: Any, _read: Any) -> Any:
        return owner.Located({row.row_number: row.row_number for row in failed})

    everywhere("agent.planning.failed_rows.locate", located)(patch)


def cells_overwritten(patch: Patch) -> None:
    from mcp_servers.data.model import Outcome

    owner, _name = place_of("mcp_servers.data.writing.cells.Wanted")

    def wanted(change: Any, _current: Any) -> Any:
        return owner.Wanted(Outcome.WRITTEN, dict(change.cells))

    everywhere("mcp_servers.data.writing.cells.wanted_cells", wanted)(patch)


def nothing_used(patch: Patch) -> None:
    owner, _name = place_of("agent.planning.allowance.Amount")
    everywhere("agent.batch.approval.spending.used", returning(owner.Amount()))(patch)


def believed_as_typed(_ask: Any) -> Any:
    async def found(_ups: Any, _planned: Any, numbers: list[str]) -> Any:
        from agent.batch.executor.outcome import Answered
        from agent.batch.recovery.recovery import Found

        return Found("settled", "as typed", Answered("done", tracking_numbers=numbers, shipment_number=numbers[0]))

    return found
