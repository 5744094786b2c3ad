"""Loading policy frameworks from files into the table, and finding the one that judges."""

from collections.abc import Collection
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import Framework
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.models import PolicyFramework, Review
from compliance.public_pages.sections import SECTIONS

ByYear = dict[tuple[int, int], PolicyFramework]
"""A framework by project and year."""


@transaction.atomic
def load_frameworks(folder: Path | None = None) -> list[PolicyFramework]:
    """Put every framework of a folder, usually that which comes with Minka, into the table; the same files again give the same rows.

    Raises FrameworkError with file, line and reason, ValidationError where a version was loaded with other rules.
    """
    return [load_framework(file.framework) for file in read_folder(folder or FOLDER, MEASURES, SECTIONS)]


def load_framework(rules: Framework) -> PolicyFramework:
    """Seal the rules of one version as a row; a version that was loaded never changes."""
    existing = PolicyFramework.objects.filter(code=rules.code, version=rules.version).first()
    if existing is None:
        refuse_same_day(rules)
        return PolicyFramework.objects.create(
            code=rules.code,
            version=rules.version,
            valid_from=rules.valid_from,
            countries=list(rules.countries),
            text=canonical.dumps(rules),
            sha256=rules.fingerprint,
        )
    if existing.sha256 != rules.fingerprint:
        raise ValidationError(
            _("Version %(version)s was loaded with other rules. Give the changed rules a new version."),
            code="framework_version_changed",
            params={"version": rules.version},
        )
    return existing


def refuse_same_day(rules: Framework) -> None:
    """Refuse a version that would come into force on the day of another one."""
    other = PolicyFramework.objects.filter(code=rules.code, valid_from=rules.valid_from).first()
    if other is not None:
        raise ValidationError(
            _("Version %(other)s comes into force on the same day. Give version %(version)s a later one."),
            code="framework_days",
            params={"version": rules.version, "other": other.version},
        )


def chosen_frameworks(projects: Collection[int]) -> ByYear:
    """The version that a reviewer chose for a project and year, the last choice where there were several."""
    steps = Review.objects.filter(action=Review.Action.RULES, scorecard__project__in=projects).order_by("pk")
    return {
        (step.scorecard.project_id, step.scorecard.year): step.framework
        for step in steps.select_related("scorecard", "framework").defer(
            "scorecard__facts_text", "scorecard__judgement_text"
        )
        if step.framework
    }
