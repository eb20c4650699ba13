"""The closed set of what a model may call; one module per subject.

Every brain goes through these tools and so through the same gates.
"""
