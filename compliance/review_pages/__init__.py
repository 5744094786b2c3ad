"""What a reviewer sees of scorecards: lists, and of each one every figure with its working, records and changes."""
