"""The preview of something else than shipping: a void, changes of the queue."""

from typing import Any

from agent.chat.state import SessionState
from agent.events import PreviewReady
from agent.ledger.audit import digest
from agent.planning.sentence import masked_account


def action_preview(state: SessionState, purpose: str, sentence: str, rows: int, content: Any) -> PreviewReady:
    """An approval without a table of shipments: its digest covers what would be done."""
    sealed = digest([purpose, content])
    return PreviewReady(
        digest=sealed,
        short_digest=sealed[:8],
        command=state.person.last_words or purpose,
        filter_in_words="",
        filter_sql="",
        total_rows=rows,
        lines=[],
        total_cents=0,
        estimated=False,
        cheapest=None,
        most_expensive=None,
        excluded={},
        boundary=[],
        warnings=[],
        mapping=[],
        mapping_is_new=False,
        environment=state.settings.ups_environment,
        account=masked_account(state.settings.sender.account_number),
        approval_sentence=sentence,
        typed_confirmation=None,
        purpose=purpose,
    )
