"""The sections of a mine's public pages."""

SECTIONS: dict[str, object] = {}
