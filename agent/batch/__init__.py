"""The batch engine: preview, executor, modes, recovery and outbox.

Re-exports the names that the outside relies on (DESIGN 4.5).
"""
