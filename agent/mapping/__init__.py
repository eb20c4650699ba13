"""From a row of the sheet to a shipment: column matching, sandboxed templates, filters, saved mappings, the builder.

A mapping is configured by words and confirmed by a person; code renders it.
"""

from agent.mapping.json_template import render

__all__ = ["render"]
