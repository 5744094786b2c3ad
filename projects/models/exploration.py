"""How large exploration is: what decides which study it needs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.assessments import ImpactAssessment
from projects.models.columns import DayColumn, HectaresColumn, MetresColumn, RowColumn, SmallCountColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, NotNegative


class ExplorationWorks(Record):
    """How large the exploration under one study is on a day, as its plan says or as somebody counted it."""

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="exploration_works", verbose_name=_("impact assessment")
    )
    as_of = DayColumn(_("as of"), happened=True, help_text=_("The day of the plan, or on which somebody counted."))
    counted_by = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("counted by"),
        help_text=_("Leave empty where these are the figures of the plan."),
    )
    only_added = models.BooleanField(
        _("only what the change adds"),
        default=False,
        help_text=_(
            "Of the plan of a change: tick it where these figures leave out the works of the studies before it."
        ),
    )
    platforms = SmallCountColumn(_("drilling platforms"), null=True, blank=True)
    hectares = HectaresColumn(_("hectares disturbed"))
    tunnel_metres = MetresColumn(_("metres of tunnel"))
    pilot_plant = models.BooleanField(_("there is a pilot plant"), null=True, blank=True)
    resettlement = models.BooleanField(_("people have to move"), null=True, blank=True)

    year_column = "as_of"

    class Meta:
        ordering = ["assessment", "-as_of", "pk"]
        constraints = [
            Check(
                at="platforms",
                condition=Q(platforms__isnull=False)
                | Q(hectares__isnull=False)
                | Q(tunnel_metres__isnull=False)
                | Q(pilot_plant__isnull=False)
                | Q(resettlement__isnull=False),
                name="exploration_works_say_something",
                says=_("Fill in at least one of platforms, hectares, tunnel, pilot plant and people who move."),
            ),
            Check(
                at="only_added",
                condition=Q(only_added=False) | Q(counted_by__isnull=True),
                name="only_plans_add_to_plans",
                says=_("Only the figures of a plan can leave out earlier works: who counts, counts all."),
            ),
            NotNegative(
                "hectares",
                name="hectares_disturbed_is_not_negative",
                says=_("A number of hectares cannot be negative."),
            ),
            NotNegative("tunnel_metres", says=_("A number of metres cannot be negative.")),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}, {long_date(self.as_of)}"

    @property
    def project(self) -> Project:
        """The mine that explores."""
        return self.assessment.project
