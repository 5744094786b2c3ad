"""What one person asks for happens once a second person confirms it: asking, confirming, refusing, for every kind.

Roles have requests of their own (`appointments.py`), of which the same is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.audience import who_did_it
from accounts.models import Organisation, Proposal, User
from accounts.models.role_requests import deciding_roles
from accounts.models.waiting import Decision
from accounts.roles import Role
from accounts.services.audit import write_audit
from accounts.services.letters import PROPOSED, promise_letters, promise_news
from accounts.services.notices import nothing_waits, notify
from accounts.services.two_people import refuse_lately_appointed

SECOND_PERSON = "second_person"
DECIDED = "decided"
"""the kinds of notice to whoever may be the second person, and to whoever asked"""


@dataclass(frozen=True)
class ProposalKind:
    """One kind of thing that takes two people: who may ask, who may be the second, and what then happens."""

    title: Any
    """what is asked for, in words"""
    consequence: Any
    """what happens once it is confirmed"""
    subjects: Callable[[User], models.QuerySet[Any]] | None
    """the records about which whoever may be the second decides; None for all of them"""
    may_ask: Callable[[User, Any], bool]
    deciders: Callable[[], models.QuerySet[User]]
    """who may be the second person; whoever asked is left out"""
    acts_for: Callable[[User], Organisation | None]
    """for which organisation somebody asks or decides"""
    carry_out: Callable[[User, Proposal, Any], None]
    """done in the transaction of the confirmation, which has been kept already"""
    page: Callable[[Any], str]
    """address of the record"""
    reads: str = field(default="record.view", kw_only=True)
    """the permission without which nobody opens that address"""
    template: str = ""
    """a part of its page that shows what else was asked for, from what `told` says of it and its record"""
    told: Callable[[Proposal, Any], Any] | None = None


PROPOSAL_KINDS: dict[str, ProposalKind] = {}
"""The kinds by name, which is also that of their news in `letters.NEWS`; each app adds its own when it is ready."""


def kind_of(proposal: Proposal) -> ProposalKind:
    """What a proposal asks for."""
    return PROPOSAL_KINDS[proposal.kind]


@dataclass(frozen=True)
class Asked:
    """A proposal as the page of its record shows it."""

    proposal: Proposal
    kind: ProposalKind
    told: Any
    """what else was asked for, for the template of its kind"""
    may_open: bool
    """whether the reader asked for it or may decide it"""


def shown_to(reader: User, proposals: Iterable[Proposal]) -> list[Asked]:
    """Some proposals as a page shows them to somebody."""
    proposals = list(proposals)
    keys = [proposal.pk for proposal in proposals]
    open_to_reader = set(seen_by(reader).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    return [
        Asked(proposal, kind_of(proposal), told_of(proposal, record_of(proposal)), proposal.pk in open_to_reader)
        for proposal in proposals
    ]


def told_of(proposal: Proposal, record: Any) -> Any:
    """What else was asked for about a record that is there; None where the kind tells nothing."""
    told = kind_of(proposal).told
    return told(proposal, record) if told and record else None


def second_people() -> models.QuerySet[User]:
    """Colleagues of whoever enters what is known, and administrators; where there is one alone, reviewers too."""
    return User.objects.holding(Role.MONITOR, Role.OPERATOR, *deciding_roles())


def decides_everywhere(actor: User) -> bool:
    """Whether the person seconds what any organisation asks for."""
    return not actor.roles.isdisjoint(deciding_roles())


def keys_asked_about(kind: str) -> models.QuerySet[Any]:
    """The keys of the records about which somebody asked for something."""
    return Proposal.objects.filter(kind=kind).values(key=Cast("object_id", models.BigIntegerField()))


def people_who_decide() -> models.QuerySet[User]:
    """Administrators; where there is one alone, reviewers too."""
    return User.objects.holding(*deciding_roles())


def may_decide(actor: User, kind: ProposalKind) -> bool:
    """Whether the person may be a second person for this kind."""
    return kind.deciders().filter(pk=actor.pk).exists()


def seen_by(actor: User) -> models.QuerySet[Proposal]:
    """What the person asked for, and what they may decide."""
    rows = models.Q(asked_by=actor)
    for name, kind in PROPOSAL_KINDS.items():
        if may_decide(actor, kind) and kind.subjects is None:
            rows |= models.Q(kind=name)
        elif may_decide(actor, kind) and kind.subjects:
            subjects = kind.subjects(actor)
            model = ContentType.objects.get_for_model(subjects.model)
            keys = subjects.order_by().annotate(key=Cast("pk", models.CharField())).values("key")
            rows |= models.Q(kind=name, content_type=model, object_id__in=keys)
    return Proposal.objects.filter(rows).select_related("asked_by", "decided_by", "asked_for", "decided_for")


@transaction.atomic
def propose(
    *, actor: User, kind: str, record: Any, reason: str, label: str = "", details: Mapping[str, Any] | None = None
) -> Proposal:
    """Ask for something that a second person confirms.

    Raises PermissionDenied where the person may not ask for it, ValidationError where it is asked for already or no
    reason is given.
    """
    asked = PROPOSAL_KINDS[kind]
    if not asked.may_ask(actor, record):
        raise PermissionDenied
    refuse_asked_twice(actor, kind, record)
    proposal = Proposal(
        kind=kind,
        content_type=ContentType.objects.get_for_model(record),
        object_id=str(record.pk),
        label=(label or str(record))[:250],
        details=dict(details or {}),
        reason=reason.strip(),
        asked_by=actor,
        asked_for=asked.acts_for(actor),
    )
    proposal.full_clean()
    proposal.save()
    write_audit(actor=actor, verb="proposed", record=proposal, reason=proposal.reason)
    deciders = [person.pk for person in deciders_of(proposal, record)]
    notify(SECOND_PERSON, deciders, record=proposal, cause=f"proposal/{proposal.pk}")
    promise_letters(PROPOSED, f"proposal/{proposal.pk}", deciders)
    return proposal


def deciders_of(proposal: Proposal, record: Any) -> list[User]:
    """Who may be the second person of one proposal: other people than the one who asked, to whom the record is open."""
    kind = kind_of(proposal)
    people = kind.deciders().exclude(pk=proposal.asked_by_id)
    return [one for one in people if kind.subjects is None or kind.subjects(one).filter(pk=record.pk).exists()]


def refuse_asked_twice(actor: User, kind: str, record: models.Model) -> None:
    """Raise ValidationError, which names who asked and when, where the same waits for a second person already."""
    waiting = Proposal.objects.waiting().about(kind, record).select_related("asked_by", "asked_for").first()
    if waiting is None:
        return
    own = _(
        "You asked for this yourself on %(day)s. One person who asks twice is not two people: another one confirms it."
    )
    others = _("%(name)s asked for this on %(day)s already. It waits for a second person, who may be you.")
    day = date_format(timezone.localtime(waiting.asked_at), "DATE_FORMAT")
    if waiting.asked_by == actor:
        raise ValidationError(own, "asked_twice", {"day": day})
    asker = who_did_it(actor, waiting.asked_by, waiting.asked_at, waiting.asked_for)
    raise ValidationError(others, "asked_already", {"name": asker, "day": day})


@transaction.atomic
def confirm(*, actor: User, proposal: Proposal) -> None:
    """Do what was asked for, as the second person; every administrator and reviewer is told.

    Raises ValidationError where the two are not two people, or where the one who asked may ask for it no longer.
    """
    proposal, kind = undecided(actor, proposal), kind_of(proposal)
    if actor == proposal.asked_by:
        raise ValidationError(_("You asked for it yourself. Another person confirms it."), "asked_by_oneself")
    if not may_decide(actor, kind):
        raise PermissionDenied
    record = record_of(proposal)
    if record is None or not kind.may_ask(proposal.asked_by, record):
        words = _("%(name)s, who asked for it, may ask for it no longer. Refuse it, and ask for it anew.")
        asker = who_did_it(actor, proposal.asked_by, proposal.asked_at, proposal.asked_for)
        raise ValidationError(words, "asked_by_nobody", {"name": asker})
    refuse_lately_appointed(proposal.asked_by, actor)
    decide(actor, proposal, Decision.CONFIRMED)
    kind.carry_out(actor, proposal, record)
    tell_of_decision(actor, proposal)
    write_audit(actor=actor, verb="seconded", record=proposal, reason=proposal.reason)
    promise_news(proposal.kind, key=f"proposal/{proposal.pk}", by=(proposal.asked_by, actor), what=proposal.label)


@transaction.atomic
def refuse(*, actor: User, proposal: Proposal, reason: str) -> None:
    """Refuse what was asked for, or take back what one asked for oneself; raises ValidationError without a reason."""
    proposal = undecided(actor, proposal)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why."), "required")})
    decide(actor, proposal, Decision.REFUSED, reason.strip())
    tell_of_decision(actor, proposal)
    write_audit(actor=actor, verb="proposal_refused", record=proposal, reason=proposal.refusal)


def undecided(actor: User, proposal: Proposal) -> Proposal:
    """The proposal, locked, for somebody who sees it; raises ValidationError where somebody has decided it already."""
    locked = seen_by(actor).select_for_update(of=("self",)).filter(pk=proposal.pk).first()
    if locked is None:
        raise PermissionDenied
    if not locked.is_open:
        words = _("%(name)s has decided it already: %(state)s.")
        decider = who_did_it(actor, locked.decided_by, locked.decided_at or locked.asked_at, locked.decided_for)
        about = {"name": decider, "state": locked.get_state_display()}
        raise ValidationError(words, "already_decided", about)
    return locked


def decide(actor: User, proposal: Proposal, state: str, refusal: str = "") -> None:
    """Keep who decided what, for whom, and when."""
    proposal.state, proposal.refusal = state, refusal
    proposal.decided_by, proposal.decided_at = actor, timezone.now()
    proposal.decided_for = kind_of(proposal).acts_for(actor)
    proposal.save()
    nothing_waits(SECOND_PERSON, proposal)


def tell_of_decision(actor: User, proposal: Proposal) -> None:
    """Tell whoever asked what was decided; after it was carried out, which tells other people."""
    cause = f"proposal/{proposal.pk}"
    notify(DECIDED, [proposal.asked_by_id], record=proposal, cause=cause, by=actor, step=proposal.state)


def record_of(proposal: Proposal) -> Any:
    """What a proposal is about; None where it is no more."""
    model: Any = proposal.content_type.model_class()
    return model._base_manager.filter(pk=proposal.object_id).first()
