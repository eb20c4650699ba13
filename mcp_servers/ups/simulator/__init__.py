"""The embedded UPS: the official API over HTTP, with its own records and named faults.

It shares no code with the client, so that each can prove the other wrong.
"""
