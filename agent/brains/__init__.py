"""Language models behind one protocol: offline (no network, no key), Claude, recorded.

A brain proposes by calling tools; it never carries row data and never approves.
"""
