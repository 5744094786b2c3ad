"""Which communities a study names in its area, and which say that it left them out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from communities.models.communities import Community, Influence
from projects.models import ImpactAssessment, Project
from projects.models.columns import DayColumn, RowColumn, SentenceColumn
from projects.models.records import Record
from projects.models.rules import Check, InOrder, OncePer

NO_ANSWER = Q(answer="", answered_by__isnull=True, answered_on__isnull=True, answer_document="")
SAYS_WHOSE = ~Q(answer="") & Q(answered_by__isnull=False, answered_on__isnull=False) & ~Q(answer_document="")


class StudyCommunity(Record):
    """A study names a community in its area of influence. What holds of a mine, by whichever study, is an `Influence`."""

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="named_communities", verbose_name=_("impact assessment")
    )
    community = RowColumn(Community, anywhere=True, verbose_name=_("community"))
    degree = models.CharField(_("degree"), max_length=10, choices=Influence.Degree)

    class Meta:
        ordering = ["assessment", "community"]
        constraints = [
            OncePer(
                *("assessment", "community"),
                at="community",
                name="a_study_names_a_community_once",
                says=_("This study already names this community. Open and amend that record."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.community}: {self.get_degree_display()}"

    def concerned_years(self) -> list[int] | None:
        """Those of its study."""
        return self.assessment.concerned_years()

    @property
    def project(self) -> Project:
        """The mine of the study."""
        return self.assessment.project


class LeftOutClaim(Record):
    """A community says that a study left it out, and what an authority answered; without an answer it is its word."""

    class Answer(models.TextChoices):
        LEFT_OUT = "left-out", _("It was left out")
        TAKEN_IN = "taken-in", _("It has been taken in since")
        OUTSIDE = "outside", _("It is outside of the area of influence")

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="left_out_claims", verbose_name=_("impact assessment")
    )
    community = RowColumn(Community, anywhere=True, verbose_name=_("community that says it"))
    said_on = DayColumn(_("said on"), happened=True)
    said = SentenceColumn(
        _("what it says"),
        max_length=300,
        help_text=_("In its words; name no person. They stand on public pages where everybody may read the source."),
    )
    answer = models.CharField(
        _("what an authority answered"),
        max_length=8,
        choices=Answer,
        blank=True,
        help_text=_("Leave empty while no answer is known."),
    )
    answered_by = RowColumn(Organisation, null=True, blank=True, verbose_name=_("authority that answered"))
    answered_on = DayColumn(_("answered on"), happened=True, null=True, blank=True)
    answer_document = models.CharField(
        _("document of the answer"), max_length=300, blank=True, help_text=_("Its number or its web address.")
    )

    year_column = "said_on"

    class Meta:
        ordering = ["assessment", "-said_on", "pk"]
        constraints = [
            OncePer(
                *("assessment", "community"),
                at="community",
                name="a_community_claims_a_study_left_it_out_once",
                says=_("What this community says of this study is already here. Open and amend it."),
            ),
            Check(
                at="answer",
                condition=NO_ANSWER | SAYS_WHOSE,
                name="an_answer_says_whose_it_is_and_where",
                says=_("Say what was answered, by which authority, on which day and in which document; or none of it."),
            ),
            InOrder(
                *("said_on", "answered_on"),
                same_day=True,
                unknown=("answered_on",),
                name="an_answer_follows_what_was_said",
                says=_("The answer is earlier than what the community said."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}: {self.said}"

    @property
    def project(self) -> Project:
        """The mine of the study."""
        return self.assessment.project
