"""Confirm or auto: the mode of a session, locked while a batch runs."""

from enum import StrEnum


class ExecutionMode(StrEnum):
    """CONFIRM asks before every batch; AUTO approves within a budget."""

    CONFIRM = "confirm"
    AUTO = "auto"


class SessionModeManager:
    """Holds the mode. It never starts in auto."""

    def __init__(self) -> None:
        self._mode = ExecutionMode.CONFIRM
        self._locked = False

    @property
    def mode(self) -> ExecutionMode:
        return self._mode

    @property
    def locked(self) -> bool:
        return self._locked

    def is_locked(self) -> bool:
        return self._locked

    def set_mode(self, mode: ExecutionMode | str) -> None:
        """Change the mode.

        Raises:
            ValueError: while a batch runs, or for a mode that does not exist.
        """
        if self._locked:
            raise ValueError("The mode cannot change while a batch runs; pause the batch first.")
        self._mode = ExecutionMode(mode)

    def lock(self) -> None:
        self._locked = True

    def unlock(self) -> None:
        self._locked = False
