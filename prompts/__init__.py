"""Prompts and tool texts as files, read as package data.

No prompt text lives in Python strings.
"""
