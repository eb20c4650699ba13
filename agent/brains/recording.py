"""Writes down what a brain says and does, so that a session can be played again without it (`--record FILE`).

One JSON object a line: a head, then per turn the person's words and what followed. A tool's answer is kept as its
numbers and codes only; credentials, e-mail addresses, phone and tracking numbers are veiled. No cell is in it that
neither the person nor the model put into words.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TextIO

from agent.brains.prompts import version
from agent.brains.protocol import Brain, Conversation, Toolbox, Voice
from agent.brains.redaction import Veil
from agent.errors import ErrorKind, ShipchatError, error

FORMAT = 1
FILE_EXISTS = ErrorKind("E-4410", "{file} already exists.", "Name a new file for the recording.")
NOT_WRITTEN = ErrorKind("E-4411", "The recording {file} cannot be written: {reason}.", "Name another file.")


def shape(answer: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a tool's answer: its numbers, its yes and no, its status and code."""
    return {
        key: value
        for key, value in answer.items()
        if isinstance(value, bool | int) or (key in {"status", "code"} and isinstance(value, str))
    }


@dataclass(slots=True)
class Recorder:
    """The open file. Each line is there before the next thing happens."""

    file: TextIO

    @classmethod
    def create(cls, path: Path, model: str) -> Self:
        """A new file that only its owner can read.

        Raises:
            ShipchatError: E-4410 when it exists (a slip of the finger must not cost a sheet), E-4411.
        """
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise error(FILE_EXISTS, file=path) from None
        except OSError as fault:
            raise error(NOT_WRITTEN, file=path, reason=fault.strerror or fault) from None
        recorder = cls(os.fdopen(handle, "w", encoding="utf-8", buffering=1))
        recorder.write({"recording": FORMAT, "model": model, "prompts": version()})
        return recorder

    def write(self, line: dict[str, Any]) -> None:
        self.file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


@dataclass(slots=True)
class RecordingBrain:
    """Any brain, with a recorder beside it."""

    inner: Brain
    recorder: Recorder

    @property
    def name(self) -> str:
        return self.inner.name

    async def turn(self, said: str, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        writer = _TurnWriter(self.recorder)
        writer.write({"turn": said})
        try:
            await self.inner.turn(said, conversation, _ListeningToolbox(toolbox, writer), _ListeningVoice(say, writer))
        except ShipchatError as refusal:
            writer.write({"error": refusal.as_dict()})
            raise


@dataclass(slots=True)
class _TurnWriter:
    recorder: Recorder
    veil: Veil = field(default_factory=Veil)

    def write(self, line: dict[str, Any]) -> None:
        self.recorder.write(self.veil.hide(line))


@dataclass(slots=True)
class _ListeningToolbox:
    inner: Toolbox
    writer: _TurnWriter

    def published(self) -> list[dict[str, Any]]:
        return self.inner.published()

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = await self.inner.call(name, arguments)
        self.writer.write({"call": name, "arguments": arguments, "answer": shape(answer)})
        return answer

    async def look(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await self.inner.look(name, arguments)


@dataclass(slots=True)
class _ListeningVoice:
    inner: Voice
    writer: _TurnWriter

    async def __call__(self, text: str) -> None:
        self.writer.write({"say": text})
        await self.inner(text)

    def delta(self, text: str) -> None:
        self.inner.delta(text)

    def notice(self, text: str, level: str = "info") -> None:
        self.writer.write({"notice": text, "level": level})
        self.inner.notice(text, level)

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None:
        self.writer.write({"used": [input_tokens, output_tokens, cost_cents]})
        self.inner.used(input_tokens, output_tokens, cost_cents)
