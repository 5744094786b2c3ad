"""Imports of which nothing came: after some days their rows and files go, and what is left says that there was one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from accounts.models import AuditEntry
from accounts.services.pruning import PRUNED, delete_some
from projects.models import ImportBatch, ImportRow, Source

FILES_AT_ONCE = 100


def given_up(before: datetime) -> QuerySet[ImportBatch]:
    """Imports that still have their file, were undone, left or refused, and about which nothing was done since then."""
    later = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(ImportBatch),
        object_id=Cast(OuterRef("pk"), CharField()),
        at__gte=before,
    )
    ended = ImportBatch.objects.filter(state__in=(ImportBatch.State.UNDONE, ImportBatch.State.REFUSED))
    return ended.filter(~Exists(later), uploaded_at__lt=before).exclude(file="")


def forget_rows(before: datetime) -> int:
    """Delete some of their rows; those to which a source of the record still leads stay."""
    named = Exists(Source.objects.filter(import_row=OuterRef("pk")))
    return delete_some(ImportRow.objects.filter(~named, batch__in=given_up(before)))


def forget_files(before: datetime) -> int:
    """Delete some of their files, the file before its name, so that none is left which nothing names."""
    batches = given_up(before)[:FILES_AT_ONCE]
    for batch in batches:
        batch.file.delete(save=False)
        ImportBatch.objects.filter(pk=batch.pk).update(file="")
    return len(batches)


def register_forgotten_imports() -> None:
    """Say what of imports goes by itself: the rows before the file, by which they are found."""
    PRUNED.extend([("imports", forget_rows), ("imports", forget_files)])
