"""How people were to be heard about a study, meeting by meeting: what was planned, what was held, and who was there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from communities.models.communities import Community
from projects.models import ImpactAssessment, Project
from projects.models.columns import CountColumn, DayColumn, RowColumn
from projects.models.records import Record
from projects.models.rules import Check, OncePer


class ParticipationEvent(Record):
    """One way in which people were to be heard about a study. What nobody says was held may have been held."""

    class Mechanism(models.TextChoices):
        WORKSHOP = "workshop", _("Workshop")
        HEARING = "hearing", _("Public hearing")
        OFFICE = "office", _("Information office or mailbox")
        VISIT = "visit", _("Guided visit")
        SURVEY = "survey", _("Survey, interviews or focus groups")
        FACILITATORS = "facilitators", _("Visits of facilitators")
        MATERIALS = "materials", _("Printed matter or radio")
        DIALOGUE = "dialogue", _("Dialogue table")
        OTHER = "other", _("Something else")

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="participation_events", verbose_name=_("impact assessment")
    )
    mechanism = models.CharField(_("what it is"), max_length=12, choices=Mechanism)
    beyond_plan = models.BooleanField(
        _("it is not in the approved plan"),
        default=False,
        help_text=_("Tick it for what was held besides the plan. It is shown, and does not count for the plan."),
    )
    planned_for = DayColumn(_("planned for"), null=True, blank=True)
    held_on = DayColumn(
        _("held on"),
        happened=True,
        null=True,
        blank=True,
        help_text=_("What lasts longer: its first day. Leave empty what was not held, or when nobody says it."),
    )
    not_held = models.BooleanField(
        _("it was not held"), default=False, help_text=_("Tick it only where somebody says so.")
    )
    community = RowColumn(Community, anywhere=True, null=True, blank=True, verbose_name=_("community"))
    place = models.CharField(
        _("place"), max_length=120, blank=True, help_text=_("Such as “communal hall”. It stands on public pages.")
    )
    languages = models.CharField(
        _("languages spoken"), max_length=120, blank=True, help_text=_("Such as “Quechua, Spanish”.")
    )
    interpreter_present = models.BooleanField(
        _("an interpreter was present"), null=True, blank=True, help_text=_("Leave empty when nobody says it.")
    )
    women_present = CountColumn(
        _("women present"), null=True, blank=True, help_text=_("By the list of who was there. Zero is not unknown.")
    )
    men_present = CountColumn(_("men present"), null=True, blank=True)

    year_column = "held_on"

    class Meta:
        ordering = ["assessment", "planned_for", "held_on", "pk"]
        constraints = [
            Check(
                at="not_held",
                condition=Q(not_held=False)
                | Q(
                    held_on__isnull=True,
                    interpreter_present__isnull=True,
                    women_present__isnull=True,
                    men_present__isnull=True,
                ),
                name="what_was_not_held_had_nobody_present",
                says=_("It was not held: then leave the day, the interpreter and the people empty."),
            ),
            OncePer(
                *("assessment", "mechanism", "planned_for", "held_on", "place"),
                at="planned_for",
                name="a_participation_event_without_a_day_is_told_once",
                says=_("This is already here. Open and amend it, or say for which other day or place it was planned."),
                nulls_distinct=False,
            ),
            OncePer(
                *("assessment", "mechanism", "held_on", "place"),
                at="held_on",
                name="a_participation_event_is_held_once",
                says=_("This is already here. Open and amend it, or say at which other place this one was held."),
            ),
        ]

    def __str__(self) -> str:
        day = self.held_on or self.planned_for
        return f"{self.get_mechanism_display()}, {long_date(day)}" if day else str(self.get_mechanism_display())

    def concerned_years(self) -> list[int] | None:
        """Those of its study."""
        return self.assessment.concerned_years()

    @property
    def project(self) -> Project:
        """The mine of the study."""
        return self.assessment.project
