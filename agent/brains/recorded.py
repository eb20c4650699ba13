"""Plays a recorded session again: the same calls through the same gates, no model, no network.

For tests and bug reports. What the tools answer now is compared with the shape of what they answered then.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from agent.brains.protocol import Conversation, Toolbox, Voice
from agent.brains.recording import FORMAT, shape
from agent.brains.redaction import Veil
from agent.errors import ErrorKind, ShipchatError, error

NO_RECORDING = ErrorKind("E-2340", "{file} is not a recording: {reason}.", "Write one with --record FILE.")
OTHER_WORDS = ErrorKind(
    "E-2341",
    "The recording continues with different words: “{expected}”.",
    "Say exactly that, or make a new recording.",
)
AT_ITS_END = ErrorKind("E-2342", "The recording ends here; it has {turns} turns.", "Record a longer session.")


@dataclass(slots=True)
class RecordedBrain:
    """The turns of a recording, in order; each is a list whose first line holds the person's words."""

    recorded_model: str
    turns: list[list[dict[str, Any]]]
    _next: int = field(default=0, init=False)

    @property
    def name(self) -> str:
        return f"recorded {self.recorded_model}"

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a whole recording.

        Raises:
            ShipchatError: E-2340, saying which line does not fit.
        """
        try:
            lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        except OSError as fault:
            raise error(NO_RECORDING, file=file, reason=fault.strerror or fault) from None
        except ValueError:
            raise error(NO_RECORDING, file=file, reason="it does not have one JSON object per line") from None
        if not lines or not isinstance(lines[0], dict) or lines[0].get("recording") != FORMAT:
            raise error(NO_RECORDING, file=file, reason=f"its first line is not a head of format {FORMAT}")
        turns: list[list[dict[str, Any]]] = []
        for number, line in enumerate(lines[1:], 2):
            if isinstance(line, dict) and "turn" in line:
                turns.append([line])
            elif isinstance(line, dict) and turns and _KINDS & line.keys():
                turns[-1].append(line)
            else:
                raise error(NO_RECORDING, file=file, reason=f"line {number} is not known")
        return cls(str(lines[0].get("model", "")), turns)

    async def turn(self, said: str, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        """The next turn of the recording; it has to be the one with these words.

        Raises:
            ShipchatError: E-2341, E-2342, or what the recorded turn ended with.
        """
        if self._next >= len(self.turns):
            raise error(AT_ITS_END, turns=len(self.turns))
        head, *lines = self.turns[self._next]
        veil = Veil()
        if veil.hide(said).split() != str(head["turn"]).split():
            raise error(OTHER_WORDS, expected=head["turn"])
        self._next += 1
        for line in lines:
            await _replay(line, veil, toolbox, say)


_KINDS = frozenset({"call", "say", "notice", "used", "error"})


async def _replay(line: dict[str, Any], veil: Veil, toolbox: Toolbox, say: Voice) -> None:
    if "call" in line:
        answer = shape(await toolbox.call(line["call"], veil.show(line.get("arguments", {}))))
        before = line.get("answer")
        if before is not None and before != veil.hide(answer):
            say.notice(f"{line['call']} answered {before} when it was recorded, and {answer} now.", "warning")
    elif "say" in line:
        await say(veil.show(line["say"]))
    elif "notice" in line:
        say.notice(line["notice"], line.get("level", "info"))
    elif "used" in line:
        say.used(*line["used"])
    else:
        known = {"code", "message", "remedy", "where"}
        raise ShipchatError(**{key: value for key, value in line["error"].items() if key in known})
