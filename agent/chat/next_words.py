"""What can be said once a batch has ended or was looked at: the next steps, the most urgent first. Pure."""

from collections.abc import Mapping

LABELS = ("print the labels", "open the labels", "save the labels as PDF", "show me the tracking numbers", "pick list")
"""Of a batch that has labels."""


def next_words(job_id: str, rows: Mapping[str, int], *, results_wait: bool) -> list[str]:
    """Sentences that the session understands, for a batch whose rows stand like this (docs/commands.md)."""
    words = ["which are in doubt?"] if rows.get("in_doubt") else []
    if rows.get("pending"):
        words.append(f"resume batch {job_id}")
    if rows.get("failed"):
        words.append(f"retry batch {job_id}")
    if results_wait:
        words.append("write the sheet again")
    if rows.get("completed"):
        words += LABELS
    return words
