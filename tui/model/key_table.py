"""Which keys do what: the registry's, changed by the settings (`[keys]`), and how people read them. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from agent.errors import ErrorKind, error
from agent.settings import nearest
from tui.model.actions import ACTIONS, Action, Place, at

KEYS_FAULTY = ErrorKind(
    "E-4191",
    "The setting `keys` is not valid: {problems}.",
    "Correct it in {file}; docs/keys.md lists the actions and their keys.",
)

_NAMED = (
    "escape", "tab", "enter", "space", "backspace", "insert", "delete", "home", "end", "pageup", "pagedown", "up",
    "down", "left", "right", *(f"f{number}" for number in range(1, 25)),
)  # fmt: skip
_KEY = re.compile(rf"(?:(?:ctrl|alt|shift|super)\+)*(?:{'|'.join(_NAMED)}|[a-z0-9])")
_READ_AS = {"pageup": "PgUp", "pagedown": "PgDn", "escape": "Esc"}
_LETTERS_ARE_COMMANDS = frozenset(
    {
        *(Place.SESSIONS, Place.ROWS, Place.DETAIL, Place.LOG, Place.MAPPING, Place.HELP, Place.STOP, Place.QUIT),
        *(Place.NEXT, Place.DOUBTS, Place.JOBS, Place.SERVICES),
    }
)
"""Screens without a prompt; in the chat a letter begins a message."""


def read_as(key: str) -> str:
    """`ctrl+home` to `Ctrl+Home`, `f3` to `F3`."""
    parts = key.split("+")
    bare_letter = len(parts) == 1 and len(key) == 1
    return key if bare_letter else "+".join(_READ_AS.get(part, part.capitalize()) for part in parts)


@dataclass(frozen=True, slots=True)
class KeyTable:
    """The keys in force; `changed` has been read by `key_table`."""

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, action: Action) -> tuple[str, ...]:
        return self.changed.get(action.id, action.keys)

    def shown(self, action: Action) -> str:
        """`Esc / q / F4`."""
        return " / ".join(read_as(key) for key in self.of(action))

    def hints(self, *places: Place, without: Collection[str] = ()) -> list[str]:
        """`f faults`, `y copy`, `Esc back`: the first key of what these places hint at; an inner place hides an outer.

        `without`: ids of what there is nothing to do with now."""
        said: list[str] = []
        taken: set[str] = set()
        for place in places:
            for action in at(place):
                keys = self.of(action)
                if action.hint and keys and keys[0] not in taken and action.id not in without:
                    said.append(f"{read_as(keys[0])} {action.title}")
            taken |= {key for action in at(place) for key in self.of(action)}
        return said

    def line(self, place: Place) -> str:
        """The hints of one place in a line."""
        return " · ".join(self.hints(place))

    @property
    def keymap(self) -> dict[str, str]:
        """As Textual takes it."""
        return {action_id: ",".join(keys) for action_id, keys in self.changed.items()}


def key_table(written: Mapping[str, str], *, editing: Collection[str] = (), file: object = "settings.toml") -> KeyTable:
    """The table with the keys of the settings; `editing`: keys that the prompt needs to edit text.

    Raises:
        ShipchatError: E-4191, naming each entry that does not fit.
    """
    problems, changed = [], {}
    for action_id, typed in written.items():
        keys = tuple(key.strip().casefold() for key in typed.split(","))
        problem = _problem(action_id, keys)
        if problem:
            problems.append(f"keys.{action_id}: {problem}")
        else:
            changed[action_id] = keys
    table = KeyTable(changed)
    problems += [f"keys.{action_id}: {clash}" for action_id in changed for clash in _clashes(table, action_id, editing)]
    if problems:
        raise error(KEYS_FAULTY, problems="; ".join(problems), file=file)
    return table


def _problem(action_id: str, keys: tuple[str, ...]) -> str:
    remappable = {action.id: action for action in ACTIONS if action.bound}
    action = remappable.get(action_id)
    if action is None and any(known.id == action_id for known in ACTIONS):
        return "this action has no key that can be changed"
    if action is None:
        return f"there is no such action{nearest(action_id, remappable)}"
    for key in keys:
        if not _KEY.fullmatch(key):
            return f"{key!r} is not a key{nearest(key, _NAMED)}"
        is_letter = len(key.removeprefix("shift+")) == 1
        if is_letter and action.place not in _LETTERS_ARE_COMMANDS:
            return f"{key} is a letter, which begins a message there"
    return ""


def _inside(place: Place) -> list[Place]:
    return [one for one in Place if place in one.enclosing]


def _single(keys: tuple[str, ...]) -> list[str]:
    """`1-9` stands for nine keys."""
    ranges = {key: re.fullmatch(r"(\d)-(\d)", key) for key in keys}
    return [
        one
        for key, found in ranges.items()
        for one in (map(str, range(int(found[1]), int(found[2]) + 1)) if found else [key])
    ]


def _clashes(table: KeyTable, action_id: str, editing: Collection[str]) -> list[str]:
    action = next(one for one in ACTIONS if one.id == action_id)
    taken = {
        key: other
        for other in ACTIONS
        if other is not action and (other.place in action.place.enclosing or action.place in other.place.enclosing)
        for key in _single(table.of(other))
    }
    edits = set(editing) if Place.PROMPT in (action.place, *_inside(action.place)) else set()
    return [
        f"{read_as(key)} is the key of {taken[key].id}" if key in taken else f"{read_as(key)} edits the prompt's text"
        for key in table.of(action)
        if key not in action.keys and (key in taken or key in edits)
    ]
