"""`mcp.json` of the data folder: which servers the person has, in the form that other MCP clients read too."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import ErrorKind, error
from agent.settings import nearest

FILE = "mcp.json"
LARGEST_FILE = 256 * 1024
OWN_FAULTY = ErrorKind(
    "E-4110",
    "{file} is not valid: {problems}.",
    "Correct it (docs/own-servers.md shows its form). Until then none of your own servers is started; shipping works.",
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
LONGEST_NAME = 24
"""So that a tool's name still fits into the 64 letters that models take."""
_TAKEN = frozenset({"data", "ups", "jobs"})
"""Our own servers: `/mcp` lists both."""
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class _Entry(BaseModel):
    """One server, as it is written."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["stdio", "http"] | None = None
    command: str | None = Field(default=None, min_length=1)
    args: list[str] = Field(default_factory=list)
    env: dict[str, str] = Field(default_factory=dict)
    url: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    ask: Literal["changes", "always"] = "changes"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    mcpServers: dict[str, _Entry] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnServer:
    """One server of the person's: a command to start, or an address."""

    name: str
    command: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    """What is added to its environment, or to each request's headers, before `${NAME}` is filled in."""
    url: str | None = None
    asks_always: bool = False
    """Whether calls that only read ask the person too."""

    def filled(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The variables with every `${NAME}` filled in.

        Raises:
            ValueError: it names a variable that is not set.
        """
        return {name: _VARIABLE.sub(lambda found: _value(found, environment), v) for name, v in self.variables.items()}


def read_own_servers(home: Path) -> list[OwnServer]:
    """The servers of `mcp.json`, in its order; none where there is no such file.

    Raises:
        ShipchatError: E-4110, naming each place that does not fit.
    """
    file = home / FILE
    try:
        text = file.read_text(encoding="utf-8-sig") if file.stat().st_size <= LARGEST_FILE else None
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8 text"
        raise error(OWN_FAULTY, file=file, problems=f"it cannot be read ({reason})") from None
    if text is None:
        raise error(OWN_FAULTY, file=file, problems="it is too large")
    try:
        written = _File.model_validate(json.loads(text, object_pairs_hook=_once))
    except ValidationError as fault:
        problems = [_problem(item["type"], item["loc"], item["msg"]) for item in fault.errors()]
    except (ValueError, RecursionError) as fault:
        problems = [str(fault)]
    else:
        problems = [problem for name, entry in written.mcpServers.items() for problem in _problems(name, entry)]
        if not problems:
            return [_server(name, entry) for name, entry in written.mcpServers.items()]
    raise error(OWN_FAULTY, file=file, problems="; ".join(problems))


def _server(name: str, entry: _Entry) -> OwnServer:
    always = entry.ask == "always"
    if entry.url is not None:
        return OwnServer(name, (), entry.headers, entry.url, always)
    program = str(Path(entry.command or "").expanduser()) if (entry.command or "").startswith("~") else entry.command
    return OwnServer(name, (program or "", *entry.args), entry.env, None, always)


def _problems(name: str, entry: _Entry) -> Iterator[str]:
    """What the form alone does not tell."""
    place = f"mcpServers.{name}"
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        yield f"{place}: a name has letters, digits and single - or _, begins with a letter, at most {LONGEST_NAME}"
    if name.casefold() in _TAKEN or name.casefold().startswith("shipchat"):
        yield f"{place} is a name of shipchat's own servers; choose another one"
    local, remote = entry.command is not None, entry.url is not None
    if local == remote:
        yield f"{place} needs either a command or a url"
    elif entry.type is not None and entry.type != ("stdio" if local else "http"):
        yield f"{place}.type is {entry.type}, which does not go with a {'command' if local else 'url'}"
    else:
        yield from _misplaced(place, entry, "url" if remote else "command")
    yield from _unexpanded(place, entry)


def _misplaced(place: str, entry: _Entry, kind: str) -> Iterator[str]:
    wrong = {"url": ("args", "env"), "command": ("headers",)}[kind]
    yield from (f"{place}.{key} does not go with a {kind}" for key in wrong if getattr(entry, key))
    if kind == "url" and not re.match(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$)", entry.url or ""):
        yield f"{place}.url must begin with https:// (http:// on this machine only)"
    command = entry.command or ""
    if kind == "command" and "/" in command and not command.startswith(("/", "~/")):
        yield f"{place}.command must be the name of a program or its whole path"


def _unexpanded(place: str, entry: _Entry) -> Iterator[str]:
    """Only `env` and `headers` are filled in: an argument is on everybody's list of processes."""
    for key, texts in (("command", [entry.command or ""]), ("args", entry.args), ("url", [entry.url or ""])):
        if any("${" in text for text in texts):
            yield f"{place}.{key} holds a ${{...}}, which is filled in below env and headers only"
    for key, values in (("env", entry.env), ("headers", entry.headers)):
        for name, text in values.items():
            if "${" in _VARIABLE.sub("", text):
                yield f"{place}.{key}.{name}: write a variable as ${{NAME}}"
            if any(variable.startswith("SHIPCHAT_") for variable in _VARIABLE.findall(text)):
                yield f"{place}.{key}.{name} names a variable of shipchat's own, which no other program gets"


def _problem(kind: str, path: tuple[int | str, ...], message: str) -> str:
    """What a person reads of one fault: where, what, and the nearest name of a key that does not exist."""
    place = ".".join(map(str, path)) or "the file"
    if kind != "extra_forbidden":
        return f"{place}: {message}"
    fields = _File.model_fields if len(path) == 1 else _Entry.model_fields
    return f"{place} is not a key{nearest(str(path[-1]), fields)}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: of two, one would be left aside in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)} stands in it twice")
    return found


def _value(found: re.Match[str], environment: Mapping[str, str]) -> str:
    value = environment.get(found[1])
    if value is None:
        raise ValueError(f"it needs the variable {found[1]}, which is not set")
    return value
