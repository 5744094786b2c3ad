"""The kind of record of this app, and where the audit trail leads to steps of a review, rules and take-downs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.record_addresses import RecordAddresses, register_addresses
from compliance.evaluation.sealed import indicators_of
from compliance.forms import ExemptionForm
from compliance.models import Answer, Exemption, PolicyFramework, Review, Takedown
from projects.forms import form_of
from projects.kinds import RecordKind, Subject, register
from projects.models import Project

NAMES: dict[str, dict[str, Any]] = {}
"""Names of indicators by country and code, as they were when this process first asked for a code."""


def indicator_words(exemption: Exemption) -> str:
    """The code of its indicator with the name that the newest rules of the country give it; the code where none has it."""
    code, country = exemption.indicator, exemption.project.country
    names = NAMES.setdefault(country, {})
    if code not in names:
        names |= {code: code, **indicators_of(country)}
    return str(names[code])


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        RecordKind(
            code="exemptions",
            subject=Subject.LISTS,
            model=Exemption,
            form=form_of(Exemption, ExemptionForm),
            fact_name="exemption",
            singular=_("Exemption"),
            plural=_("Exemptions"),
            add_label=_("Add an exemption"),
            help=_("Indicators that do not apply, with the reason. A reviewer approves; the reason is published."),
            columns=("indicator", "year", "reason", "approved_by"),
            headings={"reason": _("Reason"), "approved_by": _("Approved by")},
            shown_as={"indicator": indicator_words},
            reported_by_companies=True,
            optional=True,
        )
    )


def register_pages() -> None:
    """Let the audit trail lead to the steps of a review, to rules and to what was taken down; called once, when the app is ready."""
    register_addresses(
        Review,
        RecordAddresses(
            lambda actor: Review.objects.filter(scorecard__project__in=Project.objects.visible_to(actor)),
            "reviews:scorecard",
            {"pk": "scorecard_id"},
        ),
    )
    register_addresses(
        PolicyFramework,
        RecordAddresses(lambda _actor: PolicyFramework.objects.all(), "api:framework", {"sha256": "sha256"}),
    )
    register_addresses(Answer, RecordAddresses(Answer.objects.visible_to, "reviews:answer", {"pk": "id"}))
    register_addresses(
        Takedown,
        RecordAddresses(
            lambda actor: Takedown.objects.filter(
                publication__scorecard__project__in=Project.objects.visible_to(actor)
            ),
            "reviews:publications",
            {"slug": "project_slug"},
        ),
    )
