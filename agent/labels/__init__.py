"""Labels on disk: where they live, and the proof that they are whole.

A row is done only when its label file is here with its hash.
"""
