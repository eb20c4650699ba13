"""From a plan to what is approved: parcels that another batch holds, references, retries, money committed."""
