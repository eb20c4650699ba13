"""Three MCP servers (data, UPS, jobs), each usable alone from any MCP client.

They import neither the agent nor the chat.
"""
