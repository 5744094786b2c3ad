"""Loading policy frameworks from files into tables."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from compliance.evaluation import canonical, framework
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import Framework, FrameworkError
from compliance.models import Indicator, Policy, PolicyFramework

BUNDLED = Path(__file__).resolve().parent.parent / "frameworks" / "peru-recommended-policies.yaml"


def load_bundled_framework() -> PolicyFramework:
    """Load the framework that comes with the software."""
    return load_framework(BUNDLED.read_text(encoding="utf-8"))


@transaction.atomic
def load_framework(text: str) -> PolicyFramework:
    """Put a framework's YAML into the tables; the same text again gives the same row.

    Raises ValidationError where the version was loaded before with other rules: a change is a new version.
    """
    rules = framework.load(text, MEASURES)
    sealed = rules.to_json()
    sha256 = canonical.digest(sealed)
    existing = PolicyFramework.objects.filter(code=rules.code, version=rules.version).first()
    if existing:
        if existing.sha256 != sha256:
            raise ValidationError(
                _("Version %(version)s was loaded with other rules. Give the changed rules a new version."),
                code="framework_version_changed",
                params={"version": rules.version},
            )
        return existing
    apart = {"code", "version", "valid_from", "names", "policies", "indicators"}
    row = PolicyFramework.objects.create(
        code=rules.code,
        version=rules.version,
        valid_from=rules.valid_from,
        names=sealed["names"],
        rules={key: value for key, value in sealed.items() if key not in apart},
        sha256=sha256,
    )
    policies = Policy.objects.bulk_create(
        Policy(framework=row, code=policy["code"], position=position, names=policy["names"], rules=policy)
        for position, policy in enumerate(sealed["policies"])
    )
    by_code = {policy.code: policy for policy in policies}
    Indicator.objects.bulk_create(
        Indicator(
            policy=by_code[indicator["policy"]],
            code=indicator["code"],
            position=position,
            names=indicator["names"],
            rules=indicator,
        )
        for position, indicator in enumerate(sealed["indicators"])
    )
    return row


def rules_of(row: PolicyFramework) -> Framework:
    """The pure rules that judgement applies, assembled from the tables.

    Raises FrameworkError where the tables no longer say what was loaded: a rule is never changed in place.
    """
    policies = list(row.policies.all())
    rules = Framework.from_json(
        {
            **row.rules,
            "code": row.code,
            "version": row.version,
            "valid_from": row.valid_from.isoformat(),
            "names": row.names,
            "policies": [policy.rules for policy in policies],
            "indicators": [indicator.rules for policy in policies for indicator in policy.indicators.all()],
        }
    )
    if canonical.digest(rules.to_json()) != row.sha256:
        raise FrameworkError(f"the stored rules of {row} are not the ones that were loaded")
    return rules
