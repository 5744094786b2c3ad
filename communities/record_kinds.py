"""The kinds of record of this app, and where the audit trail and facts lead to payments."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import record_pages
from communities.models import Agreement, Commitment, Community, Disbursement, Influence, Obligation, Statement
from projects.forms import form_of
from projects.kinds import NamedRecords, RecordKind, register, register_name

KINDS = (
    RecordKind(
        code="communities",
        model=Community,
        form=form_of(Community),
        fact_name="community",
        record_words=_("community"),
        singular=_("Community"),
        plural=_("Communities"),
        add_label=_("Add a community"),
        help=_("The neighbours, by district."),
        columns=("name", "district", "kind", "languages"),
        headings={"name": _("Community"), "languages": _("Languages")},
        search=("name", "district__name", "people"),
        project_path=None,
        related=("district__parent__parent",),
        carried=("district",),
    ),
    RecordKind(
        code="influence",
        model=Influence,
        form=form_of(Influence),
        fact_name="influence",
        record_words=_("affected community"),
        singular=_("Affected community"),
        plural=_("Affected communities"),
        add_label=_("Add an affected community"),
        help=_("Which communities the mine affects, by its own map or by their claim."),
        columns=("community", "degree", "recognition"),
        search=("community__name",),
    ),
    RecordKind(
        code="agreements",
        model=Agreement,
        form=form_of(Agreement),
        fact_name="agreement",
        record_words=_("agreement"),
        singular=_("Agreement"),
        plural=_("Agreements"),
        add_label=_("Add an agreement"),
        help=_("What was signed with the communities."),
        columns=("title", "signed_on", "ends_on"),
        search=("title",),
    ),
    RecordKind(
        code="commitments",
        model=Commitment,
        form=form_of(Commitment, not_for_companies=("community_says", "authority_says", "confirmed_on")),
        fact_name="commitment",
        record_words=_("promise"),
        singular=_("Promise"),
        plural=_("Promises"),
        add_label=_("Add a promise"),
        help=_("What was promised by when, and what each side says became of it."),
        columns=("description", "due_on", "community_says", "company_says_fulfilled_on"),
        headings={"description": _("Promise")},
        search=("description", "community__name"),
        project_path="agreement__project",
        carried=("agreement",),
        reported_by_companies=True,
        outcomes={
            "community_says": lambda promise: promise.community_says,
            "company_says_fulfilled_on": lambda _promise: "claimed",
        },
    ),
    RecordKind(
        code="obligations",
        model=Obligation,
        form=form_of(Obligation),
        fact_name="obligation",
        record_words=_("sum that was due"),
        singular=_("Obligation"),
        plural=_("Obligations"),
        add_label=_("Add an obligation"),
        help=_("Which sum is owed to whom, and by when."),
        columns=("payee", "amount", "due_on"),
        headings={"payee": _("Recipient")},
        search=("community__name", "recipient__name", "payer__name"),
        carried=("agreement", "basis", "payer", "currency"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Payments(NamedRecords):
    """Payments have pages of their own, the ledger's."""

    def address(self, key: object, slug: str) -> str:
        """The page of a payment."""
        return reverse("ledger:page", kwargs={"pk": key})


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for kind in KINDS:
        register(kind)
    register_name(Payments(model=Disbursement, fact_name="disbursement", record_words=_("payment")))


def register_pages() -> None:
    """Let the audit trail lead to payments and to what is said of them; called once, when the app is ready."""
    pages = record_pages.Pages(Disbursement.objects.visible_to, "ledger:page", {"pk": "id"})
    record_pages.register(Disbursement, pages)
    record_pages.register(
        Statement,
        record_pages.Pages(
            lambda actor: Statement.objects.filter(disbursement__in=Disbursement.objects.visible_to(actor)),
            "ledger:page",
            {"pk": "disbursement_id"},
        ),
    )
