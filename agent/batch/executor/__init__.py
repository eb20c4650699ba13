"""The row step and what it stands on: states, evidence, outcomes, the lease, the end of a job."""
