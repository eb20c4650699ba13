"""What of a session's events is kept: what was said, and totals; no rows of previews, tables or batches. Pure."""

from typing import Any

from agent.credentials import without_secrets
from agent.events import (
    ApprovalGiven,
    ApprovalRefused,
    AssistantSaid,
    BatchFinished,
    BatchStarted,
    BatchStopped,
    ErrorShown,
    Event,
    ModeChanged,
    NoticeShown,
    PreviewReady,
    PreviewVoided,
    QuestionAnswered,
    QuestionAsked,
    SourceOpened,
    TableShown,
    UserSaid,
)

MOST_CHARACTERS = 20_000
"""Of one text; a pasted sheet is cut."""

KEPT: dict[type[Event], tuple[str, ...]] = {
    UserSaid: ("text",),
    AssistantSaid: ("text",),
    NoticeShown: ("text", "level"),
    ErrorShown: ("code", "message", "remedy"),
    ModeChanged: ("mode", "budget"),
    QuestionAsked: ("question_id", "text", "options"),
    QuestionAnswered: ("question_id", "answer"),
    SourceOpened: ("name", "path", "row_count"),
    TableShown: ("title", "total_rows"),
    PreviewReady: (
        "digest", "command", "purpose", "filter_in_words", "total_rows", "total_cents", "estimated", "environment",
        "currency", "typed_confirmation",
    ),
    PreviewVoided: ("digest", "reason"),
    ApprovalGiven: ("digest", "by"),
    ApprovalRefused: ("digest",),
    BatchStarted: ("job_id", "total_rows", "environment"),
    BatchStopped: ("job_id", "status"),
    BatchFinished: ("job_id", "status", "rows", "spent_cents", "currency"),
}  # fmt: skip
"""By kind of event, the fields that are written; kinds and fields that are not named here are not."""


def kept(event: Event) -> dict[str, Any] | None:
    """The event as it is written; None where nothing of it is."""
    names = KEPT.get(type(event))
    if names is None:
        return None
    return {"event": type(event).__name__} | {name: _clean(getattr(event, name)) for name in names}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_secrets(value[:MOST_CHARACTERS])
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return value
