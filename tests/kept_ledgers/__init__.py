"""Ledgers that earlier commits wrote, kept as they were: every later version must open them and find all of it."""
