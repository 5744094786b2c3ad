"""Policy frameworks as versioned data: what is asked of a mine, by which rule, from which source."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language


class PolicyFrameworkQuerySet(models.QuerySet["PolicyFramework"]):
    """Named reads of frameworks."""

    def in_force(self) -> PolicyFramework:
        """The newest version of the framework that new scorecards use."""
        valid = self.filter(valid_from__lte=timezone.localdate())
        return valid.prefetch_related("policies__indicators").latest("valid_from", "pk")


class PolicyFramework(models.Model):
    """One version of one framework; a version that was loaded never changes, a change is a new version."""

    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    names = models.JSONField()
    rules = models.JSONField()
    sha256 = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    objects = PolicyFrameworkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="a_framework_version_is_loaded_once")]

    def __str__(self) -> str:
        return f"{self.code}, version {self.version}"


class Policy(models.Model):
    """One recommended policy of a framework, such as revenue redistribution."""

    framework = models.ForeignKey(PolicyFramework, models.PROTECT, related_name="policies")
    code = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    names = models.JSONField()
    rules = models.JSONField()

    class Meta:
        ordering = ["framework", "position"]
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="a_policy_stands_once_in_a_framework")
        ]

    def __str__(self) -> str:
        return str(self.names.get(get_language(), self.names["en"]))


class Indicator(models.Model):
    """One indicator of a policy: its measure, thresholds, gate, missing-data rule and sources."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    names = models.JSONField()
    rules = models.JSONField()

    class Meta:
        ordering = ["policy", "position"]
        constraints = [models.UniqueConstraint(fields=["policy", "code"], name="an_indicator_stands_once_in_a_policy")]

    def __str__(self) -> str:
        return f"{self.code} {self.names.get(get_language(), self.names['en'])}"
