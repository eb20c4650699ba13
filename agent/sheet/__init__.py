"""The open sheet: what its columns are called, whose address they hold, which of its orders may go.

`fields.toml` is the one dictionary of headers: `fields` loads it, `header_text` compares headers, `headers` reads the
known ones for a shipment, `header_meaning` reads any header for selecting rows.
"""
