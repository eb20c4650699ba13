"""The outbox that hands results to the sheet, what its cells may hold, what a sheet says was shipped."""
