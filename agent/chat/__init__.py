"""Turns, questions and the approval grammar.

Nothing here ships: it leads words to a plan and a person's decision to code.
"""
