"""Pages of signed-in people about the ledger."""
