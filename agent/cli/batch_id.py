"""How a person names a batch: its id, the beginning of one, or `last`."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from agent.ledger.batch_ids import LAST, WHOLE, batches_meant


class BatchId(click.ParamType[str]):
    """Becomes the whole id. What names no batch stays as typed: the command refuses that with a code."""

    name = "ID"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        typed = value.strip()
        if len(typed) >= WHOLE:
            return typed
        meant = batches_meant(typed, [batch_id for batch_id, _ in _batches()])
        if len(meant) > 1:
            self.fail(f"{typed} begins {len(meant)} batches: {', '.join(meant)}. Type more of it.", param, ctx)
        return meant[0] if meant else typed

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The newest batches, each with its name."""
        known = [(LAST, "the newest batch"), *_batches()]
        return [CompletionItem(one, help=name) for one, name in known if one.startswith(incomplete)]


BATCH = BatchId()


def _batches() -> list[tuple[str, str]]:
    """(id, name) of every batch, newest first; none where there is no ledger yet."""
    from agent.home import ledger_at_once
    from agent.ledger.glance import names

    path = ledger_at_once()
    if path is not None and not path.exists():
        return []
    found = names(path) if path is not None else None
    return found if found is not None else _asked_of_the_ledger()


def _asked_of_the_ledger() -> list[tuple[str, str]]:
    """The same where settings move the ledger, or its schema is an earlier one."""
    from agent.batch.executor.queries import history
    from agent.ledger.store import Ledger
    from agent.settings import Settings

    place = Settings.load().ledger_place
    if isinstance(place, Path) and not place.exists():
        return []
    ledger = Ledger.open(place)
    try:
        return [(job.id, job.name or "") for job in ledger.read(history)]
    finally:
        ledger.close()
