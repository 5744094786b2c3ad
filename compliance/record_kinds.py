"""The kinds of record of this app, offered on the record pages."""

from django.utils.translation import gettext_lazy as _

from compliance.forms import ExemptionForm
from compliance.models import Exemption
from projects.forms import form_of
from projects.kinds import RecordKind, register


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        RecordKind(
            code="exemptions",
            model=Exemption,
            form=form_of(Exemption, ExemptionForm),
            fact_name="exemption",
            record_words=_("exemption"),
            singular=_("Exemption"),
            plural=_("Exemptions"),
            add_label=_("Add an exemption"),
            help=_("Indicators that do not apply, with the reason. A reviewer approves; the reason is published."),
            columns=("indicator", "year", "reason", "approved_by"),
            headings={"reason": _("Reason"), "approved_by": _("Approved by")},
            search=("indicator", "reason"),
            reported_by_companies=True,
        )
    )
