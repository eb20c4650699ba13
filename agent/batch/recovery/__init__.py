"""After a crash or a restore: lookups at UPS, doubts settled by people, the audit replayed."""
