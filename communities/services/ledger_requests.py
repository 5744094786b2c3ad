"""What one person asks of the ledger and a second person confirms: that a payment be withdrawn."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Proposal, User
from accounts.models.role_requests import deciding_roles
from accounts.roles import Role
from accounts.services.letters import NEWS, News
from accounts.services.proposals import PROPOSAL_KINDS, ProposalKind, propose
from communities.models import Disbursement, Statement
from communities.models.ledger import DisbursementQuerySet
from communities.services.ledger import may_withdraw, withdraw_disbursement

WITHDRAWAL = "ledger_withdrawal"


def ask_to_withdraw(*, actor: User, disbursement: Disbursement, reason: str) -> Proposal:
    """Ask that everything that stands about a payment be withdrawn; it stands until a second person confirms it."""
    said = [statement.pk for statement in standing_of(disbursement)]
    return propose(actor=actor, kind=WITHDRAWAL, record=disbursement, reason=reason, details={"statements": said})


def standing_of(disbursement: Disbursement) -> list[Statement]:
    """What each side says of a payment now."""
    return list(disbursement.statements.standing().select_related("source").order_by("pk"))


def waiting_about(disbursement: Disbursement) -> models.QuerySet[Proposal]:
    """What somebody asked about a payment and nobody has decided."""
    return Proposal.objects.waiting().about(WITHDRAWAL, disbursement).select_related("asked_by", "asked_for")


def may_ask_to_withdraw(actor: User, disbursement: Disbursement) -> bool:
    """A monitor whose organisation entered all that stands."""
    return may_withdraw(actor, standing_of(disbursement))


def second_people() -> models.QuerySet[User]:
    """Whoever may ask for the same, such as a colleague, and administrators; where there is one alone, reviewers too."""
    return User.objects.holding(Role.MONITOR, Role.OPERATOR, *deciding_roles())


def decides_everywhere(actor: User) -> bool:
    """Whether the person seconds what any organisation asks for about a mine that they see."""
    return not actor.roles.isdisjoint(deciding_roles())


def withdrawals_seconded_by(actor: User) -> DisbursementQuerySet:
    """The payments that somebody asked to withdraw, of which the person sees the mine and may ask for the same."""
    asked = Proposal.objects.filter(kind=WITHDRAWAL).values(key=Cast("object_id", models.BigIntegerField()))
    rows = Disbursement.objects.visible_to(actor).filter(pk__in=asked)
    if decides_everywhere(actor):
        return rows
    own = Statement.objects.filter(source__entered_for__in=actor.organisation_ids_as(Role.MONITOR))
    return rows.filter(pk__in=own.values("disbursement"))


def withdraw(_actor: User, proposal: Proposal, disbursement: Disbursement) -> None:
    """Withdraw it as whoever asked for it."""
    withdraw_disbursement(disbursement=disbursement, proposal=proposal)


def acts_for(actor: User) -> Organisation | None:
    """The organisation for which somebody asks or decides."""
    return actor.organisation_as(Role.MONITOR, Role.OPERATOR, Role.ADMINISTRATOR, Role.REVIEWER)


def page_of(disbursement: Any) -> str:
    """The page of a payment."""
    return reverse("ledger:page", kwargs={"pk": disbursement.pk})


def register_requests() -> None:
    """Add the kind of proposal and its news; called once, when the app is ready."""
    NEWS[WITHDRAWAL] = News(
        _("Minka: a payment was withdrawn"),
        _("A payment was withdrawn from the ledger. Asked for and confirmed by: %(by)s."),
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
        news=WITHDRAWAL,
    )
