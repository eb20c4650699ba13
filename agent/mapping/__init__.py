"""From a row of the sheet to a shipment: column matching, sandboxed templates, filters.

A mapping is configured by words and confirmed by a person; code renders it.
"""
