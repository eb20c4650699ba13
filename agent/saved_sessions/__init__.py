"""Talks that are kept on this machine, and what was typed into the prompt: written, found again, told, exported.

A talk is a file of events without rows of the sheet; nothing in it approves anything.
"""
