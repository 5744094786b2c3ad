"""The kinds of record of this app, offered on the record pages."""

from django.utils.translation import gettext_lazy as _

from compliance.forms import ExemptionForm
from compliance.models import Exemption
from projects.kinds import RecordKind, register


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        RecordKind(
            "exemptions", Exemption, ExemptionForm, _("Exemption"), _("Exemptions"),
            _("Add an exemption"),
            _("Indicators that do not apply, with the reason. A reviewer approves; the reason is published."),
            ((_("Indicator"), "indicator"), (_("Year"), "year"), (_("Reason"), "reason"), (_("Approved by"), "approved_by")),
            ("indicator", "reason"), related=("approved_by",), reported_by_companies=True,
        )
    )  # fmt: skip
