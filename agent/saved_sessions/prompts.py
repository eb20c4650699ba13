"""What was typed into the prompt, across talks: a line of JSON a message, its owner's alone, without secrets."""

import json
from pathlib import Path

from agent.credentials import without_secrets
from agent.durable import append_to, replace_file

MOST = 500
"""Messages that are kept."""


class KeptPrompts:
    """The file; without one (the person keeps nothing) it remembers nothing."""

    def __init__(self, file: Path | None) -> None:
        self.file = file

    def read(self) -> list[str]:
        """The newest, oldest first; what cannot be read is left out."""
        if self.file is None or not self.file.is_file():
            return []
        lines = self.file.read_text(encoding="utf-8", errors="replace").splitlines()
        if len(lines) > 2 * MOST:
            replace_file(self.file, "".join(f"{line}\n" for line in lines[-MOST:]))
        return [text for line in lines[-MOST:] if (text := _text(line))]

    def add(self, text: str) -> None:
        """Raises OSError."""
        if self.file is None or not text.strip():
            return
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with append_to(self.file) as file:
            file.write(json.dumps(without_secrets(text), ensure_ascii=False) + "\n")


def _text(line: str) -> str:
    try:
        read = json.loads(line)
    except ValueError:
        return ""
    return read if isinstance(read, str) else ""
