"""Work that comes round every day, and up to which day it is done."""

from __future__ import annotations

from django.db import models


class RegularWork(models.Model):
    """A kind of job that is done every day. Without a row it was never done."""

    kind = models.CharField(primary_key=True, max_length=40)
    done_up_to = models.DateField()

    def __str__(self) -> str:
        return f"{self.kind}: {self.done_up_to}"
