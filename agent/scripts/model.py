"""A chat script: a conversation written down, with what is expected of it."""

from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from agent.errors import ErrorKind, error
from agent.planning.amounts import HOW_TO_WRITE, cents_of, count_of, reading_of

BAD_SCRIPT = ErrorKind("E-2320", "{name} is not a chat script: {problems}.", "See docs/scripts.md for the form.")


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


def _cents(written: Any) -> int | None:
    cents = None if written is None else cents_of(str(written))
    if written is not None and cents is None:
        raise ValueError(f"{reading_of(str(written))}. {HOW_TO_WRITE}")
    return cents


def _rows(written: Any) -> int | None:
    count = None if written is None else count_of(str(written))
    if written is not None and count is None:
        raise ValueError(f"“{written}” is not a number of rows above zero")
    return count


class ScriptBudget(BaseModel):
    """The limit of the session, spent down over all steps."""

    model_config = ConfigDict(extra="forbid")

    max_total: Annotated[int | None, BeforeValidator(_cents)] = None
    """Written in dollars, kept in cents."""
    max_rows: Annotated[int | None, BeforeValidator(_rows)] = None


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
        text = path.read_text(encoding="utf-8")
        return ChatScript.model_validate(_amounts_as_written(yaml.safe_load(text), text))
    except ValidationError as fault:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
    except (OSError, yaml.YAMLError) as fault:
        problems = " ".join(str(fault).split())
    raise error(BAD_SCRIPT, name=path.name, problems=problems)


def _amounts_as_written(script: Any, text: str) -> Any:
    """YAML reads `12:50` as 770, `010` as 8 and `1_0` as 10: amounts keep the characters that stand there."""
    if isinstance(script, dict) and isinstance(script.get("budget"), dict):
        written = yaml.load(text, Loader=yaml.BaseLoader)["budget"]
        script["budget"] = {key: None if script["budget"][key] is None else written[key] for key in script["budget"]}
    return script
