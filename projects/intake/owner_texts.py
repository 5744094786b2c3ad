"""Rows that name the owners of a mine with their shares in one text, as public lists of mines do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from projects.intake.headings import fold
from projects.intake.organisations import known_organisations, organisations_by_name
from projects.intake.parsing import shown, text_of_at_most
from projects.intake.records import PROJECT, RecordTarget
from projects.intake.targets import TARGETS, ImportField, ImportTarget, Row, Scope, register
from projects.models import OwnershipStake
from projects.models.shares import ALL_OF_IT

if TYPE_CHECKING:
    from projects.kinds import RecordKind

OWNERS = "owners"
LONGEST = 1_000
IN_BRACKETS = re.compile(r"\(([^()%]*[^\W\d_][^()%]*%[^()]*)\)\s*$")
"""The owners of a company stand in brackets behind its name; a share alone in brackets is that of the name before it."""
AND = r"(?:(?<=[%)])[\s,;]*(?:and|y)\s+)?"
SIGN = r"(?:\s*[:,=(–-]\s*|\s+)"
SHARE = re.compile(rf"{AND}(?P<owner>[^%:]*?){SIGN}(?P<percent>\d{{1,3}}(?:[.,]\d{{1,4}})?)\s*%(?:\s*\))?")
BETWEEN = " ,;:-–/+|&"
NOBODY = frozenset(
    {"private", "public", "other", "others", "employees", "privado", "publico", "otro", "otros", "trabajadores"}
)
"""What stands in the place of an owner and names nobody, folded."""

PRIVATE = [[(word, ALL_OF_IT)] for word in ("private", "privado", "privada")]
"""What stands alone in the brackets of a company that holds a mine and of which no owner is named."""


@dataclass(frozen=True)
class OwnersRead:
    """What was read from a text."""

    shares: tuple[tuple[str, Decimal], ...]
    """each owner that is named, with percent"""
    unnamed: Decimal
    """percent of owners who are not named"""
    rest: str
    """what could not be read"""

    @property
    def total(self) -> Decimal:
        """Percent of all owners, named or not."""
        return sum((percent for _owner, percent in self.shares), self.unnamed)

    def __str__(self) -> str:
        return "; ".join(f"{owner} {percent.normalize():f} %" for owner, percent in self.shares)


def read_owners(text: str) -> OwnersRead:
    """Owners and shares of a text such as “Company (One Corp.: 60 %, Other Inc.: 40 %)”, or without company and brackets.

    Of “Company (private: 100 %)” the company is the owner: it is the one that the text names.
    """
    bracketed = IN_BRACKETS.search(text)
    if bracketed and "%" in text[: bracketed.start()]:
        bracketed = None
    listed = bracketed[1] if bracketed else text
    found = [(one["owner"].strip(BETWEEN), Decimal(one["percent"].replace(",", "."))) for one in SHARE.finditer(listed)]
    if bracketed and [(fold(owner), percent) for owner, percent in found] in PRIVATE:
        found = [(text[: bracketed.start()].strip(BETWEEN), ALL_OF_IT)]
    named = tuple((owner, percent) for owner, percent in found if is_named(owner))
    unnamed = sum((percent for owner, percent in found if not is_named(owner)), Decimal(0))
    rest = SHARE.sub("", listed).strip(BETWEEN) or next((owner for owner, _percent in found if is_cut(owner)), "")
    return OwnersRead(named, unnamed, rest)


def is_named(owner: str) -> bool:
    """Whether what stands in the place of an owner names somebody."""
    return bool(owner) and fold(owner) not in NOBODY


def is_cut(owner: str) -> bool:
    """Whether a bracket of the text ends or begins in the middle of what stands in the place of an owner."""
    return any(owner.count(opening) != owner.count(closing) for opening, closing in ("()", "[]"))


class OwnerTextTarget(RecordTarget):
    """One row, the stakes of all owners whom its text names; a person says of each text whether it was read right."""

    def __init__(self, kind: RecordKind) -> None:
        super().__init__(kind)
        self.code, self.label = "owner-texts", _("Owners of mines, all in one text")
        owners = ImportField(
            OWNERS,
            _("owners with their shares"),
            text_of_at_most(LONGEST),
            _("For example “One Corp.: 60 %, Other Inc.: 40 %”, also in brackets behind the name of a company."),
            aliases="owners, propietarios, accionistas, shareholders, site company 1",
        )
        self.fields = [self.field(PROJECT), owners, self.field("starts_on")]
        self.needs = [[one.code] for one in self.fields]
        ImportTarget.__init__(self)

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Propose what each text says; a mine takes its owners of a day from one text, and has none on record by then."""
        if self.refused_all(rows, scope):
            return
        formed = [(row, form) for row, form in self.forms_of(rows, scope) if not row.problems]
        mines = {form.project.pk for _row, form in formed}
        owned = set(OwnershipStake.objects.filter(project__in=mines).values_list("project", flat=True))
        known = known_organisations(scope)
        for row, form in formed:
            read = row.values["read"] = read_owners(row.values[OWNERS])
            row.values["mine"] = form.project
            if read.rest or not read.shares:
                row.refuse(OWNERS, "owners_not_read", value=shown(read.rest or row.values[OWNERS]))
            elif read.total > ALL_OF_IT:
                row.refuse(OWNERS, "owners_exceed_all", value=f"{read.total.normalize():f}")
            elif form.project.pk in owned:
                row.refuse(PROJECT, "owners_on_record")
            elif (first := scope.earlier(OWNERS, form.project.pk)) is not None:
                row.refuse(PROJECT, "owners_in_row", row=first)
            else:
                scope.remember(row, OWNERS, form.project.pk)
                self.propose(row, read, [owner for owner, _percent in read.shares if owner not in known])

    def propose(self, row: Row, read: OwnersRead, new: Sequence[str]) -> None:
        """Ask whether the text was read right, and say what follows from it."""
        row.doubt(OWNERS, "owners_as_read", value=str(read))
        if read.unnamed:
            row.note(OWNERS, "owners_unnamed", value=f"{read.unnamed.normalize():f}")
        for owner in new:
            row.note(OWNERS, "will_be_added", value=shown(owner))

    def save(self, rows: Sequence[Row], scope: Scope) -> None:
        """A stake for each owner, with a source of its own; companies that are not known yet are added."""
        company = Organisation.Kind.COMPANY
        names = {owner for row in rows for owner, _percent in row.values["read"].shares}
        owners = organisations_by_name(names, scope, kind=company, preferred=[company])
        super().save([stake for row in rows for stake in self.stakes_of(row, owners)], scope)

    def stakes_of(self, row: Row, owners: dict[str, Any]) -> list[Row]:
        """The row once for each owner, with the stake as its record."""
        mine, starts_on = row.values["mine"], row.values["starts_on"]
        return [
            replace(
                row,
                values={
                    "record": OwnershipStake(
                        project=mine, owner=owners[fold(owner)], share_percent=percent, starts_on=starts_on
                    )
                },
            )
            for owner, percent in row.values["read"].shares
        ]


def register_owner_texts() -> None:
    """Offer it beside the stakes that it becomes."""
    register(OwnerTextTarget(cast(RecordTarget, TARGETS["stakes"]).kind))
