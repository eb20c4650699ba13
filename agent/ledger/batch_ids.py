"""How a person names a batch: its id, the beginning of one, or `last`. Pure: the command line and the chat share it."""

from collections.abc import Sequence

LAST = "last"
WHOLE = 12
"""Characters of an id from which on nothing has to be looked up: whoever works on the batch refuses it with a code."""
SHORTEST = 4
"""Characters of an id that a person has to type at least: fewer may soon mean another batch."""


def batches_meant(typed: str, known: Sequence[str]) -> list[str]:
    """The batches that a name may mean, of the known ids, newest first: one, several that begin alike, or none."""
    if typed.casefold() == LAST:
        return list(known[:1])
    if typed in known:
        return [typed]
    return [one for one in known if one.startswith(typed.casefold())] if len(typed) >= SHORTEST else []
