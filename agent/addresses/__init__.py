"""Addresses checked at UPS before they are shipped to: asked, kept in the ledger, told; taken by a person only."""
