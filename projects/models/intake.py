"""Files that people import, row by row, with what became of each row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User

PRIVATE_TARGETS: set[str] = set()
"""What rows may be that not even whoever reads the audit trail sees; kinds of record say so when they are registered."""


class ImportQuerySet(models.QuerySet["ImportBatch"]):
    """Named reads of imports."""

    def visible_to(self, user: User) -> ImportQuerySet:
        """Imports of one's own organisations; for whoever sees the audit trail all whose rows are not private."""
        own = Q(organisation__in=user.organisation_ids_as("monitor"))
        return self.filter(own | ~Q(target__in=PRIVATE_TARGETS)) if user.may("audit.view") else self.filter(own)


class ImportBatch(models.Model):
    """One uploaded file on its way into the record: read, mapped, checked, confirmed, and undone if need be."""

    class State(models.TextChoices):
        READING = "reading", _("Reading the file")
        MAPPING = "mapping", _("Waiting for the columns")
        CHECKING = "checking", _("Checking the rows")
        READY = "ready", _("Waiting for confirmation")
        IMPORTING = "importing", _("Importing")
        IMPORTED = "imported", _("Imported")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")
        REFUSED = "refused", _("Refused")

    target = models.CharField(_("what the rows are"), max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    file = models.FileField(_("file"), upload_to="imports/")
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    problem = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    defaults = models.JSONField(default=dict)
    reached = models.PositiveIntegerField(default=0, editable=False)
    """Number of the last row that the work in its present state has done; the next worker goes on behind it."""

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "target", "sha256"],
                condition=~Q(state__in=["undone", "refused"]),
                name="the_same_file_is_imported_once",
                violation_error_message=_("This very file is already here. Open its import instead."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of a file, as it came, with its errors and what became of it."""

    class State(models.TextChoices):
        READ = "read", _("Read")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused")
        SKIPPED = "skipped", _("Skipped by you")
        IMPORTED = "imported", _("Imported")
        UNDONE = "undone", _("Undone")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    corrections = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.READ)
    record = models.CharField(max_length=60, blank=True)
    marks = models.BinaryField(default=b"", editable=False)
    """What it was the first to say, as `Scope.remember` marks it; later rows are compared with that."""

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="a_row_of_a_file_is_kept_once")]
        indexes = [models.Index(fields=["batch", "state"], name="rows_of_a_batch_by_state")]

    def __str__(self) -> str:
        return f"{self.batch}, {self.number}"


class ColumnMemory(models.Model):
    """Which columns an organisation meant the last time a file had these headings."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    target = models.CharField(max_length=40)
    headings_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField()
    defaults = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "target", "headings_sha256"], name="columns_are_remembered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.target}"
