"""What the three servers have in common: error form, strict arguments, stdio main, redaction.

Nothing here knows a subject.
"""
