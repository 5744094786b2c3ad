"""Composition root: imports everyone, is imported by no one."""
