"""The limits for water, air and noise as PostgreSQL knows them, and what the results of a year come to by them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from projects.models.monitoring import MonitoringResult, MonitoringStation
from projects.models.parameters import Parameter
from projects.models.projects import Project
from projects.models.sources import Source


class EnvironmentalLimit(models.Model):
    """The limits of `projects/data/environmental_limits.csv`, for PostgreSQL to count by."""

    standard = models.CharField(max_length=11)
    parameter = models.CharField(max_length=14, choices=Parameter)
    least = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    most = models.DecimalField(max_digits=14, decimal_places=6)
    mean_most = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    times_allowed = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standard", "parameter", "valid_from"], name="one_limit_holds_from_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.standard} {self.parameter}"


class TupleField(ArrayField[Any, Any]):
    """A list that is read as a tuple, as facts are."""

    def from_db_value(self, value: list[Any] | None, *_rest: Any) -> tuple[Any, ...] | None:
        """What PostgreSQL gives, frozen."""
        return None if value is None else tuple(value)


class MonitoringSummary(models.Model):
    """What the tests of one parameter found at one station in one year, by who took them: a view over what stands.

    The tests of a row are alike in who says so, whether their laboratory is accredited and, where that side needs one,
    whether a paper stands behind them. It is called by the worst of them. Tests of one day count once for each side, as the
    worst says of those that can tell whether it is within its limit. The mean of noise is the one of its energy.
    """

    summary_of = MonitoringResult
    keys_in = "samples"

    id = models.BigIntegerField(primary_key=True)
    project = models.ForeignKey(Project, models.DO_NOTHING, related_name="+")
    station = models.ForeignKey(MonitoringStation, models.DO_NOTHING, related_name="+")
    source = models.ForeignKey(Source, models.DO_NOTHING, related_name="+")
    parameter = models.CharField(max_length=14)
    taken_on = models.DateField()
    """the first day of the year"""
    accredited = models.BooleanField()
    least = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    most = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    mean_most = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    times_allowed = models.IntegerField(null=True)
    samples = TupleField(models.BigIntegerField())
    """the keys of all its tests"""
    tests_of_months = TupleField(models.IntegerField())
    undecided_of_months = TupleField(models.IntegerField())
    exceeding = models.IntegerField()
    undetected = models.IntegerField()
    worst = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    mean = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    mean_at_most = models.DecimalField(max_digits=14, decimal_places=6)
    months = TupleField(models.DecimalField(max_digits=14, decimal_places=6, null=True))

    class Meta:
        managed = False
        db_table = "projects_monitoringsummary"

    def __str__(self) -> str:
        return f"{self.station_id} {self.parameter} {self.taken_on.year}"
