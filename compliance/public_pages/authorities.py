"""What authorities asked of mines when they approved studies, and how much of it in words that oblige nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance.public_pages.assessments import studies_of
from compliance.public_pages.conditions import ConditionWords
from compliance.public_pages.document import Document


@dataclass(frozen=True)
class Asked:
    """The conditions of one mine that are told in their words, of the studies that one authority approved."""

    authority: str
    """empty where nobody says which"""
    conditions: int
    vague: int
    """of these, in words that name no number, day or deed"""


@dataclass(frozen=True)
class AuthorityLine:
    """An authority, and what it asked of all mines published."""

    authority: str
    mines: int
    conditions: int
    vague: int


def asked_of(document: Document) -> list[Asked]:
    """What each authority asked of the mine of a document, as far as its words are public."""
    approved_by = {study.record: study.approved_by for study in studies_of(document)}
    conditions, vague = Counter[str](), Counter[str]()
    for one in document.rows(ConditionWords, "conditions"):
        if one.says:
            authority = approved_by.get(one.assessment, "")
            conditions[authority] += 1
            vague[authority] += bool(one.missing)
    return [Asked(authority, number, vague[authority]) for authority, number in sorted(conditions.items())]


def authority_lines(mines: Iterable[Sequence[Asked]]) -> list[AuthorityLine]:
    """Every authority by its name, and at last the studies of which nobody says who approved them."""
    told = defaultdict[str, list[Asked]](list)
    for asked in mines:
        for one in asked:
            told[one.authority].append(one)
    lines = [
        AuthorityLine(authority, len(own), sum(one.conditions for one in own), sum(one.vague for one in own))
        for authority, own in told.items()
    ]
    return sorted(lines, key=lambda line: (not line.authority, line.authority))
