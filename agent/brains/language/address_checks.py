"""Questions about addresses: `check the addresses of the California orders`, `are these addresses ok?`."""

from typing import Any, Final

from agent.brains.language.actions import ToolRequest
from agent.brains.language.openings import opening
from agent.brains.language.questions import selected
from agent.brains.language.reading import read
from agent.brains.language.resolving import Resolver
from agent.brains.language.understanding import understand
from agent.brains.protocol import Conversation

_CHECK: Final = opening("addresses", "check")
_ALL_RIGHT: Final = opening("addresses", "all_right")
_WHICH: Final = opening("addresses", "which")
_HOMES: Final = opening("addresses", "homes")
_POINTING: Final = frozenset({"", "these", "those", "them", "it", "these orders", "those orders", "the preview"})
_ALL: Final = frozenset({"all", "all orders", "everything", "all of them", "all the orders"})


def address_check(text: str, conversation: Conversation, resolver: Resolver, ignored: list[str]) -> ToolRequest | None:
    """`check_destinations` over the rows that are named, else those of the preview or those counted last; None for any
    other message."""
    plain = " ".join(text.replace("\u2019", "'").split()).strip(" .!?")
    found = next((match for one in (_CHECK, _ALL_RIGHT, _WHICH, _HOMES) if (match := one.match(plain))), None)
    if found is None:
        return None
    parts = found.groupdict()
    arguments: dict[str, Any] = {"again": True} if parts.get("again") or parts.get("anew") else {}
    rest = (parts.get("which") or parts.get("rest") or "").strip()
    if rest.casefold() not in _POINTING | _ALL:
        _, tokens = understand(rest, resolver, ignored)
        condition = selected(read(tokens, resolver), resolver)
        return ToolRequest("check_destinations", arguments | {"where": condition.clause()}, condition.words())
    if rest.casefold() not in _ALL:
        if conversation.proposal is not None and conversation.preview_pending:
            return ToolRequest("check_destinations", arguments | {"previewed": True})
        if conversation.counted is not None:
            clause, words = conversation.counted
            return ToolRequest("check_destinations", arguments | {"where": clause}, words)
    return ToolRequest("check_destinations", arguments | {"where": "TRUE"})
