"""Policy frameworks as versioned data: what is asked of a mine, by which rule, from which source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PolicyFramework(models.Model):
    """One version of one framework, sealed as one canonical text; a change is a new version."""

    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    countries = ArrayField(models.CharField(max_length=2), default=list)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="a_framework_version_is_loaded_once"),
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_version_comes_into_force_on_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, version {self.version}"


def framework_for(frameworks: Sequence[PolicyFramework], country: str, period_end: date) -> PolicyFramework | None:
    """The version that judges a country's mines in a period: the last to come into force by its last day.

    A country has the framework of which any version names it, with all its versions; else the versions that name no
    country. A period before the first version is judged by the first. None where no framework judges that country.
    """
    own = {one.code for one in frameworks if country in one.countries}
    fitting = [one for one in frameworks if (one.code in own if own else not one.countries)]
    in_force = [one for one in fitting if one.valid_from <= period_end]
    if in_force:
        return max(in_force, key=lambda one: one.valid_from)
    return min(fitting, key=lambda one: one.valid_from, default=None)


def newer_versions(frameworks: Iterable[PolicyFramework], framework: PolicyFramework) -> list[PolicyFramework]:
    """The versions of the same framework that come into force after one, the nearest first."""
    later = [one for one in frameworks if one.code == framework.code and one.valid_from > framework.valid_from]
    return sorted(later, key=lambda one: one.valid_from)
