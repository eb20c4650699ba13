"""shipchat's agent: the conversation, and everything it decides.

Reaches the data, UPS and jobs servers through MCP only, never by import.
"""
