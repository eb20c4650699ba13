"""Whose a ledger is, and which schema it has."""

APPLICATION_ID = 0x53484C47
"""`SHLG`: no other program of ours or of others takes this file or database for its own."""
HEAD = "0011"
"""The newest schema that this code knows; earlier ones are migrated, later ones refused."""
