"""How a person names a batch: its id, the beginning of one, or `last`."""

import click
from click.shell_completion import CompletionItem

LAST = "last"
_WHOLE = 12
"""Characters of an id from which on nothing has to be looked up: the ledger is opened by the command itself."""
_SHORTEST = 4
"""Characters of an id that a person has to type at least: fewer may soon mean another batch."""


class BatchId(click.ParamType[str]):
    """Becomes the whole id. What names no batch stays as typed: the command refuses that with a code."""

    name = "ID"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        typed = value.strip()
        if len(typed) >= _WHOLE:
            return typed
        known = [batch_id for batch_id, _ in _batches()]
        if typed == LAST and known:
            return known[0]
        meant = [one for one in known if one.startswith(typed)]
        if len(typed) >= _SHORTEST and len(meant) > 1:
            self.fail(f"{typed} begins {len(meant)} batches: {', '.join(meant)}. Type more of it.", param, ctx)
        return meant[0] if len(typed) >= _SHORTEST and meant else typed

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

    path = Settings.load().ledger_path
    if not path.exists():
        return []
    ledger = Ledger.open(path)
    try:
        return [(job.id, job.name or "") for job in ledger.read(history)]
    finally:
        ledger.close()
