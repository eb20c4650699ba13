"""The ledger: jobs, rows, shipments, packages, outbox and audit, in SQLite.

It is the memory that a crash must not lose (reference/money.md).
"""
