"""An empty ledger for shops, migrated once."""

from tests.faults.conftest import empty_ledger

__all__ = ["empty_ledger"]
