"""A kept talk in words: for the chat that goes on with it, and as Markdown. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from agent.planning.wording import counted, money

Role = Literal["you", "shipchat", "note", "error"]
Lines = Iterable[dict[str, Any]]


def told(lines: Lines) -> list[dict[str, str]]:
    """`{role, text}` of everything that a reader wants to know, in order."""
    return [{"role": role, "text": text} for line in lines for role, text in _told(line)]


def _told(line: dict[str, Any]) -> Iterator[tuple[Role, str]]:
    words = _WORDS.get(str(line.get("event")))
    if words is not None:
        role, say = words
        yield role, say(line)


def _count(line: dict[str, Any], name: str, one: str = "row") -> str:
    return counted(int(line.get(name) or 0), one)


def _question(line: dict[str, Any]) -> str:
    return "\n".join([str(line.get("text", "")), *(f"- {option}" for option in line.get("options", []))])


def _preview(line: dict[str, Any]) -> str:
    amount = f"{'about ' if line.get('estimated') else ''}{_money(line, 'total_cents')}"
    rows = _count(line, "total_rows")
    return f"Preview ({line.get('purpose', '')}): {rows}, {amount}: {line.get('filter_in_words', '')}."


def _batch(line: dict[str, Any]) -> str:
    rows = {state.replace("_", " "): count for state, count in (line.get("rows") or {}).items() if count}
    stands = ", ".join(f"{count} {state}" for state, count in rows.items()) or "no rows"
    return f"Batch {line.get('job_id', '')}: {line.get('status', '')}, {stands}, {_money(line, 'spent_cents')}."


def _money(line: dict[str, Any], name: str) -> str:
    return money(int(line.get(name) or 0), str(line.get("currency") or "USD"))


_WORDS: dict[str, tuple[Role, Callable[[dict[str, Any]], str]]] = {
    "UserSaid": ("you", lambda line: str(line.get("text", ""))),
    "QuestionAnswered": ("you", lambda line: str(line.get("answer", ""))),
    "AssistantSaid": ("shipchat", lambda line: str(line.get("text", ""))),
    "NoticeShown": ("note", lambda line: str(line.get("text", ""))),
    "QuestionAsked": ("note", _question),
    "ErrorShown": ("error", lambda line: f"{line.get('code')}: {line.get('message')} {line.get('remedy')}"),
    "ModeChanged": ("note", lambda line: f"Mode: {line.get('mode')} {line.get('budget')}".strip()),
    "SourceOpened": ("note", lambda line: f"Opened {line.get('name')}: {_count(line, 'row_count')}."),
    "TableShown": ("note", lambda line: f"{line.get('title')}: {_count(line, 'total_rows')} shown, not kept."),
    "PreviewReady": ("note", _preview),
    "PreviewVoided": ("note", lambda line: f"That preview no longer counted: {line.get('reason')}."),
    "ApprovalGiven": ("note", lambda line: f"Approved by {line.get('by')}."),
    "ApprovalRefused": ("note", lambda _line: "Refused: nothing was bought."),
    "BatchFinished": ("note", _batch),
}


def sheet_of(lines: Lines) -> str | None:
    """Where the sheet is that was open last."""
    found = None
    for line in lines:
        if line.get("event") == "SourceOpened":
            found = str(line.get("path") or "") or None
    return found


def open_command(lines: Lines) -> str:
    """The words of the shipment whose preview was open at the end; empty where none was."""
    command, digest = "", None
    for line in lines:
        match line.get("event"):
            case "PreviewReady":
                digest = line.get("digest")
                command = str(line.get("command") or "") if line.get("purpose") == "ship" else ""
            case "PreviewVoided" | "ApprovalGiven" | "ApprovalRefused" if line.get("digest") == digest:
                command, digest = "", None
    return command


_SPEAKERS: dict[str, str] = {"you": "**You:** ", "shipchat": "", "note": "> ", "error": "> "}


def markdown(name: str, started: str, lines: Lines) -> str:
    """The talk to read."""
    said = [f"# {name or 'A talk with shipchat'}", started]
    for part in told(lines):
        mark = _SPEAKERS[part["role"]]
        text = part["text"].replace("\n", f"\n{mark}") if mark == "> " else part["text"]
        said.append(f"{mark}{text}")
    return "\n\n".join(said) + "\n"
