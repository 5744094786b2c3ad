"""Provenance: who says so, when, on what evidence, and who entered it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import PurePath
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.models.columns import NameColumn
from projects import testimony
from projects.models.columns import RowColumn


def random_name(_evidence: Evidence, filename: str) -> str:
    """Files lie under a name that tells nothing; the original name is a column."""
    return f"evidence/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()[:6]}"


def check_days_have_come(**days: date | None) -> None:
    """What has happened cannot lie after today; raises ValidationError by field."""
    today = timezone.localdate()
    to_come = [name for name, day in days.items() if day and day > today]
    if to_come:
        raise ValidationError(
            {name: ValidationError(_("This day has not come yet."), "in_the_future") for name in to_come}
        )


class Evidence(models.Model):
    """One file that supports what somebody says; kept as it came, known by its SHA-256."""

    file = models.FileField(_("file"), upload_to=random_name)
    name = NameColumn(_("name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    effective_on = models.DateField(
        _("date of the document"), null=True, blank=True, help_text=_("The date on the document, not of the upload.")
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """Where one record comes from; each record has its own."""

    class Voice(models.TextChoices):
        COMPANY = "company", _("The company")
        COMMUNITY = "community", _("The community")
        AUTHORITY = "authority", _("A public authority")
        MONITOR = "monitor", _("A monitor")
        UNKNOWN = "unknown", _("Not known")

    class Way(models.TextChoices):
        """How it is known what a side said."""

        ASSEMBLY = "assembly", _("Assembly, with minutes")
        RECEIPT = "receipt", _("Signed receipt")
        BANK = "bank", _("Bank record")
        LETTER = "letter", _("Letter or report")
        PUBLIC = testimony.PUBLIC, _("Published document that anybody can open")
        TOLD = testimony.TOLD, _("Told by word of mouth")

    class State(models.TextChoices):
        REPORTED = "reported", _("Reported")
        VERIFIED = "verified", _("Verified")
        DISPUTED = "disputed", _("Disputed")
        UNVERIFIED = "unverified", _("Unverified")

    voice = models.CharField(_("who says so"), max_length=10, choices=Voice)
    organisation = RowColumn(Organisation, null=True, blank=True, verbose_name=_("organisation that says so"))
    stated_on = models.DateField(_("stated on"), null=True, blank=True, help_text=_("Date of the report or statement."))
    reference = models.CharField(
        _("document or address"), max_length=300, blank=True, help_text=_("Title, number or web address of the source.")
    )
    known_by = models.CharField(_("how do we know this?"), max_length=10, choices=Way, blank=True)
    speaker = models.CharField(
        _("who said or wrote it"),
        max_length=120,
        blank=True,
        help_text=_("An office or a role is enough, such as “the president”. A person’s name is not needed."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REPORTED)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="sources", verbose_name=_("evidence"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    entered_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)
    import_row = models.ForeignKey("projects.ImportRow", models.PROTECT, null=True, related_name="+", editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    FORM_FIELDS: ClassVar[list[str]] = ["voice", "organisation", "stated_on", "reference", "state"]

    def __str__(self) -> str:
        return f"{self.get_voice_display()}, {self.stated_on or '–'}"

    def clean(self) -> None:
        """Nobody has said it yet on a day to come; a published document says where it can be opened."""
        check_days_have_come(stated_on=self.stated_on)
        if self.known_by == Source.Way.PUBLIC and not self.reference:
            message = _("Say which document it is, and where anybody can open it.")
            raise ValidationError({"reference": ValidationError(message, "public_document_unnamed")})

    @staticmethod
    def held_by(user: User) -> models.Exists:
        """Condition, from a record with a `source`: entered for an organisation that this person acts for."""
        return Source.entered_for_one_of(user.organisation_ids_as("monitor", "operator", "reviewer"))

    @staticmethod
    def entered_for_one_of(organisations: Iterable[int]) -> models.Exists:
        """Condition, from a record with a `source`; no join, which beside an OR would read every source there is."""
        return models.Exists(Source.objects.filter(pk=models.OuterRef("source"), entered_for__in=organisations))
