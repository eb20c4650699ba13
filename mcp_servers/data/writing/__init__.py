"""Write-back: one durable, merging queue per source; only the agreed cells of the agreed rows change."""
