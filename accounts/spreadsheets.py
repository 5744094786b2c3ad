"""What a cell of a downloaded table may hold: a spreadsheet that opens it must run nothing."""

from decimal import Decimal

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""how text begins that a spreadsheet would run"""


def safe_cell(value: object) -> str:
    """An empty cell where nobody knows; no cell begins like a formula, and only a number begins with a minus."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULAS) and not isinstance(value, int | Decimal) else text
