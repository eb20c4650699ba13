"""The `shipchat` command: one module per verb group.

Only data goes to stdout, talk goes to stderr, exit codes live in `exits`.
"""
