"""A database that an older Minka filled is taken up to the code of today; how one is made: `dump.py`."""
