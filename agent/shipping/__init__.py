"""Pure shipping rules: addresses, weights, dimensions, phones, countries, services, dates.

Each gives a verdict: ok, changed (from, to), ask or reject (cell).
"""
