"""The judgement: pure functions from sealed facts and versioned rules to outcomes."""
