"""Complaints about the environment of a mine, and what became of each. Who complained is never written down."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audience import is_of_minkas_side
from accounts.design.writing import long_date
from accounts.models import Organisation, User
from projects.models.assessments import AssessmentCondition
from projects.models.columns import DayColumn, RowColumn, SentenceColumn
from projects.models.inspections import Inspection
from projects.models.monitoring import MonitoringStation
from projects.models.projects import Project
from projects.models.records import Record, StandingManager
from projects.models.rules import Check, OncePer
from projects.models.sources import Source


class ComplaintQuerySet(models.QuerySet["EnvironmentalComplaint"]):
    """Named reads of complaints."""

    def visible_to(self, user: User) -> ComplaintQuerySet:
        """Those whose source the person may read; of a mine for whose company somebody speaks they see none."""
        if not is_of_minkas_side(user):
            return self.none()
        own = Project.with_withdrawn.run_by(user)
        return self.filter(source__in=Source.objects.readable_by(user)).exclude(project__in=own.values("pk"))


class EnvironmentalComplaint(Record):
    """A complaint about the environment of a mine, where it was lodged. No column says who complained, or where they live."""

    class Place(models.TextChoices):
        AUTHORITY = "authority", _("With an authority")
        COMPANY = "company", _("With the company")
        ORGANISATION = "organisation", _("With an organisation")

    class Subject(models.TextChoices):
        WATER = "water", _("Water")
        AIR = "air", _("Air")
        DUST = "dust", _("Dust")
        NOISE = "noise", _("Noise and vibration")
        LAND = "land", _("Land and pasture")
        WASTE = "waste", _("Waste")
        OTHER = "other", _("Something else")

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="environmental_complaints", verbose_name=_("project")
    )
    received_on = DayColumn(_("received on"), happened=True)
    lodged_at = models.CharField(_("where it was lodged"), max_length=12, choices=Place)
    lodged_with = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("authority, company or organisation that received it"),
        help_text=_("Such as OEFA or ANA. Leave empty when nobody says it."),
    )
    subject = models.CharField(_("about"), max_length=5, choices=Subject)
    code = models.CharField(
        _("number of its file"),
        max_length=60,
        blank=True,
        help_text=_("As whoever received it numbers it, without a name. It is never published."),
    )
    station = RowColumn(
        MonitoringStation,
        null=True,
        blank=True,
        verbose_name=_("monitoring station that it concerns"),
        help_text=_("It is never published, because it may tell who lives near it."),
    )
    condition = models.ForeignKey(
        AssessmentCondition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("condition of a study that it concerns"),
    )
    inspection = models.ForeignKey(
        Inspection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("inspection that followed"),
    )
    notes = SentenceColumn(
        _("internal notes"),
        max_length=500,
        blank=True,
        help_text=_(
            "Never published. Leave out names, addresses and whatever else tells who complained: Minka is not the place for it."
        ),
    )

    year_column = "received_on"
    objects = StandingManager.from_queryset(ComplaintQuerySet)()
    with_withdrawn = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-received_on", "pk"]

    def __str__(self) -> str:
        return self.code or f"{self.get_subject_display()}, {long_date(self.received_on)}"

    @property
    def name_in_trail(self) -> str:
        """Its number: the trail is read by people who may not see it."""
        return gettext("Complaint %(number)s") % {"number": self.pk}


class ComplaintStepQuerySet(models.QuerySet["ComplaintStep"]):
    """Named reads of what became of complaints."""

    def visible_to(self, user: User) -> ComplaintStepQuerySet:
        """Those whose source and whose complaint the person may read; a company's own people see none."""
        complaints = EnvironmentalComplaint.with_withdrawn.visible_to(user)
        return self.filter(complaint__in=complaints, source__in=Source.objects.readable_by(user))


class ComplaintStep(Record):
    """What became of a complaint on a day, as its source says it. That it was received the complaint says itself."""

    class State(models.TextChoices):
        ADMITTED = "admitted", _("Admitted")
        INSPECTION = "inspection", _("Under inspection")
        ANSWERED = "answered", _("Answered")
        RESOLVED = "resolved", _("Resolved")
        ARCHIVED = "archived", _("Archived")
        DROPPED = "dropped", _("Not followed up")

    class Side(models.TextChoices):
        COMPLAINANT = "complainant", _("Whoever complained")
        AUTHORITY = "authority", _("An authority")
        COMPANY = "company", _("The company")

    complaint = models.ForeignKey(
        EnvironmentalComplaint, models.PROTECT, related_name="steps", verbose_name=_("complaint")
    )
    state = models.CharField(_("state"), max_length=10, choices=State)
    reached_on = DayColumn(_("since"), happened=True)
    resolved_by_word_of = models.CharField(
        _("who says that it is resolved"),
        max_length=11,
        choices=Side,
        blank=True,
        help_text=_("Only for “Resolved”. Whether it is, whoever complained says best; never write who that is."),
    )

    year_column = "reached_on"
    objects = StandingManager.from_queryset(ComplaintStepQuerySet)()
    with_withdrawn = ComplaintStepQuerySet.as_manager()

    class Meta:
        ordering = ["complaint", "-reached_on", "-pk"]
        constraints = [
            OncePer(
                *("complaint", "state", "reached_on", "resolved_by_word_of"),
                at="reached_on",
                name="a_complaint_reaches_a_state_once_a_day",
                says=_("This is already here. Open and amend it."),
            ),
            Check(
                at="resolved_by_word_of",
                condition=Q(state="resolved") & ~Q(resolved_by_word_of="")
                | ~Q(state="resolved") & Q(resolved_by_word_of=""),
                name="only_what_is_resolved_says_who_says_so",
                says=_("Say who says that it is resolved, and only where the state is “Resolved”."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.get_state_display()}"

    def clean(self) -> None:
        """Nothing becomes of a complaint before it was received."""
        super().clean()
        if self.reached_on and self.complaint_id and self.reached_on < self.complaint.received_on:
            message = _("The complaint was received on a later day.")
            raise ValidationError({"reached_on": ValidationError(message, "before_it_was_received")})

    @property
    def name_in_trail(self) -> str:
        """Its number and that of the complaint, likewise."""
        return gettext("State %(number)s of complaint %(complaint)s") % {
            "number": self.pk,
            "complaint": self.complaint_id,
        }

    @property
    def project(self) -> Project:
        """The mine of the complaint."""
        return self.complaint.project

    def concerned_years(self) -> list[int]:
        """The year in which the complaint was received: there it stands with what became of it."""
        return [self.complaint.received_on.year]


class ComplaintSummary(models.Model):
    """What of complaints can be published: a view over what stands.

    A row of its own has each complaint that was lodged with an authority of which everybody may read, with what became of
    it by sources that everybody may read. All others of a year are one row without any of that, from ten on, so that no
    publication tells of one of them, and neither do two. Where several say that one is resolved, the word of whoever
    complained goes before the authority's, and that before the company's; a company that says so in another's name is a
    company that says so. What a monitoring committee tells of the others goes behind their own words, and closes nothing.
    """

    summary_of = EnvironmentalComplaint
    keys_in = "keys"

    id = models.BigIntegerField(primary_key=True)
    project = models.ForeignKey(Project, models.DO_NOTHING, related_name="+")
    source = models.ForeignKey(Source, models.DO_NOTHING, null=True, related_name="+")
    """None: it is of several complaints"""
    received_in = models.IntegerField()
    """the year"""
    until = models.IntegerField(null=True)
    """the last year in which it is told: of a row of its own the one in which it was closed; None: it is open"""
    subject = models.CharField(max_length=5)
    state = models.CharField(max_length=10)
    resolved_by_word_of = models.CharField(max_length=11)
    complaints = models.IntegerField(null=True)
    """how many there are at least: 10, 20, 50 or 100; None: it is one"""
    received_on = models.DateField(null=True)
    state_since = models.DateField(null=True)
    state_voice = models.CharField(max_length=10)
    """who says so; empty: it is one of several, or nothing became of it yet"""
    authority = models.ForeignKey(Organisation, models.DO_NOTHING, null=True, related_name="+")
    condition = models.ForeignKey(AssessmentCondition, models.DO_NOTHING, null=True, related_name="+")
    inspection = models.ForeignKey(Inspection, models.DO_NOTHING, null=True, related_name="+")
    keys: Any = ArrayField(models.BigIntegerField())
    """of what is looked at to say whether it was checked: the one complaint; none of several"""

    class Meta:
        managed = False
        db_table = "projects_complaintsummary"

    def __str__(self) -> str:
        return f"{self.subject} {self.received_in}"
