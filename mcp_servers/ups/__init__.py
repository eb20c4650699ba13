"""The UPS server: rates, shipments, labels, voids and look-ups over the real API.

`simulator/` is an embedded UPS that speaks the same API for practice.
"""
