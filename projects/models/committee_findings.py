"""What participatory monitoring committees found, what was answered, and whether it is closed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import days, long_date
from accounts.models import User
from projects.models.columns import DayColumn, RowColumn, SentenceColumn
from projects.models.monitoring import MonitoringStation
from projects.models.projects import Project
from projects.models.records import Record, StandingManager
from projects.models.rules import Check, InOrder
from projects.models.sources import Source

NO_ANSWER = Q(answered_by="", answered_on__isnull=True, answer="", answer_document="")
WHOLE_ANSWER = Q(answered_on__isnull=False) & ~Q(answered_by="") & ~Q(answer="") & ~Q(answer_document="")
NOT_CLOSED = Q(closed_by="", closed_on__isnull=True, closed_how="", closed_document="")
WHOLE_CLOSE = Q(closed_on__isnull=False) & ~Q(closed_by="") & ~Q(closed_how="") & ~Q(closed_document="")


class FindingQuerySet(models.QuerySet["CommitteeFinding"]):
    """Named reads of findings."""

    def visible_to(self, user: User) -> FindingQuerySet:
        """Those whose source the person may read: of others nobody is told which committee found what and where."""
        return self.filter(source__in=Source.objects.readable_by(user))


class CommitteeFinding(Record):
    """What one committee found at one place; the mine may answer it, and only the committee or an authority closes it."""

    class Side(models.TextChoices):
        COMPANY = "company", _("The mine")
        AUTHORITY = "authority", _("An authority")

    class Closer(models.TextChoices):
        COMMITTEE = "committee", _("The committee")
        AUTHORITY = "authority", _("An authority")

    project = models.ForeignKey(Project, models.PROTECT, related_name="committee_findings", verbose_name=_("project"))
    committee = models.CharField(
        _("committee"), max_length=120, help_text=_("What the monitoring committee is called; name no person.")
    )
    station = RowColumn(
        MonitoringStation,
        null=True,
        blank=True,
        related_name="committee_findings",
        verbose_name=_("monitoring station"),
        help_text=_("Leave empty where it was found elsewhere, and say the place."),
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    found_on = DayColumn(_("found on"), happened=True)
    found = SentenceColumn(
        _("what it found"),
        max_length=300,
        help_text=_("In one sentence; name no person. It stands on public pages where everybody may read the source."),
    )
    answered_by = models.CharField(
        _("who answered"), max_length=9, choices=Side, blank=True, help_text=_("Leave empty while no answer is known.")
    )
    answered_on = DayColumn(_("answered on"), happened=True, null=True, blank=True)
    answer = SentenceColumn(_("what was answered"), max_length=300, blank=True, help_text=_("Name no person."))
    answer_document = models.CharField(
        _("document of the answer"), max_length=200, blank=True, help_text=_("Its number or its web address.")
    )
    closed_by = models.CharField(
        _("who closed it"),
        max_length=9,
        choices=Closer,
        blank=True,
        help_text=_("Leave empty while it is open. That the mine says it is done closes nothing: it is its answer."),
    )
    closed_on = DayColumn(_("closed on"), happened=True, null=True, blank=True)
    closed_how = SentenceColumn(_("how it was closed"), max_length=300, blank=True, help_text=_("Name no person."))
    closed_document = models.CharField(
        _("document that closes it"), max_length=200, blank=True, help_text=_("Its number or its web address.")
    )

    year_column = "found_on"
    objects = StandingManager.from_queryset(FindingQuerySet)()
    with_withdrawn = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-found_on", "pk"]
        constraints = [
            Check(
                at="place",
                condition=Q(station__isnull=False) | ~Q(place=""),
                name="a_finding_says_where",
                says=_("Choose the station, or say the place."),
            ),
            Check(
                at="answered_by",
                condition=NO_ANSWER | WHOLE_ANSWER,
                name="an_answer_to_a_finding_is_whole",
                says=_("Say who answered, on which day, what, and in which document; or none of it."),
            ),
            Check(
                at="closed_by",
                condition=NOT_CLOSED | WHOLE_CLOSE,
                name="the_close_of_a_finding_is_whole",
                says=_("Say who closed it, on which day, how, and in which document; or none of it."),
            ),
            *(
                InOrder(
                    *("found_on", later),
                    same_day=True,
                    unknown=(later,),
                    name=f"a_finding_is_{done}_after_it_was_found",
                    says=_("That is earlier than the day on which it was found."),
                )
                for done, later in (("answered", "answered_on"), ("closed", "closed_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee}, {long_date(self.found_on)}"

    @property
    def name_in_trail(self) -> str:
        """Its number: the trail is read by people who may not see it."""
        return gettext("Finding %(number)s") % {"number": self.pk}

    @property
    def state(self) -> str:
        """Since how many days it is open, or when it was closed and by whom; that the mine says so closes nothing."""
        if self.closed_on is None or self.source.voice in (Source.Voice.COMPANY, Source.Voice.UNKNOWN):
            return str(_("Open for %(days)s") % {"days": days((localdate() - self.found_on).days)})
        return f"{self.get_closed_by_display()}, {long_date(self.closed_on)}"
