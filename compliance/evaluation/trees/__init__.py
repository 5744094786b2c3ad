"""Frameworks of any depth: one kind of node, whose leaves are measures, columns of a table, or answers of reviewers."""
