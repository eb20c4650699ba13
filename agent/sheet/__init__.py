"""The open sheet: what its columns are called, whose address they hold, which of its orders may go.

`fields.toml` is the one dictionary of headers.
"""
