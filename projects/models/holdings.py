"""Who owns the owners: shares of companies, and in the chain of which mines each company stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

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

    def visible_to(self, user: User) -> HoldingQuerySet:
        """All for overseers; else those in the chain of a visible mine or entered for one's organisation."""
        if user.roles & SEES_ALL_PROJECTS:
            return self
        chains = ChainMember.objects.filter(project__in=Project.objects.visible_to(user))
        return self.filter(Q(company__in=chains.values("organisation")) | Q(Source.held_by(user)))


class Holding(Share):
    """An owner held a share of a company for a time, directly; at no date do the shares exceed 100 %."""

    company = RowColumn(Organisation, related_name="holdings", verbose_name=_("company"))
    owner = RowColumn(Organisation, verbose_name=_("owner"))

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

    @classmethod
    def with_mines(cls, records: Iterable[Holding]) -> Iterator[tuple[Holding, int]]:
        """Each with every mine in whose chain its company stands; one query for all."""
        by_company: defaultdict[int, list[Holding]] = defaultdict(list)
        for record in records:
            by_company[record.company_id].append(record)
        chains = ChainMember.objects.filter(organisation__in=by_company).values_list("organisation_id", "project_id")
        return ((record, project) for company, project in chains for record in by_company[company])
