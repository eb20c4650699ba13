"""The command palette: Textual's own, over the registry of actions and the themes."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.model.actions import ACTIONS, Action, Place
from tui.model.key_table import KeyTable

OFFERED = tuple(
    action
    for action in ACTIONS
    if action.place in (Place.APP, Place.CHAT) and (action.does or action.sentence) and action.id != "palette"
)
"""What can be done from anywhere; the keys of a widget mean something only there."""


class DoesActions(Protocol):
    """The app, as far as the palette needs it."""

    keys: KeyTable

    @property
    def available_themes(self) -> dict[str, Any]: ...

    def do(self, action: Action) -> None: ...

    def action_theme(self, name: str) -> None: ...


class ActionPalette(Provider):
    """Every action that can be done from anywhere, and each theme."""

    @property
    def _chat(self) -> DoesActions:
        return cast(DoesActions, self.app)

    def _choices(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        for action in OFFERED:
            yield f"{action.title}: {action.summary}", self._how(action), partial(self._chat.do, action)

    def _how(self, action: Action) -> str:
        """By which key and which command else."""
        return " · ".join(part for part in (self._chat.keys.shown(action), action.name and action.usage) if part)

    def _themes(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        for name in sorted(self._chat.available_themes):
            yield f"theme {name}", "", partial(self._chat.action_theme, name)

    async def discover(self) -> Hits:
        for words, how, callback in self._choices():
            yield DiscoveryHit(words, callback, help=how)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for words, how, callback in [*self._choices(), *self._themes()]:
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), callback, help=how)
