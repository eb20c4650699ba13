"""A sheet in a file as a target: lock, backup before the session's first write, edit, atomic replace, sidecar."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from mcp_servers.data.faults import CANNOT_WRITE, CELL_FILLED, ROW_MOVED
from mcp_servers.data.model import TRACKING, Change, Descriptor, Outcome
from mcp_servers.data.reading.encoding import current_encoding
from mcp_servers.data.reading.excel_file import ExcelSheet
from mcp_servers.data.reading.old_workbook import open_workbook
from mcp_servers.data.reading.workbook import unpacking
from mcp_servers.data.writing.backups import Backup, Backups
from mcp_servers.data.writing.csv_edit import edit_csv
from mcp_servers.data.writing.excel_edit import edit_excel, find_only
from mcp_servers.data.writing.locks import SheetLock
from mcp_servers.data.writing.package import replace_member
from mcp_servers.data.writing.replace import (
    SheetBusyError,
    Signature,
    check_writable,
    remove_temporary_files,
    replace_file,
    signature,
)
from mcp_servers.data.writing.sidecar import holding, numbers_in, read_sidecar, write_sidecar
from mcp_servers.data.writing.target import Written
from mcp_servers.shared.faults import ToolFault, fault

_BESIDE: dict[Outcome | None, str] = {
    None: "the sheet changed and the row was no longer found in it",
    Outcome.SIDECAR: "its cell in the sheet is computed by a formula or lies under a merged one, or no column is free",
    Outcome.FILLED: "somebody else wrote into its cells in the sheet",
}
"""Why a result goes beside a sheet that can be written."""


class FileTarget:
    """Common to text files and workbooks; the subclass edits."""

    def __init__(self, descriptor: Descriptor, row_count: int) -> None:
        self.descriptor = descriptor
        self.path = descriptor.file
        self.place = descriptor.place
        self._row_count = row_count
        self._lock = SheetLock(self.path)
        self._locked_for_batch = False
        self._backed_up = False

    def adopt(self, descriptor: Descriptor) -> None:
        """Write by a newer import of the same source."""
        self.descriptor = descriptor

    def allow_new_columns(self) -> None:
        """A sheet gets missing columns without a question of its own."""

    def lock(self) -> dict[str, object]:
        """Hold the sheet until `release`; raises E-1202, and E-4010 where its folder takes no lock."""
        try:
            holder = self._lock.acquire()
            self._locked_for_batch = True
            remove_temporary_files(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        return holder

    def _unwritable(self, error: OSError) -> ToolFault:
        return fault(CANNOT_WRITE, where=self.place, path=self.path, reason=error.strerror or str(error))

    def release(self) -> None:
        """Drop the lock; the next write begins a new session."""
        self._locked_for_batch = False
        self._backed_up = False
        self._lock.release()

    def apply(self, changes: Sequence[Change]) -> list[Written]:
        """Write results to their rows; those whose rows are gone, or whose cells are formulas, go beside the sheet."""
        self._lock.acquire()
        try:
            if not self._locked_for_batch:
                remove_temporary_files(self.path)
            outcomes = self.edit(changes)
            reasons = self.reasons()
            sidecar = None
            for ended, reason in reasons.items():
                if left := [change for change, outcome in zip(changes, outcomes, strict=True) if outcome is ended]:
                    sidecar = write_sidecar(self.path, left, reason)
            self._clear_sidecar(changes, outcomes)
            return [
                Written(
                    change.row_number, Outcome.SIDECAR, sidecar, reason=self._told(change, outcome, reasons[outcome])
                )
                if outcome in reasons
                else Written(change.row_number, outcome or Outcome.SIDECAR)
                for change, outcome in zip(changes, outcomes, strict=True)
            ]
        finally:
            if not self._locked_for_batch:
                self._lock.release()

    def _told(self, change: Change, outcome: Outcome | None, reason: str) -> str:
        """Why a result is beside the sheet, for the one who sent it."""
        kind = {None: ROW_MOVED, Outcome.FILLED: CELL_FILLED}.get(outcome)
        if kind is None:
            return reason
        known = fault(kind, place=self.path.name, row_number=change.row_number)
        return f"{known.code}: {known.message}"

    def _clear_sidecar(self, changes: Sequence[Change], outcomes: Sequence[Outcome | None]) -> None:
        """A number that is taken back goes from the file beside the sheet too, whatever the sheet holds."""
        clearings = [
            change
            for change, outcome in zip(changes, outcomes, strict=True)
            if change.cells.get(TRACKING) == "" and change.expected and outcome not in _BESIDE
        ]
        # A file of that name that is not ours holds no numbers of ours.
        with suppress(SheetBusyError):
            lines = read_sidecar(self.path) if clearings else {}
            held = [
                one for one in clearings if set(numbers_in(one.expected or "")) & set(numbers_in(holding(lines, one)))
            ]
            if held:
                write_sidecar(self.path, held, "taken back")

    def divert(self, changes: Sequence[Change], reason: str) -> list[Written]:
        """Write results beside the sheet, except those of rows that it never had."""
        kept = [change for change in changes if not change.absent]
        sidecar = write_sidecar(self.path, kept, reason) if kept else None
        return [
            Written(change.row_number, Outcome.NOT_FOUND)
            if change.absent
            else Written(change.row_number, Outcome.SIDECAR, sidecar)
            for change in changes
        ]

    def restore(self, backup_id: str) -> Backup:
        """Put a backup in place; answers the backup of what it replaced. Raises E-1202 to E-1204, E-4010."""
        try:
            self._lock.acquire()
            check_writable(self.path)
            return Backups(self.path).restore(backup_id, self._row_count)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            if not self._locked_for_batch:
                self._lock.release()

    def edit(self, changes: Sequence[Change]) -> list[Outcome | None]:
        """Change the file; None for a change whose row was not found. Raises OSError where it cannot be written."""
        raise NotImplementedError

    def reasons(self) -> dict[Outcome | None, str]:
        """Why results go beside the sheet."""
        return _BESIDE

    def back_up(self) -> None:
        """Copy the file once a session."""
        if not self._backed_up:
            Backups(self.path).make(self._row_count)
            self._backed_up = True


class CsvTarget(FileTarget):
    """A delimited text file."""

    def edit(self, changes: Sequence[Change]) -> list[Outcome | None]:
        """Rewrite the agreed cells and nothing else."""
        check_writable(self.path)
        before = signature(self.path)
        encoding = current_encoding(self.path, self.descriptor.encoding)
        content = self.path.read_bytes()
        text = content[len(encoding.mark) :].decode(encoding.codec)
        if encoding.mark + text.encode(encoding.codec) != content:
            raise SheetBusyError(f"{self.path.name} would not come out of {encoding.codec} as it went in")
        try:
            edited = edit_csv(text, self.descriptor, [_encodable(change, encoding.codec) for change in changes])
        except ToolFault as open_quote:
            # Another program may be in the middle of saving it: trying again can help.
            raise SheetBusyError(open_quote.message) from open_quote
        if edited.text is not None:
            self.back_up()
            rewritten = encoding.mark + edited.text.encode(encoding.codec)
            replace_file(self.path, lambda file: _write(file, rewritten), expected=before)
        return edited.outcomes


def _encodable(change: Change, codec: str) -> Change:
    cells = {name: value.encode(codec, "replace").decode(codec) for name, value in change.cells.items()}
    return replace(change, cells=cells)


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)


class ExcelTarget(FileTarget):
    """One sheet of a workbook. What is only read (.ods, .xls, .xlsb) gets its results beside it."""

    _read_only = False

    def reasons(self) -> dict[Outcome | None, str]:
        """Why results go beside the sheet."""
        return _BESIDE | {Outcome.SIDECAR: f"{self.path.name} is read only"} if self._read_only else _BESIDE

    def edit(self, changes: Sequence[Change]) -> list[Outcome | None]:
        """Splice the agreed cells into the sheet's own member; every other member stays byte for byte."""
        before = signature(self.path)
        try:
            with unpacking(self.path):
                return self._edit(changes, before)
        except ToolFault as damage:
            # Another program may be in the middle of saving it: trying again can help.
            raise SheetBusyError(damage.message) from damage

    def _edit(self, changes: Sequence[Change], before: Signature) -> list[Outcome | None]:
        workbook = open_workbook(self.path)
        self._read_only = workbook.read_only
        if not self._read_only:
            check_writable(self.path)
        if workbook.signed:
            raise SheetBusyError(f"{self.path.name} carries a digital signature, which any change would break")
        info = next((info for info in workbook.sheets if info.name == self.descriptor.sheet), None)
        if info is None:
            return [Outcome.NOT_FOUND if change.absent else None for change in changes]
        if self._read_only:
            return self._guarded(changes, find_only(ExcelSheet(workbook, info), self.descriptor, changes))
        xml, outcomes = edit_excel(ExcelSheet(workbook, info), self.descriptor, changes)
        if xml is not None:
            self.back_up()
            content = xml.encode("utf-8")
            replace_file(self.path, lambda file: replace_member(self.path, info.member, content, file), expected=before)
        return outcomes

    def _guarded(self, changes: Sequence[Change], found: Sequence[Outcome | None]) -> list[Outcome | None]:
        """Results of a workbook that is only read: beside it, where a clearing finds nothing but its own number."""
        lines = read_sidecar(self.path) if any(change.expected is not None for change in changes) else {}
        outcomes: list[Outcome | None] = []
        for change, outcome in zip(changes, found, strict=True):
            if outcome is Outcome.SIDECAR and change.expected is not None and change.cells.get(TRACKING) == "":
                held = numbers_in(holding(lines, change))
                if not set(numbers_in(change.expected)) & set(held):
                    outcome = Outcome.LEFT if held else Outcome.UNCHANGED
            outcomes.append(outcome)
        return outcomes
