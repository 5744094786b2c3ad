"""The kinds of record of this app, and where the audit trail and facts lead to payments."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.record_addresses import RecordAddresses, register_addresses
from communities.forms import CommunityForm
from communities.models import (
    Agreement,
    Commitment,
    Community,
    Disbursement,
    Influence,
    LeftOutClaim,
    Obligation,
    ParticipationEvent,
    SharedWork,
    Statement,
    StudyCommunity,
    WorkProgress,
)
from communities.progress_rows import WorkProgressTarget
from projects.forms import form_of
from projects.kinds import NamedRecords, RecordKind, Subject, register, register_name
from projects.models.due import LATER_DAY
from projects.services.merging import MERGE_KINDS, WORDS, MergeKind

SAID_BY_OTHERS = (
    *("community_says", "community_known_by", "community_speaker", "community_said_on"),
    *("authority_says", "authority_document", "confirmed_on"),
    *LATER_DAY,
)
"""What of a promise a company's own people leave to others."""
KINDS_OF_THIS_APP = (
    RecordKind(
        code="communities",
        subject=Subject.COMMUNITIES,
        model=Community,
        form=form_of(Community, CommunityForm),
        singular=_("Community"),
        plural=_("Communities"),
        add_label=_("Add a community"),
        help=_("The neighbours, by district."),
        columns=("name", "district", "kind", "languages"),
        headings={"name": _("Community"), "languages": _("Languages")},
        project_path=None,
        carried=("district",),
    ),
    RecordKind(
        code="influence",
        subject=Subject.COMMUNITIES,
        model=Influence,
        form=form_of(Influence),
        singular=_("Affected community"),
        plural=_("Affected communities"),
        add_label=_("Add an affected community"),
        help=_("Which communities the mine affects, by its own map or by their claim."),
        columns=("community", "degree", "recognition"),
    ),
    RecordKind(
        code="study-communities",
        subject=Subject.STUDIES,
        model=StudyCommunity,
        form=form_of(StudyCommunity),
        fact_name="study-community",
        singular=_("Community in the area of a study"),
        plural=_("Communities in the areas of studies"),
        add_label=_("Add a community that a study names"),
        help=_("Which communities each study names in its area of influence."),
        columns=("community", "assessment", "degree"),
        project_path="assessment__project",
        carried=("assessment", "degree"),
        optional=True,
    ),
    RecordKind(
        code="left-out-claims",
        subject=Subject.STUDIES,
        model=LeftOutClaim,
        form=form_of(LeftOutClaim),
        fact_name="left-out-claim",
        singular=_("Claim of being left out"),
        plural=_("Claims of being left out"),
        add_label=_("Add what a community says of being left out"),
        help=_("Which communities say that a study left them out, in their words, and what an authority answered."),
        columns=("community", "assessment", "said_on", "answer"),
        project_path="assessment__project",
        carried=("assessment",),
        optional=True,
    ),
    RecordKind(
        code="participation-events",
        subject=Subject.STUDIES,
        model=ParticipationEvent,
        form=form_of(ParticipationEvent),
        fact_name="participation-event",
        record_words=_("meeting with people about a study"),
        singular=_("Meeting with people about a study"),
        plural=_("Meetings with people about studies"),
        add_label=_("Add a meeting with people"),
        help=_(
            "Workshops, hearings, offices, visits and surveys by which people were to be heard about a study: what was planned,"
            " what was held, where, in which language and with how many people. Minutes are files of its source."
        ),
        columns=("mechanism", "planned_for", "held_on", "community", "place"),
        project_path="assessment__project",
        carried=("assessment", "languages"),
        optional=True,
        reported_by_companies=True,
    ),
    RecordKind(
        code="agreements",
        subject=Subject.COMMUNITIES,
        model=Agreement,
        form=form_of(Agreement),
        singular=_("Agreement"),
        plural=_("Agreements"),
        add_label=_("Add an agreement"),
        help=_("What was signed with the communities."),
        columns=("title", "signed_on", "ends_on"),
        runs_out="ends_on",
    ),
    RecordKind(
        code="commitments",
        subject=Subject.COMMUNITIES,
        model=Commitment,
        form=form_of(Commitment, not_for_companies=SAID_BY_OTHERS),
        fact_name="commitment",
        singular=_("Promise"),
        plural=_("Promises"),
        add_label=_("Add a promise"),
        help=_("What was promised by when, and what each side says became of it."),
        columns=("description", "due_on", "community_says", "company_says_fulfilled_on", "first_due_on"),
        headings={"description": _("Promise")},
        project_path="agreement__project",
        carried=("agreement",),
        obliges="description",
        reported_by_companies=True,
        outcomes={
            "community_says": lambda promise: promise.community_says,
            "company_says_fulfilled_on": lambda _promise: "claimed",
        },
        empty_means={"promised_by": _("The company"), "community": _("All of them")},
    ),
    RecordKind(
        code="obligations",
        subject=Subject.COMMUNITIES,
        model=Obligation,
        form=form_of(Obligation, not_for_companies=LATER_DAY),
        fact_name="obligation",
        record_words=_("sum that was due"),
        singular=_("Obligation"),
        plural=_("Obligations"),
        add_label=_("Add an obligation"),
        help=_("Which sum is owed to whom, and by when."),
        columns=("payee", "amount", "due_on", "first_due_on"),
        headings={"payee": _("Recipient")},
        carried=("agreement", "basis", "payer", "currency"),
    ),
    RecordKind(
        code="shared-works",
        subject=Subject.COMMUNITIES,
        model=SharedWork,
        form=form_of(SharedWork),
        fact_name="shared-work",
        singular=_("Work shared with neighbours"),
        plural=_("Works shared with neighbours"),
        add_label=_("Add a work shared with neighbours"),
        help=_(
            "Roads, power lines, water, clinics, schools and others that the mine pays for or builds: what each is planned to"
            " cost, who pays, and who may use it."
        ),
        columns=("name", "facility", "community", "payer", "planned_until", "open_to"),
        carried=("community", "payer", "currency"),
        optional=True,
        reported_by_companies=True,
        empty_means={"community": _("Not said, or for several of them")},
    ),
    RecordKind(
        code="work-progress",
        subject=Subject.COMMUNITIES,
        model=WorkProgress,
        form=form_of(WorkProgress),
        record_words=_("progress of a shared work"),
        singular=_("Progress of a shared work"),
        plural=_("Progress of shared works"),
        add_label=_("Add how far a shared work is"),
        help=_(
            "How much of each work was planned and done by a day, what was spent, and whether it is in use. Photographs of before,"
            " during and after are files of its source."
        ),
        columns=("work", "as_of", "planned_percent", "actual_percent", "spent", "in_use"),
        project_path="work__project",
        target=WorkProgressTarget,
        carried=("work", "as_of", "currency"),
        optional=True,
        reported_by_companies=True,
    ),
)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for kind in KINDS_OF_THIS_APP:
        register(kind)
    words = _("payment")
    register_name(NamedRecords(model=Disbursement, fact_name="disbursement", record_words=words, page="ledger:page"))


def register_pages() -> None:
    """Let the audit trail lead to payments and to what is said of them; called once, when the app is ready."""
    pages = RecordAddresses(Disbursement.objects.visible_to, "ledger:page", {"pk": "id"})
    register_addresses(Disbursement, pages)
    register_addresses(
        Statement,
        RecordAddresses(
            lambda actor: Statement.objects.filter(disbursement__in=Disbursement.objects.visible_to(actor)),
            "ledger:page",
            {"pk": "disbursement_id"},
        ),
    )


def register_merges() -> None:
    """Let communities be merged with their like; called once, when the app is ready."""
    MERGE_KINDS["communities"] = MergeKind(
        "communities",
        Community,
        lambda _row: _("a community"),
        lambda row: reverse("records:page-anywhere", kwargs={"kind": "communities", "pk": row.pk}),
    )
    WORDS[Community] = _("Communities merged into it")
