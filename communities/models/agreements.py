"""Agreements between a mine and its neighbours, and what was promised in them."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.columns import NameColumn
from communities.models.communities import Community
from projects.models import Project, Source
from projects.models.columns import DayColumn, RowColumn, SentenceColumn
from projects.models.due import DueRecord
from projects.models.records import Record
from projects.models.rules import Check, InOrder


class Agreement(Record):
    """A signed agreement; its text may be withheld, and then the record says so."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="agreements", verbose_name=_("project"))
    title = NameColumn(_("title"), max_length=200)
    signed_on = DayColumn(_("signed on"), happened=True)
    ends_on = DayColumn(_("ends on"), null=True, blank=True)
    communities = models.ManyToManyField(
        Community, blank=True, related_name="agreements", verbose_name=_("communities")
    )
    text_withheld = models.BooleanField(_("text withheld by a confidentiality clause"), default=False)

    year_column = "signed_on"

    class Meta:
        ordering = ["project", "-signed_on"]
        constraints = [
            InOrder(
                "signed_on",
                "ends_on",
                unknown=["ends_on"],
                name="an_agreement_ends_after_it_was_signed",
                says=_("The agreement ends before it was signed."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def check_signed_by(self, **days: date | None) -> None:
        """Nothing is due or fulfilled before the agreement that it rests on was signed; raises ValidationError by field."""
        early = [name for name, day in days.items() if day and day < self.signed_on]
        if early:
            message = _("This is before the agreement was signed.")
            raise ValidationError({name: ValidationError(message, "before_the_agreement") for name in early})

    def concerned_years(self) -> list[int]:
        """Its commitments and obligations carry the figures."""
        return []


class Commitment(DueRecord):
    """One promise with a date: what the company says, what the community says and what an authority says, apart."""

    class Answer(models.TextChoices):
        FULFILLED = "fulfilled", _("Fulfilled")
        NOT_FULFILLED = "not_fulfilled", _("Not fulfilled")

    class Promiser(models.TextChoices):
        STATE = "state", _("The State")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commitments", verbose_name=_("agreement"))
    description = SentenceColumn(_("what was promised"), max_length=300)
    clause = models.CharField(_("clause or page"), max_length=60, blank=True)
    community = RowColumn(
        Community,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("community"),
        help_text=_("Leave empty when it was promised to all."),
    )
    due_on = DayColumn(_("due on"))
    promised_by = models.CharField(
        _("who promised it"),
        max_length=10,
        choices=Promiser,
        blank=True,
        help_text=_("Leave empty when the company promised it. What the State promised never counts for the mine."),
    )
    voluntary = models.BooleanField(_("voluntary"), default=False, help_text=_("Reported apart, not counted."))
    company_says_fulfilled_on = DayColumn(_("the company says: fulfilled on"), happened=True, null=True, blank=True)
    community_says = models.CharField(_("the community says"), max_length=15, choices=Answer, blank=True)
    community_known_by = models.CharField(
        _("how do we know what the community says?"), max_length=10, choices=Source.Way, blank=True
    )
    community_speaker = models.CharField(
        _("who of the community said it"), max_length=120, blank=True, help_text=_("An office or a role is enough.")
    )
    community_said_on = DayColumn(_("when the community said it"), happened=True, null=True, blank=True)
    authority_says = models.CharField(_("an authority says"), max_length=15, choices=Answer, blank=True)
    authority_document = models.CharField(
        _("in which document the authority says it"), max_length=200, blank=True, help_text=_("Number and date.")
    )
    confirmed_on = DayColumn(
        _("fulfilled on, as confirmed"),
        happened=True,
        null=True,
        blank=True,
        help_text=_("The day it was done, confirmed by others than the company."),
    )

    class Meta(DueRecord.Meta):
        ordering = ["agreement", "due_on", "pk"]
        constraints = [
            *DueRecord.Meta.constraints,
            Check(
                at="community_says",
                condition=Q(confirmed_on__isnull=True) | Q(community_says="fulfilled") | Q(authority_says="fulfilled"),
                name="a_confirmed_day_needs_somebody_who_confirms",
                says=_("Say who confirms it: the community or an authority."),
            ),
        ]

    def __str__(self) -> str:
        return self.description

    def clean(self) -> None:
        """A promise is due on or after the day of its agreement, and each side that speaks of it has a source of its own.

        What was entered before sources were asked for stays as it is.
        """
        super().clean()
        if self._state.adding:
            self.check_sources_of_sides()
        confirms, said_on = self.community_says == self.Answer.FULFILLED, self.community_said_on
        if confirms and said_on and self.confirmed_on and said_on < self.confirmed_on:
            message = _("The community said so before it was done. Look at both days.")
            raise ValidationError({"community_said_on": ValidationError(message, "said_before_it_was_done")})
        if self.agreement_id:
            self.agreement.check_signed_by(
                **self.days_asked(),
                company_says_fulfilled_on=self.company_says_fulfilled_on,
                confirmed_on=self.confirmed_on,
            )

    @classmethod
    def not_done(cls) -> Q:
        """Which nobody says is fulfilled, or of which one side says that it is not."""
        denied = Q(community_says=cls.Answer.NOT_FULFILLED) | Q(authority_says=cls.Answer.NOT_FULFILLED)
        silent = Q(confirmed_on=None, company_says_fulfilled_on=None)
        said = Q(community_says=cls.Answer.FULFILLED) | Q(authority_says=cls.Answer.FULFILLED)
        return denied | silent & ~said

    def check_sources_of_sides(self) -> None:
        """Who of the community said it, how that is known and since when; in which document the authority says it."""
        needed = ["community_known_by", "community_speaker", "community_said_on"] if self.community_says else []
        needed += ["authority_document"] if self.authority_says else []
        if missing := [name for name in needed if not getattr(self, name)]:
            message = _("Needed, because this side’s word is given. The company cannot speak for it.")
            raise ValidationError({name: ValidationError(message, "no_source_of_its_own") for name in missing})

    @property
    def project(self) -> Project:
        """The mine that promised."""
        return self.agreement.project
