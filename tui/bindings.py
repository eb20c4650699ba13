"""Textual's bindings of a place, made from the registry of actions."""

from textual.binding import Binding, BindingType

from tui.model.actions import Place, at


def bindings(place: Place) -> list[BindingType]:
    """What a screen or widget of this place has as `BINDINGS`; the ids let the settings change the keys."""
    return [
        Binding(
            ",".join(action.keys), action.does, action.title, show=action.hint, priority=action.priority, id=action.id
        )
        for action in at(place)
        if action.bound
    ]
