"""Turns, questions and the approval grammar.

Nothing here ships: it turns words into a plan and hands a person's decision to code.
"""
