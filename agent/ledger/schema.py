"""Whose a ledger is, and which schema it has."""

APPLICATION_ID = 0x53484C47
"""`SHLG`: no other program of ours or of others takes this file or database for its own."""
MOVED_ID = 0x53484C4D
"""`SHLM` in the place of the one above: a file that was moved to a server. No version opens it."""
ARRIVING_ID = 0x53484C41
"""`SHLA`: a database that a file is being moved into. No version opens it."""
HEAD = "0011"
"""The newest schema that this code knows; earlier ones are migrated, later ones refused."""
