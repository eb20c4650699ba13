"""What is said when a chat is left: what was shipped in it, where the labels are, and how to go on."""

from typing import Any

from agent.events import BatchFinished, Event, LabelsVoided
from agent.planning.wording import counted, money

GO_ON = (("pending", "not sent yet", "resume"), ("in_doubt", "in doubt", "show"), ("failed", "failed", "retry"))
"""What is left of a batch and the verb of `shipchat jobs` that goes on with it; the first that holds is said."""


class Farewell:
    """A listener; a batch that went on counts once, as it last stood."""

    def __init__(self) -> None:
        self._batches: dict[str, dict[str, Any]] = {}
        self._currencies: dict[str, str] = {}
        self._labels = ""

    def __call__(self, event: Event) -> None:
        if isinstance(event, BatchFinished) and not event.only_told:
            self._batches[event.job_id] = {"rows": event.rows, "spent_cents": event.spent_cents}
            self._currencies[event.job_id] = event.currency
            self._labels = event.labels_path
        elif isinstance(event, LabelsVoided) and event.batch is not None and event.job_id in self._batches:
            self._batches[event.job_id] = event.batch

    @property
    def text(self) -> str:
        """One line for the session and one for each batch that is not done; empty where nothing was shipped."""
        if not self._batches:
            return ""
        stands = self._batches.values()
        shipped = sum(batch["rows"].get("completed", 0) for batch in stands)
        lines = [f"Shipped in this chat: {counted(shipped, 'row')} for {self._spent()}. Labels: {self._labels}"]
        for job_id, batch in self._batches.items():
            for state, words, verb in GO_ON:
                if count := batch["rows"].get(state, 0):
                    lines.append(f"{counted(count, 'row')} {words}: shipchat jobs {verb} {job_id}")
                    break
        return "\n".join(lines)

    def _spent(self) -> str:
        """Each currency by itself: an account's may have been another one in a batch that goes on."""
        totals: dict[str, int] = {}
        for job_id, batch in self._batches.items():
            currency = self._currencies[job_id]
            totals[currency] = totals.get(currency, 0) + batch["spent_cents"]
        return " and ".join(money(cents, currency) for currency, cents in totals.items())
