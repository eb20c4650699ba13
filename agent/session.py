"""The session's public names, importable from here wherever they live."""

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession

__all__ = ["ChatSession", "SessionOptions"]
