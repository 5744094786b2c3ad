"""Provenance: who says so, when, on what evidence, and who entered it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audience import MINKA, is_of_minkas_side
from accounts.models import Organisation, User
from accounts.models.columns import NameColumn
from accounts.roles import Role
from projects import testimony
from projects.models.columns import RowColumn

WEB_ADDRESS = ("http://", "https://")


def random_name(_evidence: Evidence, filename: str) -> str:
    """Files lie under a name that tells nothing; the original name is a column."""
    return f"evidence/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()[:6]}"


def check_days_have_come(**days: date | None) -> None:
    """What has happened cannot lie after today; raises ValidationError by field."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    to_come = [name for name, day in days.items() if day and day > today]
    if to_come:
        raise ValidationError(
            {name: ValidationError(_("This day has not come yet."), "in_the_future") for name in to_come}
        )


def told_without_words(audience: str) -> str:
    """What is said of a source to whoever may not read it; the organisation that holds it is to be filled in."""
    if audience == Source.Audience.CONFIDENTIAL:
        return gettext("a confidential source, held by %(organisation)s")
    return gettext("a source for organisations, held by %(organisation)s")


class Evidence(models.Model):
    """One file that supports what somebody says, known by its SHA-256; it goes to the audience of its source."""

    file = models.FileField(_("file"), upload_to=random_name)
    name = NameColumn(_("name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    original = models.FileField(
        upload_to=random_name,
        blank=True,
        help_text="As it came, with author, place and tools in it, where somebody asked for that; always confidential.",
    )
    effective_on = models.DateField(
        _("date of the document"), null=True, blank=True, help_text=_("The date on the document, not of the upload.")
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    erasure = models.ForeignKey("projects.Erasure", models.PROTECT, null=True, related_name="files", editable=False)
    """With which the file and its name went; size, kind and fingerprint stay."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erasure__isnull=True) | Q(file="", original="", name=""),
                name="of_an_erased_file_nothing_is_kept_but_its_fingerprint",
            )
        ]

    def __str__(self) -> str:
        return self.name or gettext("erased file")


class SourceQuerySet(models.QuerySet["Source"]):
    """Named reads of sources."""

    def readable_by(self, viewer: User) -> SourceQuerySet:
        """Those whose words and files the person may read, as `Source.is_readable_by` says of one."""
        return self.filter(audience__in=Source.audiences_of(viewer)) | self.confided_to(viewer)

    def confided_to(self, viewer: User) -> SourceQuerySet:
        """Those that the person may read even if they are confidential, as `Source.is_confided_to` says of one."""
        if Role.REVIEWER in viewer.roles:
            return self.all()
        return self.filter(entered_for__in=viewer.organisation_ids_as(*HOLDERS))


HOLDERS = (Role.MONITOR, Role.OPERATOR)
"""The roles in which people act for the organisation that holds a source."""


class Source(models.Model):
    """Where one record comes from; each record has its own.

    Its audience reads its words and its files. Others are told that there is a source, and who holds it.
    """

    class Voice(models.TextChoices):
        COMPANY = "company", _("The company")
        COMMUNITY = "community", _("The community")
        COMMITTEE = testimony.COMMITTEE, _("A monitoring committee")
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

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Public")
        ORGANISATIONS = "organisations", _("Organisations")
        CONFIDENTIAL = "confidential", _("Confidential")

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
    audience = models.CharField(
        _("who may read it"),
        max_length=15,
        choices=Audience,
        default=Audience.ORGANISATIONS,
        help_text=_(
            "Public: companies, too; names of files behind payments are published. Organisations: all but companies."
            " Confidential: your organisation and reviewers, where it names people who trust you."
        ),
    )
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="sources", verbose_name=_("evidence"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    entered_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    verified_at = models.DateTimeField(null=True, editable=False)
    verification_note = models.CharField(max_length=500, blank=True, editable=False)
    import_row = models.ForeignKey("projects.ImportRow", models.PROTECT, null=True, related_name="+", editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    FORM_FIELDS: ClassVar[list[str]] = ["voice", "organisation", "stated_on", "reference", "state", "audience"]
    WORDS: ClassVar[tuple[str, ...]] = ("organisation", "reference", "speaker")
    """Columns that only its audience reads."""

    STATES_TO_ENTER: ClassVar[list[tuple[str, Any]]] = [
        (value, label) for value, label in State.choices if value != "verified"
    ]
    """What whoever enters a record may say of it; that it is verified, a reviewer of another organisation says."""

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["public", "organisations", "confidential"]),
                name="a_source_has_an_audience",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True, verification_note="")
                | Q(~Q(verification_note=""), state="verified", verified_by__isnull=False, verified_at__isnull=False),
                name="who_verified_says_when_and_on_what",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("entered_by")),
                name="nobody_verifies_what_they_entered",
                violation_error_message=_("You entered this record. Somebody else verifies it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_voice_display()}, {self.stated_on or '–'}"

    def clean(self) -> None:
        """Nobody has said it yet on a day to come; a published document says where it can be opened."""
        check_days_have_come(stated_on=self.stated_on)
        if self.known_by == Source.Way.PUBLIC and not self.reference:
            message = _("Say which document it is, and where anybody can open it.")
            raise ValidationError({"reference": ValidationError(message, "public_document_unnamed")})

    @classmethod
    def columns_of_words(cls) -> set[str]:
        """`WORDS` as the audit trail calls them."""
        return {cls._meta.get_field(name).attname for name in cls.WORDS}  # type: ignore[union-attr]

    @classmethod
    def audiences_of(cls, viewer: User) -> list[Audience]:
        """The audiences to which somebody belongs, whoever holds the source."""
        own = [cls.Audience.ORGANISATIONS] if is_of_minkas_side(viewer) else []
        return [cls.Audience.PUBLIC, *own]

    def is_confided_to(self, viewer: User) -> bool:
        """Whether the person may read it even if it is confidential: for the organisation that holds it, or as a reviewer."""
        return Role.REVIEWER in viewer.roles or self.entered_for_id in viewer.organisation_ids_as(*HOLDERS)

    def is_readable_by(self, viewer: User) -> bool:
        """Whether the person, who sees the record, may read the source's words and files."""
        return self.audience in self.audiences_of(viewer) or self.is_confided_to(viewer)

    def files_for(self, viewer: User) -> list[Evidence]:
        """The files that the person, who sees the record, may have."""
        return list(self.evidence.all()) if self.is_readable_by(viewer) else []

    @property
    def is_confidential(self) -> bool:
        """Whether its words stay out of histories and files."""
        return self.audience == self.Audience.CONFIDENTIAL

    @property
    def without_words(self) -> str:
        """What everybody else is told in the place of its words."""
        return told_without_words(self.audience) % {"organisation": self.entered_for or MINKA}

    def reference_in_file(self, viewer: User) -> str:
        """The document or address as a file says it that leaves Minka: never a confidential one."""
        return self.reference if self.is_readable_by(viewer) and not self.is_confidential else self.without_words

    @property
    def standing(self) -> State:
        """How sure the record is. What was ticked as verified before somebody else had to check it is reported only."""
        state = self.State(self.state)
        return self.State.REPORTED if state == self.State.VERIFIED and self.verified_by_id is None else state

    @staticmethod
    def standing_as(state: str) -> Q:
        """Condition, from a record with a `source`, for what `standing` says."""
        checked = Q(source__state=Source.State.VERIFIED, source__verified_by__isnull=False)
        ticked = Q(source__state=Source.State.VERIFIED, source__verified_by__isnull=True)
        if state == Source.State.VERIFIED:
            return checked
        return Q(source__state=state) | ticked if state == Source.State.REPORTED else Q(source__state=state)

    @staticmethod
    def says_more_than_a_bare_word(path: str = "") -> Q:
        """Condition, from a record with a `source` at the end of a path, for what is no bare word of the company or of nobody."""
        source = f"{path}source__"
        opens = Q(*(Q(**{f"{source}reference__startswith": start}) for start in WEB_ADDRESS), _connector=Q.OR)
        said = ~Q(**{f"{source}voice__in": ("", Source.Voice.COMPANY, Source.Voice.UNKNOWN)})
        return (
            said
            | Q(**{f"{source}evidence__isnull": False})
            | opens & Q(**{f"{source}audience": Source.Audience.PUBLIC})
        )

    def take_back_verification(self) -> None:
        """Let the record be reported again where it was verified; whoever changes it saves it."""
        if self.state == self.State.VERIFIED:
            self.state = self.State.REPORTED
        self.verified_by, self.verified_at, self.verification_note = None, None, ""

    @staticmethod
    def held_by(user: User) -> models.Exists:
        """Condition, from a record with a `source`: entered for an organisation that this person acts for."""
        return Source.entered_for_one_of(user.organisation_ids_as("monitor", "operator", "reviewer"))

    @staticmethod
    def entered_for_one_of(organisations: Iterable[int]) -> models.Exists:
        """Condition, from a record with a `source`; no join, which beside an OR would read every source there is."""
        return models.Exists(Source.objects.filter(pk=models.OuterRef("source"), entered_for__in=organisations))
