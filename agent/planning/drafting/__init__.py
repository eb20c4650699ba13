"""From what a person wants shipped to a draft of a plan: every question asked, every row that stays out named.

Above the rest of `agent.planning`, which knows no sheet, no mapping and no batch.
"""
