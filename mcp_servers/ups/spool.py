"""The memory of create requests: `<reference>.json`, one per reference, written before UPS's answer is passed on.

A record begins as a claim (`sent`), made in the instant before the request; the file's exclusive creation is what
keeps a second request with the same reference from being sent, by this or another process. UPS's answer is written
over it (`done`). A claim whose answer never came stays, and an answer torn by a kill or a power cut counts as one: a
label may exist.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mcp_servers.ups.durable import make_folder

VERSION = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one create request; `content` is the JSON of the file."""

    state: Literal["sent", "done"]
    content: dict[str, Any]


class Spool:
    """The folder of records of one environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready = False

    def path(self, reference: str) -> Path:
        """Where the record of a reference is."""
        return self.folder / f"{reference}.json"

    def read(self, reference: str) -> Record | None:
        """The record, or None; one that was torn by a crash counts as a claim."""
        try:
            content = json.loads(self.path(reference).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            content = {}
        done = isinstance(content, dict) and content.get("state") == "done"
        return Record("done" if done else "sent", content if isinstance(content, dict) else {})

    def claim(self, reference: str, digest: str) -> Record | None:
        """Take the reference for one request; if it is taken, the record that holds it. OSError if neither works."""
        if not self._ready:
            make_folder(self.folder)
            self._ready = True
        try:
            descriptor = os.open(self.path(reference), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self.read(reference)
        claimed = {"version": VERSION, "state": "sent", "reference": reference, "digest": digest}
        try:
            os.write(descriptor, json.dumps(claimed).encode())
        finally:
            os.close(descriptor)
        return None

    def release(self, reference: str) -> None:
        """The request certainly did not run: the reference may be used again."""
        self.path(reference).unlink(missing_ok=True)
