"""A chat script: a conversation written down, with what is expected of it (DESIGN 4.8)."""

from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from agent.errors import ErrorKind, error

BAD_SCRIPT = ErrorKind("E-2320", "{name} is no chat script: {problems}.", "See docs/scripts.md for the form.")


class Step(BaseModel):
    """One thing that the person does, and any subset of the `-p` object that must follow."""

    model_config = ConfigDict(extra="forbid")

    say: str | None = None
    answer: str | int | None = None
    approve: bool | None = None
    expect: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        if sum(value is not None for value in (self.say, self.answer, self.approve)) != 1:
            raise ValueError("a step is exactly one of say, answer or approve")
        return self

    @property
    def words(self) -> str:
        """How the step reads in a report."""
        if self.say is not None:
            return f"say: {self.say}"
        if self.answer is not None:
            return f"answer: {self.answer}"
        return f"approve: {str(self.approve).lower()}"


class ScriptBudget(BaseModel):
    """The caps of the session."""

    model_config = ConfigDict(extra="forbid")

    max_total: float | None = None
    """Dollars."""
    max_rows: int | None = None


class ChatScript(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    source: str | None = None
    sheet: str | None = None
    model: str = "offline"
    mode: str = "confirm"
    budget: ScriptBudget = ScriptBudget()
    today: str | None = None
    defaults: dict[str, str] = {}
    steps: list[Step]


def load_script(path: Path) -> ChatScript:
    """Read a script.

    Raises:
        ShipchatError: E-2320 with every problem of the file.
    """
    try:
        return ChatScript.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as fault:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
    except (OSError, yaml.YAMLError) as fault:
        problems = " ".join(str(fault).split())
    raise error(BAD_SCRIPT, name=path.name, problems=problems)
