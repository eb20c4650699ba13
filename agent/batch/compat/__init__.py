"""Jobs without a stored plan, and the names that the outside relies on."""
