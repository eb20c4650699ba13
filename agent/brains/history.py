"""What a model is told again with every request: the turns so far, always in the form that the Messages API takes.

A turn is a list of messages that begins with the person and, once closed, ends with the model. Every tool call has its
answer, also when the turn was stopped in between; otherwise the next request would be refused.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from agent.brains.fencing import plain

Block = dict[str, Any]
Message = dict[str, Any]

_CACHED = {"type": "ephemeral"}
_ANSWER_SHOWN = 400
"""Characters of a tool's answer that go into a summary."""


@dataclass(slots=True)
class History:
    """The conversation of one session, newest turn last."""

    turns: list[list[Message]] = field(default_factory=list)

    def open(self, text: str) -> None:
        """A turn begins with what the person said."""
        self.turns.append([{"role": "user", "content": [_text(text)]}])

    def add_reply(self, blocks: list[Block]) -> None:
        """What the model wrote; the API takes no empty text back."""
        kept = [block for block in blocks if block["type"] != "text" or block["text"].strip()]
        if kept:
            self.turns[-1].append({"role": "assistant", "content": kept})

    def add_answers(self, answers: list[Block]) -> None:
        """The answers to the calls of the last reply, in their order."""
        if answers:
            self.turns[-1].append({"role": "user", "content": answers})

    def close(self, note: str) -> None:
        """Make the turn whole, whatever stopped it: each call answered, the model's word last."""
        turn = self.turns[-1]
        missing = _unanswered(turn)
        if missing:
            answers = [answer_block(call_id, note, refused=True) for call_id in missing]
            if turn[-1]["role"] == "user":
                turn[-1]["content"].extend(answers)
            else:
                turn.append({"role": "user", "content": answers})
        if turn[-1]["role"] == "user":
            turn.append({"role": "assistant", "content": [_text(note)]})

    def forget_turn(self) -> None:
        """Drop the running turn, as the API asks after a refusal."""
        self.turns.pop()

    @property
    def has_earlier(self) -> bool:
        """Whether there is something before the running turn to summarise."""
        return len(self.turns) > 1

    def messages(self) -> list[Message]:
        """For a request: a copy, with everything up to the person's last message marked for the cache."""
        messages = deepcopy([message for turn in self.turns for message in turn])
        for message in reversed(messages):
            if message["role"] == "user":
                message["content"][-1]["cache_control"] = _CACHED
                break
        return messages

    def earlier_in_words(self, limit: int) -> str:
        """The turns before the running one as lines of text, the newest `limit` characters of them."""
        lines = [line for turn in self.turns[:-1] for message in turn for line in _lines(message)]
        text = "\n".join(lines)
        return text if len(text) <= limit else "…" + text[-limit:]

    def replace_earlier(self, text: str) -> None:
        """Put one text in the place of all turns before the running one."""
        self.turns = self.turns[-1:]
        self.turns[0][0]["content"].insert(0, _text(text))


def answer_block(call_id: str, text: str, *, refused: bool) -> Block:
    """A tool's answer; `refused` tells the model that it has to do something else."""
    block: Block = {"type": "tool_result", "tool_use_id": call_id, "content": text}
    return block | {"is_error": True} if refused else block


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _unanswered(turn: list[Message]) -> list[str]:
    """The calls of the last reply that have no answer yet."""
    asked, *answered = turn[-1:] if turn[-1]["role"] == "assistant" else turn[-2:]
    calls = [block["id"] for block in asked["content"] if block["type"] == "tool_use"]
    known = {block.get("tool_use_id") for message in answered for block in message["content"]}
    return [call for call in calls if call not in known]


def _lines(message: Message) -> list[str]:
    who = "person" if message["role"] == "user" else "shipchat"
    lines = []
    for block in message["content"]:
        if block["type"] == "text":
            lines.append(f"{who}: {block['text']}")
        elif block["type"] == "tool_use":
            lines.append(f"shipchat called {block['name']} {block['input']}")
        elif block["type"] == "tool_result":
            lines.append(f"answer: {plain(block['content'], _ANSWER_SHOWN)}")
    return lines
