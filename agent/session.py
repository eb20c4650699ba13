"""The session's public names, importable from here wherever they live."""

from agent.chat.session import ChatSession, SessionOptions

__all__ = ["ChatSession", "SessionOptions"]
