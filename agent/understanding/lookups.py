"""What the sheet must be asked while a message is read: numbers of rows, by clause."""

from collections.abc import Mapping, Sequence

from agent.understanding.requests import Look


class LookupNeededError(Exception):
    """Raised where the message cannot be read further before these clauses are counted."""

    def __init__(self, clauses: Sequence[str]) -> None:
        super().__init__(str(clauses))
        self.look = Look(tuple(dict.fromkeys(clauses)))


class Counts:
    """The numbers of rows that are known; the others are asked for."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known

    def need(self, *clauses: str) -> list[int]:
        """The numbers of rows of these clauses.

        Raises:
            LookupNeededError: for those that are not known yet.
        """
        missing = [one for one in clauses if one not in self._known]
        if missing:
            raise LookupNeededError(missing)
        return [self._known[one] for one in clauses]
