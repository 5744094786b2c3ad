"""The kinds of record of this app, offered on the record pages."""

from django.utils.translation import gettext_lazy as _

from communities import forms
from communities.models import Agreement, Commitment, Community, Influence, Obligation
from projects.kinds import RecordKind, register


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        RecordKind(
            "communities", Community, forms.CommunityForm, _("Community"), _("Communities"),
            _("Add a community"),
            _("The neighbours, by district."),
            ((_("Community"), "name"), (_("District"), "district"), (_("Kind"), "get_kind_display"), (_("Languages"), "languages")),
            ("name", "district__name", "people"), project_path=None, related=("district__parent__parent",),
        )
    )  # fmt: skip
    register(
        RecordKind(
            "influence", Influence, forms.InfluenceForm, _("Affected community"), _("Affected communities"),
            _("Add an affected community"),
            _("Which communities the mine affects, by its own map or by their claim."),
            ((_("Community"), "community"), (_("Degree"), "get_degree_display"), (_("Recognition"), "get_recognition_display")),
            ("community__name",), related=("community",),
        )
    )  # fmt: skip
    register(
        RecordKind(
            "agreements", Agreement, forms.AgreementForm, _("Agreement"), _("Agreements"),
            _("Add an agreement"),
            _("What was signed with the communities."),
            ((_("Title"), "title"), (_("Signed on"), "signed_on"), (_("Ends on"), "ends_on")), ("title",),
        )
    )  # fmt: skip
    register(
        RecordKind(
            "commitments", Commitment, forms.CommitmentForm, _("Promise"), _("Promises"),
            _("Add a promise"),
            _("What was promised by when, and what each side says became of it."),
            (
                (_("Promise"), "description"), (_("Due on"), "due_on"), (_("The community says"), "get_community_says_display"),
                (_("The company says: fulfilled on"), "company_says_fulfilled_on"),
            ),
            ("description", "community__name"), project_path="agreement__project",
            related=("agreement__project", "community"), reported_by_companies=True,
            outcomes={
                "get_community_says_display": lambda promise: promise.community_says,
                "company_says_fulfilled_on": lambda _promise: "claimed",
            },
        )
    )  # fmt: skip
    register(
        RecordKind(
            "obligations", Obligation, forms.ObligationForm, _("Obligation"), _("Obligations"),
            _("Add an obligation"),
            _("Which sum is owed to whom, and by when."),
            ((_("Recipient"), "payee"), (_("Amount"), "amount"), (_("Due on"), "due_on")),
            ("community__name", "recipient__name", "payer__name"), related=("community", "recipient", "payer"),
        )
    )  # fmt: skip
