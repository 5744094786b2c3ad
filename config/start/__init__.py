"""Where each person's work begins: what waits, what is due, what is missing and what others changed; and the search."""
