"""One registry of actions: bindings, commands, palette, help and page are made from it, and it contradicts nothing."""

import importlib
import pkgutil
from collections import Counter

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import tui
from agent.errors import ShipchatError
from tests import keys_page
from tui.app import EDITING, ShipchatApp
from tui.model.actions import ACTIONS, Place, at
from tui.model.commands import COMMANDS
from tui.model.help import help_text
from tui.model.key_table import KeyTable, key_table, read_as
from tui.palette import OFFERED
from tui.screens.chat_screen import ChatScreen
from tui.widgets.status_line import fitted


def own_classes() -> list[type[DOMNode]]:
    """Every screen and widget of the chat, and the app."""
    found = []
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        members = vars(importlib.import_module(module.name)).values()
        found += [one for one in members if isinstance(one, type) and issubclass(one, DOMNode)]
    return [one for one in dict.fromkeys(found) if one.__module__.startswith("tui.")]


CLASSES = own_classes()
BOUND = [
    (owner, binding)
    for owner in CLASSES
    for binding in vars(owner).get("BINDINGS", [])
    if isinstance(binding, Binding) and binding.action.partition("(")[0] not in {"sort", "choose"}
]


def test_ids_and_commands_are_unique() -> None:
    for names in ([action.id for action in ACTIONS], [command.name for command in COMMANDS]):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_each_key_of_the_registry_is_bound_once_and_nothing_else_is() -> None:
    bound = sorted((binding.id or f"without id: {binding}", binding.key, binding.action) for _, binding in BOUND)
    assert bound == sorted((one.id, ",".join(one.keys), one.does) for one in ACTIONS if one.bound)


def test_what_is_bound_exists() -> None:
    owners = {"app": ShipchatApp, "screen": ChatScreen}
    for owner, binding in BOUND:
        target, _, name = binding.action.partition("(")[0].rpartition(".")
        assert hasattr(owners.get(target, owner), f"action_{name}"), binding
    for command in COMMANDS:
        if command.does:
            assert hasattr(ShipchatApp, f"action_{command.does.removeprefix('app.')}"), command


def test_no_key_means_two_things_in_one_place() -> None:
    for place in Place:
        keys = Counter(key for action in at(place) for key in action.keys)
        assert [key for key, count in keys.items() if count > 1] == [], place


def test_help_palette_and_page_hold_the_whole_registry() -> None:
    shown, page = help_text(), keys_page.PAGE.read_text(encoding="utf-8")
    assert page == keys_page.page(), "run: python -m tests.keys_page"
    for action in ACTIONS:
        assert not action.keys or action.summary in shown
        assert not action.bound or f"`{action.id}`" in page
    for command in COMMANDS:
        assert f"`{command.usage}`" in shown
        assert command in OFFERED


def test_the_chat_has_no_other_key_of_textuals_app_than_the_registry() -> None:
    assert {binding.key for binding in App.BINDINGS if isinstance(binding, Binding)} <= {"ctrl+q", "ctrl+c"}


def test_keys_are_read_as_people_write_them() -> None:
    assert [read_as(key) for key in ("ctrl+home", "f3", "pageup", "y", "/")] == ["Ctrl+Home", "F3", "PgUp", "y", "/"]


def test_a_key_of_the_settings_takes_the_place_of_the_usual_one() -> None:
    table = key_table({"show-log": "F11, alt+l"}, editing=EDITING)
    assert table.keymap == {"show-log": "f11,alt+l"}
    assert "**F11 / Alt+L**" in help_text(table)
    assert "F11 log" in table.hints(Place.CHAT)


def test_two_actions_may_swap_their_keys() -> None:
    assert key_table({"show-log": "f3", "show-rows": "f4"}, editing=EDITING).keymap == {
        "show-log": "f3",
        "show-rows": "f4",
    }


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"show-lgo": "f11"}, "there is no such action (did you mean show-log?)"),
        ({"approve": "f11"}, "this action has no key that can be changed"),
        ({"show-log": "f3"}, "F3 is the key of show-rows"),
        ({"close-log": "f"}, "f is the key of only-faults"),
        ({"close-rows": "3"}, "3 is the key of sort-rows"),
        ({"show-log": "ctrl+enter"}, "Ctrl+Enter is the key of approve"),
        ({"refuse": "ctrl+q"}, "Ctrl+Q is the key of quit"),
        ({"show-log": "ctrl+k"}, "edits the prompt's text"),
        ({"show-log": "l"}, "l is a letter"),
        ({"show-log": "pgup"}, "'pgup' is not a key (did you mean pageup?)"),
        ({"show-log": ""}, "'' is not a key"),
    ],
)
def test_keys_that_cannot_be_are_refused_with_the_reason(written: dict[str, str], why: str) -> None:
    with pytest.raises(ShipchatError) as refusal:
        key_table(written, editing=EDITING)
    assert refusal.value.code == "E-4191"
    assert why in refusal.value.message
    assert next(iter(written)) in refusal.value.message


def test_as_many_keys_as_fit_are_shown_and_help_is_the_last_to_go() -> None:
    hints = ["Tab decide", "F3 rows", "F1 help"]
    assert fitted(hints, 40) == "Tab decide · F3 rows · F1 help"
    assert fitted(hints, 25) == "Tab decide · F1 help"
    assert fitted(hints, 8) == "F1 help"
    assert fitted(hints, 6) == ""


def test_hints_are_those_of_the_place_and_of_the_places_around_it() -> None:
    hints = KeyTable().hints(*Place.APPROVAL.enclosing)
    assert hints[:3] == ["y approve", "n refuse", "Tab prompt"]
    assert "F3 rows" in hints
