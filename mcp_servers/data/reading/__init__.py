"""From a file or database as it really is to numbered rows of text.

Nothing here drops a row, shifts a number or writes anything.
"""
