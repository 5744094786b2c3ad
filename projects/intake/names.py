"""Names in files: the same but for case and accents, not known yet, or almost like a known one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Func, Q

from projects.intake.headings import fold

ALIKE = 0.5
"""From this share of common pieces on, a known name is proposed for an unknown one."""


class Folded(Func):
    """Lower case without accents, by the database."""

    function = "unaccent"


def same_names(names: Iterable[str], field: str = "name") -> Q:
    """Rows whose name is one of these but for case and accents; annotate `folded=Lower(Folded(field))` first."""
    return Q(folded__in={fold(name) for name in names}) | Q(**{f"{field}__in": set(names)})


def pieces(name: str) -> set[str]:
    """Three letters at a time, each word by itself."""
    return {f" {word} "[place : place + 3] for word in fold(name).split() for place in range(len(word))}


class KnownNames:
    """Names on record, to be asked whether a name is among them and which one is most like it."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_fold = {fold(name): name for name in names}
        self.size = {name: len(pieces(name)) for name in self.by_fold.values()}
        self.having: dict[str, list[str]] = {}
        for name in self.by_fold.values():
            for piece in pieces(name):
                self.having.setdefault(piece, []).append(name)

    def __contains__(self, name: str) -> bool:
        return fold(name) in self.by_fold

    def nearest(self, name: str) -> str:
        """The name that shares most pieces with this one, or "" where none is alike."""
        own = pieces(name)
        common = Counter(known for piece in own for known in self.having.get(piece, ()))
        likeness = {known: count / (len(own) + self.size[known] - count) for known, count in common.items()}
        best = max(likeness, key=lambda known: (likeness[known], known), default="")
        return best if best and likeness[best] >= ALIKE else ""
