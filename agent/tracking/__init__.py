"""Where parcels are after the label: asked of UPS, kept in the ledger, told with trouble first."""
