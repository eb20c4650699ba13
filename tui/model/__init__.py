"""What the chat knows and decides, without a screen: folded events, the approval gate, the prompt's memory.

Nothing here imports Textual, so all of it is tested as plain functions and values.
"""
