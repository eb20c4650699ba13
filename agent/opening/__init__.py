"""Opening an order sheet together with the person: which part of it, whose address, which column is what."""
