"""Wrong passwords and codes, for as long as they count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Attempt(models.Model):
    """One attempt to sign in that is counted by something: an account at an address, an address, or a known browser.

    `counted_by` is a fingerprint made with the secret key, so that a row says neither whose account nor where from.
    """

    counted_by = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["counted_by", "at"], name="attempts_counted")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
