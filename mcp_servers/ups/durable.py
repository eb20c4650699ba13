"""Files that survive a power cut: content synced, name synced, concurrent writers sharing the cost."""

import asyncio
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mcp_servers.shared.durable import sync_folder


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files of one answer, and a record that is written after them and is told which of them failed.

    `record` gets one entry per file, None or the reason it could not be saved. It is written over the claim that is
    there, and torn it counts as one (spool.py): a file deleted and made for each would cost more than its sync.
    """

    files: list[tuple[Path, bytes]]
    record: tuple[Path, Callable[[list[str | None]], bytes]] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a bundle: per file, and for the record, None or the reason it could not be saved."""

    files: list[str | None]
    record: str | None


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, private to the user, each name synced."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
        sync_folders([path.parent])


def sync_folders(folders: Iterable[Path]) -> None:
    """Make renames in these folders durable."""
    for folder in folders:
        sync_folder(folder)


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step; the name is durable only after `sync_folders`."""
    temporary = path.with_name(f".{path.name}.part")
    write_over(temporary, content)
    temporary.replace(path)


def write_over(path: Path, content: bytes) -> None:
    """Put `content` into the file at `path`, torn meanwhile; a new name is durable only after `sync_folders`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bundles(bundles: list[Bundle]) -> list[Saved]:
    """Write every bundle; folders are synced once for all of them."""
    made: set[Path] = set()
    results = [
        Saved([_attempt(write_file, path, content, made) for path, content in bundle.files], None) for bundle in bundles
    ]
    folders = {path.parent for bundle in bundles for path, _ in bundle.files}
    unsynced = _sync_each(folders)
    for bundle, result in zip(bundles, results, strict=True):
        for index, (path, _) in enumerate(bundle.files):
            result.files[index] = result.files[index] or unsynced.get(path.parent)
    records = [
        _attempt(write_over, bundle.record[0], bundle.record[1](result.files), made) if bundle.record else None
        for bundle, result in zip(bundles, results, strict=True)
    ]
    unsynced = _sync_each({bundle.record[0].parent for bundle in bundles if bundle.record})
    return [
        Saved(result.files, error or (unsynced.get(bundle.record[0].parent) if bundle.record else None))
        for bundle, result, error in zip(bundles, results, records, strict=True)
    ]


def _attempt(write: Callable[[Path, bytes], None], path: Path, content: bytes, made: set[Path]) -> str | None:
    """`made`: folders that are there; each question whether one is costs as much as a write."""
    try:
        if path.parent not in made:
            make_folder(path.parent)
            made.add(path.parent)
        write(path, content)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def _sync_each(folders: set[Path]) -> dict[Path, str]:
    failed = {}
    for folder in folders:
        try:
            sync_folders([folder])
        except OSError as error:
            failed[folder] = error.strerror or type(error).__name__
    return failed


class GroupWriter:
    """Writes bundles in a thread; those that arrive while one write runs go together in the next."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Bundle, asyncio.Future[Saved]]] = []
        self._running: asyncio.Task[None] | None = None

    async def save(self, bundle: Bundle) -> Saved:
        """Write one bundle; it is written even if the caller is cancelled meanwhile."""
        future: asyncio.Future[Saved] = asyncio.get_running_loop().create_future()
        self._waiting.append((bundle, future))
        if self._running is None:
            self._running = asyncio.create_task(self._drain())
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Wait until everything handed over is written."""
        if self._running is not None:
            await asyncio.shield(self._running)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    saved = await asyncio.to_thread(write_bundles, [bundle for bundle, _ in batch])
                except Exception as error:  # noqa: BLE001 - every caller of the batch gets it
                    for _, future in batch:
                        future.set_exception(error)
                else:
                    for (_, future), result in zip(batch, saved, strict=True):
                        future.set_result(result)
        finally:
            self._running = None
