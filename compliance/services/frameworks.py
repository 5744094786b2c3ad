"""Loading policy frameworks from files into the table, and finding the one that judges."""

from collections.abc import Collection
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services.audit import state_of, write_audit
from accounts.services.letters import NEWS, News, promise_news
from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import Framework
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.models import PolicyFramework, Review
from compliance.public_pages.sections import SECTIONS

FRAMEWORK_LOADED = "framework_loaded"

NEWS[FRAMEWORK_LOADED] = News(
    _("Minka: new rules were loaded"),
    _(
        "A new version of the policy framework was loaded on the server: %(what)s. It judges from the day on which it comes "
        "into force; a year that is over keeps its rules until a reviewer chooses others."
    ),
)

ByYear = dict[tuple[int, int], PolicyFramework]
"""A framework by project and year."""


@transaction.atomic
def load_frameworks(folder: Path | None = None) -> list[PolicyFramework]:
    """Put every framework of a folder, usually that which comes with Minka, into the table; the same files again give the same rows.

    Raises FrameworkError with file, line and reason, ValidationError where a version was loaded with other rules.
    """
    return [load_framework(file.framework) for file in read_folder(folder or FOLDER, MEASURES, SECTIONS)]


def load_framework(rules: Framework) -> PolicyFramework:
    """Seal the rules of one version as a row; a version that was loaded never changes.

    Whoever runs the server loads it, and needs nobody's word for it: the audit trail keeps it, and every administrator and
    reviewer is told.
    """
    existing = PolicyFramework.objects.filter(code=rules.code, version=rules.version).first()
    if existing is None:
        refuse_same_day(rules)
        loaded = PolicyFramework.objects.create(
            code=rules.code,
            version=rules.version,
            valid_from=rules.valid_from,
            countries=list(rules.countries),
            text=canonical.dumps(rules),
            sha256=rules.fingerprint,
        )
        write_audit(actor=None, verb="framework_loaded", record=loaded, before=state_of(loaded))
        promise_news(FRAMEWORK_LOADED, key=f"framework/{loaded.pk}", by=(), what=str(loaded))
        return loaded
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
