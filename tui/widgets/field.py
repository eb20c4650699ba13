"""A field of one line, and the order of keys that every field keeps."""

from textual import events
from textual.widget import Widget
from textual.widgets import Input


async def edit_in_turn(field: Widget, event: events.Key) -> None:
    """Let a field do what it has bound to a key (Backspace, Ctrl+U, Left, Enter) in its turn among the letters.

    Textual runs bindings only after the key has bubbled up to the app: letters typed right behind a Backspace would
    come before it, and another text than the one typed would be sent.
    """
    if event.is_printable:
        return
    bound = field.screen.active_bindings.get(event.key)
    # What a screen or the app does is not part of the text, and may wait for this field.
    if bound is None or bound.node is not field or bound.binding.priority or "." in bound.binding.action:
        return
    event.stop()
    event.prevent_default()
    if bound.enabled:
        await field.run_action(bound.binding.action)


class Field(Input):
    """An input whose keys are carried out in the order in which they were typed."""

    async def _on_key(self, event: events.Key) -> None:
        await edit_in_turn(self, event)
