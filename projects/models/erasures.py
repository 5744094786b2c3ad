"""That personal data was erased: by whom, when, why, and where some of it still stands."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Proposal
from projects.models.sources import Source


class Erasure(models.Model):
    """The words and files of one source that went with the word of two people; never changed.

    It keeps no fingerprint of the words: a name is found again by trying. Files keep theirs.
    """

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="erasures")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=40)
    """The record that has the source."""
    columns = ArrayField(models.CharField(max_length=40))
    """Columns of which the record's history keeps that they were changed, and nothing that they said."""
    reason = models.CharField(max_length=500)
    erased_at = models.DateTimeField()
    still_in = models.JSONField(default=list)
    """Name and address of what is sealed and held some of it on that day."""

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.proposal}"
