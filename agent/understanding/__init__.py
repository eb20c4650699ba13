"""What a message means: all its readings, told apart by the open sheet. Shadow of `agent.brains.language` until parity.

A message travels tokens -> spans -> chart -> readings -> resolve -> requests; docs/understanding.md tells the way.
"""
