"""Rows of nearly the same name that somebody has told apart."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ToldApart(models.Model):
    """Something with a name, of which it is asked once whether it is another one of nearly the same name."""

    told_apart = ArrayField(models.BigIntegerField(), default=list, editable=False)
    """Keys of the rows of which somebody said that they are others."""

    class Meta:
        abstract = True
