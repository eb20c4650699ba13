"""A kept talk as a chat script, to play it again. Pure.

Playing it buys nothing: whatever would approve a preview, switch the mode or go on with a batch that was approved
before is left out, whatever became of it in the talk.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agent.saved_sessions.telling import sheet_of

Lines = Iterable[dict[str, Any]]
NOTE = "# Made from a kept talk. Approvals are left out: write `- approve: true` where they belong.\n"


def script(lines: Lines) -> str:
    """The file's text."""
    import yaml  # late: a chat that starts has no use for it

    kept = list(lines)
    sheet = sheet_of(kept)
    head = {"source": Path(sheet).name} if sheet and "://" not in sheet else {"source": sheet} if sheet else {}
    written = {**head, "model": "offline", "steps": _steps(kept)}
    note = NOTE + (f"# The sheet was {sheet}.\n" if sheet else "")
    return note + yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=120)


def _steps(kept: list[dict[str, Any]]) -> list[dict[str, str]]:
    from agent.chat import router  # late: its grammars are built on import

    typed = {str(line.get("typed_confirmation")) for line in kept if line.get("event") == "PreviewReady"}
    steps: list[dict[str, str]] = []
    answers = True
    for line in kept:
        match line.get("event"):
            case "UserSaid":
                text = str(line.get("text", ""))
                seen = router.WaitingPreview(text.strip() if text.strip() in typed else None)
                meant = router.route(text, router.Situation(preview=seen))
                answers = not _sets_going(meant)
                if answers and not isinstance(meant, router.Approval | router.TypedApproval | router.Refusal):
                    steps.append({"say": text})
            case "ApprovalGiven":
                answers = False
            case "QuestionAnswered" if answers:
                steps.append({"answer": str(line.get("answer", ""))})
    return steps


def _sets_going(meant: Any) -> bool:
    """Whether a message, with what is answered to its questions, lets something be bought without a new yes."""
    from agent.chat import router

    match meant:
        case router.ModeSwitch():
            return True
        case router.Approval(words):
            return words.mode is not None
        case router.BatchWork(words):
            return words.verb == "resume"
    return False
