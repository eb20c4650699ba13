"""The person's own MCP servers (their shop, their mail): read from `mcp.json`, started, asked, never trusted.

What they say is data of strangers; who may be asked what, and when the person is asked first, is decided in the chat.
"""
