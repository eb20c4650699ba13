"""Temporal hands the rows of a batch to workers, where one is wanted; the ledger alone decides what is sent.

Nothing here is imported before `--on temporal`, `shipchat worker` or `doctor` asks for it.
"""
