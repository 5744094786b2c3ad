"""Names that are compared: the same but for case and accents, nearly the same, or like a known one in part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models.merges import called_otherwise
from projects.intake.headings import fold

if TYPE_CHECKING:
    from projects.intake.targets import Row, Scope

ALIKE = 0.5
"""From this share of common pieces on, a known name is proposed for an unknown one."""
ENOUGH_LETTERS = 4
"""In shorter names one letter makes another name."""
LOOK_ALIKE = str.maketrans("авекмнорстухѕіјԁԛԝһαβεζηικμνορτυχıłø", "abekmhopctyxsijdqwhabezhikmnoptyxilo")
"""Letters of other alphabets, and Latin ones, that look like a plain Latin one."""
WITHIN_WORDS = re.compile(r"[.'’‘ʼʻ]")
BESIDE_WORDS = re.compile(r"[\W_]+")
BETWEEN_INITIALS = re.compile(r"(?<=\b\w) (?=\w\b)")
COMPANY = re.compile(
    r"( (sociedad anonima( abierta| cerrada)?|sociedad( comercial)? de responsabilidad limitada|s ?de ?rl( de cv)?"
    r"|sac|saa|sa( de cv)?|srl|scrl|eirl|spa|ltda?|limitada|limited|inc|incorporated|corp|corporation|co|cia|company"
    r"|llc|plc|pty|gmbh|ag|nv|bv))+$"
    r"|(?<=.)(股份)?有限(责任|責任)?公司$"
)
"""What stands behind the name of a company and says of which kind it is."""


class Folded(Func):
    """Lower case without accents, by the database."""

    function = "unaccent"


def same_names(names: Iterable[str], field: str = "name") -> Q:
    """Rows whose name is one of these but for case and accents; annotate `folded=Lower(Folded(field))` first."""
    return Q(folded__in={fold(name) for name in names}) | Q(**{f"{field}__in": set(names)})


def rows_by_name(names: Collection[str], rows: QuerySet[Any]) -> dict[str, list[Any]]:
    """Rows of these names by folded name; where none has it, the rows that are called so otherwise."""
    found: dict[str, dict[Any, Any]] = {}
    for row in rows.alias(folded=Lower(Folded(F("name")))).filter(same_names(names)):
        found.setdefault(fold(row.name), {})[row.pk] = row
    otherwise = rows_called_otherwise(names, rows)
    return otherwise | {name: list(those.values()) for name, those in found.items()}


def rows_called_otherwise(names: Collection[str], rows: QuerySet[Any]) -> dict[str, list[Any]]:
    """Rows by folded words that call them so beside their names: one of that name merged into them, another name, a number."""
    found: dict[str, dict[Any, Any]] = {}
    for those in called_otherwise(rows):
        for row in those.alias(folded=Lower(Folded(F("called")))).filter(same_names(names, "called")):
            found.setdefault(fold(row.called), {})[row.kept.pk] = row.kept
    return {name: list(known.values()) for name, known in found.items()}


def bare(name: str) -> str:
    """What tells a name from others: no case, accents or points, and nothing that says of which kind a company is."""
    words = BESIDE_WORDS.sub(" ", WITHIN_WORDS.sub("", fold(name).translate(LOOK_ALIKE))).strip()
    return COMPANY.sub("", BETWEEN_INITIALS.sub("", words))


def nearly_same(one: str, other: str) -> bool:
    """Whether two bare names are the same, or differ in one letter: added, missing, another, or two exchanged.

    Numbers that differ, and very short names, are different names.
    """
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < ENOUGH_LETTERS:
        return False
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    exchanged = len(one) == 2 and one == other[::-1]
    return not (one + other).isdigit() and (exchanged or max(len(one), len(other)) <= 1)


def pieces(text: str) -> set[str]:
    """Three letters at a time of a bare name, each word by itself."""
    return {f" {word} "[place : place + 3] for word in text.split() for place in range(len(word))}


class KnownNames:
    """Names on record, to be asked whether a name is among them and which one is most like it."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_fold = {fold(name): name for name in names}
        self.bare = {name: bare(name) for name in self.by_fold.values()}
        self.size = {name: len(pieces(text)) for name, text in self.bare.items()}
        self.having: dict[str, list[str]] = {}
        for name, text in self.bare.items():
            for piece in pieces(text):
                self.having.setdefault(piece, []).append(name)

    def __contains__(self, name: str) -> bool:
        return fold(name) in self.by_fold

    def same(self, name: str) -> str:
        """The name that is nearly the same; "" where none is."""
        text = bare(name)
        near = {known for piece in pieces(text) for known in self.having.get(piece, ())}
        return min((known for known in near if nearly_same(text, self.bare[known])), default="")

    def nearest(self, name: str) -> str:
        """The name that is nearly the same, else the one that shares most pieces; "" where none is alike."""
        if same := self.same(name):
            return same
        own = pieces(bare(name))
        common = Counter(known for piece in own for known in self.having.get(piece, ()))
        likeness = {known: count / (len(own) + self.size[known] - count) for known, count in common.items()}
        best = max(likeness, key=lambda known: (likeness[known], known), default="")
        return best if best and likeness[best] >= ALIKE else ""


def note_nearly_known(rows: Iterable[Row], known: QuerySet[Any], scope: Scope) -> None:
    """Say which new names are nearly those of known rows, which are read once a pass; nothing is refused."""
    if not scope.told:
        return
    if "nearly known" not in scope.memory:
        scope.memory["nearly known"] = KnownNames(known.order_by().values_list("name", flat=True))
    names: KnownNames = scope.memory["nearly known"]
    for row in rows:
        name = row.values["name"]
        if name and not row.problems and (same := names.same(name)):
            row.note("name", "nearly_known", value=name, nearest=same)
