"""Plans: selection, identity, quotes, digest, approval and budget.

What is approved here is exactly what the batch sends.
"""
