"""From a fresh installation to the first real label: settings, secrets, and checks that say what to do.

Secrets go into the system's keyring or stay in the environment; nothing here writes one into a file.
"""
