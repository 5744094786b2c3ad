"""Where a table begins: the row that holds the names of its columns; pure, and without Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from projects.intake.problems import Refusal

LOOKED_AT = 15
"""Titles and empty lines stand above a heading, and not more than this."""
ENOUGH = 2
"""One known name may stand in any row, two of them are a heading."""

Record = TypeVar("Record", bound=list[Any])
Numbered = Iterator[tuple[int, Record]]


@lru_cache(maxsize=2_000)
def fold(text: str) -> str:
    """Text for comparing: no accents, no case, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def heading_key(text: str) -> str:
    """A heading for comparing with aliases: letters and digits only."""
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def known_among(names: Collection[str], known: Collection[str]) -> int:
    """How many of these are known as names of columns."""
    return sum(heading_key(name) in known for name in names)


def from_heading(
    records: Numbered[Record], name_of: Callable[[Any], str], known: Collection[str], info: dict[str, Any]
) -> tuple[list[str], Numbered[Record]]:
    """The names of the columns and the records below them: of the first lines the one that holds most known names.

    Where none holds two, it is the first that says anything. Notes how many lines were empty, and a heading further
    down; raises Refusal where no line says anything.
    """
    first: list[tuple[int, Record]] = []
    saying: list[int] = []
    for number, record in records:
        if any(map(name_of, record)):
            saying.append(len(first))
        first.append((number, record))
        if len(saying) == LOOKED_AT:
            break
    if not saying:
        raise Refusal("empty_file")
    names = {at: [name_of(cell) for cell in first[at][1]] for at in saying}
    best = max(saying, key=lambda at: known_among(names[at], known))
    at = best if known_among(names[best], known) >= ENOUGH else saying[0]
    if at != saying[0]:
        info["heading"] = first[at][0]
    info["blank"] = at - sum(one < at for one in saying)
    return names[at], chain(first[at + 1 :], records)
