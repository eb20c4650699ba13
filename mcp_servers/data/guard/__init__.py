"""Turns a clause that somebody wrote into SQL that we wrote.

Only what is on the lists here runs; comparisons mean what people mean by them.
"""
