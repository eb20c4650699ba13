"""Which batch the person means: by its id, the beginning of one or `last`, else the one that was talked of last."""

from agent.chat.state import SessionState
from agent.errors import ErrorKind, error
from agent.ledger.batch_ids import batches_meant
from agent.ledger.faults import NO_SUCH_JOB, NO_SUCH_ROW

NO_BATCH = ErrorKind("E-2315", "There is no batch yet.", "Say what to ship.")
SEVERAL_BATCHES = ErrorKind(
    "E-2322", "{typed} begins {count} batches: {batches}.", "Type more of the id that you mean."
)
NOTHING_IN_DOUBT = ErrorKind("E-2323", "No row is in doubt.", "There is nothing to look up, release, adopt or close.")
WHICH = "Which batch do you mean?"


def batch_meant(state: SessionState, typed: str | None) -> str:
    """The id of the batch that was named, of this session's last one, or of the newest of all.

    Raises:
        ShipchatError: E-2315 there is none, E-4205 none of that name, E-2322 several that begin like that.
    """
    if typed is None and state.conversation.last_job_id is not None:
        return state.conversation.last_job_id
    known = [job.id for job in state.batches.jobs()]
    if typed is None and not known:
        raise error(NO_BATCH)
    found = known[:1] if typed is None else batches_meant(typed, known)
    if len(found) > 1:
        raise error(SEVERAL_BATCHES, typed=typed, count=len(found), batches=", ".join(found))
    if not found:
        raise error(NO_SUCH_JOB, job_id=typed)
    return found[0]


async def batch_in_doubt(state: SessionState, typed: str | None, rows: tuple[int, ...] | None) -> str:
    """The batch whose rows in doubt are meant: the named one, else the one that has doubts of these sheet rows; asked
    where several have.

    Raises:
        ShipchatError: as `batch_meant`; E-2323 nothing is in doubt, E-4207 not these rows.
    """
    if typed is not None:
        return batch_meant(state, typed)
    doubtful = await state.batches.rows_in_doubt()
    if not doubtful:
        raise error(NOTHING_IN_DOUBT)
    last = state.conversation.last_job_id
    meant = [job_id for job_id, known in doubtful.items() if known.issuperset(rows or ())]
    if not meant:
        job_id = last if last in doubtful else next(reversed(doubtful))
        row = next(row for row in rows or () if row not in doubtful[job_id])
        raise error(NO_SUCH_ROW, job_id=job_id, row=row, state=" that is in doubt")
    if last in meant or len(meant) == 1:
        return last if last in meant and last is not None else meant[0]
    return await state.ask(WHICH, meant, remember=False)
