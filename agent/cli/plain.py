"""`shipchat --plain`: the chat as lines, for screen readers and for terminals that cannot move a cursor.

The same session as the window's. The event loop runs while a message is dealt with and rests while a line is awaited:
so the line is the terminal's own, and can be edited, recalled, read out and interrupted like any other.
"""

import asyncio
import contextlib
import sys
import time
from typing import Any

from agent.chat.options import SessionOptions
from agent.chat.pending import APPROVAL_DEAD_TIME_S
from agent.chat.session import ChatSession
from agent.cli.exits import Exit
from agent.cli.farewell import Farewell
from agent.cli.output import say
from agent.cli.recording import record
from agent.cli.stopping import off_signals, on_signals, until_stopped
from agent.cli.table import table
from agent.cli.text import Narrator
from agent.errors import ShipchatError
from agent.events import (
    BatchFinished,
    Event,
    ModeChanged,
    OfferedSheet,
    PreviewReady,
    PreviewVoided,
    SessionOpened,
    SessionResumed,
    SheetSampled,
    SheetsOffered,
    SourceOpened,
)
from agent.planning.sentence import ENVIRONMENT_WORDS
from agent.saved_sessions.prompts import KeptPrompts
from agent.saved_sessions.store import SavedSessions
from agent.settings import Settings

LEAVING = frozenset({"/quit", "/exit", "quit", "exit"})
SPEAKERS = {"you": "You: ", "shipchat": "", "note": "", "error": "Error: "}
USE_WORDS = (
    "Commands with a slash belong to the window. Say it in words, such as “show my jobs”; /quit or Ctrl+D leaves."
)
NO_SHEET_YET = "No sheet is open. Type the path of one, or leave and try `shipchat demo`."
FIRST_WORDS = "Say what to ship, or “help”. Ctrl+C stops what runs; Ctrl+D leaves."


class PlainNarrator(Narrator):
    """What the window shows at its edges is said in lines here: where one is, the mode, and that a preview is void."""

    def lines(self, event: Event) -> list[str]:
        match event:
            case SessionOpened(environment=environment, model=model, mode=mode):
                return [f"shipchat. {ENVIRONMENT_WORDS[environment]}. Mode: {mode}. Model: {model}.", FIRST_WORDS]
            case SessionResumed(name=name, talk=talk):
                said = [f"{SPEAKERS[part['role']]}{part['text']}" for part in talk]
                return [f"Going on with “{name}”. Earlier:", *said, "End of what was said before."]
            case ModeChanged(mode=mode, budget=budget):
                return [f"Mode: {mode}{f', {budget}' if budget else ''}."]
            case BatchFinished(next_words=words) if words:
                return [*super().lines(event), f"Next you can say: {'; '.join(words)}."]
            case PreviewVoided(reason=reason):
                return [f"That preview no longer counts: {reason.rstrip('.')}."]
            case SheetSampled(columns=columns, rows=rows) if rows:
                return table([columns, *rows])
            case SheetsOffered(sheets=sheets):
                return offered_lines(sheets)
            case SourceOpened(first_words=said):
                return [
                    *super().lines(event),
                    *(["Say, for example:", *(f"  {words}" for words in said)] if said else []),
                ]
            case _:
                return super().lines(event)


def offered_lines(sheets: list[OfferedSheet]) -> list[str]:
    """The sheets that could be opened, by what is typed for them."""
    known = [f"  {sheet.path} ({sheet.seen})" for sheet in sheets]
    return ["No sheet is open. Type the path of one, such as:", *known] if known else [NO_SHEET_YET]


class Waiting:
    """The last preview that was told: what the prompt asks for while it waits."""

    def __init__(self) -> None:
        self.preview: PreviewReady | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, PreviewReady):
            self.preview = event


def talk(settings: Settings, options: SessionOptions) -> int:
    """Read lines until the person leaves; the exit code is the window's."""
    prompts = KeptPrompts(SavedSessions(settings.home / "sessions").prompts if settings.sessions_kept else None)
    with contextlib.suppress(ImportError):
        # Loading it makes `input` editable, with the lines before on Up.
        import readline

        for text in prompts.read():
            readline.add_history(text.replace("\n", " "))
    session, waiting, farewell = ChatSession(settings, options), Waiting(), Farewell()
    for listener in (PlainNarrator(), waiting, farewell):
        session.subscribe(listener)
    record(session)
    with asyncio.Runner() as runner:
        try:
            opened = runner.run(_attended(session, session.open()))
            if opened is None or opened["status"] == "refused":
                return Exit.ERROR
            _converse(runner, session, waiting, prompts)
        finally:
            runner.run(session.close())
    if farewell.text:
        say(farewell.text)
    return Exit.DONE


def _converse(runner: asyncio.Runner, session: ChatSession, waiting: Waiting, prompts: KeptPrompts) -> None:
    while True:
        preview = waiting.preview if waiting.preview and waiting.preview.digest == session.pending_digest else None
        if preview is not None:
            _let_it_be_seen(session, preview.digest)
        begun = time.monotonic()
        line = _line(_prompt(session, preview))
        if line is None or line.strip().lower() in LEAVING:
            return
        if not line.strip():
            continue
        # What cannot be kept for the next time is no reason to stop: the recorder says so.
        with contextlib.suppress(OSError):
            prompts.add(line)
        if line.lstrip().startswith("/") and " " not in line.strip() and line.count("/") == 1:
            say(USE_WORDS)
            continue
        with _refusals_said():
            runner.run(_attended(session, session.send(line, begun_at=begun)))


async def _attended(session: ChatSession, work: Any) -> dict[str, Any] | None:
    """One turn, which Ctrl+C stops: a batch pauses, anything else ends."""
    stopping = asyncio.Event()
    on_signals(stopping.set)
    try:
        result: dict[str, Any] = await until_stopped(session, work, stopping)
        return result
    finally:
        off_signals()


def _let_it_be_seen(session: ChatSession, digest: str) -> None:
    """What was typed before the preview could be read approves nothing: it is thrown away."""
    time.sleep(APPROVAL_DEAD_TIME_S)
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    session.preview_painted(digest)


def _prompt(session: ChatSession, preview: PreviewReady | None) -> str:
    """What is awaited, in words, before the place where it is typed."""
    question = session.open_question
    if question is not None:
        count = len(question["options"])
        words = "Answer" if not count else "Answer, or 1" if count == 1 else f"Answer, or 1 to {count}"
    elif preview is not None:
        typed = preview.typed_confirmation
        words = f"Type “{typed}” to approve, “no” to refuse" if typed else "“yes” approves, “no” refuses"
    else:
        words = "Message"
    return f"LIVE. {words}: " if session.environment == "production" else f"{words}: "


def _line(prompt: str) -> str | None:
    """The next line; None at the end. Ctrl+C gives an empty one."""
    try:
        return input(prompt)
    except KeyboardInterrupt:
        say("\nCtrl+D leaves.")
        return ""
    except EOFError:
        say("")
        return None


@contextlib.contextmanager
def _refusals_said() -> Any:
    try:
        yield
    except ShipchatError as refusal:
        say(str(refusal))
