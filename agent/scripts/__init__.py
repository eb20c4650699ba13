"""Chat scripts: a conversation written down, with what is expected of it.

The same file drives the session headless and in the chat.
"""
