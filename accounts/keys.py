"""Keys of rows that come as text: from addresses, hidden fields and names of fields."""

LONGEST = 18
"""digits of a key that PostgreSQL takes, whatever they are"""


def key_in(text: str | None) -> int | None:
    """The key that a text is; None where it is none, or somebody has tampered with it."""
    return int(text) if text and len(text) <= LONGEST and text.isascii() and text.isdecimal() else None
