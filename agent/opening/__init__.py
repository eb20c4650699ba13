"""Opening an order sheet together with its person: which part of it, whose address, which column is what."""
