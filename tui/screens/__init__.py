"""Screens over the chat: all rows of a preview, a batch's log, help, and the questions before stopping."""
