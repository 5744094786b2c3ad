"""Agreements between a mine and its neighbours, and what was promised in them."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.communities import Community
from projects.models import Project, Source
from projects.models.sources import check_days_have_come


class Agreement(models.Model):
    """A signed agreement; its text may be withheld, and then the record says so."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="agreements", verbose_name=_("project"))
    title = models.CharField(_("title"), max_length=200)
    signed_on = models.DateField(_("signed on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    communities = models.ManyToManyField(
        Community, blank=True, related_name="agreements", verbose_name=_("communities")
    )
    text_withheld = models.BooleanField(_("text withheld by a confidentiality clause"), default=False)
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["project", "-signed_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("signed_on")),
                name="an_agreement_ends_after_it_was_signed",
                violation_error_message=_("The agreement ends before it was signed."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """It has been signed."""
        check_days_have_come(signed_on=self.signed_on)

    def check_signed_by(self, **days: date | None) -> None:
        """Nothing is due or fulfilled before the agreement that it rests on was signed; raises ValidationError by field."""
        early = [name for name, day in days.items() if day and day < self.signed_on]
        if early:
            message = _("This is before the agreement was signed.")
            raise ValidationError({name: ValidationError(message, "before_the_agreement") for name in early})

    def concerned_years(self) -> list[int]:
        """Its commitments and obligations carry the figures."""
        return []


class Commitment(models.Model):
    """One promise with a date: what the company says, what the community says and what an authority says, apart."""

    class Answer(models.TextChoices):
        FULFILLED = "fulfilled", _("Fulfilled")
        NOT_FULFILLED = "not_fulfilled", _("Not fulfilled")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commitments", verbose_name=_("agreement"))
    description = models.CharField(_("what was promised"), max_length=300)
    clause = models.CharField(_("clause or page"), max_length=60, blank=True)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("community"),
        help_text=_("Leave empty when it was promised to all."),
    )  # fmt: skip
    due_on = models.DateField(_("due on"))
    voluntary = models.BooleanField(_("voluntary"), default=False, help_text=_("Reported apart, not counted."))
    company_says_fulfilled_on = models.DateField(_("the company says: fulfilled on"), null=True, blank=True)
    community_says = models.CharField(_("the community says"), max_length=15, choices=Answer, blank=True)
    authority_says = models.CharField(_("an authority says"), max_length=15, choices=Answer, blank=True)
    confirmed_on = models.DateField(
        _("fulfilled on, as confirmed"),
        null=True,
        blank=True,
        help_text=_("The day it was done, confirmed by others than the company."),
    )
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agreement", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True) | Q(community_says="fulfilled") | Q(authority_says="fulfilled"),
                name="a_confirmed_day_needs_somebody_who_confirms",
                violation_error_message=_("Say who confirms it: the community or an authority."),
            )
        ]

    def __str__(self) -> str:
        return self.description

    def clean(self) -> None:
        """A promise is due on or after the day of its agreement, and has been kept or has not yet."""
        check_days_have_come(company_says_fulfilled_on=self.company_says_fulfilled_on, confirmed_on=self.confirmed_on)
        if self.agreement_id:
            self.agreement.check_signed_by(
                due_on=self.due_on,
                company_says_fulfilled_on=self.company_says_fulfilled_on,
                confirmed_on=self.confirmed_on,
            )

    @property
    def project(self) -> Project:
        """The mine that promised."""
        return self.agreement.project

    def concerned_years(self) -> list[int]:
        """The year in which it is due."""
        return [self.due_on.year]
