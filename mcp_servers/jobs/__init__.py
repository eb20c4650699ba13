"""The jobs server: a queue of records, read and triaged through two tools.

Contract: bulk_read_new_jobs and bulk_update_job_status.
"""
