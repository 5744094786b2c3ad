"""Impact assessments, the conditions that their approval set, and the reports that are to be handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import days
from accounts.models import Organisation
from projects.intake.names import bare, nearly_same
from projects.intervals import days_at_intervals, is_answered
from projects.models.columns import (
    DayColumn,
    FirstDayColumn,
    HectaresColumn,
    RowColumn,
    SentenceColumn,
    SmallCountColumn,
)
from projects.models.due import FIRST_DAY_HELP, NOBODY_AGREED, DueRecord
from projects.models.projects import PhasePeriod, Project
from projects.models.records import Record, StandingManager
from projects.models.rules import Check, InOrder, Nested, NotNegative, OncePer
from projects.models.sources import Source


class ImpactAssessment(Record):
    """One study of one part of a mine: handed in, approved, and the works that it had to precede."""

    stands_so = "is_another"

    class Instrument(models.TextChoices):
        FTA = "FTA", _("FTA (technical environmental form)")
        DIA = "DIA", _("DIA (declaration, category I)")
        EIA_SD = "EIA-sd", _("EIA-sd (semi-detailed, category II)")
        EIA_D = "EIA-d", _("EIA-d (detailed, category III)")
        ITS = "ITS", _("ITS (minor change)")
        PAMA = "PAMA", _("PAMA (adjustment programme of older works)")
        UPDATE = "update", _("Update of a study")
        SOCIAL = "social", _("Social impact assessment")
        HUMAN_RIGHTS = "human-rights", _("Human rights impact assessment")

    class Decision(models.TextChoices):
        UNDER_EVALUATION = "under-evaluation", _("Still under evaluation")
        REFUSED = "refused", _("Refused")
        NEVER_MADE = "never-made", _("No study was ever made")

    project = models.ForeignKey(Project, models.PROTECT, related_name="assessments", verbose_name=_("project"))
    instrument = models.CharField(_("kind of study"), max_length=12, choices=Instrument)
    component = models.CharField(
        _("part of the mine"), max_length=120, help_text=_("Such as “first pit” or “expansion”.")
    )
    is_another = models.BooleanField(
        _("it is another study"),
        default=False,
        help_text=_("Tick it where it was asked whether this study is on record already, and it is another one."),
    )
    amends = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name=_("study that it changes or updates"),
        help_text=_("Of a small change (ITS), a modification or an update: the first study. Empty for a first study."),
    )
    submitted_on = DayColumn(_("handed in on"), happened=True, null=True, blank=True)
    approved_on = DayColumn(_("approved on"), happened=True, null=True, blank=True)
    approved_by = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("authority that approved it"),
        help_text=_("Leave empty while it is not approved, or when nobody says which authority did."),
    )
    decision = models.CharField(
        _("if it was not approved"),
        max_length=16,
        choices=Decision,
        blank=True,
        help_text=_("Leave empty when it was approved, or nobody says."),
    )
    valid_until = DayColumn(
        _("certificate valid until"),
        null=True,
        blank=True,
        help_text=_("The last day, where the resolution says one. Leave empty when it says none, or nobody knows it."),
    )
    works_started_on = DayColumn(
        _("works started on"),
        happened=True,
        null=True,
        blank=True,
        help_text=_("First digging or building of this part."),
    )
    not_begun_on = DayColumn(
        _("works had not begun on"),
        happened=True,
        null=True,
        blank=True,
        help_text=_("The last day on which somebody saw that. Without it, works may have begun too early."),
    )
    start_extended = models.BooleanField(
        _("start extended by two years"), default=False, help_text=_("The authority extended the three years once.")
    )
    resolution = models.CharField(_("resolution"), max_length=120, blank=True)
    certified_hectares = HectaresColumn(_("hectares of the certified area"))
    participation_planned = SmallCountColumn(_("participation events in the approved plan"), null=True, blank=True)
    participation_held = SmallCountColumn(_("of these, held before approval"), null=True, blank=True)

    year_column = "approved_on"

    class Meta:
        ordering = ["project", "submitted_on", "pk"]
        constraints = [
            InOrder(
                "submitted_on",
                "approved_on",
                unknown=["submitted_on", "approved_on"],
                same_day=True,
                name="a_study_is_approved_after_it_was_handed_in",
                says=_("The approval cannot be earlier than the day the study was handed in."),
            ),
            InOrder(
                "approved_on",
                "valid_until",
                unknown=["approved_on", "valid_until"],
                name="a_certificate_ends_after_its_approval",
                says=_("The certificate ends before it was approved."),
            ),
            InOrder(
                "not_begun_on",
                "works_started_on",
                unknown=["not_begun_on", "works_started_on"],
                name="works_begin_after_they_had_not_begun",
                says=_(
                    "It is on record that on this day or later the works had not begun. Correct this day, or the one on which they "
                    "had not begun."
                ),
            ),
            Check(
                at="approved_by",
                condition=Q(approved_by__isnull=True) | Q(approved_on__isnull=False),
                name="who_approved_a_study_did_so_on_a_day",
                says=_("Say on which day it was approved, or leave the authority empty."),
            ),
            Check(
                at="decision",
                condition=Q(approved_on__isnull=True) | Q(decision=""),
                name="what_was_refused_is_not_approved",
                says=_("A study that was refused, never made or is under evaluation has no day of approval."),
            ),
            Nested(
                "participation_held",
                "participation_planned",
                name="no_more_events_were_held_than_planned",
                says=_("More events held than planned. Count only events of the plan."),
            ),
            Check(
                at="amends",
                condition=~Q(instrument="update") | Q(amends__isnull=False),
                name="an_update_names_its_study",
                says=_("Choose the study that was updated."),
            ),
            NotNegative("certified_hectares", says=_("A number of hectares cannot be negative.")),
        ]

    def __str__(self) -> str:
        kind = self.get_instrument_display() if self.instrument.islower() else self.instrument
        return f"{kind}: {self.component}"

    def silent_columns(self) -> frozenset[str]:
        """Also why it was not approved where it was, and who approved it on which day where it was not."""
        if self.approved_on:
            return super().silent_columns() | {"decision"}
        of_approval = ("approved_on", "approved_by_id", "valid_until") if self.decision else ()
        return super().silent_columns() | {name.removesuffix("_id") for name in of_approval if not getattr(self, name)}

    def clean(self) -> None:
        """What is changed is a first study, so that all changes of one stand together; one study is entered once."""
        super().clean()
        if self.is_first and self.project_id:
            alike = ImpactAssessment.objects.filter(project=self.project_id, instrument=self.instrument)
            self.check_other(alike.exclude(pk=self.pk))
        first = self.amends
        if first and (first.amends_id or first.pk == self.pk or (self.pk and self.amendments.exists())):
            message = _("Choose the first study, not a change of it.")
            raise ValidationError({"amends": ValidationError(message, "not_a_first_study")})
        if self.pk and self.submitted_on and self.steps.filter(taken_on__lt=self.submitted_on).exists():
            message = _("Something that happened with the study is on record of an earlier day.")
            raise ValidationError({"submitted_on": ValidationError(message, "after_its_steps")})

    @property
    def is_first(self) -> bool:
        """Whether it is a first study of a part of the mine, and nobody said that it is another one than those like it."""
        return not (self.is_another or self.amends_id or self.decision == self.Decision.REFUSED)

    def check_other(self, others: Iterable[ImpactAssessment]) -> None:
        """Raise ValidationError at the part where one of these is a first study of it, or of one of nearly that name.

        A study that was refused leaves room for the next one.
        """
        own = bare(self.component)
        first = (one for one in others if not one.amends_id and one.decision != self.Decision.REFUSED)
        known = next((one for one in first if nearly_same(own, bare(one.component))), None)
        if known:
            message = _(
                "“%(known)s” is on record already. If it is the same study, amend that one. If this one changes it, choose it "
                "as the study that is changed. If it is another one, tick that it is."
            )
            raise ValidationError({"component": ValidationError(message, "study_on_record", {"known": str(known)})})

    def concerned_years(self) -> list[int] | None:
        """From the earliest of its dates on; None, every year that is open, where it has no date."""
        dates = [d for d in (self.submitted_on, self.approved_on, self.works_started_on) if d]
        return [min(dates).year] if dates else None


class AssessmentConditionQuerySet(models.QuerySet["AssessmentCondition"]):
    """Named reads of conditions."""

    def of_project(self, project: Project | None) -> AssessmentConditionQuerySet:
        """The conditions of a project's studies."""
        return self.filter(assessment__project=project)

    def whose_phase_moved(self) -> AssessmentConditionQuerySet:
        """Those that are due before a phase which, by now, begins on another day than they were reckoned from."""
        same = PhasePeriod.objects.filter(project=OuterRef("assessment__project"), phase=OuterRef("before_phase"))
        begins = Subquery(same.order_by("starts_on").values("starts_on")[:1])
        before = ExpressionWrapper(F("begins") - F("days_before"), DateField())
        reckoned = self.exclude(before_phase="").annotate(begins=begins).annotate(by_phase=before)
        moved = Q(due_on__isnull=True) | ~Q(by_phase=F("due_on"))
        return reckoned.filter(moved, by_phase__isnull=False)

    def with_replacement(self) -> AssessmentConditionQuerySet:
        """With the condition that replaced each, and the day of approval of its study, where more than a bare word says so."""
        says_so = Source.says_more_than_a_bare_word() & Source.says_more_than_a_bare_word("assessment__")
        found = AssessmentCondition.objects.filter(
            says_so, replaces=OuterRef("pk"), assessment__approved_on__isnull=False
        )
        first = found.order_by("assessment__approved_on", "pk")
        return self.annotate(
            replaced_by=Subquery(first.values("pk")[:1]),
            replaced_on=Subquery(first.values("assessment__approved_on")[:1]),
        )


class AssessmentCondition(DueRecord):
    """Something that an approved study obliges the mine to do by a date."""

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="conditions", verbose_name=_("impact assessment")
    )
    description = SentenceColumn(
        _("what must be done"),
        max_length=300,
        help_text=_("In the words of the study; name no person. They stand on public pages."),
    )
    page = models.CharField(
        _("page"), max_length=20, blank=True, help_text=_("Where it stands in the study or its resolution, such as 14.")
    )
    paragraph = models.CharField(
        _("paragraph or clause"), max_length=60, blank=True, help_text=_("Its number or its code.")
    )
    responsible = models.CharField(
        _("who must do it"),
        max_length=120,
        blank=True,
        help_text=_("A company or an office, as the study says it; name no person. It stands on public pages."),
    )
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replacements",
        verbose_name=_("condition that it replaces"),
        help_text=_("Where this study changes a condition of the one that it changes. What no change names stays."),
    )
    due_on = DayColumn(
        _("due on"),
        null=True,
        blank=True,
        help_text=_("Leave empty what is due some days before a phase: its day follows once that phase is on record."),
    )
    first_due_on = FirstDayColumn(_("first agreed for"), of="due_on", null=True, blank=True, help_text=FIRST_DAY_HELP)
    before_phase = models.CharField(
        _("due before this phase begins"),
        max_length=12,
        choices=PhasePeriod.Phase,
        blank=True,
        help_text=_(
            "Where the study says so, such as “60 days before operation”. The day is reckoned from the phases."
        ),
    )
    days_before = SmallCountColumn(_("how many days before it begins"), null=True, blank=True)
    every_months = SmallCountColumn(
        _("months from one report to the next"),
        null=True,
        blank=True,
        help_text=_(
            "Where the study asks for a report of it again and again, the first on the day above: 3 is each quarter."
        ),
    )
    until = DayColumn(
        _("reports until"), null=True, blank=True, help_text=_("Leave empty where the study names no last day.")
    )
    fulfilled_on = DayColumn(_("fulfilled on"), happened=True, null=True, blank=True)

    objects = StandingManager.from_queryset(AssessmentConditionQuerySet)()
    with_withdrawn = AssessmentConditionQuerySet.as_manager()

    class Meta(DueRecord.Meta):
        ordering = ["assessment", "due_on", "pk"]
        indexes = [models.Index(fields=["assessment"], condition=~Q(before_phase=""), name="conditions_before_a_phase")]
        constraints = [
            *DueRecord.Meta.constraints,
            Check(
                at="later_day_agreed_by",
                condition=~Q(later_day_agreed_by="community"),
                name="only_an_authority_moves_a_condition",
                says=_("An authority set this condition, and only an authority can move its day."),
            ),
            Check(
                at="due_on",
                condition=Q(due_on__isnull=False) | ~Q(before_phase="") & Q(first_due_on__isnull=True) & NOBODY_AGREED,
                name="what_waits_for_a_phase_alone_has_no_day",
                says=_("Fill this in. Only what is due before a phase that has no day yet can wait for it."),
            ),
            Check(
                at="every_months",
                condition=Q(every_months__isnull=True, until__isnull=True)
                | Q(every_months__isnull=False, every_months__gte=1),
                name="reports_come_every_month_or_more",
                says=_("Say after how many months the next report is due, 1 or more."),
            ),
            InOrder(
                "due_on",
                "until",
                unknown=["due_on", "until"],
                same_day=True,
                name="reports_end_after_the_first",
                says=_("The last day of the reports is earlier than the first one."),
            ),
            Check(
                at="days_before",
                condition=Q(before_phase="", days_before__isnull=True)
                | ~Q(before_phase="") & Q(days_before__isnull=False),
                name="days_before_are_before_a_phase",
                says=_("Say the phase and how many days before it begins, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.description

    def clean(self) -> None:
        """The day follows from the phase before which it is due, where that is on record; till then it may have none."""
        self.due_on = self.day_by_phase() or self.due_on
        super().clean()
        if self.replaces and self.assessment_id:
            self.check_what_it_replaces(self.replaces)

    def check_what_it_replaces(self, replaced: AssessmentCondition) -> None:
        """A change of a study replaces conditions of that study, or of an earlier change of it, and none comes round."""
        own, other = self.assessment, replaced.assessment
        is_of_its_study = own.pk != other.pk and own.amends_id in (other.pk, other.amends_id or other.pk)
        came_before = own.approved_on and other.approved_on and own.approved_on < other.approved_on
        if not is_of_its_study or came_before:
            message = _("Choose a condition of the study that this one changes, or of an earlier change of it.")
            raise ValidationError({"replaces": ValidationError(message, "not_of_its_study")})
        seen = set[int]()
        one: AssessmentCondition | None = replaced
        while one and one.pk not in seen:
            if one.pk == self.pk:
                message = _("That condition replaces this one already, or one that it replaces does.")
                raise ValidationError({"replaces": ValidationError(message, "replaced_in_a_circle")})
            seen.add(one.pk)
            one = one.replaces

    def day_by_phase(self) -> date | None:
        """So many days before the phase first begins; None where it is due by a day, or the phase is not on record."""
        if not self.before_phase or self.days_before is None or not self.assessment_id:
            return None
        phases = self.project.phases.filter(phase=self.before_phase).order_by("starts_on")
        begins = phases.values_list("starts_on", flat=True).first()
        return begins and begins - timedelta(days=self.days_before)

    @property
    def before(self) -> str:
        """How many days before which phase it is due; a dash where it is due by a day."""
        if not self.before_phase:
            return "–"
        said = {"days": days(self.days_before or 0), "phase": self.get_before_phase_display()}
        return gettext("%(days)s before this phase begins: %(phase)s") % said

    def silent_columns(self) -> frozenset[str]:
        """Also the phase where it is due by a day, and what it replaces where its study changes no other."""
        of_phase = set() if self.before_phase else {"before_phase", "days_before"}
        of_change = set() if self.assessment.amends_id else {"replaces"}
        return super().silent_columns() | of_phase | of_change

    def reports_nobody_entered(self, since: date, until: date) -> list[date]:
        """The days from one to another for which it asks for a report, and none is on record."""
        if not self.every_months or not self.due_on:
            return []
        entered = list(self.reports.filter(withdrawn_at=None).values_list("due_by", flat=True))
        asked = days_at_intervals(self.due_on, self.every_months, min(until, self.until or until))
        return [day for day in asked if day >= since and not is_answered(day, self.every_months, entered)]

    @classmethod
    def not_done(cls) -> Q:
        """Of which no day is on record on which they were met."""
        return Q(fulfilled_on__isnull=True)

    def concerned_years(self) -> list[int]:
        """The years of both days, and that from which on it replaces another one."""
        replaces_from = self.assessment.approved_on if self.replaces_id else None
        return sorted({*super().concerned_years(), *([replaces_from.year] if replaces_from else [])})

    @property
    def project(self) -> Project:
        """The mine whose study set the condition."""
        return self.assessment.project


class RequiredReport(Record):
    """One report that the mine has to hand in by a day, as a condition asks or another duty."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="required_reports", verbose_name=_("project"))
    title = models.CharField(
        _("report"), max_length=200, help_text=_("Such as “water, second quarter of 2025”. It stands on public pages.")
    )
    condition = models.ForeignKey(
        AssessmentCondition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("condition of a study that asks for it"),
    )
    due_by = DayColumn(_("due on"))
    handed_in_on = DayColumn(_("handed in on"), happened=True, null=True, blank=True)
    is_public = models.BooleanField(
        _("anybody can read it"), null=True, blank=True, help_text=_("Leave empty when nobody knows it.")
    )

    year_column = "due_by"

    class Meta:
        ordering = ["project", "-due_by", "pk"]
        indexes = [models.Index(fields=["due_by"], name="reports_by_due_day")]
        constraints = [
            Check(
                at="is_public",
                condition=~Q(is_public=True) | Q(handed_in_on__isnull=False),
                name="only_what_was_handed_in_can_be_read",
                says=_("Anybody can read it: then say on which day it was handed in."),
            ),
            OncePer(
                *("project", "title", "due_by"),
                at="title",
                name="a_report_is_required_once_for_a_day",
                says=_("This report is already here. Open and amend it."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
