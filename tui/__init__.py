"""The chat in the terminal (Textual): screens, widgets and one stylesheet.

It sends text and answers, and renders events; it decides nothing.
"""
