"""The registry of actions: what a person can do in the chat, by which key and which command, and where.

Bindings, slash commands, the keys in the last line, help, command palette and docs/keys.md are made from it.
"""

from dataclasses import dataclass
from enum import Enum


class Place(Enum):
    """What must have the focus for a key to count; the value is how people read it."""

    APP = "Everywhere"
    CHAT = "In the chat"
    PROMPT = "In the prompt"
    TRANSCRIPT = "In the transcript"
    QUESTION = "On a question (Tab)"
    APPROVAL = "On the approval bar (Tab)"
    ROWS = "In all rows of a preview"
    DETAIL = "In one row of a preview"
    LOG = "In the log of a batch"
    MAPPING = "In the mapping"
    SERVICES = "In the comparison of services"
    OPEN = "When opening a sheet"
    LIST = "In a search above a list"
    NEXT = "When choosing what comes next"
    DOUBTS = "In the rows in doubt"
    JOBS = "In the batches of before"
    HISTORY = "In the search of earlier messages"
    SESSIONS = "In the list of talks"
    SETTINGS = "In the settings"
    HELP = "In the help"
    STOP = "When asked what to stop"
    QUIT = "When asked before leaving"

    @property
    def enclosing(self) -> tuple["Place", ...]:
        """The place itself, then the places around it, whose keys count too."""
        inside_chat = {Place.PROMPT, Place.TRANSCRIPT, Place.QUESTION, Place.APPROVAL}
        if self in inside_chat:
            return (self, Place.CHAT, Place.APP)
        if self is Place.DETAIL:
            return (self, Place.ROWS, Place.APP)
        return (self,) if self is Place.APP else (self, Place.APP)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `does` is Textual's name of it; without, its keys are read by the widget among the letters."""

    id: str
    title: str
    """A word or two: what stands beside its key."""
    summary: str
    place: Place = Place.CHAT
    keys: tuple[str, ...] = ()
    """Textual's names of the keys, unless the settings name others."""
    does: str = ""
    name: str = ""
    """Of its slash command."""
    argument: str = ""
    """What stands behind the command, as people read it."""
    sentence: str = ""
    """The command is said to the session in these words."""
    hint: bool = False
    """Its key is shown in the last line while it counts."""
    priority: bool = False
    """Before what has the focus gets the key."""

    @property
    def usage(self) -> str:
        """The slash command as it is typed."""
        return f"/{self.name} {self.argument}".strip()

    @property
    def bound(self) -> bool:
        """Whether its keys are bindings, which the settings may change."""
        return bool(self.keys and self.does)

    @property
    def at_once(self) -> bool:
        """Whether nothing has to be typed behind it."""
        return not self.argument or "{argument}" not in self.sentence


_ANYWHERE = (
    Action("help", "help", "keys, commands and what to say", Place.APP, ("f1",), "app.help", "help", hint=True),
    Action(
        "palette", "all actions", "find any action by its name",
        Place.APP, ("f9",), "app.command_palette", hint=True,
    ),
    Action(
        "clear", "clear", "copies a selection, else clears the prompt; on an empty prompt twice to quit", Place.APP,
        ("ctrl+c",), "app.clear_or_quit", priority=True,
    ),
    Action("quit", "leave", "leave", Place.APP, ("ctrl+q",), "app.quit", "quit", priority=True),
)  # fmt: skip

_CHAT = (
    Action(
        "show-rows", "rows", "all rows of the preview: sort, filter, one row whole", Place.CHAT, ("f3",),
        "app.preview", "preview", hint=True,
    ),
    Action(
        "open", "open", "another order sheet: recent ones, files below this folder", Place.CHAT, ("ctrl+o",),
        "app.open", "open",
    ),
    Action(
        "demo", "demo", "a sample sheet and the practice UPS; leaves this session", does="app.demo", name="demo"
    ),
    Action(
        "services", "services", "price, days and arrival by other services; choose one", Place.CHAT, ("f10",),
        "app.services", "services", priority=True,
    ),
    Action(
        "show-mapping", "mapping", "which column each field is taken from; give a column to a field", Place.CHAT,
        ("f5",), "app.mapping",
        "mapping", hint=True,
    ),
    Action(
        "forget", "take back", "take back an answer that you gave; it is asked again", Place.CHAT, ("f6",),
        "app.forget", "forget", "WHAT", priority=True,
    ),
    Action("show-log", "log", "every event of the batch", Place.CHAT, ("f4",), "app.log", "log", hint=True),
    Action(
        "mode", "mode", "confirm, or auto with a limit", name="mode", argument="confirm | auto up to $200",
        sentence="switch to {argument}",
    ),
    Action(
        "dry-run", "dry run", "preview what would ship; buy nothing", name="dry", argument="WHAT TO SHIP",
        sentence="dry run: {argument}",
    ),
    Action("pause", "pause", "pause the batch after the rows in flight", does="app.pause", name="pause"),
    Action(
        "stop", "stop", "stop the turn, or choose what to do with a batch", Place.CHAT, ("escape",), "app.stop", "stop"
    ),
    Action(
        "next", "next", "after a batch: print, open or save the labels, tracking numbers, what is left", Place.CHAT,
        ("f2",), "app.next", "next",
    ),
    Action(
        "doubts", "in doubt", "rows whose outcome is not known: release, adopt, close", Place.CHAT, ("f7",),
        "app.doubts", "doubts", priority=True,
    ),
    Action(
        "jobs", "batches", "what was shipped before: search, labels, retry, void, export", Place.CHAT, ("f8",),
        "app.jobs", "jobs", priority=True,
    ),
    Action("mcp", "servers", "MCP servers and their tools, your own too", name="mcp", sentence="show my MCP servers"),
    Action(
        "sessions", "talks", "earlier talks: search, go on, rename, export, delete", does="app.sessions",
        name="sessions",
    ),
    Action(
        "settings", "settings", "what is set, by whom, what it does; change it", does="app.settings", name="settings"
    ),
    Action(
        "doctor", "doctor", "check machine, settings, ledger, servers and UPS, as shipchat doctor does",
        does="app.doctor", name="doctor",
    ),
    Action("copy", "copy", "copy the last answer", does="app.copy", name="copy"),
    Action(
        "theme", "theme", "colours: dark, light, ansi, or any of Textual's; kept for the next time", does="app.theme",
        name="theme", argument="NAME",
    ),
    Action(
        "page-up", "page up", "scroll up, whatever has the focus",
        Place.CHAT, ("pageup",), "page(-1)", priority=True,
    ),
    Action(
        "page-down", "page down", "scroll down, whatever has the focus", Place.CHAT, ("pagedown",), "page(1)",
        priority=True,
    ),
    Action("first", "first", "to the first message", Place.CHAT, ("ctrl+home",), "earliest", priority=True),
    Action("newest", "newest", "to the newest message", Place.CHAT, ("ctrl+end",), "latest", priority=True),
)  # fmt: skip

_PROMPT = (
    Action("send", "send", "send the message", Place.PROMPT, ("enter",)),
    Action("new-line", "new line", "begin a new line", Place.PROMPT, ("ctrl+j", "shift+enter", "alt+enter")),
    Action(
        "older", "older", "the message before; on an empty prompt, Up takes a waiting message back", Place.PROMPT,
        ("up",),
    ),
    Action("newer", "newer", "the message after, at last your draft", Place.PROMPT, ("down",)),
    Action("older-readline", "older", "the message before, from any line", Place.PROMPT, ("ctrl+p",), "older"),
    Action("newer-readline", "newer", "the message after, from any line", Place.PROMPT, ("ctrl+n",), "newer"),
    Action(
        "decide", "decide", "to the open preview or question, and back", Place.PROMPT, ("tab",), "screen.decide",
        hint=True,
    ),
    Action(
        "search-history", "search", "search earlier messages, of earlier talks too", Place.PROMPT, ("ctrl+r",),
        "app.search_history",
    ),
    Action(
        "edit-outside", "editor", "write the message in your editor ($VISUAL, $EDITOR)", Place.PROMPT, ("ctrl+g",),
        "app.edit_outside",
    ),
    Action(
        "stash", "put aside", "put the draft aside; on an empty prompt, take it back", Place.PROMPT, ("ctrl+s",),
        "stash",
    ),
    Action(
        "mention", "a file", "complete a path; the sheet is opened, then the rest of the message is carried out",
        Place.PROMPT, ("@",),
    ),
    Action("command", "a command", "the commands below", Place.PROMPT, ("/",)),
)  # fmt: skip

_DECISIONS = (
    Action("choose", "choose", "take the choice of that number", Place.QUESTION, ("1-9",), hint=True),
    Action("drop-question", "drop", "the question is dropped, the turn ends", Place.QUESTION, ("escape",), "app.stop"),
    Action(
        "leave-question", "prompt", "back to the prompt", Place.QUESTION, ("tab", "shift+tab"), "screen.prompt",
        hint=True,
    ),
    Action(
        "approve", "approve", "approve the preview; counts only once it could be read", Place.APPROVAL,
        ("y", "ctrl+enter"), hint=True,
    ),
    Action("refuse", "refuse", "refuse it: nothing is bought", Place.APPROVAL, ("n", "escape"), "refuse", hint=True),
    Action(
        "leave-approval", "prompt", "back to the prompt", Place.APPROVAL, ("tab", "shift+tab"), "screen.prompt",
        hint=True, priority=True,
    ),
    Action("transcript-first", "first", "to the first message", Place.TRANSCRIPT, ("home",), "earliest"),
    Action("transcript-newest", "newest", "to the newest message", Place.TRANSCRIPT, ("end",), "latest"),
)  # fmt: skip

_SCREENS = (
    Action(
        "sort-rows", "sort", "sort by the column of that number; again for the other order",
        Place.ROWS, ("1-7",), hint=True,
    ),
    Action("search-rows", "filter", "only rows that contain these words", Place.ROWS, ("/",), hint=True),
    Action(
        "open-row", "one row", "the row whole: label, weight, customs, changes, cells",
        Place.ROWS, ("enter",), hint=True,
    ),
    Action(
        "close-rows", "back", "back: to the table, then to the chat",
        Place.ROWS, ("escape", "q", "f3"), "close", hint=True,
    ),
    Action("row-above", "row above", "the row above", Place.DETAIL, ("up",), "row(-1)"),
    Action("row-below", "row below", "the row below", Place.DETAIL, ("down",), "row(1)"),
    Action(
        "only-faults", "faults", "only what failed, is in doubt, or was noted",
        Place.LOG, ("f",), "faults", hint=True,
    ),
    Action("copy-log", "copy", "copy the lines that are shown", Place.LOG, ("y", "c"), "copy", hint=True),
    Action("close-log", "back", "back to the chat", Place.LOG, ("escape", "q", "f4"), "close", hint=True),
    Action("give-column", "gives the column to a field", "choose a field for it", Place.MAPPING, ("enter",), hint=True),
    Action("leave-mapping", "back", "to the columns, then to the chat", Place.MAPPING, ("escape",), "back", hint=True),
    Action("close-mapping", "back", "back to the chat", Place.MAPPING, ("f5",), "close"),
    Action(
        "choose-service", "a new preview", "take the service of that number", Place.SERVICES, ("1-9", "enter"),
        hint=True,
    ),
    Action("close-services", "back", "back to the chat", Place.SERVICES, ("escape", "f10", "q"), "close", hint=True),
    Action("open-sheet", "open", "open the one that is marked", Place.OPEN, ("enter",), hint=True),
    Action("close-open", "back", "back to the chat", Place.OPEN, ("escape", "ctrl+o"), "close", hint=True),
    Action("entry-above", "above", "the entry above", Place.LIST, ("up",), "move(-1)"),
    Action("entry-below", "below", "the entry below", Place.LIST, ("down",), "move(1)"),
    Action("choose-next", "choose", "say the sentence of that number", Place.NEXT, ("1-9",), hint=True),
    Action("close-next", "back", "back to the chat", Place.NEXT, ("escape", "q", "f2"), "close", hint=True),
    Action("release-row", "release", "a resume may send it again", Place.DOUBTS, ("r",), "release", hint=True),
    Action(
        "release-row-now", "release now", "the same without the wait", Place.DOUBTS, ("R", "shift+r"), "release_now",
        hint=True,
    ),
    Action("adopt-row", "adopt", "take the number that you saw at UPS", Place.DOUBTS, ("a",), "adopt", hint=True),
    Action("close-row", "close", "settle it: nothing was shipped", Place.DOUBTS, ("c",), "decide('close')", hint=True),
    Action("look-up-rows", "look up", "ask UPS again", Place.DOUBTS, ("l",), "look_up", hint=True),
    Action(
        "close-doubts", "back", "back to the chat", Place.DOUBTS, ("escape", "f7"), "close", hint=True, priority=True
    ),
    Action("show-job", "show", "how the batch stands", Place.JOBS, ("enter",), hint=True),
    Action("search-jobs", "search", "only batches with these words", Place.JOBS, ("/",), hint=True),
    Action("print-job", "print", "print its labels", Place.JOBS, ("p",), "say('print')", hint=True),
    Action("open-job", "open labels", "open its labels", Place.JOBS, ("o",), "say('open')", hint=True),
    Action("save-job", "save as PDF", "save its labels as PDF", Place.JOBS, ("s",), "say('save')", hint=True),
    Action("job-numbers", "tracking numbers", "its tracking numbers", Place.JOBS, ("t",), "say('numbers')", hint=True),
    Action("job-doubts", "doubts", "its rows in doubt", Place.JOBS, ("d",), "say('doubts')", hint=True),
    Action("resume-job", "continue", "continue it", Place.JOBS, ("c",), "say('continue')", hint=True),
    Action("retry-job", "retry", "preview its failed rows again", Place.JOBS, ("r",), "say('retry')", hint=True),
    Action("void-job", "void", "void its labels: asked first", Place.JOBS, ("v",), "say('void')", hint=True),
    Action("write-job", "write sheet", "its results into the sheet", Place.JOBS, ("w",), "say('write')", hint=True),
    Action("export-job", "export", "write it as CSV", Place.JOBS, ("e",), "say('export')", hint=True),
    Action("close-jobs", "back", "back to the chat", Place.JOBS, ("escape", "f8"), "close", hint=True, priority=True),
    Action("take-message", "take", "put it into the prompt", Place.HISTORY, ("enter",), hint=True),
    Action("next-message", "older", "the next one that fits", Place.HISTORY, ("ctrl+r", "down"), "down", priority=True),
    Action("message-before", "newer", "the one before", Place.HISTORY, ("up",), "up", priority=True),
    Action("close-history", "back", "back to the prompt", Place.HISTORY, ("escape",), "close", hint=True),
    Action("search-sessions", "search", "only talks in which these words occur", Place.SESSIONS, ("/",), hint=True),
    Action("resume-session", "go on", "go on with it; it approves nothing", Place.SESSIONS, ("enter",), hint=True),
    Action("rename-session", "rename", "give it another name", Place.SESSIONS, ("r",), "rename", hint=True),
    Action("copy-markdown", "Markdown", "copy it as Markdown", Place.SESSIONS, ("m",), "export('markdown')", hint=True),
    Action("copy-script", "script", "copy it as a chat script", Place.SESSIONS, ("s",), "export('script')", hint=True),
    Action("delete-session", "delete", "delete it: press twice", Place.SESSIONS, ("d",), "delete", hint=True),
    Action("close-sessions", "back", "back to the chat", Place.SESSIONS, ("escape", "q"), "close", hint=True),
    Action("change-setting", "change", "change it in the settings file", Place.SETTINGS, ("enter",), hint=True),
    Action("close-settings", "back", "to the list, then to the chat", Place.SETTINGS, ("escape",), "close", hint=True),
    Action("close-help", "back", "back to the chat", Place.HELP, ("escape", "q", "f1"), "close", hint=True),
    Action("stop-choice", "choose", "take the choice of that number", Place.STOP, ("1-4",), hint=True),
    Action("go-on", "go on", "the batch continues", Place.STOP, ("escape",), "nothing", hint=True),
    Action("stay", "stay", "the chat goes on", Place.QUIT, ("escape", "1"), "stay", hint=True),
    Action("pause-and-quit", "leave", "pause the batch, then leave", Place.QUIT, ("2",), "leave", hint=True),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = _ANYWHERE + _CHAT + _PROMPT + _DECISIONS + _SCREENS


def at(place: Place) -> list[Action]:
    """The actions that belong to a place."""
    return [action for action in ACTIONS if action.place is place]
