"""What is planned for closing a mine and at what cost, whether the mine is at work, and what is left to do after it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, RowColumn, YearColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, NoOverlap, OncePer

PERIODS = ("operation_until", "closure_until", "post_closure_until")
"""The last years of the periods of a closure plan, in their order."""


class ClosurePlan(Record):
    """A closure plan, or what updates or changes it, as an authority approved it; the newest one is in force."""

    class Instrument(models.TextChoices):
        PLAN = "plan", _("Closure plan")
        UPDATE = "update", _("Update of the closure plan")
        CHANGE = "change", _("Modification of the closure plan")

    project = models.ForeignKey(Project, models.PROTECT, related_name="closure_plans", verbose_name=_("project"))
    instrument = models.CharField(_("what it is"), max_length=6, choices=Instrument)
    approved_on = DayColumn(_("approved on"), happened=True)
    approved_by = RowColumn(Organisation, null=True, blank=True, verbose_name=_("approved by"))
    resolution = models.CharField(_("resolution"), max_length=120, blank=True)
    cost = AmountColumn(
        _("estimated cost of closing"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("All of it: progressive closure, final closure and post-closure."),
    )
    currency = CurrencyColumn(_("currency"), suggested="USD")
    prices_of = YearColumn(
        _("in prices of the year"), null=True, blank=True, help_text=_("The year whose prices the estimate uses.")
    )
    operation_until = YearColumn(_("last year of operation"), null=True, blank=True)
    closure_until = YearColumn(_("last year of final closure"), null=True, blank=True)
    post_closure_until = YearColumn(_("last year of post-closure"), null=True, blank=True)

    year_column = "approved_on"

    class Meta:
        ordering = ["project", "-approved_on"]
        constraints = [
            OncePer(
                *("project", "approved_on"),
                at="approved_on",
                name="a_closure_plan_is_approved_once_a_day",
                says=_("The plan that was approved on this day is already here. Open and amend it."),
            ),
            *(
                InOrder(
                    *(first, later),
                    same_day=True,
                    unknown=(first, later),
                    name=f"{later}_is_not_before_{first}",
                    says=_("The periods follow one another: operation, final closure, post-closure."),
                )
                for place, first in enumerate(PERIODS)
                for later in PERIODS[place + 1 :]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_instrument_display()}, {long_date(self.approved_on)}"


class OperationState(Record):
    """Whether a mine was at work from one day to the day before another: by an authority's act, or as somebody says.

    Phases say which duties a mine has; these say what happened at it.
    """

    class State(models.TextChoices):
        OPERATING = "operating", _("Operating")
        SUSPENDED = "suspended", _("Suspended")
        ABANDONED = "abandoned", _("Abandoned")
        CLOSED = "closed", _("Closed")

    class Reason(models.TextChoices):
        ORDERED = "ordered", _("An authority ordered it")
        ACCIDENT = "accident", _("Accident or danger")
        PRICES = "prices", _("Prices or costs")
        PROTEST = "protest", _("Protest or conflict")
        WORKS = "works", _("Maintenance or building works")
        EXHAUSTED = "exhausted", _("Nothing is left to dig")
        OTHER = "other", _("Another reason")

    project = models.ForeignKey(Project, models.PROTECT, related_name="operation_states", verbose_name=_("project"))
    state = models.CharField(_("state"), max_length=9, choices=State)
    starts_on = DayColumn(_("from"), happened=True)
    ends_on = DayColumn(_("until"), happened=True, null=True, blank=True, help_text=_("Leave empty while it lasts."))
    reason = models.CharField(
        _("reason"), max_length=9, choices=Reason, blank=True, help_text=_("Leave empty when nobody says it.")
    )
    authority = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("authority whose act says so"),
        help_text=_("Leave empty where there is no act. It is then told as what somebody says."),
    )
    act = models.CharField(_("number of the act"), max_length=120, blank=True)

    year_column = "starts_on"

    class Meta:
        ordering = ["project", "-starts_on"]
        constraints = [
            InOrder(
                *("starts_on", "ends_on"),
                unknown=("ends_on",),
                name="a_state_of_operation_ends_after_it_starts",
                says=_("The end must be after the start."),
            ),
            NoOverlap(
                *("project", "starts_on", "ends_on"),
                name="states_of_operation_do_not_overlap",
                says=_("This project already has a state at that time. End the earlier one first."),
            ),
            Check(
                at="authority",
                condition=Q(act="", authority__isnull=True) | ~Q(act="") & Q(authority__isnull=False),
                name="an_act_has_an_authority_and_a_number",
                says=_("Say which authority’s act it is and its number, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {long_date(self.starts_on)}"


class RemainingDuty(Record):
    """What is left to do after a mine is closed, as a plan or an act says it, until when, and who answers for it."""

    class Subject(models.TextChoices):
        TREATMENT = "treatment", _("Treating water")
        MONITORING = "monitoring", _("Monitoring")
        STABILITY = "stability", _("Keeping dams, dumps and pits stable")
        UPKEEP = "upkeep", _("Keeping up covers, channels and fences")
        PEOPLE = "people", _("Support for people")
        OTHER = "other", _("Something else")

    project = models.ForeignKey(Project, models.PROTECT, related_name="remaining_duties", verbose_name=_("project"))
    title = models.CharField(
        _("what is left to do"),
        max_length=200,
        help_text=_("Such as “treat the water of the old tunnel”. It stands on public pages; name no person."),
    )
    subject = models.CharField(_("about"), max_length=10, choices=Subject)
    said_on = DayColumn(_("said on"), happened=True, help_text=_("The day of the plan or act that says it."))
    until = YearColumn(
        _("last year"), null=True, blank=True, help_text=_("Leave empty when nobody says it, or it has no end.")
    )
    without_end = models.BooleanField(
        _("it has no end"), default=False, help_text=_("Tick it only where the plan or act says so.")
    )
    responsible = RowColumn(Organisation, null=True, blank=True, verbose_name=_("who answers for it"))

    year_column = "said_on"

    class Meta:
        ordering = ["project", "title", "-said_on"]
        constraints = [
            OncePer(
                *("project", "title", "said_on"),
                at="title",
                name="a_remaining_duty_is_said_once_a_day",
                says=_("What was said of it on this day is already here. Open and amend it."),
            ),
            Check(
                at="without_end",
                condition=Q(without_end=False) | Q(until__isnull=True),
                name="what_has_no_end_has_no_last_year",
                says=_("It has a last year or no end, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
