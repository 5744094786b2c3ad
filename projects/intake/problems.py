"""What can be wrong with a file, a row or a cell: a code with parameters; the words are in `messages`."""

from __future__ import annotations

from typing import Any, TypeAlias

Cell: TypeAlias = "str | dict[str, str] | None"
"""A cell as it came: text, nothing, or one tagged value where the file says more than text does:
`number` (a literal with a decimal point), `date` (ISO), `formula`, `nested` (a list or object in JSON)."""


class Refusal(Exception):
    """Something cannot be taken as it is; the code and its parameters become a sentence in `messages`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def as_dict(self) -> dict[str, Any]:
        """The form in which it is kept in JSON."""
        return {"code": self.code, "params": self.params}


def cell_text(cell: Cell) -> str:
    """What a person sees of a cell."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else next(iter(cell.values()), "")
