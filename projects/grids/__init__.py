"""A table that is typed like a spreadsheet: the records of one kind, mine and period, a line each."""
