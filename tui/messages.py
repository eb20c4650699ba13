"""Messages that several screens send to the app."""

from textual.message import Message


class CopyWanted(Message):
    """The person wants this text on the clipboard."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class ConnectionLost(Message):
    """Nobody is there any more: the browser's tab or its server has gone."""
