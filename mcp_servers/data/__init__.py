"""The data server: order sheets in, filtered rows out, tracking numbers written back.

The file belongs to its user: only agreed cells of agreed rows change.
"""
