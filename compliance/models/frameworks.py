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

    Of versions of one framework that are in force the highest judges, although an earlier one may have come into force
    later. A version that names the country judges before those that name none. A period before all of them is judged by
    the first. None where no framework judges that country.
    """
    fitting = versions_for(frameworks, country)
    by_day = [one for one in fitting if one.valid_from <= period_end]
    highest = {one.code: max(other.version for other in by_day if other.code == one.code) for one in by_day}
    in_force = [one for one in by_day if one.version == highest[one.code]]
    named = [one for one in in_force if one.countries]
    candidates = named or in_force or fitting[:1]
    return candidates[-1] if candidates else None


def versions_for(frameworks: Iterable[PolicyFramework], country: str) -> list[PolicyFramework]:
    """The versions that may judge a country's mines, the first to come into force first."""
    fitting = [one for one in frameworks if not one.countries or country in one.countries]
    return sorted(fitting, key=lambda one: (one.valid_from, not one.countries))
