"""Triage of queue jobs: from an understood instruction to the changes that a person approves, and what is then sent.

Pure: reading the page, asking and sending happen elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CHUNK_SIZE = 100
"""The most updates that one call of bulk_update_job_status takes."""


@dataclass(frozen=True, slots=True)
class TriageInstruction:
    """ "Mark 3, 5 and 9 as reviewed; reject the rest": the ids named, their status, the status of the rest of the page.

    Without `ids`, `status` is None; without `rest_status` the rest stays as it is.
    """

    ids: tuple[int, ...]
    status: str | None
    rest_status: str | None = None

    def __post_init__(self) -> None:
        if bool(self.ids) != (self.status is not None):
            raise ValueError("ids and status go together")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One line of what is shown before approval."""

    id: int
    title: str | None
    company: str | None
    old_status: str | None
    new_status: str


@dataclass(frozen=True, slots=True)
class TriagePlan:
    """`changes` in the order of the page. `not_on_page`: ids named by the person that the page does not hold.

    With ids that are not on the page nothing may be sent: the person is asked first, because a change that
    cannot be shown cannot be approved.
    """

    changes: tuple[StatusChange, ...]
    not_on_page: tuple[int, ...]

    @property
    def may_be_sent(self) -> bool:
        return bool(self.changes) and not self.not_on_page

    def chunks(self) -> Iterator[list[dict[str, Any]]]:
        """The `updates` of each call, at most `CHUNK_SIZE`; each call is all or nothing, the calls together are not."""
        updates = [{"id": change.id, "status": change.new_status} for change in self.changes]
        for start in range(0, len(updates), CHUNK_SIZE):
            yield updates[start : start + CHUNK_SIZE]


def plan_triage(page: Sequence[Mapping[str, Any]], instruction: TriageInstruction) -> TriagePlan:
    """The changes that the instruction makes to a page of records as bulk_read_new_jobs answers them.

    A record whose status stays the same is not a change. An id that is named twice counts once.
    """
    named = dict.fromkeys(instruction.ids, instruction.status)
    targets = ((record, named.get(record["id"], instruction.rest_status)) for record in page)
    changes = tuple(
        StatusChange(record["id"], record["title"], record["company"], record["status"], status)
        for record, status in targets
        if status is not None and status != record["status"]
    )
    on_page = {record["id"] for record in page}
    return TriagePlan(changes, tuple(id_ for id_ in named if id_ not in on_page))
