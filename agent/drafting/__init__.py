"""From what a person wants shipped to a draft of a plan: every question asked, every row that stays out named.

`agent.planning` holds what a plan is and the decisions about it; here sheet, mapping, ledger and person come together.
"""
