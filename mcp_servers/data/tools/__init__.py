"""The tools that the data server publishes, one module per subject."""
