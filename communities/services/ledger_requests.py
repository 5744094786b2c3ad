"""What one person asks of the ledger and a second person confirms: that a payment be withdrawn, or what a side says corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Proposal, User
from accounts.models.proposals import ProposalQuerySet
from accounts.models.waiting import Decision
from accounts.roles import Role
from accounts.services.letters import NEWS, News
from accounts.services.proposals import (
    PROPOSAL_KINDS,
    ProposalKind,
    decides_everywhere,
    keys_asked_about,
    propose,
    second_people,
)
from communities.models import Disbursement, Statement
from communities.models.ledger import DisbursementQuerySet, StatementQuerySet
from communities.services.ledger import (
    STATED_MEANWHILE,
    Said,
    check_source,
    check_statement,
    correct_statement,
    correctable_by,
    may_correct,
    may_withdraw,
    proposed_statement,
    standing_as_seen,
    withdraw_disbursement,
)
from projects.models import Source
from projects.services.notices import CHANGED, tell_of_record
from projects.services.records import save_source

WITHDRAWAL = "ledger_withdrawal"
CORRECTION = "ledger_correction"


@dataclass(frozen=True)
class Correction:
    """A correction that somebody asked for: what was said, and the unsaved statement that would take its place."""

    proposal: Proposal
    before: Statement
    after: Statement


def ask_to_withdraw(*, actor: User, disbursement: Disbursement, reason: str) -> Proposal:
    """Ask that everything that stands about a payment be withdrawn; it stands until a second person confirms it."""
    said = [statement.pk for statement in standing_of(disbursement)]
    return propose(actor=actor, kind=WITHDRAWAL, record=disbursement, reason=reason, details={"statements": said})


@transaction.atomic
def ask_to_correct(*, actor: User, disbursement: Disbursement, said: Said, seen: int | None, reason: str) -> Proposal:
    """Ask that a side say something else than it does, with a reason; what stands does until a second person confirms it.

    All that was typed is kept, whatever comes of it. Raises what `standing_as_seen` raises, and ValidationError by field
    where the words break a rule.
    """
    standing = standing_as_seen(actor, disbursement, said.side, seen)
    if standing is None:
        raise ValidationError(STATED_MEANWHILE, code="edited_meanwhile")
    check_source(said)
    source = save_source(actor=actor, source=said.source, evidence=said.evidence, company=disbursement.paying.pk)
    details = {
        "amount": str(said.amount),
        "occurred_on": said.occurred_on.isoformat() if said.occurred_on else None,
        "source": source.pk,
    }
    check_statement(proposed_statement(standing, Proposal(details=details, reason=reason)))
    return propose(
        actor=actor, kind=CORRECTION, record=standing, reason=reason, label=str(disbursement), details=details
    )


def standing_of(disbursement: Disbursement) -> list[Statement]:
    """What each side says of a payment now."""
    return list(disbursement.statements.standing().select_related("source").order_by("pk"))


def waiting_about(disbursement: Disbursement) -> ProposalQuerySet:
    """What somebody asked about a payment, or about a statement of it, and nobody has decided; the longest first."""
    withdrawals = Proposal.objects.about(WITHDRAWAL, disbursement)
    return as_shown((withdrawals | corrections_of(disbursement)).waiting())


def refused_about(disbursement: Disbursement) -> ProposalQuerySet:
    """The corrections of a payment that were refused or taken back, the oldest first."""
    return as_shown(corrections_of(disbursement).filter(state=Decision.REFUSED))


def as_shown(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """The same in the order in which they were asked for, with who asked and who decided."""
    return proposals.select_related("asked_by", "asked_for", "decided_by", "decided_for").order_by("pk")


def corrections_of(disbursement: Disbursement) -> ProposalQuerySet:
    """Every correction of what is said of a payment that somebody asked for."""
    keys = [str(key) for key in disbursement.statements.values_list("pk", flat=True)]
    return corrections().filter(object_id__in=keys)


def correction_of(proposal: Proposal, corrected: Statement) -> Correction:
    """What a proposal would put in the place of what."""
    return Correction(proposal, corrected, proposed_statement(corrected, proposal))


def corrections() -> ProposalQuerySet:
    """Every correction of a statement that somebody asked for."""
    return Proposal.objects.filter(kind=CORRECTION, content_type=ContentType.objects.get_for_model(Statement))


def sources_of_corrections(actor: User, sources: models.QuerySet[Source]) -> bool:
    """Whether one of the sources was typed with a correction of a payment that the person sees, made or not."""
    typed = corrections().filter(details__source__in=list(sources.values_list("pk", flat=True)))
    statements = Statement.objects.filter(pk__in=[int(proposal.object_id) for proposal in typed])
    return Disbursement.objects.visible_to(actor).filter(statements__in=statements).exists()


def may_ask_to_withdraw(actor: User, disbursement: Disbursement) -> bool:
    """A monitor whose organisation entered all that stands."""
    return may_withdraw(actor, standing_of(disbursement))


def withdrawals_seconded_by(actor: User) -> DisbursementQuerySet:
    """The payments that somebody asked to withdraw, of which the person sees the mine and may ask for the same."""
    rows = Disbursement.objects.visible_to(actor).filter(pk__in=keys_asked_about(WITHDRAWAL))
    if decides_everywhere(actor):
        return rows
    own = Statement.objects.filter(source__entered_for__in=actor.organisation_ids_as(Role.MONITOR))
    return rows.filter(pk__in=own.values("disbursement"))


def corrections_seconded_by(actor: User) -> StatementQuerySet:
    """The statements that somebody asked to correct, of which the person sees the mine and may ask for the same."""
    seen = Disbursement.objects.visible_to(actor)
    rows = Statement.objects.filter(pk__in=keys_asked_about(CORRECTION), disbursement__in=seen)
    return rows if decides_everywhere(actor) else rows.filter(correctable_by(actor))


def withdraw(actor: User, proposal: Proposal, disbursement: Disbursement) -> None:
    """Withdraw it as whoever asked for it."""
    tell_of_request(actor, proposal, "withdrawn", disbursement, standing_of(disbursement))
    withdraw_disbursement(disbursement=disbursement, proposal=proposal)


def correct(actor: User, proposal: Proposal, statement: Statement) -> None:
    """Correct it as whoever asked for it."""
    tell_of_request(actor, proposal, "corrected", statement.disbursement, [statement])
    correct_statement(corrected=statement, proposal=proposal)


def tell_of_request(
    actor: User, proposal: Proposal, step: str, flow: Disbursement, statements: Iterable[Statement]
) -> None:
    """Tell whoever entered some statements, but for whoever asked, what two people do to them."""
    people = {statement.source.entered_by_id for statement in statements} - {proposal.asked_by_id}
    tell_of_record(CHANGED, people, record=flow, by=actor, step=step, cause=f"proposal/{proposal.pk}")


def acts_for(actor: User) -> Organisation | None:
    """The organisation for which somebody asks or decides."""
    return actor.organisation_as(Role.MONITOR, Role.OPERATOR, Role.ADMINISTRATOR, Role.REVIEWER)


def page_of(disbursement: Any) -> str:
    """The page of a payment."""
    return reverse("ledger:page", kwargs={"pk": disbursement.pk})


def page_of_statement(statement: Any) -> str:
    """The page of the payment about which it is."""
    return page_of(statement.disbursement)


def register_requests() -> None:
    """Add the kinds of proposal and their news; called once, when the app is ready."""
    NEWS[WITHDRAWAL] = News(
        _("Minka: a payment was withdrawn"),
        _("A payment was withdrawn from the ledger. Asked for and confirmed by: %(by)s."),
    )
    NEWS[CORRECTION] = News(
        _("Minka: what a side says of a payment was corrected"),
        _("What a side says of a payment was corrected in the ledger. Asked for and confirmed by: %(by)s."),
    )
    PROPOSAL_KINDS[WITHDRAWAL] = ProposalKind(
        title=_("Withdraw a payment"),
        consequence=_(
            "What each side says of it counts no longer, and stays readable with the reason. Either side can state it again."
        ),
        subjects=withdrawals_seconded_by,
        may_ask=may_ask_to_withdraw,
        deciders=second_people,
        acts_for=acts_for,
        carry_out=withdraw,
        page=page_of,
    )
    PROPOSAL_KINDS[CORRECTION] = ProposalKind(
        title=_("Correct what a side says of a payment"),
        consequence=_(
            "What is asked for takes the place of what was said before, which stays readable with the reason."
        ),
        subjects=corrections_seconded_by,
        may_ask=may_correct,
        deciders=second_people,
        acts_for=acts_for,
        carry_out=correct,
        page=page_of_statement,
        template="communities/correction.html",
        told=correction_of,
    )
