"""Tools over the jobs queue (not shipping batches): read its new records, propose their statuses."""

from typing import Any

from pydantic import Field

from agent.chat.action_preview import action_preview
from agent.chat.pending import PendingApproval
from agent.chat.queue_triage import TriageInstruction, plan_triage
from agent.chat.state import SessionState
from agent.chat.tools.registry import ToolArguments, tool
from agent.errors import ErrorKind, error
from agent.events import QueueUpdated, TableShown
from agent.planning.model import Approval
from agent.planning.sentence import counted

NOT_ON_PAGE = ErrorKind(
    "E-2318", "Not on the page that you saw: {ids}.", "Read the queue again, then name its records."
)
QUEUE_REFUSED = ErrorKind("E-4150", "The queue says {code}: {message}", "{remedy}")
SHOWN = ("id", "title", "company", "location", "source", "captured_at")


class QueueReadArguments(ToolArguments):
    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = None
    next: bool = False


class Change(ToolArguments):
    id: int
    status: str


class QueueProposeArguments(ToolArguments):
    changes: list[Change]
    rest_status: str | None = None


@tool(QueueReadArguments)
async def queue_read(state: SessionState, arguments: QueueReadArguments) -> dict[str, Any]:
    cursor = arguments.cursor or (state.queue.cursor if arguments.next else None)
    page = await _call(state, "bulk_read_new_jobs", {"limit": arguments.limit} | ({"cursor": cursor} if cursor else {}))
    state.queue.records, state.queue.cursor = page["jobs"], page["next_cursor"]
    rows = [[str(record.get(name) or "") for name in SHOWN] for record in page["jobs"]]
    more = " There are more: say “next page”." if page["has_more"] else ""
    summary = f"{counted(page['count'], 'new record')}.{more}"
    state.emit(TableShown("New records of the queue", list(SHOWN), rows, len(rows), summary))
    return {"count": page["count"], "has_more": page["has_more"], "ids": [record["id"] for record in page["jobs"]]}


@tool(QueueProposeArguments)
async def queue_propose(state: SessionState, arguments: QueueProposeArguments) -> dict[str, Any]:
    by_status: dict[str, list[int]] = {}
    for change in arguments.changes:
        by_status.setdefault(change.status, []).append(change.id)
    groups = list(by_status.items()) or [("", [])]
    changes: list[Any] = []
    for index, (status, ids) in enumerate(groups):
        rest = arguments.rest_status if index == len(groups) - 1 else None
        named = {change.id for change in arguments.changes}
        page = [record for record in state.queue.records if record["id"] in ids or (rest and record["id"] not in named)]
        plan = plan_triage(page, TriageInstruction(ids=tuple(ids), status=status or None, rest_status=rest))
        if plan.not_on_page:
            raise error(NOT_ON_PAGE, ids=", ".join(map(str, plan.not_on_page)))
        changes += list(plan.changes)
    updates = [{"id": change.id, "status": change.new_status} for change in changes]
    titles = {record["id"]: str(record.get("title") or "") for record in state.queue.records}
    rows = [[str(item["id"]), titles.get(item["id"], ""), item["status"]] for item in updates]
    state.emit(TableShown("Changes to approve", ["id", "title", "new status"], rows, len(rows)))
    sentence = f"Set the status of {counted(len(updates), 'queue record')}. No shipment is touched."

    async def carry_out(_approval: Approval) -> None:
        done = 0
        for start in range(0, len(updates), 100):
            answer = await _call(state, "bulk_update_job_status", {"updates": updates[start : start + 100]})
            done += answer["updated_count"]
        state.emit(QueueUpdated(done))
        state.say(f"{counted(done, 'record')} updated.")

    state.show(PendingApproval(action_preview(state, "queue", sentence, len(updates), updates), carry_out))
    return {"status": "preview", "changes": len(updates)}


async def _call(state: SessionState, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    reply = await state.servers.call("jobs", name, arguments)
    fault = reply.get("error")
    if fault:
        remedy = "Try again in a moment." if fault.get("retryable") else "Name the database with --jobs-db."
        raise error(QUEUE_REFUSED, code=fault["code"], message=fault["message"], remedy=remedy)
    return reply
