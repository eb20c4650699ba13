"""The deterministic interpreter: a person's words over the actual columns and values of a sheet, to tool requests.

Pure throughout: the brain gathers the facts, the interpreter decides, the brain calls the tools.
"""
