"""What a message means: all its readings, told apart by the open sheet.

A message travels tokens -> spans -> chart -> readings -> resolve -> requests; docs/understanding.md tells the way.
"""
