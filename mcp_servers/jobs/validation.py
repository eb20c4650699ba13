"""Judges what a caller sent, without touching a database.

A fault of the request is a `JobsFault`; a fault of one update is a problem of that `Item`, so that all are reported.
"""

import math
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp_servers.jobs.cursor import Position, decode
from mcp_servers.jobs.faults import invalid
from mcp_servers.jobs.schemas import DEFAULT_PAGE, LARGEST_BATCH, LARGEST_ID, LARGEST_PAGE, STATUSES

_LARGEST_TOLD = 10**30
"""Python writes no integer of thousands of digits, and nobody reads one."""

PlainId = int | float | str | bool | None


@dataclass(frozen=True, slots=True)
class Item:
    """One update: `id` and `status` are set where they are valid, `problems` says what is not."""

    submitted_id: PlainId
    id: int | None
    status: str | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """A batch that may be judged item by item. `path` is None when the caller named none."""

    items: tuple[Item, ...]
    path: Path | None


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A page to read: `limit` records after a position, or the first ones."""

    limit: int
    after: Position | None
    path: Path | None


def update_request(arguments: Mapping[str, Any], *, path_is_fixed: bool) -> UpdateRequest:
    """Check the request's shape, then its size, then that no id comes twice."""
    _refuse_unknown(arguments, {"updates"}, path_is_fixed=path_is_fixed)
    if "updates" not in arguments:
        raise invalid("updates is missing.", "Send a list of {id, status}; it may be empty.")
    updates = arguments["updates"]
    if not isinstance(updates, list):
        raise invalid(f"updates must be a list, not {_kind(updates)}.", "Send a list of {id, status}.")
    path = _path(arguments)
    if len(updates) > LARGEST_BATCH:
        raise invalid(
            f"updates holds {len(updates)} items; at most {LARGEST_BATCH} are allowed.",
            "Send them in several calls.",
        )
    _refuse_duplicates(updates)
    return UpdateRequest(tuple(_item(update) for update in updates), path)


def read_request(arguments: Mapping[str, Any], *, path_is_fixed: bool) -> ReadRequest:
    """Check limit, cursor and path."""
    _refuse_unknown(arguments, {"limit", "cursor"}, path_is_fixed=path_is_fixed)
    limit = arguments.get("limit", DEFAULT_PAGE)
    if type(limit) is not int or not 1 <= limit <= LARGEST_PAGE:
        raise invalid(f"limit must be an integer from 1 to {LARGEST_PAGE}.")
    cursor = arguments.get("cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise invalid(f"cursor must be text, not {_kind(cursor)}.", "Pass next_cursor unchanged.")
    return ReadRequest(limit, None if cursor is None else decode(cursor), _path(arguments))


def judge(items: Sequence[Item], existing: Collection[int]) -> list[str | None]:
    """For each item what is wrong with it, or None; an unknown id is told even beside another fault."""
    verdicts: list[str | None] = []
    for item in items:
        unknown = () if item.id is None or item.id in existing else (f"no job with id {item.id}",)
        verdicts.append("; ".join((*unknown, *item.problems)) or None)
    return verdicts


def update_answer(items: Sequence[Item], verdicts: Sequence[str | None]) -> dict[str, Any]:
    """The tool's answer: all succeeded, or none."""
    failed = sum(verdict is not None for verdict in verdicts)
    return {
        "updated_count": 0 if failed else len(items),
        "failed_count": failed,
        "results": [
            {"id": item.submitted_id, "success": not failed} | ({} if verdict is None else {"error": verdict})
            for item, verdict in zip(items, verdicts, strict=True)
        ],
    }


def _refuse_unknown(arguments: Mapping[str, Any], own: set[str], *, path_is_fixed: bool) -> None:
    allowed = own if path_is_fixed else own | {"db_path"}
    unknown = len(arguments.keys() - allowed)
    if unknown:
        raise invalid(f"{unknown} unknown argument(s).", f"This tool takes {', '.join(sorted(allowed))}.")


def _path(arguments: Mapping[str, Any]) -> Path | None:
    path = arguments.get("db_path")
    if path is None:
        return None
    if not isinstance(path, str):
        raise invalid(f"db_path must be text, not {_kind(path)}.")
    if not path.strip() or "\0" in path or not _can_be_a_name(path):
        raise invalid("db_path is not a file name.", "Name an SQLite file or leave db_path out.")
    return Path(path)


def _can_be_a_name(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can carry
        return False
    return True


def _refuse_duplicates(updates: Sequence[object]) -> None:
    # type() and not isinstance(): True equals 1 but is not an id.
    ids = Counter(update["id"] for update in updates if isinstance(update, dict) and type(update.get("id")) is int)
    twice = [str(id_) for id_, times in ids.items() if times > 1]
    if twice:
        raise invalid(f"Duplicate ids come more than once: {', '.join(twice)}.", "Send each id at most once.")


def _item(update: object) -> Item:
    if not isinstance(update, dict):
        return Item(None, None, None, (f"the update must be an object with id and status, not {_kind(update)}",))
    id_problem = _id_problem(update)
    status_problem = _status_problem(update)
    others = [status_problem] if status_problem else []
    if update.keys() - {"id", "status"}:
        others.append("an update has no other fields than id and status")
    status = None if status_problem else update["status"]
    if id_problem:
        return Item(_plain(update.get("id")), None, status, (id_problem, *others))
    return Item(update["id"], update["id"], status, tuple(f"id {update['id']}: {problem}" for problem in others))


def _id_problem(update: Mapping[str, Any]) -> str | None:
    """Integers are told by their value, texts never: what was sent is not repeated."""
    if "id" not in update:
        return "id is missing"
    id_ = update["id"]
    if type(id_) is not int:
        return f"id must be an integer, not {_kind(id_)}"
    if 1 <= id_ <= LARGEST_ID:
        return None
    told = f"id {id_}" if abs(id_) <= _LARGEST_TOLD else "id"
    return f"{told} must be 1 or more" if id_ < 1 else f"{told} is beyond the largest possible one ({LARGEST_ID})"


def _status_problem(update: Mapping[str, Any]) -> str | None:
    if "status" not in update:
        return "status is missing"
    status = update["status"]
    if not isinstance(status, str):
        return f"status must be text, not {_kind(status)}"
    if status in STATUSES:
        return None
    if not status.strip():
        return "status is empty"
    meant = status.strip().lower()
    if meant in STATUSES:
        return f"status must be written exactly {meant}: lower case, no blanks around it"
    return f"status is unknown; it must be one of {', '.join(STATUSES)}"


def _plain(value: object) -> PlainId:
    """The id as submitted, where it is a plain value that JSON can carry."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int | str) else None


def _kind(value: object) -> str:
    """What JSON calls the value; never the value itself."""
    if value is None:
        return "null"
    kinds = {bool: "a boolean", int: "a number", float: "a number that is not an integer", str: "text", list: "a list"}
    return kinds.get(type(value), "an object")
