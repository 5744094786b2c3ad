"""Who owns the owners: shares of companies, and in the chain of which mines each company stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.roles import SEES_ALL_PROJECTS
from projects.models.columns import RowColumn
from projects.models.projects import Project
from projects.models.records import StandingManager
from projects.models.rules import Check
from projects.models.shares import Share, ShareQuerySet, rules_of_a_share
from projects.models.sources import Source


class ChainMember(models.Model):
    """A company stands in the chain of owners of a mine, on whatever day: a view over the stakes and holdings that stand."""

    pk = models.CompositePrimaryKey("project", "organisation")
    project = models.ForeignKey(Project, models.DO_NOTHING, related_name="+")
    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="chains")

    class Meta:
        managed = False
        db_table = "projects_chainmember"

    def __str__(self) -> str:
        return f"{self.organisation} → {self.project}"


class HoldingQuerySet(ShareQuerySet):
    """Named reads of holdings."""

    def owners(self) -> defaultdict[int, list[Held]]:
        """Who holds parts of each company."""
        found: defaultdict[int, list[Held]] = defaultdict(list)
        for row in self.order_by("pk").values_list("company", "owner", "starts_on", "ends_on"):
            found[row[0]].append(Held(*row))
        return found

    def owners_above(self, company: int) -> Owners:
        """Who holds parts of a company, of its owners, and so on; one query for each step up."""
        found: dict[int, Iterable[Held]] = {}
        ahead = {company}
        while ahead:
            step = self.filter(company__in=ahead).owners()
            found |= {key: step[key] for key in ahead}
            ahead = {held.owner for those in step.values() for held in those} - found.keys()
        return found

    def visible_to(self, user: User) -> HoldingQuerySet:
        """All for overseers; else those in the chain of a visible mine or entered for one's organisation."""
        if user.roles & SEES_ALL_PROJECTS:
            return self
        chains = ChainMember.objects.filter(project__in=Project.objects.visible_to(user))
        return self.filter(Q(company__in=chains.values("organisation")) | Q(Source.held_by(user)))


class Held(NamedTuple):
    """That an owner holds a part of a company, from a day until before another one, or without end."""

    company: int
    owner: int
    starts_on: date
    ends_on: date | None


Owners = Mapping[int, Iterable[Held]]
"""Who holds parts of each company, by its key."""


def path_back(new: Held, owners: Owners) -> list[int] | None:
    """The companies from the owner up to the company that it would hold, all on one day; None where no chain leads back."""
    ways = [([new.owner], new.starts_on, new.ends_on or date.max)]
    seen: set[tuple[int, date, date]] = set()
    while ways:
        way, start, end = ways.pop()
        if start >= end or (way[-1], start, end) in seen:
            continue
        if way[-1] == new.company:
            return way
        seen.add((way[-1], start, end))
        for link in owners.get(way[-1], ()):
            ways.append(([*way, link.owner], max(start, link.starts_on), min(end, link.ends_on or date.max)))
    return None


class Holding(Share):
    """An owner held a share of a company for a time, directly; at no date do the shares exceed 100 %."""

    stands_so = "circle_in_document"

    company = RowColumn(Organisation, related_name="holdings", verbose_name=_("company"))
    owner = RowColumn(Organisation, verbose_name=_("owner"))
    circle_in_document = models.BooleanField(
        _("the circle of owners stands so in the document"),
        default=False,
        help_text=_("Tick it where it was asked whether companies own each other, and they do."),
    )

    of = "company"
    mines = "company__chains__project"

    objects = StandingManager.from_queryset(HoldingQuerySet)()
    with_withdrawn = HoldingQuerySet.as_manager()

    class Meta:
        ordering = ["company", "-starts_on", "-share_percent"]
        constraints = [
            *rules_of_a_share("holding"),
            Check(
                at="owner",
                condition=Q(withdrawn_at__isnull=False) | ~Q(company=F("owner")),
                name="a_company_does_not_hold_itself",
                says=_("A company does not own itself. Choose another owner."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} ← {self.owner}: {self.share_percent.normalize():f} %"

    def clean(self) -> None:
        """A circle of owners is asked about: such companies exist, and slips are more frequent."""
        super().clean()
        others = Holding.objects.exclude(pk=self.pk)
        if self.circle_in_document or None in (self.company_id, self.owner_id, self.starts_on):
            return
        if others.filter(owner=self.company_id).exists():
            self.check_circle(others.owners_above(self.owner_id))

    def check_circle(self, owners: Owners) -> None:
        """Raise ValidationError at the owner where the company, as these hold each other, holds the owner on the same days."""
        way = path_back(self.held, owners)
        if way is None or self.company_id == self.owner_id:
            return
        called = Organisation.objects.in_bulk(way)
        message = _(
            "These companies would own each other in a circle: %(circle)s. Correct the owner or the days. If the circle "
            "stands so in the document, tick that it does."
        )
        names = [str(called[key]) for key in (self.company_id, *way)]
        raise ValidationError({"owner": ValidationError(message, "circle_of_owners", {"circle": " ← ".join(names)})})

    @property
    def held(self) -> Held:
        """The link of a chain that it is."""
        return Held(self.company_id, self.owner_id, self.starts_on, self.ends_on)

    @classmethod
    def with_mines(cls, records: Iterable[Holding]) -> Iterator[tuple[Holding, int]]:
        """Each with every mine in whose chain its company stands; one query for all."""
        by_company: defaultdict[int, list[Holding]] = defaultdict(list)
        for record in records:
            by_company[record.company_id].append(record)
        chains = ChainMember.objects.filter(organisation__in=by_company).values_list("organisation_id", "project_id")
        return ((record, project) for company, project in chains for record in by_company[company])
