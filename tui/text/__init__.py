"""From text to lines of styled `Content`: markdown, events and cards, wrapped for a width.

Only Textual's value types are used here, no widget.
"""
