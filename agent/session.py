"""The session's public names, importable from here wherever they live."""

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.chat.talk_script import script

__all__ = ["ChatSession", "SessionOptions", "script"]
